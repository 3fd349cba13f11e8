"""What people come for, in a browser: check, apply without scripts, send files, ask, export, measure."""

import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl

from bacasable.compliance import clock
from tests.browser.demonstration import OPEN_CALL, PATIENCE_SECONDS, Demonstration
from tests.browser.visitors import Visitor
from tests.factories import files
from tests.installation import Installation

Arrivals = Callable[..., Visitor]
#: A dossier of the demonstration that was submitted: its author, and a word of its title.
AUTHOR, WORD = "camille.orsel@valdombre.example", "Courriers"


def _begins(demo: Demonstration, person: Visitor, sender: str) -> str:
    """Begin a dossier from a mail; return its address."""
    demo.write_from(sender)
    person.goes_to(demo.link_in(demo.wait_for_letters(sender, 1)[0]))
    person.presses("main form button")
    person.presses("main form button")
    found = re.search(r"(/dossiers/[\w-]+/)", person.page.url)
    assert found, person.page.url
    return found[1]


def _saves(person: Visitor, path: str, **answers: str) -> int:
    """Write in a step and press its button; return the status of the page that comes."""
    person.goes_to(path)
    for name, text in answers.items():
        person.page.locator(f"#step [name={name}]").fill(text)
    with person.page.expect_navigation() as navigation:
        person.page.locator("#step button[value=list]").click()
    return int(navigation.value.status)


def test_eligibility_says_why_and_keeps_nothing(visitor: Arrivals) -> None:
    public = visitor()
    public.goes_to("/")
    public.shows("home", whole=True)
    public.goes_to(f"/calls/{OPEN_CALL}/")
    public.shows("call")
    public.goes_to(f"/calls/{OPEN_CALL}/eligibility/")
    for radio in public.page.locator("main input[type=radio][value=yes]").all():
        radio.check()
    public.presses("main form button")
    assert public.page.locator(".bac-notice--success").count() == 1
    public.page.locator("main input[name=uses_ai][value=no]").check()
    public.presses("main form button")
    assert public.page.locator(".bac-notice--error").count() == 1
    # The demonstration's banner is a form with a token; no other cookie tells one visitor from another.
    assert {cookie["name"] for cookie in public.context.cookies()} <= {"csrftoken"}


def test_language_changes_and_stays(visitor: Arrivals) -> None:
    public = visitor()
    public.goes_to(f"/calls/{OPEN_CALL}/")
    language = public.page.locator("html")
    assert language.get_attribute("lang") == "fr"
    public.presses("button[name=language][value=en]")
    assert public.page.url.endswith(f"/calls/{OPEN_CALL}/")
    assert language.get_attribute("lang") == "en"
    public.goes_to("/components/")
    assert language.get_attribute("lang") == "en"
    public.presses("button[name=language][value=fr]")
    assert language.get_attribute("lang") == "fr"
    public.shows("components")


def test_without_scripts_from_the_form_to_the_receipt(
    demo: Demonstration, visitor: Arrivals, tmp_path: Path
) -> None:
    person, sender = visitor(java_script_enabled=False), "mahaut.sans-script@bourg-neuf.example"
    page = person.page
    person.goes_to("/")
    person.presses(f"main a[href='/calls/{OPEN_CALL}/']")
    person.presses(f"main a[href='/calls/{OPEN_CALL}/apply/']")
    page.locator("main [name=email]").fill(sender)
    person.presses("main form button")
    person.goes_to(demo.link_in(demo.wait_for_letters(sender, 1)[0]))
    person.presses("main form button")
    person.presses("main form button")
    overview = re.search(r"(/dossiers/[\w-]+/)", page.url)[1]
    essential = {"name": "Bourg-Neuf", "contact_email": sender}
    assert _saves(person, f"{overview}steps/organisation/", **essential) == 200
    assert _saves(person, f"{overview}steps/project/", title="Sans script", summary="Tout marche.") == 200
    drawing = tmp_path / "schéma.png"
    drawing.write_bytes(files.png())
    person.goes_to(f"{overview}files/")
    person.presses("form[data-upload] button[type=submit]")
    assert page.locator(".govuk-error-summary a[href='#id_files']").count() == 1
    page.locator("input[type=file]").set_input_files(drawing)
    person.presses("form[data-upload] button[type=submit]")
    assert page.get_by_text(drawing.name).count() > 0
    person.goes_to(f"{overview}submit/")
    page.locator("[name=accept_incomplete]").check()
    person.presses("main form:has([name=revision]) button")
    assert page.url.endswith(f"{overview}receipt/")


