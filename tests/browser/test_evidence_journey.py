"""A recommendation closes on evidence that another installation measures, ages, and closes again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bacasable.compliance import clock
from tests.browser.demonstration import Demonstration
from tests.browser.visitors import Visitor
from tests.installation import Installation

Arrivals = Callable[..., Visitor]
#: A word of what the office recommends to the candidate of the banner, to be shown by the platform's control.
WORD = "illisibles"
MAXIMUM_AGE_DAYS = 30
CANDIDATE, OFFICER = "alix.montreuil@combelune.example", "agathe.morvan@autorite.example"
BADGE = "main h1 + p .govuk-tag"
ASK = "main form:has([name=verb][value=ask]) button"


def _enrols(candidate: Visitor, measurements: str, other: Installation) -> str:
    """Enrol the key of the other installation and return the token that is shown once."""
    candidate.goes_to(measurements)
    candidate.presses(f"main a[href='{measurements}keys/new/']")
    candidate.page.locator("[name=label]").fill("Instance de la mairie")
    candidate.page.locator("[name=pem]").fill(other.run("evidence", "keys", "--pem").stdout)
    candidate.presses("main form button[type=submit]")
    return candidate.page.locator("#token").inner_text().strip()


def _confirms(officer: Visitor, measurements: str, other: Installation) -> None:
    """Type what the project would read on the telephone: first a wrong end of the fingerprint."""
    fingerprint = other.run("evidence", "keys").stdout.split()[0]
    officer.goes_to(measurements)
    officer.presses("main a[href$='/confirm/']")
    for told, refused in (("00000000", 1), (fingerprint[-8:], 0)):
        officer.page.locator("[name=told]").fill(told)
        officer.presses("main form button")
        assert officer.page.locator(".govuk-error-summary").count() == refused
    assert officer.links(measurements + "keys/") != []


def _badge(person: Visitor, recommendation: str) -> str:
    """Return the colour of the recommendation's state."""
    assert person.goes_to(recommendation) == 200
    classes = person.page.locator(BADGE).first.get_attribute("class") or ""
    return classes.rpartition("--")[2]


def _moves_the_clock(officer: Visitor, step: str = "") -> None:
    """Move the demonstration's clock past the age that the contract allows, or as ``step`` says."""
    officer.goes_to("/demo/clock/")
    if step:
        officer.presses(f"main button[value={step}]")
        return
    later = clock.now() + timedelta(days=MAXIMUM_AGE_DAYS + 1)
    officer.page.locator("main [name=at]").fill(f"{later:%Y-%m-%dT%H:%M}")
    officer.presses("main form:has([name=at]) button")


def test_evidence_of_another_installation_closes_ages_and_closes_again(
    own_demo: Demonstration, own_visitor: Arrivals, tmp_path: Path
) -> None:
    other = Installation(tmp_path / "other")
    other.initialised()
    candidate, officer = own_visitor("candidate"), own_visitor("officer")
    file = candidate.support_file()
    candidate.goes_to(file)
    candidate.shows("support-file", whole=True)

    candidate.goes_to(f"{file}recommendations/")
    link = candidate.page.locator("main a[href^='/recommendations/']", has_text=WORD).first
    closing = str(link.get_attribute("href"))
    token = tmp_path / "token.txt"
    token.write_text(_enrols(candidate, f"{file}evidence/", other) + "\n")
    _confirms(officer, f"{file}evidence/", other)
    assert _badge(officer, closing) != "green"
    known = len(own_demo.letters_to(CANDIDATE))
    officer.presses(ASK)
    asked = own_demo.wait_for_letters(CANDIDATE, known + 1)
    candidate.goes_to(f"{file}evidence/")
    assert candidate.links(f"{file}evidence/challenges/") != []

    other.run("federation", "join", own_demo.url, "--token-file", str(token))
    other.run("check", "platform", "--send")
    assert [_badge(candidate, closing), _badge(officer, closing)] == ["green", "green"]
    candidate.shows("recommendation-history", whole=True)
    assert candidate.page.locator("main .bac-chart svg").count() == 1
    (first,) = candidate.links("/evidence/")
    candidate.goes_to(first)
    candidate.page.locator("[data-verify-evidence] button").click()
    candidate.page.locator("[data-result][data-outcome=holds]").wait_for()
    candidate.shows("evidence", whole=True)
    assert own_visitor().goes_to(first) == 404, "it is not public"

    known = len(asked)
    told = len(own_demo.letters_to(OFFICER))
    _moves_the_clock(officer)
    own_demo.installation.python(
        "from bacasable.programme.recommendations.actions import send_back_stale\nsend_back_stale()"
    )
    assert [_badge(candidate, closing), _badge(officer, closing)] == ["orange", "orange"]
    own_demo.wait_for_letters(CANDIDATE, known + 1)
    own_demo.wait_for_letters(OFFICER, told + 1)

    # It was asked again by itself, at a date that the other installation, in real time, has not reached.
    _moves_the_clock(officer, "reset")
    officer.goes_to(f"{file}evidence/")
    asked_again = [path for path in officer.links(f"{file}evidence/challenges/") if not path.endswith("new/")]
    withdraw = "main form[action$='/withdraw/'] button"
    assert any(
        officer.goes_to(path) == 200 and officer.page.locator(withdraw).count() for path in asked_again
    )
    officer.presses(withdraw)
    _badge(officer, closing)
    officer.presses(ASK)
    other.run("check", "platform", "--send")
    assert [_badge(candidate, closing), _badge(officer, closing)] == ["green", "green"]
    assert len(candidate.links("/evidence/")) == 2, "what was measured before is kept"


def test_anybody_verifies_public_evidence_in_the_browser(visitor: Arrivals) -> None:
    public = visitor()
    public.goes_to("/evidence/")
    public.goes_to(public.links("/evidence/")[1])
    public.page.locator("[data-verify-evidence] button").click()
    public.page.locator("[data-result][data-outcome=holds]").wait_for()
    assert public.page.locator("[data-result] li").count() == 4
