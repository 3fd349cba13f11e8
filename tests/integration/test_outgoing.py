"""The queue of outgoing mail: with the act or not at all, retried, given up, forgotten."""

import uuid
from email import policy
from email.parser import BytesParser

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bacasable.exchange.post import Attached, Mail, Undeliverable
from bacasable.people import instance, outgoing
from bacasable.people.models import JournalEntry, OutgoingMail, User
from tests.factories.mail import text_of
from tests.factories.people import sign_in, staff

MAIL = Mail(
    "ada@town.example",
    "Your link",
    "https://portal.example/link/secret-token/",
    attachments=(Attached("receipt.pdf", "application/pdf", b"%PDF-1.7"),),
)


class Relay:
    """Stands where the post stands, and fails when told to."""

    def __init__(self, real) -> None:
        self.real, self.sent, self.failure = real, [], None
        self.sender = real.sender
        self.compose = real.compose

    def send(self, mail: Mail) -> str:
        if self.failure:
            raise self.failure
        self.sent.append(mail)
        return ""


@pytest.fixture
def relay(monkeypatch: pytest.MonkeyPatch) -> Relay:
    made = Relay(instance.post())
    monkeypatch.setattr(instance, "post", lambda: made)
    return made


@pytest.mark.django_db
def test_a_mail_is_delivered_once_and_then_forgotten(relay: Relay) -> None:
    row = outgoing.queue(MAIL, about="call:x")
    assert b"secret-token" not in bytes(row.sealed)
    assert outgoing.deliver_due() == 1
    assert outgoing.deliver_due() == 0
    (sent,) = relay.sent
    assert (sent.to, sent.subject, sent.text, sent.attachments) == (
        MAIL.to,
        MAIL.subject,
        MAIL.text,
        MAIL.attachments,
    )
    row.refresh_from_db()
    assert (row.state, row.to, bytes(row.sealed), bytes(row.data_key)) == ("sent", "", b"", b"")
    assert row.about == "call:x"


@pytest.mark.django_db(transaction=True)
def test_a_mail_falls_with_its_transaction(relay: Relay) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        outgoing.queue(MAIL)
        raise RuntimeError
    assert OutgoingMail.objects.count() == 0
    with pytest.raises(RuntimeError, match="atomic"):
        outgoing.queue(MAIL)


@pytest.mark.django_db
def test_what_cannot_be_sent_is_refused_when_queued(relay: Relay) -> None:
    with pytest.raises(ValueError):
        outgoing.queue(Mail("not an address", "x", "y"))
    with pytest.raises(ValueError):
        outgoing.queue(Mail("ada@town.example", "x", "y", headers={"Bcc": "b@c.example"}))


@pytest.mark.django_db
def test_a_failure_is_tried_again_later_with_the_same_identifier(relay: Relay, clock) -> None:
    outgoing.queue(MAIL)
    relay.failure = Undeliverable("smtp 451", permanent=False)
    assert outgoing.deliver_due() == 0
    (row,) = OutgoingMail.objects.all()
    assert (row.state, row.last_error, row.attempts) == ("waiting", "smtp 451", 1)
    relay.failure = None
    assert outgoing.deliver_due() == 0  # not yet
    clock.forward(minutes=1, seconds=1)
    assert outgoing.deliver_due() == 1
    assert relay.sent[0].headers["Message-ID"]


@pytest.mark.django_db
def test_after_the_last_delay_it_has_failed_and_can_be_retried(relay: Relay, clock) -> None:
    row = outgoing.queue(MAIL, about="dossier:BAS-2026-0001")
    relay.failure = Undeliverable("smtp OSError", permanent=False)
    for _ in range(len(outgoing.DELAYS) + 3):
        outgoing.deliver_due()
        clock.forward(days=1, seconds=1)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", len(outgoing.DELAYS) + 1)
    assert JournalEntry.objects.filter(action="people.mail_failed", subject="dossier:BAS-2026-0001").exists()
    relay.failure = None
    assert outgoing.deliver_due() == 0
    by = User.objects.create_user("officer@office.example")
    assert outgoing.retry(only=uuid.uuid4(), by=by) == 0
    assert outgoing.retry(only=row.public_id, by=by) == 1
    assert outgoing.retry(by=by) == 0
    assert outgoing.deliver_due() == 1


