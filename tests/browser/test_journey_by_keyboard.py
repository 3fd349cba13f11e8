"""From an e-mail to the receipt, with a keyboard and nothing else, on a telephone's width and on a desk's."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.demonstration import OPEN_CALL, Demonstration
from tests.browser.keyboard import Keyboard
from tests.browser.visitors import Visitor
from tests.factories import files

NEXT = "form#step button[name=then][value=next]"


@pytest.mark.parametrize("width", [320, 1280])
def test_from_the_mail_to_the_receipt(
    demo: Demonstration, visitor: Callable[..., Visitor], tmp_path: Path, width: int
) -> None:
    sender = f"lise.arpent-{width}@canton-clair.example"
    demo.write_from(sender)
    (letter,) = demo.wait_for_letters(sender, 1)

    candidate = visitor(width=width, height=800 if width > 320 else 640)
    page, keys = candidate.page, Keyboard(candidate.page)
    candidate.goes_to(demo.link_in(letter))
    candidate.fits()
    keys.follows("main form button")
    assert page.url.endswith(f"/calls/{OPEN_CALL}/apply/start/")
    candidate.fits()
    keys.follows("main form button")

    reference = re.search(r"/dossiers/([\w-]+)/", page.url)
    assert reference, page.url
    overview = f"{demo.url}/dossiers/{reference[1]}/"
    candidate.fits()
    if page.url == overview:
        keys.follows("main a.govuk-task-list__link")

    def write(name: str, kind: str) -> str:
        if kind == "email":
            return sender
        return "3" if kind == "number" else f"Réponse, {name}"

    steps = []
    while "/steps/" in page.url:
        steps.append(page.url)
        candidate.fits()
        keys.answers(write, until=NEXT)
        keys.follows(NEXT)
        assert len(steps) < 20, "the steps never end"
    assert len(set(steps)) == len(steps) == page.locator("a.govuk-task-list__link[href*='/steps/']").count()
    candidate.fits()

    keys.follows("a.govuk-task-list__link[href$='/files/']")
    candidate.fits()
    attached = tmp_path / "présentation du projet.pdf"
    attached.write_bytes(files.pdf())
    keys.reaches("main form :is(button.govuk-file-upload-button, input[type=file])")
    # The system's own window for files is no page: only its answer is given here.
    with page.expect_file_chooser() as window:
        page.keyboard.press("Enter")
    window.value.set_files(attached)
    keys.follows("form[data-upload] button[type=submit]")
    page.get_by_text(attached.name).first.wait_for()
    candidate.fits()

    keys.follows(f"main a[href='/dossiers/{reference[1]}/']")
    keys.follows(f"main a[href$='/{reference[1]}/submit/']")
    candidate.fits()
    keys.follows("main form:has(input[name=revision]) button")
    assert page.url == f"{overview}receipt/"
    candidate.fits()
    assert hashlib.sha256(attached.read_bytes()).hexdigest() in page.locator("main").inner_text()
    candidate.shows("receipt" if width > 320 else "mobile")

    keys.reaches("main a[href$='/receipt.pdf']")
    with page.expect_download() as receipt:
        page.keyboard.press("Enter")
    assert receipt.value.path().read_bytes().startswith(b"%PDF")
    acknowledgement = demo.wait_for_letters(sender, 2)[-1]
    assert reference[1] in acknowledgement.as_string()
    assert hashlib.sha256(attached.read_bytes()).hexdigest() in acknowledgement.get_body().get_content()


def test_link_works_once(demo: Demonstration, visitor: Callable[..., Visitor]) -> None:
    sender = "odile.venelle@canton-clair.example"
    demo.write_from(sender)
    link = demo.link_in(demo.wait_for_letters(sender, 1)[0])
    first, second = visitor(), visitor()
    first.goes_to(link)
    first.goes_to(link)  # a scanner of mails fetches links: reading one does not spend it
    Keyboard(first.page).follows("main form button")
    assert second.goes_to(link) >= 400
    assert second.page.locator("main form[method=post] button").count() == 0
