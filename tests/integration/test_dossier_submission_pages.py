"""A submission as a person clicks it: deadlines, missing parts, withdrawal, co-authors, rights."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bacasable.people import instance, links
from bacasable.people.models import JournalEntry, OneTimeLink, OutgoingMail
from bacasable.programme.dossiers import actions, receipts, signals
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.actions import deposit
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.questions import PROJECT
from tests.conftest import MovableClock
from tests.factories import dossiers as made
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory, sign_in, staff, verified
from tests.integration.test_dossier_pages import fill, hidden, page

pytestmark = pytest.mark.django_db


# Submission


@pytest.fixture
def ready(client: Client, clock: MovableClock) -> Dossier:
    dossier = made.complete(CallFactory(grace_minutes=0))
    sign_in(client, made.author_of(dossier))
    return dossier


def test_a_double_click_is_one_version(client: Client, ready: Dossier) -> None:
    data = {"revision": ready.revision}
    first, second = (client.post(page("submit", ready), data) for _ in range(2))
    assert first.url == second.url == page("receipt", ready)
    assert Version.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_the_first_receipt_stands_until_a_resubmission_succeeds(
    client: Client, ready: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.submit(ready)
    before = b"".join(client.get(page("receipt_pdf", ready, 1)).streaming_content)  # type: ignore[attr-defined]
    made.write(ready, "project", summary="Changed")

    def broken(version: Version) -> None:
        raise RuntimeError("the mail queue fails")

    files = set(instance.vault().names())
    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(deposit.letters, "acknowledgement", broken)
        made.submit(ready)
    assert set(instance.vault().names()) == files
    ready.refresh_from_db()
    assert ready.current_version is not None and ready.current_version.number == 1
    after = b"".join(client.get(page("receipt_pdf", ready, 1)).streaming_content)  # type: ignore[attr-defined]
    assert after == before
    assert made.submit(ready).number == 2


def test_two_requests_at_once_make_one_version(ready: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one arrives while the first one's receipt is being drawn."""
    drawn = receipts.render
    others: list[Version] = []

    def draw(version: Version) -> bytes:
        if not others:
            others.append(version)
            others.append(made.submit(ready))
        return drawn(version)

    monkeypatch.setattr(receipts, "render", draw)
    files = len(set(instance.vault().names()))
    version = made.submit(ready)
    assert version == others[1] and Version.objects.count() == 1
    assert len(set(instance.vault().names())) == files + 1, "the receipt that was not used is left behind"


def test_changed_by_another_after_the_check(client: Client, ready: Dossier) -> None:
    check = client.get(page("submit", ready)).content.decode()
    made.write(ready, "project", by=made.co_author_of(ready), summary="Changed")
    back = client.post(page("submit", ready), {"revision": hidden(check, "revision")})
    assert back.status_code == 409
    assert Version.objects.count() == 0
    assert hidden(back.content.decode(), "revision") == str(ready.revision + 1)


def test_incomplete_only_knowingly_and_never_without_the_essential(client: Client, ready: Dossier) -> None:
    made.write(ready, "legal", questions="")
    ready.refresh_from_db()
    data = {"revision": ready.revision}
    assert client.post(page("submit", ready), data).status_code == 422
    assert client.post(page("submit", ready), {**data, "accept_incomplete": "on"}).status_code == 302
    assert Version.objects.get().completeness < 100
    made.write(ready, "project", title="")
    ready.refresh_from_db()
    back = client.post(page("submit", ready), {"revision": ready.revision, "accept_incomplete": "on"})
    assert back.status_code == 422
    assert Version.objects.count() == 1


def test_a_version_knows_completeness_and_eligibility(ready: Dossier) -> None:
    version = made.submit(ready)
    assert version.completeness == 100
    assert version.eligibility in Version.Eligibility.values
    assert version.digest == reading.digest(version.answers, version.manifest)


def test_a_receiver_that_fails_undoes_the_submission(ready: Dossier) -> None:
    def refuse(**_facts: object) -> None:
        raise RuntimeError

    signals.submitted.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            made.submit(ready)
    finally:
        signals.submitted.disconnect(refuse)
    ready.refresh_from_db()
    assert (ready.state, ready.current_version) == (Dossier.State.DRAFT, None)
    assert OutgoingMail.objects.count() == Version.objects.count() == 0


# The deadline


def test_the_deadline_passes_between_page_and_post(
    client: Client, ready: Dossier, clock: MovableClock
) -> None:
    check = client.get(page("submit", ready)).content.decode()
    step = client.get(page("step", ready, "project")).content.decode()
    clock.at = ready.call.deadline + timedelta(seconds=1)
    late = client.post(page("submit", ready), {"revision": hidden(check, "revision")})
    assert late.status_code == 409
    assert f"{ready.call.deadline.astimezone(ready.call.zone):%H:%M:%S}" in late.content.decode()
    assert f"{clock.at.astimezone(ready.call.zone):%H:%M:%S}" in late.content.decode()
    typed = {"seen": hidden(step, "seen"), "summary": "Typed too late"}
    back = client.post(page("step", ready, "project"), typed)
    assert back.status_code == 409
    assert "Typed too late" in back.content.decode()
    assert client.post(page("autosave", ready, "project"), typed).status_code == 409
    assert Version.objects.count() == 0
    assert Dossier.objects.get().answers == ready.answers
    for name, args in (("overview", ()), ("step", ("project",)), ("submit", ()), ("co_authors", ())):
        assert client.get(page(name, ready, *args)).status_code == 200