@pytest.mark.django_db
def test_a_refusal_for_good_is_not_tried_again(relay: Relay, clock) -> None:
    row = outgoing.queue(MAIL)
    relay.failure = Undeliverable("smtp 550", permanent=True)
    outgoing.deliver_due()
    row.refresh_from_db()
    assert row.state == "failed"
    assert "town" not in str(JournalEntry.objects.values_list("subject", "facts"))


@pytest.mark.django_db
def test_an_altered_content_fails_instead_of_being_sent(relay: Relay) -> None:
    row = outgoing.queue(MAIL)
    altered = bytearray(row.sealed)
    altered[-1] ^= 1
    OutgoingMail.objects.filter(pk=row.pk).update(sealed=bytes(altered))
    assert outgoing.deliver_due() == 0
    row.refresh_from_db()
    assert (row.state, relay.sent) == ("failed", [])


@pytest.mark.django_db
def test_a_mail_of_a_killed_worker_is_taken_again_and_a_live_ones_is_not(relay: Relay, clock) -> None:
    row = outgoing.queue(MAIL)
    held = outgoing._claim()
    assert held == row
    assert outgoing.deliver_due() == 0
    clock.forward(minutes=11)
    assert outgoing.deliver_due() == 1
    # The first worker was only slow: what it notes now changes nothing.
    outgoing._failed(held, "smtp 451", permanent=True)
    row.refresh_from_db()
    assert row.state == "sent"


@pytest.mark.django_db
def test_a_rotation_of_keys_loses_no_mail(relay: Relay) -> None:
    outgoing.queue(MAIL)
    keyring = instance.vault().keyring
    keyring.rotate()
    assert outgoing.rewrap() == 1
    assert outgoing.rewrap() == 0
    keyring.forget(bytes(key) for key in OutgoingMail.objects.values_list("data_key", flat=True))
    assert outgoing.deliver_due() == 1


@pytest.mark.django_db
def test_what_a_restored_queue_holds_waits_for_a_person(relay: Relay) -> None:
    mail = outgoing.queue(MAIL)
    assert outgoing.hold("restored") == 1
    assert outgoing.deliver_due() == 0
    assert list(outgoing.undelivered()) == [mail]
    assert outgoing.retry(by=staff("administrator")) == 1
    assert outgoing.deliver_due() == 1


@pytest.mark.django_db
def test_without_a_relay_it_goes_to_the_outbox() -> None:
    before = set(instance.post().outbox.glob("*.eml"))
    outgoing.queue(MAIL)
    outgoing.deliver_due()
    (path,) = set(instance.post().outbox.glob("*.eml")) - before
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert "secret-token" in text_of(message)


@pytest.mark.django_db
def test_the_administrator_sees_what_failed_and_tries_it_again(relay: Relay, client) -> None:
    sign_in(client, staff("administrator"))
    relay.failure = Undeliverable("smtp 550", permanent=True)
    rows = [outgoing.queue(MAIL, about=f"dossier:BAS-2026-000{n}") for n in range(3)]
    outgoing.deliver_due()
    page = client.get(reverse("people:mails")).content.decode()
    assert "dossier:BAS-2026-0001" in page and "smtp 550" in page
    assert "town.example" not in page
    client.post(reverse("people:mails_retry"), {"mail": rows[0].public_id})
    assert OutgoingMail.objects.filter(state="failed").count() == 2
    client.post(reverse("people:mails_retry"), {"mail": "nonsense"})
    assert OutgoingMail.objects.filter(state="failed").count() == 2
    client.post(reverse("people:mails_retry"))
    relay.failure = None
    assert outgoing.deliver_due() == 3
    assert client.get(reverse("people:mails")).status_code == 200


@pytest.mark.django_db
def test_the_page_of_mails_asks_the_same_queries_for_any_number(
    relay: Relay, client, django_assert_num_queries
) -> None:
    sign_in(client, staff("administrator"))
    outgoing.queue(MAIL)
    client.get(reverse("people:mails"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("people:mails"))
    for _ in range(30):
        outgoing.queue(MAIL)
    with django_assert_num_queries(len(one)):
        client.get(reverse("people:mails"))