def test_two_tabs_on_one_draft_lose_nothing(demo: Demonstration, visitor: Arrivals) -> None:
    person = visitor()
    overview = _begins(demo, person, "deux.onglets@bourg-neuf.example")
    step = f"{overview}steps/expectations/"
    other = person.another_tab()
    other.goto(person.url + step)
    assert _saves(person, step, support="Écrit dans le premier onglet") == 200

    other.locator("[name=support]").fill("Écrit dans le second onglet")
    with other.expect_navigation() as navigation:
        other.locator("#step button[value=list]").click()
    assert navigation.value.status == 409
    assert other.locator("[name=support]").input_value() == "Écrit dans le second onglet"
    assert "Écrit dans le premier onglet" in other.locator("#question-support").inner_text()
    with other.expect_navigation():
        other.locator("#step button[value=list]").click()
    other.goto(person.url + step)
    assert other.locator("[name=support]").input_value() == "Écrit dans le second onglet"


def test_draft_is_saved_while_it_is_written(demo: Demonstration, visitor: Arrivals) -> None:
    person = visitor()
    overview = _begins(demo, person, "sans.bouton@bourg-neuf.example")
    person.goes_to(f"{overview}steps/project/")
    with person.page.expect_response(re.compile("/autosave/$")) as saved:
        person.page.locator("[name=title]").press_sequentially("Écrit sans presser de bouton")
    assert saved.value.status == 200
    person.goes_to(f"{overview}steps/project/")
    assert person.page.locator("[name=title]").input_value() == "Écrit sans presser de bouton"


def test_upload_goes_on_after_a_lost_connection_and_a_reloaded_page(
    demo: Demonstration, visitor: Arrivals, tmp_path: Path
) -> None:
    person = visitor()
    page = person.page
    overview = _begins(demo, person, "longue.piece@bourg-neuf.example")
    scan = tmp_path / "numérisation.png"
    scan.write_bytes(files.png(padding=5 * 1024 * 1024))
    offsets: list[int] = []
    lost = {1, 4}  # the second piece once, then the fourth and all after it

    def cut(route: Any) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        offsets.append(int(route.request.headers["upload-offset"]))
        turn = len(offsets) - 1
        if turn in lost or turn > max(lost):
            route.abort("connectionreset")
        else:
            route.continue_()

    person.goes_to(f"{overview}files/")
    page.route("**/uploads/*/", cut)
    page.locator("input[type=file]").set_input_files(scan)
    page.locator("form[data-upload] button[type=submit]").click()
    while len(offsets) <= max(lost):
        page.wait_for_timeout(100)
    piece = 1024 * 1024
    assert offsets[:5] == [0, piece, piece, 2 * piece, 3 * piece]  # a lost piece is sent again, no other
    page.reload()
    page.unroute("**/uploads/*/")
    later: list[int] = []
    page.on(
        "request",
        lambda sent: later.append(int(sent.headers["upload-offset"])) if sent.method == "PATCH" else None,
    )
    page.locator("input[type=file]").set_input_files(scan)
    with page.expect_navigation():
        page.locator("form[data-upload] button[type=submit]").click()
    assert later[0] == 3 * piece  # it goes on where it stopped
    address = page.locator("main dl a[href*='/files/']").first.get_attribute("href")
    assert person.context.request.get(person.url + address).body() == scan.read_bytes()


