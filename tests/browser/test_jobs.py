"""An interview to a printed plan, a contestation to its answer by another agent, measures and audits."""

import time
from collections.abc import Callable

from tests.browser.demonstration import Demonstration
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
AT = "/services/job-advice/"


def _until(visitor: Visitor, path: str, selector: str) -> None:
    """Come back to a page until the worker has made what it shows."""
    for _each in range(120):
        visitor.goes_to(path)
        if visitor.page.locator(selector).count():
            return
        time.sleep(2)
    raise AssertionError(f"{path}: no {selector}")


def test_an_interview_goes_to_a_printed_plan_and_a_contestation_to_its_answer(
    demo: Demonstration, visitor: Arrivals
) -> None:
    adviser = visitor("officer")
    page = adviser.page
    _until(adviser, f"{AT}files/", "main table a[href*='/files/']")
    assert faults(page) == []
    adviser.presses("main table a[href*='/files/']")
    assert "Camille Roche" in page.locator("main").inner_text() and faults(page) == []
    adviser.shows("job-file", whole=True)
    adviser.presses("main form[action$='/interview/'] button")
    page.locator("[name=view-text]").fill("Rester près de son métier.")
    assert faults(page) == []
    adviser.presses("main form[action$='/view/'] button")
    adviser.presses("main form[action$='/suggestions/'] button")
    assert page.locator("main input[name$=-verb]:checked").count() == 0
    assert faults(page) == []
    adviser.shows("job-interview", whole=True)
    page.locator("[name='item-1-verb'][value=retained]").check()
    adviser.presses("main form:has([name='item-1-verb']) button")
    adviser.presses("main form[action$='/end/'] button")
    assert page.locator("main section ").count() >= 1 and faults(page) == []
    with page.expect_download() as taken:
        page.locator("main form[action$='.pdf'] button").first.click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")
    adviser.goes_to(f"{AT}files/")
    adviser.presses("main table a[href*='/files/']")
    adviser.presses("main form[action$='/link/'] button[value=paper]")
    code = page.locator("main p.govuk-heading-l").inner_text().strip()
    assert faults(page) == []

    person = visitor()
    own = person.page
    person.goes_to(AT)
    assert faults(own) == []
    own.locator("[name=code]").fill(code)
    person.presses("main form:has([name=code]) button")
    assert "Camille Roche" in own.locator("main").inner_text() and faults(own) == []
    person.shows("job-own-page", whole=True)
    person.goes_to(f"{AT}my/?easy=1")
    assert faults(own) == []
    person.shows("job-own-page-easy", whole=True)
    person.goes_to(f"{AT}my/correct/mobility/")
    own.locator("[name=mobility_km]").fill("7")
    assert faults(own) == []
    person.presses("main form:has([name=mobility_km]) button")
    person.presses("main a[href*='/contest/'] >> nth=0")
    own.locator("[name=text]").fill("Ce métier demande des horaires que je n’ai pas.")
    assert faults(own) == []
    person.presses("main form:has([name=text]) button")

    other = visitor("editor")
    answering = other.page
    other.goes_to(f"{AT}contestations/")
    assert faults(answering) == []
    answering.locator("main table a", has_text="D-").first.wait_for()
    rows = answering.locator("[aria-labelledby=waiting-caption] tbody tr", has_text="ontest")
    rows.locator("a").first.click()
    assert faults(answering) == []
    answering.locator("[name=outcome][value=upheld]").check()
    answering.locator("[name=text]").fill("L’avis reste : les horaires dits ont été lus, et les voici.")
    other.presses("main form:has([name=outcome]) button")
    person.goes_to(f"{AT}my/")
    assert "les horaires dits ont été lus" in own.locator("main").inner_text()
    person.presses("main form[action$='/leave/'] button >> nth=0")


def test_the_head_reads_who_decides_and_the_officer_the_audits(visitor: Arrivals) -> None:
    head = visitor("administrator")
    _until(head, f"{AT}indicators/", "main [aria-labelledby=measures-caption]")
    assert "simulés" in head.page.locator("main").inner_text() and faults(head.page) == []
    head.shows("job-indicators", whole=True)
    officer = visitor("dpo")
    _until(officer, f"{AT}audits/", "main [aria-labelledby=ratios-caption]")
    assert faults(officer.page) == []
    officer.shows("job-audits", whole=True)