def test_the_last_instant_of_the_grace_is_in_time(ready: Dossier, clock: MovableClock) -> None:
    ready.call.grace_minutes = 10
    ready.call.save()
    clock.at = ready.call.closes_at + timedelta(minutes=10)
    assert made.submit(ready).submitted_at == clock.at


def test_a_request_received_in_time_counts_although_it_is_stored_later(
    ready: Dossier, clock: MovableClock
) -> None:
    received = ready.call.deadline
    clock.at = received + timedelta(seconds=20)
    assert made.submit(ready, received_at=received).submitted_at == received


def test_nothing_begins_in_a_call_that_is_closed(client: Client, clock: MovableClock) -> None:
    call = CallFactory(closed=True)
    sign_in(client, UserFactory())
    start = reverse("dossiers:start", args=[call.slug])
    assert client.get(start).status_code == 200
    assert client.post(start).status_code == 302
    assert Dossier.objects.count() == 0
    assert client.get(reverse("dossiers:start", args=[CallFactory(draft=True).slug])).status_code == 404


# Missing parts


def test_the_office_reopens_only_what_it_asks_for(
    client: Client, ready: Dossier, clock: MovableClock
) -> None:
    made.submit(ready)
    made.write(ready, "project", benefit="Written after, never submitted")
    clock.at = ready.call.deadline + timedelta(days=1)
    actions.request_missing_parts(
        dossier=ready,
        parts=["project.summary"],
        message="Please <b>say</b> more.",
        due_at=clock.at + timedelta(days=3),
        by=verified(staff("officer")),
    )
    html = client.get(page("step", ready, "project")).content.decode()
    assert 'name="summary"' in html and 'name="benefit"' not in html
    assert "<b>say</b>" not in html
    fill(client, ready, "project", summary="More", benefit="Smuggled")
    assert client.get(page("overview", ready)).status_code == 200
    version = made.submit(ready)
    assert version.answers["project"]["summary"] == "More"
    assert version.answers["project"]["benefit"] == made.answer_to(PROJECT.question("benefit"))
    assert ready.missing_parts.get().answered_at == clock.at
    assert client.get(page("step", ready, "project")).content.decode().count("<textarea") == 0


# Withdrawal


def test_withdrawn_for_good_after_a_confirmation(client: Client, ready: Dossier) -> None:
    made.submit(ready)
    assert client.get(page("withdraw", ready)).status_code == 200
    assert client.post(page("withdraw", ready), {}).status_code == 422
    for _ in range(2):
        assert (
            client.post(page("withdraw", ready), {"confirm": "on", "reason": "Why \u202enot"}).status_code
            == 302
        )
    ready.refresh_from_db()
    assert (ready.state, ready.withdrawal_reason) == (Dossier.State.WITHDRAWN, "Why not")
    assert JournalEntry.objects.filter(action="dossier.withdrawn").count() == 1
    assert client.get(page("receipt", ready)).status_code == 200
    assert client.post(page("submit", ready), {"revision": ready.revision}).status_code == 409
    assert client.get(reverse("dossiers:start", args=[ready.call.slug])).status_code == 200


# Who may do what


@pytest.fixture
def neighbour(ready: Dossier) -> Iterator[Client]:
    other = Client()
    yield sign_in(other, made.author_of(made.submitted()))


WRITERS_PAGES = ["overview", "submit", "receipt", "versions", "withdraw", "co_authors"]


@pytest.mark.parametrize("who", ["neighbour", "administrator"])
@pytest.mark.parametrize("name", WRITERS_PAGES)
def test_a_neighbours_dossier_looks_like_none(ready: Dossier, neighbour: Client, who: str, name: str) -> None:
    made.submit(ready)
    client = neighbour if who == "neighbour" else sign_in(Client(), staff("administrator"))
    there = client.get(page(name, ready))
    nowhere = client.get(reverse(f"dossiers:{name}", args=["BAS-1999-9999"]))
    assert there.status_code == nowhere.status_code == 404
    same = re.compile(rb"BAS-\d+-\d+|nonce-?[^ ;\"]+|csrfmiddlewaretoken\" value=\"[^\"]+")
    assert same.sub(b"", there.content) == same.sub(b"", nowhere.content)


def test_a_co_author_writes_and_does_not_submit(ready: Dossier) -> None:
    co_author = made.co_author_of(ready)
    client = sign_in(Client(), co_author)
    assert fill(client, ready, "project", summary="By the co-author").status_code == 302
    assert client.get(page("overview", ready)).status_code == 200
    ready.refresh_from_db()
    for name in ("submit", "withdraw"):
        data = {"revision": ready.revision, "confirm": "on"}
        assert client.post(page(name, ready), data).status_code == 403
    assert client.post(page("co_authors", ready), {"email": "x@example.org"}).status_code == 403
    assert Version.objects.count() == 0


