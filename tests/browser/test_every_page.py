"""Every page that each role finds by its links: axe finds nothing, nothing overflows, light or dark."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from tests.browser.axe import overflow, violations
from tests.browser.demonstration import OPEN_CALL
from tests.browser.visitors import Visitor

ROLES = [
    "public",
    "officer",
    "president",
    "expert_law",
    "editor",
    "inspector",
    "dpo",
    "candidate",
    "co_author",
    "administrator",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
_LINKS = """() => [...document.querySelectorAll('a[href]')]
  .filter(link => link.origin === location.origin).map(link => link.pathname + link.search)"""


def faults(page: Any, *, crossed: bool = True) -> list[str]:
    """What is wrong with a page, narrow and dark; if ``crossed``, wide and light too."""
    found = []
    for scheme, size in [("light", WIDE), ("dark", NARROW)] if crossed else [("dark", NARROW)]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        wrong = violations(page)
        if size is NARROW:
            wrong += [f"overflow: {what}" for what in overflow(page)]
        found += [f"{page.url} {scheme} {size['width']}: {one}" for one in wrong]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return found


#: Addresses that give a file to keep, besides those that end like one.
FILES = {
    "dossiers:file",
    "desk:inspected_file",
    "committee:file",
    "committee:letter",
    "depth_events:places",
    "portal:metrics",
    "register:download",
    "recommendations:document",
    "support:document",
    "water_use:letter",
}
#: How many pages are looked at of the kinds whose pages differ: at different steps, of different subjects.
SEVERAL = {
    "call:detail": 2,
    "committee:assess": 3,
    "committee:decide": 2,
    "committee:selection": 5,
    "desk:dossier": 3,
    "people:staff_account": 2,
    "recommendations:detail": 2,
    "support:file": 2,
    "synthesis:compose": 2,
}
#: Pages that are the same for everybody, but for the header.
OF_EVERYBODY = re.compile(
    "call:(?!manage|detail)|demo:|ui:|depth_events:(start|station|panel|object|follow|asked)|register:(services|register|about|entry)|rights:(ask|sent)|evidence:(list|detail|key)|recommendations:list|synthesis:(list|detail|"
    "changes|version)|committee:conference|portal:legal|a mail"
)


def kind_of(path: str) -> tuple[str, int]:
    """Return what pages of the same kind share, and how many of them are looked at; 0: not a page."""
    path = urlsplit(path).path
    if path.startswith("/demo/outbox/"):
        return "a mail", 2
    try:
        match = resolve(path)
    except Resolver404:
        return path, 1
    name = match.view_name
    if re.search(r"\.\w{3,4}$", path) or name in FILES:
        return name, 0
    if name == "dossiers:step":
        return f"{name} {match.kwargs['step']}", 1
    return name, SEVERAL.get(name, 1)


def pages(visitor: Visitor, known: set[str]) -> Iterator[str]:
    """Open page after page from the home, by links: some of each kind; give the kind of each.

    Pages of everybody that are ``known`` are not opened again.
    """
    waiting, met, opened = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        kind, most = kind_of(path)
        if opened[kind] >= most or (kind in known and OF_EVERYBODY.match(kind)):
            continue
        opened[kind] += 1
        visitor.goes_to(path)
        if visitor.page.evaluate("document.contentType") != "text/html":
            continue
        yield kind
        for link in visitor.page.evaluate(_LINKS):
            if link not in met:
                met.add(link)
                waiting.append(link)


@pytest.fixture(scope="module")
def looked_at() -> Counter[str]:
    """How many pages of each kind somebody has looked at both ways."""
    return Counter()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_and_fits(
    visitor: Callable[..., Visitor], looked_at: Counter[str], role: str
) -> None:
    person = visitor(role)
    found, seen = [], Counter[str]()
    known = set(looked_at)
    for kind in pages(person, known):
        # What somebody else has been shown differs by a few lines: one look is enough.
        found += faults(person.page, crossed=kind not in known)
        seen[kind] += 1
    looked_at |= seen
    assert found == []
    assert len(seen) > 6  # the menu leads somewhere


#: Pages of forms and what is written in them, by role; "{draft}" is one of theirs, "{dossier}" one received.
WRONG = [
    ("public", f"/calls/{OPEN_CALL}/apply/", {}),
    ("public", f"/calls/{OPEN_CALL}/questions/ask/", {}),
    ("public", "/sign-in/", {"email": "no address"}),
    ("public", "/sign-in/staff/", {}),
    ("public", "/demo/clock/", {"at": ""}),
    ("candidate", "{draft}steps/organisation/", {"contact_email": "no address"}),
    ("candidate", "{draft}steps/commitment/", {"days_per_month": "a few"}),
    ("candidate", "{draft}co-authors/", {"email": "no address"}),
    ("candidate", "{draft}withdraw/", {}),
    ("candidate", "{draft}import/", {}),
    ("officer", "{dossier}", {}),
    ("officer", "/manage/calls/new/", {}),
    ("officer", f"/manage/calls/{OPEN_CALL}/extend/", {}),
    ("officer", "/account/password/", {}),
    ("administrator", "/staff/new/", {}),
]


@pytest.mark.parametrize("role", sorted({role for role, _path, _written in WRONG}))
def test_forms_with_errors_say_them_first(visitor: Callable[..., Visitor], role: str) -> None:
    person = visitor(role)
    page, found = person.page, []
    known = {}
    if role == "candidate":
        person.goes_to("/dossiers/")
        known["draft"] = page.locator("main td a, main th a").first.get_attribute("href")
    if role == "officer":
        person.goes_to("/desk/")
        known["dossier"] = page.locator("main a[href^='/desk/dossiers/']").first.get_attribute("href")
    for path, written in [(path, written) for of, path, written in WRONG if of == role]:
        assert person.goes_to(path.format(**known)) == 200, path
        form = page.locator("main form[method=post]").last
        for name, text in written.items():
            form.locator(f"[name={name}]").fill(text)
        with page.expect_navigation():
            form.locator("button[type=submit]:not([value=list])").last.click()
        assert page.locator(".govuk-error-summary").count() == 1, f"{path}: nothing is said"
        summary_has_focus = "document.activeElement.classList.contains('govuk-error-summary')"
        assert page.evaluate(summary_has_focus), f"{path}: the errors have no focus"
        assert page.title()
        found += faults(page)
    assert found == []


def test_refusals_are_pages_like_others(visitor: Callable[..., Visitor]) -> None:
    public, candidate = visitor(), visitor("candidate")
    found = []
    for person, path, status in (
        (public, "/no-such-page/", 404),
        (public, "/link/not-a-link/", 404),
        (candidate, "/desk/", 403),
        (candidate, "/account/password/", 403),
        (candidate, "/dossiers/BAS-1999-0001/", 404),
    ):
        assert person.goes_to(path) == status, path
        found += faults(person.page)
    candidate.goes_to("/demo/clock/")
    candidate.context.clear_cookies()
    candidate.presses("main form button[value=reset]")
    assert candidate.page.locator("h1").count() == 1
    found += faults(candidate.page)
    assert found == []
