"""The inspection firewall: an inspector sees the public pages, and cannot tell what else there is.

The site is walked as an inspector whose account is tied to everything in the database: granted roles,
authorship, panel, team, delegation. For every address, an object that exists and one that does not must
answer alike: status, headers, body, and number of queries, which stands for the time. No answer holds a word
planted in what is not public. With the wall taken down the same walk finds both, so it can see.
"""

import re
import time
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.compliance.service import PUBLIC
from bacasable.people import permissions, sessions
from bacasable.people.models import User
from bacasable.people.permissions import table
from bacasable.programme.dossiers.models import ReferenceCounter
from tests.factories.canaries import Canaries
from tests.factories.people import sign_in
from tests.factories.site import Site
from tests.integration.test_url_role_table import METHODS, PAGES, Page, Visitor, addresses, ask, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

#: Parameters that name no object of an office.
NAMELESS = {"extension", "step", "verb", "token"}
#: Headers that say nothing of the object asked for.
PASSING = {"Set-Cookie", "Date", "Expires", "X-Request-ID", "Server-Timing"}
PAGES_OF_OBJECTS = [page for page in PAGES if set(page.parameters) - NAMELESS]
#: The names under which pages may take the words of a search.
SEARCHES = ("q", "words", "search", "keyword", "theme", "sector", "control", "matter", "service", "page")


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock(), transaction.atomic():
        for year in range(
            platform_clock.now().year - 1, platform_clock.now().year + 2
        ):  # no reference of an example
            ReferenceCounter.objects.create(year=year, last=7000)
        yield Site().furnish()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def canaries(site: Site) -> Canaries:
    return Canaries().plant(but=site.infiltrated)


def visitor(user: User, how: str | None = None) -> Visitor:
    browser = Client()
    sign_in(browser, user, how)
    session = browser.session
    session["people.seen_at"] = time.time() + 1800  # a session notes once a minute that it was seen
    session.save()
    return Visitor(user.email, set(), {key: morsel.value for key, morsel in browser.cookies.items()})


@pytest.fixture(scope="module")
def inspectors(site: Site, canaries: Canaries) -> list[Visitor]:
    """With a second factor, and with a link alone, by which no granted role counts."""
    return [visitor(site.infiltrated), visitor(site.infiltrated, sessions.LINK)]


def content(answer: HttpResponseBase) -> str:
    raw = answer.getvalue() if hasattr(answer, "getvalue") else b""
    return raw.decode("utf-8", "replace") + "\n" + "\n".join(f"{k}: {v}" for k, v in answer.items())


def absent(name: str, value: object) -> object:
    """Return a value of the same shape and length that names nothing."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return 9
    text = str(value)
    return re.sub(r"\d", "9", text) if name == "reference" else re.sub(r"[a-z]", "x", text)


def twins(page: Page, site: Site) -> Iterator[tuple[str, str]]:
    """Yield an address, and one of the same shape where nothing stands."""
    for address, parameters in addresses(page, site):
        named = {name: absent(name, value) for name, value in parameters.items() if name not in NAMELESS}
        for changed in [named, *({name: value} for name, value in named.items())]:
            other = reverse(page.name, kwargs=parameters | changed)
            if other != address:
                yield address, other


def print_of(person: Visitor, method: str, address: str) -> tuple[int, str, int]:
    """Return what an answer gives away: status, headers with body, and number of queries."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask(person, method, address)
        text = content(answer)
    kept = "\n".join(line for line in text.splitlines() if line.partition(":")[0] not in PASSING)
    kept = re.sub(r'(csrfmiddlewaretoken" value=|nonce[-=])["\']?[^"\';> ]+', "", kept)
    for way in (address, quote(address, safe=""), quote(address)):
        kept = kept.replace(way, "…")
    return answer.status_code, kept, len(queries)


