"""An edition of the demonstration, from the last scores to the letter and the page of a laureate."""

import re
from collections.abc import Callable

from tests.browser.demonstration import Demonstration
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
CALL = "mobilites-2029"
ROOM = f"/committee/{CALL}/"
PRESIDENT = "irene.valmont@autorite.example"
#: Who becomes a laureate here, and words of what they and somebody else submitted.
LAUREATE, LAUREATE_WORDS, REFUSED_WORDS = "sacha.lemire@transcolline.example", "quai", "Publicité"


def _scores(expert: Visitor, picture: str = "") -> None:
    """Score the first dossier that waits for this expert: one criterion is saved by itself."""
    page = expert.page
    expert.goes_to(f"{ROOM}tasks/")
    dossiers = expert.links("/committee/assess/")
    assert dossiers
    left = [dossier for dossier in dossiers if expert.goes_to(dossier) and page.locator("#scores").count()]
    assert left, "no dossier waits for a score"
    expert.goes_to(left[0])
    first = page.locator("#scores input[type=radio][value='4']").first
    with page.expect_response(re.compile("/autosave/$")) as saved:
        first.check()
    assert saved.value.status == 200
    page.locator("[data-autosave-status]:not(:empty)").wait_for()
    page.reload()
    assert first.is_checked(), "what was saved by itself is there again"

    with page.expect_navigation() as navigation:
        page.locator("#scores button[value=submit]").click()
    assert navigation.value.status == 422
    assert page.locator(".govuk-error-summary a").count() > 1
    for radio in page.locator("#scores input[type=radio][value='4']").all():
        radio.check()
    page.locator("#scores [name=comment]").fill("La question est précise et l’équipe est constituée.")
    if picture:
        expert.shows(picture, whole=True)
    expert.presses("#scores button[value=submit]")
    assert page.locator("#scores").count() == 0
    assert page.url.endswith(left[0])


def _closes_the_scoring(officer: Visitor) -> None:
    officer.goes_to(f"{ROOM}scores/")
    form = officer.page.locator("main form:has([name=verb][value=close])")
    assert form.count() == 1
    box = form.locator("[name=accept_missing]")
    if not box.count():
        officer.presses("main form:has([name=verb][value=close]) button")
    box.check()
    officer.presses("main form:has([name=verb][value=close]) button")
    assert form.count() == 0
    assert officer.page.locator("main form:has([name=verb][value=reopen])").count() == 1


def _decides(president: Visitor, laureate: str) -> None:
    """Keep one project though two were planned: the platform asks why before it takes the decision."""
    page = president.page
    assert president.goes_to(f"{ROOM}decision/") == 200
    kinds = page.locator("main select[name^=kind_]")
    advised = False
    for kind in kinds.all():
        name = kind.get_attribute("name")
        reasons = page.locator(f"[name={name.replace('kind_', 'reasons_')}]")
        may_be_kept = kind.locator("option[value=laureate]").count() == 1
        is_ours = page.locator(f"section[aria-labelledby='dossier-{laureate}'] [name={name}]").count() == 1
        chosen = "laureate" if is_ours else "advised" if may_be_kept and not advised else "refused"
        advised = advised or chosen == "advised"
        kind.select_option(chosen)
        if not reasons.input_value():
            reasons.fill(f"Motifs de la décision : {chosen}.")
    page.locator("[name=is_read]").check()
    with page.expect_navigation() as navigation:
        page.locator("main form button").last.click()
    assert navigation.value.status == 422
    assert page.locator(".govuk-error-summary a[href='#id_number_reason']").count() == 1
    assert kinds.first.input_value() != "", "what was chosen stays"
    assert faults(page) == []
    page.locator("[name=number_reason]").fill("Un seul projet était prêt.")
    page.locator("[name=is_read]").check()
    president.shows("decision", whole=True)
    president.presses("main form:has([name=is_read]) button")
    assert page.url.endswith(f"{ROOM}letters/")


def test_from_scores_to_the_letter_and_the_page_of_a_laureate(
    own_demo: Demonstration, own_visitor: Arrivals
) -> None:
    _scores(own_visitor("expert_law"), picture="assessment")
    _scores(own_visitor("expert_technique"))

    officer = own_visitor("officer")
    _closes_the_scoring(officer)
    officer.goes_to(f"{ROOM}ranking/")
    for box in officer.page.locator("main input[name=examination]").all()[:2]:
        box.check()
    officer.presses("main button[name=verb][value=shortlist]")
    assert officer.page.locator("main tbody .govuk-tag--green").count() == 2

    candidate = own_visitor()
    candidate.signs_in(own_demo, LAUREATE)
    candidate.goes_to("/dossiers/")
    own = {path.strip("/").split("/")[1] for path in candidate.links("/dossiers/BAS-")}

    president = own_visitor()
    president.proves(own_demo, PRESIDENT)
    president.goes_to(f"{ROOM}ranking/")
    president.shows("ranking", whole=True)
    ranked = president.page.locator("main").inner_text()
    (laureate,) = {reference for reference in own if reference in ranked}
    assert president.page.locator("main .bac-chart svg").count() > 0

    officer.goes_to(f"{ROOM}deliberation/")
    officer.page.locator("main [name=present]").fill("Les quatre experts du comité.")
    officer.page.locator("main [name=minutes]").fill("Le comité propose de retenir un projet.")
    officer.presses("main form:has([name=minutes]) button")
    assert officer.page.locator("section[aria-labelledby^='minutes-']").count() == 1

    _decides(president, laureate)
    assert candidate.goes_to(f"/dossiers/{laureate}/letter/") == 200
    assert candidate.page.locator(f"a[href='/dossiers/{laureate}/letter.pdf']").count() == 0, "not sent yet"

    officer.goes_to(f"{ROOM}letters/")
    letter = officer.links("/committee/letters/")[0]
    assert officer.context.request.get(officer.url + letter).body().startswith(b"%PDF")
    received = len(own_demo.letters_to(LAUREATE))
    officer.page.locator("main [name=accept_unsigned]").check()
    officer.presses("main form button")
    assert laureate in own_demo.wait_for_letters(LAUREATE, received + 1)[-1].as_string()
    candidate.goes_to(f"/dossiers/{laureate}/letter/")
    pdf = candidate.links(f"/dossiers/{laureate}/letter.pdf")[0]
    assert candidate.context.request.get(candidate.url + pdf).body().startswith(b"%PDF")
    candidate.shows("letter")

    public = own_visitor()
    public.goes_to(f"/calls/{CALL}/")
    assert public.links(f"/calls/{CALL}/projects/") == []
    officer.goes_to(f"{ROOM}publish/")
    officer.presses("main form:has([name^=name_]) button")
    projects = officer.links(f"/calls/{CALL}/projects/")
    assert len(projects) == 2
    public.goes_to(f"/calls/{CALL}/")
    assert set(projects) <= set(public.links(f"/calls/{CALL}/projects/"))
    assert REFUSED_WORDS not in public.page.locator("main").inner_text()
    names = {}
    for project in projects:
        assert public.goes_to(project) == 200
        names[project] = public.page.locator("h1").inner_text()
    assert any(LAUREATE_WORDS in name for name in names.values()), names
    candidate.goes_to("/support/")
    assert candidate.links(f"/support/{laureate}/"), "the support of the laureate is open"
