"""The forms of an edition's rooms, refused: errors are said first, and axe finds nothing on their pages."""

from collections.abc import Callable

from tests.browser.demonstration import Demonstration
from tests.browser.test_every_page import faults
from tests.browser.visitors import Visitor

Arrivals = Callable[..., Visitor]
SCORED = "mobilites-2029"
#: The project of the demonstration whose synthesis waits for a reply.
PROJECT = "eliott.garance@cc-brumes.example"


def refused(person: Visitor, form: str = "main form[method=post]", button: str = "") -> list[str]:
    """Send a form that cannot be accepted; return what is wrong with the page that says so."""
    page = person.page
    path = page.url
    with page.expect_navigation() as navigation:
        page.locator(f"{form} {button or 'button[type=submit]'}").first.click()
    assert navigation.value.status == 422, path
    assert page.locator(".govuk-error-summary").count() == 1, f"{path}: nothing is said"
    summary_has_focus = "document.activeElement.classList.contains('govuk-error-summary')"
    assert page.evaluate(summary_has_focus), f"{path}: the errors have no focus"
    return faults(page)


def test_scores_that_are_not_complete(visitor: Arrivals) -> None:
    expert = visitor("expert_law")
    expert.goes_to(f"/committee/{SCORED}/tasks/")
    page, form = expert.page, "#scores"
    paths = expert.links("/committee/assess/")
    left = [path for path in paths if expert.goes_to(path) == 200 and page.locator(form).count()]
    assert left, "no dossier waits for a score"
    expert.goes_to(left[0])
    assert refused(expert, form, "button[value=submit]") == []


def test_what_the_office_writes_in_a_support(visitor: Arrivals) -> None:
    candidate, officer = visitor("candidate"), visitor("officer")
    file = candidate.support_file()
    found = []
    for page in ("guidance/new/", "recommendations/new/"):
        assert officer.goes_to(f"{file}{page}") == 200, page
        found += refused(officer)
    assert found == []


def test_a_key_that_is_none(visitor: Arrivals) -> None:
    candidate = visitor("candidate")
    assert candidate.goes_to(f"{candidate.support_file()}evidence/keys/new/") == 200
    candidate.page.locator("main [name=pem]").fill("no key")
    assert refused(candidate) == []


def test_a_reply_and_a_deadline_of_a_synthesis(demo: Demonstration, visitor: Arrivals) -> None:
    project, editor = visitor(), visitor("editor")
    project.signs_in(demo, PROJECT)
    file = project.support_file()
    project.goes_to(f"{file}synthesis/")
    project.page.locator("main [name=asks_secret]").check()
    found = refused(project, "main form:has([name=text])")

    editor.goes_to("/syntheses/")
    begun = editor.page.locator("main .synthesis-result", has_text=file.strip("/").partition("/")[2])
    compose = begun.locator("a[href^='/syntheses/']").first.get_attribute("href")
    editor.goes_to(f"{compose}send/")
    for part in editor.page.locator("main form[method=post] input[name^=reply_due_at]").all():
        part.fill("")
    found += refused(editor)
    assert found == []
