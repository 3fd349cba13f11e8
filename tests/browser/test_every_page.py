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

ROLES = ["public", "candidate", "co_author", "officer", "administrator"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
_LINKS = """() => [...document.querySelectorAll('a[href]')]
  .filter(link => link.origin === location.origin).map(link => link.pathname + link.search)"""


def faults(page: Any, *, crossed: bool = True) -> list[str]:
    """What is wrong with a page: wide and light, narrow and dark, and the other way round if ``crossed``."""
    found = []
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("dark", NARROW), ("light", NARROW)):
        other_way = (scheme == "dark") == (size is WIDE)
        if other_way and not crossed:
            continue
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        wrong = violations(page, look_only=other_way)
        if size is NARROW:
            wrong += [f"overflow: {what}" for what in overflow(page)]
        found += [f"{page.url} {scheme} {size['width']}: {one}" for one in wrong]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
    return found


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
    if re.search(r"\.\w{3,4}$", path) or name in {"dossiers:file", "portal:metrics"}:
        return name, 0
    if name == "dossiers:step":
        return f"{name} {match.kwargs['step']}", 1
    return name, {"desk:dossier": 4, "call:detail": 2, "people:staff_account": 2}.get(name, 1)


def pages(visitor: Visitor) -> Iterator[str]:
    """Open page after page from the home, by links: some of each kind; give the kind of each."""
    waiting, met, opened = ["/"], {"/"}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        kind, most = kind_of(path)
        if opened[kind] >= most:
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


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_accessible_and_fits(visitor: Callable[..., Visitor], role: str) -> None:
    person = visitor(role)
    found, seen = [], 0
    for kind in pages(person):
        # Who signs in finds the public's pages again, with another header.
        again = role != "public" and re.match("call:(?!manage)|ui:|recommendations:|evidence:|a mail", kind)
        found += faults(person.page, crossed=not again)
        seen += 1
    assert found == []
    assert seen > 20  # the menu leads somewhere


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