def test_office_asks_for_parts_and_the_candidate_answers(demo: Demonstration, visitor: Arrivals) -> None:
    officer = visitor("officer")
    officer.goes_to(f"/desk/?words={WORD}")
    officer.presses("main table a[href^='/desk/dossiers/']")
    dossier = officer.page.url
    reference = dossier.rstrip("/").rpartition("/")[2]
    received = len(demo.letters_to(AUTHOR))
    officer.page.locator("main [name=parts][value^='technical']").first.check()
    officer.page.locator("main [name=message]").fill("Précisez ce qui a été mesuré.")
    due = clock.now() + timedelta(days=9)
    officer.page.locator("main [name=due_on]").fill(f"{due:%Y-%m-%d}")
    officer.presses("main form:has([name=parts]) button")
    assert officer.page.locator(".govuk-error-summary").count() == 0
    assert reference in demo.wait_for_letters(AUTHOR, received + 1)[-1].as_string()

    candidate = visitor()
    candidate.goes_to("/sign-in/")
    candidate.page.locator("main [name=email]").fill(AUTHOR)
    candidate.presses("main form button")
    candidate.goes_to(demo.link_in(demo.wait_for_letters(AUTHOR, received + 2)[-1]))
    candidate.presses("main form button")
    candidate.goes_to(f"/dossiers/{reference}/")
    notice = candidate.page.locator(".bac-notice--warning").first
    assert "Précisez ce qui a été mesuré." in notice.inner_text()
    answer = "Le rappel, sur deux mille courriers inventés."
    assert _saves(candidate, f"/dossiers/{reference}/steps/technical/", tried=answer) == 200
    candidate.goes_to(f"/dossiers/{reference}/submit/")
    if (box := candidate.page.locator("[name=accept_incomplete]")).count():
        box.check()
    candidate.presses("main form:has([name=revision]) button")
    assert candidate.page.url.endswith("/receipt/")

    officer.goes_to(dossier)
    assert answer in officer.page.locator("main").inner_text()


def test_office_exports(visitor: Arrivals) -> None:
    officer = visitor("officer")
    officer.goes_to("/desk/")
    officer.shows("queue")
    exports = {}
    for name in ("xlsx", "zip"):
        with officer.page.expect_download() as download:
            officer.page.locator(f"main a[href*='dossiers.{name}']").click()
        exports[name] = download.value.path().read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(exports["xlsx"])).active
    references = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    shown = officer.page.locator("main table a[href^='/desk/dossiers/']").first.inner_text().strip()
    assert any(shown in reference for reference in references)
    with zipfile.ZipFile(io.BytesIO(exports["zip"])) as archive:
        assert archive.testzip() is None
        assert any(name.endswith("presentation.pdf") for name in archive.namelist())


#: Prints the promises that are not kept, once the worker has measured those of all services.
NOT_KEPT = (
    "import json\n"
    "from bacasable.duties.register.queries import entries, promises\n"
    "told = [f'{entry.service.key}, {one.control.key}: {one.state}' for entry in entries()\n"
    "        for one in promises(entry) if one.state != 'kept']\n"
    "print(json.dumps(told))"
)


def test_every_promise_of_the_demonstration_is_kept(first_day: Path) -> None:
    home = Installation(first_day, environment={"BACASABLE_DEPLOYMENT": "demo"})
    assert json.loads(home.python(NOT_KEPT).splitlines()[-1]) == []


def test_recommendation_closes_on_evidence(demo: Demonstration, visitor: Arrivals) -> None:
    public = visitor()
    own = "main table a[href='/recommendations/files-unreadable-at-rest/']"
    closed = f"main table tr:has({own.removeprefix('main table ')}) .govuk-tag--green"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not public.page.locator(closed).count():
        assert time.monotonic() < deadline, "the worker measures the promises of the demonstration's services"
        public.goes_to("/recommendations/")
        assert public.page.locator(own).count() == 1
    public.presses(own)
    assert public.page.locator("main .govuk-tag--green").count() > 0
    public.shows("recommendation")
    public.presses("main table a[href^='/evidence/']")
    envelope = public.page.locator("main a[href$='/envelope.json']").first.get_attribute("href")
    assert public.context.request.get(public.url + envelope).json()["payloadType"].startswith("application/")