def told_apart(page: Page, site: Site, people: list[Visitor]) -> list[str]:
    """Return the addresses by which these people can tell what exists from what does not."""
    nobody, faults = Visitor("nobody", {"public"}), []
    for address, other in twins(page, site):
        for method in METHODS.get(page.name, ("GET", "POST")):
            if verdict(ask(nobody, method, address)) == "allowed":
                continue  # everybody reads it
            for person in people:
                print_of(person, method, other)  # what is remembered for good is remembered now
                status, text, cost = print_of(person, method, address)
                status_2, text_2, cost_2 = print_of(person, method, other)
                if (status, cost) != (status_2, cost_2):
                    faults.append(f"{method} {address}: {status}, {cost} queries; {status_2}, {cost_2}")
                elif text != text_2:
                    faults.append(f"{method} {address}: {status}, the answers differ")
                elif page.by_object and status < 300:
                    faults.append(f"{method} {address}: {status}")
    return faults


def leaked(page: Page, site: Site, canaries: Canaries, people: list[Visitor]) -> list[str]:
    """Return the words that are not public and that a page tells these people."""
    faults = []
    for address, _parameters in addresses(page, site):
        for person in people:
            found = canaries.found_in(content(ask(person, "GET", address)), but=address)
            faults += [f"{address}: {where}" for where in sorted(found)]
    return faults


@pytest.mark.parametrize("page", PAGES_OF_OBJECTS, ids=[page.name for page in PAGES_OF_OBJECTS])
def test_an_inspector_cannot_tell_what_exists_from_what_does_not(page, site, inspectors):
    faults = told_apart(page, site, inspectors)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_no_answer_to_an_inspector_holds_a_word_that_is_not_public(page, site, canaries, inspectors):
    faults = leaked(page, site, canaries, [*inspectors, Visitor("nobody", {"public"})])
    assert not faults, "\n".join(faults)


def test_words_were_planted_in_every_room(canaries):
    planted = " ".join(canaries.planted.values())
    for name in ("Dossier.", "Version.answers", "Examination.", "Score.", "Guidance.", "Agreement."):
        assert name in planted, name
    for name in ("Recommendation.", "Passage.", "Reply.", "LawfulException.", "Letter.", "Meeting."):
        assert name in planted, name


def test_a_search_for_a_hidden_word_answers_as_one_for_no_word_at_all(site, canaries, inspectors, clock):
    rooms = {where.partition(".")[0]: word for word, where in canaries.planted.items() if "zqx" in word}
    wanted = [
        rooms[room] for room in ("Call", "Dossier", "Guidance", "Passage", "Recommendation", "Synthesis")
    ]
    faults = []
    for page in PAGES:
        if page.parameters or PUBLIC not in table()[page.permission or ""].roles:
            continue
        if page.name.startswith("portal:"):
            continue  # measures of the process differ each time
        address = reverse(page.name)
        if ask(inspectors[0], "GET", address).status_code != 200:
            continue
        for word in wanted:
            answers = []
            for asked in (word, "j" * len(word)):
                query = "&".join(f"{name}={asked}" for name in SEARCHES)
                status, text, cost = print_of(inspectors[0], "GET", f"{address}?{query}")
                answers.append((status, text.replace(asked, "…"), cost))
            if answers[0] != answers[1]:
                faults.append(f"{address}: {canaries.planted[word]}")
    assert not faults, "\n".join(faults)


def test_the_walk_sees_what_it_looks_for(site, canaries, inspectors, monkeypatch):
    monkeypatch.setattr(permissions, "walled_roles", set)
    rooms = {page.name: page for page in PAGES}
    for name in ("dossiers:overview", "dossiers:version", "dossiers:file"):
        assert told_apart(rooms[name], site, inspectors[:1]), name
    for name in ("dossiers:list", "dossiers:overview", "desk:queue", "desk:dossier", "people:staff"):
        assert leaked(rooms[name], site, canaries, inspectors[:1]), name


def test_an_administrator_reads_references_and_no_content(site, canaries):
    """Accounts and mails name people and references; nothing of what dossiers say."""
    person = visitor(site.administrator)
    known = {"User.name", "User.email", "Dossier.reference", "Letter.reference"}
    faults = []
    for page in PAGES:
        for address, _parameters in addresses(page, site):
            found = canaries.found_in(content(ask(person, "GET", address)), but=address)
            faults += [f"{address}: {where}" for where in sorted(found - known)]
    assert not faults, "\n".join(faults)
