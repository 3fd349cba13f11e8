"""The pages of who writes a dossier, as a browser without script sees them."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from bacasable.people import instance
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.questions import PROJECT
from tests.conftest import MovableClock
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, sign_in

pytestmark = pytest.mark.django_db


HOSTILE = [
    "<script>alert('x')</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE programme_dossier; -- \" OR 1=1",
    '#read("/etc/passwd") #import "@preview/evil:1.0.0": * $x^2$ [*bold*] \\u{41}',
    "a\0b\x07c",
    "\u202etxt.exe\u2066 שלום",
    "{% load i18n %}{{ request.user.email }} %(x)s %s {0}",
]


@pytest.fixture
def dossier(clock: MovableClock) -> Dossier:
    return made.draft(CallFactory(grace_minutes=0))


@pytest.fixture
def author(client: Client, dossier: Dossier) -> Client:
    return sign_in(client, made.author_of(dossier))


def page(name: str, dossier: Dossier, *args: Any) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.reference, *args])


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"the page has no hidden field {name}"
    return found[1]


def fill(client: Client, dossier: Dossier, step: str, **answers: Any) -> Any:
    """Open the page of a step, type, and press the button."""
    seen = hidden(client.get(page("step", dossier, step)).content.decode(), "seen")
    return client.post(page("step", dossier, step), {"seen": seen, **answers})


# The walk


def test_from_the_first_page_to_the_receipt(client: Client, clock: MovableClock) -> None:
    call = CallFactory()
    user = UserFactory(language="en")
    sign_in(client, user)
    start = reverse("dossiers:start", args=[call.slug])
    assert client.get(start).status_code == 200
    assert Dossier.objects.count() == 0
    begun = client.post(start)
    dossier = Dossier.objects.get()
    assert begun.url == page("overview", dossier) == client.post(start).url == client.get(start).url
    assert Dossier.objects.count() == 1
    assert dossier.reference in client.get(reverse("dossiers:list")).content.decode()
    while True:
        step = client.get(page("overview", dossier))
        assert step.status_code == 200
        parts = reading.missing(Dossier.objects.get().answers, [], actions_steps(dossier))
        if not parts:
            break
        questions = next(s for s in actions_steps(dossier) if s.key == parts[0].step).questions
        answered = fill(client, dossier, parts[0].step, **{q.key: made.answer_to(q) for q in questions})
        assert answered.status_code == 302
    check = client.get(page("submit", dossier)).content.decode()
    sent = client.post(page("submit", dossier), {"revision": hidden(check, "revision")})
    assert sent.url == page("receipt", dossier)
    version = Version.objects.get()
    shown = client.get(sent.url).content.decode()
    assert version.digest in shown
    pdf = b"".join(client.get(page("receipt_pdf", dossier, 1)).streaming_content)  # type: ignore[attr-defined]
    assert pdf.startswith(b"%PDF-")
    assert client.get(page("version", dossier, 1)).status_code == 200
    assert client.get(page("versions", dossier)).status_code == 200
    letter = OutgoingMail.objects.get()
    assert (letter.to, letter.about) == (user.email, f"dossier:{dossier.reference}")


def actions_steps(dossier: Dossier) -> Any:
    from bacasable.programme.dossiers import queries

    return queries.steps_of(dossier.call)


def test_no_pages_for_who_is_not_signed_in(client: Client, dossier: Dossier) -> None:
    for name in ("overview", "submit", "receipt", "versions", "withdraw", "co_authors"):
        assert client.get(page(name, dossier)).status_code == 302
    assert client.get(reverse("dossiers:list")).status_code == 302


def test_references_count_up_within_the_year_of_the_call(clock: MovableClock) -> None:
    call = CallFactory()
    year = call.opens_at.astimezone(call.zone).year
    assert [made.draft(call).reference for _ in range(3)] == [f"BAS-{year}-{n:04}" for n in (1, 2, 3)]


# Two tabs


def test_the_second_tab_is_told_and_shows_both_texts(author: Client, dossier: Dossier) -> None:
    old = hidden(author.get(page("step", dossier, "project")).content.decode(), "seen")
    fill(author, dossier, "project", title="Title", summary="From the first tab")
    address = page("step", dossier, "project")
    told = author.post(address, {"seen": old, "summary": "From the second tab", "benefit": "New"})
    html = told.content.decode()
    assert told.status_code == 409
    assert "From the first tab" in html and "From the second tab" in html
    stored = Dossier.objects.get().answers["project"]
    assert stored == {"title": "Title", "summary": "From the first tab", "benefit": "New"}
    chosen = author.post(address, {"seen": hidden(html, "seen"), "title": "Title", "summary": "Both"})
    assert chosen.status_code == 302
    assert Dossier.objects.get().answers["project"]["summary"] == "Both"


def test_two_tabs_on_different_questions_are_merged(author: Client, dossier: Dossier) -> None:
    old = hidden(author.get(page("step", dossier, "project")).content.decode(), "seen")
    fill(author, dossier, "project", summary="One")
    late = author.post(page("step", dossier, "project"), {"seen": old, "summary": "", "benefit": "Two"})
    assert late.status_code == 302
    assert Dossier.objects.get().answers["project"] == {"summary": "One", "benefit": "Two"}


def test_autosave_answers_with_what_the_page_then_carries(author: Client, dossier: Dossier) -> None:
    address = page("autosave", dossier, "project")
    seen = reading.token(PROJECT, {})
    first = author.post(address, {"seen": seen, "title": "T", "summary": "x" * 3000}).json()
    assert set(first["problems"]) == {"summary"}
    again = author.post(address, {"seen": first["token"], "title": "T2", "summary": "short"})
    assert again.status_code == 200
    assert Dossier.objects.get().answers["project"] == {"title": "T2", "summary": "short"}
    stale = author.post(address, {"seen": seen, "title": "T3"})
    assert (stale.status_code, stale.json()["conflicts"]) == (409, ["title"])


def test_autosave_of_the_same_text_writes_nothing(author: Client, dossier: Dossier) -> None:
    fill(author, dossier, "project", title="T")
    before = Dossier.objects.get().revision, JournalEntry.objects.count()
    fill(author, dossier, "project", title="T")
    assert (Dossier.objects.get().revision, JournalEntry.objects.count()) == before


# Bad input


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_everywhere_is_kept_as_text(
    author: Client, dossier: Dossier, text: str, settings: Any
) -> None:
    for step in actions_steps(dossier):
        answers = {q.key: text if q.kind in {"text", "long"} else made.answer_to(q) for q in step.questions}
        assert fill(author, dossier, step.key, **answers).status_code == 302
    dossier.refresh_from_db()
    kept = reading.tidy(text, lines=False)
    assert dossier.title == kept
    check = author.get(page("submit", dossier)).content.decode()
    assert escape(kept) in check
    assert "<script>alert" not in check and "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", check)
    version = made.submit(dossier)
    pdf = b"".join(instance.vault().read(bytes(dossier.data_key), version.receipt))
    assert pdf.startswith(b"%PDF-") and b"root:x:0" not in pdf
    for name in ("overview", "receipt", "versions"):
        assert b"<script>alert" not in author.get(page(name, dossier)).content
    assert b"<script>alert" not in author.get(reverse("dossiers:list")).content


def test_a_megabyte_is_shown_back_and_the_rest_is_saved(author: Client, dossier: Dossier) -> None:
    long = "é" * 500_000
    back = fill(author, dossier, "project", title="Kept", summary=long)
    assert back.status_code == 422
    assert long in back.content.decode()
    assert Dossier.objects.get().answers["project"] == {"title": "Kept"}


@pytest.mark.parametrize("step", ["data", "organisation", "eligibility"])
def test_choices_that_do_not_exist_are_refused(author: Client, dossier: Dossier, step: str) -> None:
    asked = next(s for s in actions_steps(dossier) if s.key == step)
    closed = [q for q in asked.questions if q.choices]
    back = fill(author, dossier, step, **{q.key: "<b>no such choice</b>" for q in closed})
    assert back.status_code == 422
    assert b"<b>no such choice" not in back.content
    assert Dossier.objects.get().answers.get(step, {}) == {}


def test_a_box_unticked_is_forgotten(author: Client, dossier: Dossier) -> None:
    fill(author, dossier, "data", categories=["identity", "health"])
    fill(author, dossier, "data", **{"categories-asked": "1"})
    assert Dossier.objects.get().answers.get("data", {}) == {}


@pytest.mark.parametrize("revision", ["", "-1", "x", "9" * 40])
def test_a_garbled_revision_submits_nothing(author: Client, clock: MovableClock, revision: str) -> None:
    dossier = made.complete(by=UserFactory())
    sign_in(author, made.author_of(dossier))
    assert author.post(page("submit", dossier), {"revision": revision}).status_code in {409, 422}
    assert Version.objects.count() == 0