def test_the_office_reads_what_was_submitted_and_never_a_draft(ready: Dossier) -> None:
    officer = sign_in(Client(), staff("officer"))
    readable = [("receipt", ()), ("version", (1,)), ("receipt_pdf", (1,))]
    for name, args in readable:
        assert officer.get(page(name, ready, *args)).status_code == 404
    made.submit(ready)
    made.write(ready, "project", summary="A secret of the draft")
    for name, args in readable:
        assert officer.get(page(name, ready, *args)).status_code == 200
    assert "A secret of the draft" not in officer.get(page("version", ready, 1)).content.decode()
    for name, args in (("overview", ()), ("step", ("project",)), ("submit", ()), ("co_authors", ())):
        assert officer.get(page(name, ready, *args)).status_code == 404
    actions.withdraw(dossier=ready, by=made.author_of(ready))
    for name, args in readable:
        assert officer.get(page(name, ready, *args)).status_code == 404


def test_a_title_is_the_offices_only_once_it_is_submitted(ready: Dossier) -> None:
    made.submit(ready)
    made.write(ready, "project", title="Draft of a title")
    ready.refresh_from_db()
    assert ready.title == made.answer_to(PROJECT.question("title"))


# Co-authors


def test_an_invitation_accepted_cancelled_and_left(client: Client, ready: Dossier) -> None:
    sent = client.post(page("co_authors", ready), {"email": "Second@Example.org"})
    assert sent.status_code == 302
    link = OneTimeLink.objects.get(purpose="join")
    assert (link.email, link.target) == ("second@example.org", ready.reference)
    assert OutgoingMail.objects.filter(to="second@example.org").exists()
    assert "second@example.org" in client.get(page("co_authors", ready)).content.decode()
    second = UserFactory(email="second@example.org")
    assert actions.accept_invitation(None, link, second) == page("overview", ready)  # type: ignore[arg-type]
    assert sign_in(Client(), second).get(page("overview", ready)).status_code == 200
    remove = page("co_author_remove", ready, second.public_id)
    assert client.post(remove).status_code == 302
    assert sign_in(Client(), second).get(page("overview", ready)).status_code == 404
    link.refresh_from_db()
    assert link.expires_at <= link.created_at, "the old link would let the person in again"


def test_the_link_of_an_invitation_opens_the_dossier_once(ready: Dossier) -> None:
    address = links.issue(email="new@example.org", purpose="join", target=ready.reference)
    client = Client()
    assert client.get(address).status_code == 200
    assert ready.memberships.count() == 1, "opening a link must not spend it"
    assert client.post(address).url == page("overview", ready)
    assert client.get(page("overview", ready)).status_code == 200
    assert ready.memberships.count() == 2
    assert Client().post(address).status_code >= 400


def test_a_cancelled_invitation_expires(client: Client, ready: Dossier, clock: MovableClock) -> None:
    client.post(page("co_authors", ready), {"email": "x@example.org"})
    link = OneTimeLink.objects.get(purpose="join")
    assert client.post(page("invitation_cancel", ready, link.public_id)).status_code == 302
    link.refresh_from_db()
    assert link.expires_at <= clock.at


@pytest.mark.parametrize(
    "address", ["", "not an address", "a@b", "x\r\nBcc: y@example.org", "a" * 300 + "@b.fr"]
)
def test_wrong_addresses_are_refused(client: Client, ready: Dossier, address: str) -> None:
    assert client.post(page("co_authors", ready), {"email": address}).status_code == 422
    assert OneTimeLink.objects.count() == OutgoingMail.objects.count() == 0


def test_invitations_are_capped(client: Client, ready: Dossier) -> None:
    statuses = [
        client.post(page("co_authors", ready), {"email": "same@example.org"}).status_code for _ in range(7)
    ]
    assert statuses == [302] * 5 + [422] * 2
    many = [
        client.post(page("co_authors", ready), {"email": f"n{n}@example.org"}).status_code for n in range(12)
    ]
    assert many == [302] * 9 + [422] * 3


def test_the_journal_names_nobody_and_tells_no_content(client: Client, ready: Dossier) -> None:
    client.post(page("co_authors", ready), {"email": "hidden@example.org"})
    made.submit(ready)
    written = str(list(JournalEntry.objects.values_list("action", "subject", "facts", "actor")))
    for secret in ("hidden@example.org", made.author_of(ready).email, "Answer to"):
        assert secret not in written


def test_queries_do_not_grow_with_what_is_shown(
    client: Client, clock: MovableClock, django_assert_max_num_queries: Any
) -> None:
    user = UserFactory()
    sign_in(client, user)
    for _ in range(6):
        made.submitted(by=user)
    with django_assert_max_num_queries(6):
        client.get(reverse("dossiers:list"))
