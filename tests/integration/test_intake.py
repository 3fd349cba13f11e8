"""From a mail to a call's address to the link in the answer: the whole way, and the mails left unanswered."""

import re
import smtplib
import threading
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bacasable.exchange.incoming import Incoming
from bacasable.people import instance, links, outgoing
from bacasable.people.arrival import network_of
from bacasable.people.models import JournalEntry, OneTimeLink, OutgoingMail, User
from bacasable.portal import mailroom
from bacasable.programme.call import intake
from bacasable.programme.call.intake import Outcome
from bacasable.programme.call.models import Call, LinkRequest
from tests.factories.call import CallFactory
from tests.factories.mail import raw_mail, text_of

pytestmark = pytest.mark.django_db


def incoming(
    call: Call, sender: str = "ada@town.example", message_id: str = "<1@town.example>", **fields: str
) -> Incoming:
    raw = raw_mail(to=call.contact_address, message_id=message_id, **fields)
    return Incoming.parse(raw, sender=sender, recipients=[call.contact_address])


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch):
    """Deliver the queue and return the mails written to the outbox since the test began."""
    outbox = instance.post().outbox
    before = set(outbox.glob("*.eml"))

    def deliver():
        outgoing.deliver_due()
        new = sorted(set(outbox.glob("*.eml")) - before)
        return [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in new]

    return deliver


def link_in(text: str) -> str:
    return re.findall(r"https?://\S+/link/(\S+?)/\s", text)[0]


def test_a_mail_is_answered_with_a_link_that_works(sent) -> None:
    call = CallFactory(contact_address="Apply@Office.example")
    mail = Incoming.parse(
        raw_mail(sender="forged@elsewhere.example", subject="buy this"),
        sender="ada@town.example",
        recipients=["apply@OFFICE.example"],
    )
    assert intake.answer(mail) == Outcome.LINK
    (answer,) = sent()
    assert answer["To"] == "ada@town.example"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == "<1@town.example>"
    assert answer["Subject"].startswith("Re: ")
    assert "buy this" not in answer.as_string()
    link = links.find(link_in(text_of(answer)))
    assert (link.email, link.purpose, link.target) == ("ada@town.example", "apply", call.slug)
    assert JournalEntry.objects.filter(action="call.request_answered", subject=f"call:{call.slug}").exists()
    assert "town" not in str(list(JournalEntry.objects.values()))


def test_the_answer_speaks_the_calls_language_first_then_the_other(sent) -> None:
    for language, number in (("fr", 1), ("en", 2)):
        call = CallFactory(language=language)
        intake.answer(incoming(call, sender=f"ada{number}@town.example"))
    first, second = (text_of(mail) for mail in sent())
    for text in (first, second):
        addresses = re.findall(r"https?://\S+/link/\S+", text)
        assert len(addresses) == 2 and len(set(addresses)) == 1


def test_a_known_address_gets_the_same_answer_as_an_unknown_one(sent) -> None:
    call = CallFactory()
    User.objects.create_user("known@town.example")

    def shape(mail) -> str:
        return re.sub(r"/link/\S+/", "/link/", text_of(mail))

    intake.answer(incoming(call, "first@town.example"))  # the journal's first entry makes its head
    with CaptureQueriesContext(connection) as for_known:
        assert intake.answer(incoming(call, "known@town.example")) == Outcome.LINK
    with CaptureQueriesContext(connection) as for_unknown:
        assert intake.answer(incoming(call, "other@town.example")) == Outcome.LINK
    assert len(for_known) == len(for_unknown)
    _, known, unknown = sent()
    assert shape(known) == shape(unknown)
    assert known["Subject"] == unknown["Subject"]


@pytest.mark.parametrize("state", ["upcoming", "closed", "decided", "past-deadline"])
def test_a_call_that_takes_no_applications_answers_with_its_dates(sent, clock, state: str) -> None:
    call = {
        "upcoming": lambda: CallFactory(opens_at=clock.at.replace(year=clock.at.year + 1)),
        "closed": lambda: CallFactory(closed=True),
        "decided": lambda: CallFactory(decided=True),
        "past-deadline": CallFactory,
    }[state]()
    if state == "upcoming":
        call.closes_at = call.opens_at.replace(year=call.opens_at.year + 1)
        call.save()
    if state == "past-deadline":
        clock.at = call.deadline
        assert intake.answer(incoming(call)) == Outcome.LINK
        sent()
        clock.forward(seconds=1)
    assert intake.answer(incoming(call, message_id="<2@town.example>")) == Outcome.DATES
    mail = sent()[-1]
    assert "/link/" not in text_of(mail)
    assert f"/calls/{call.slug}/" in text_of(mail)


@pytest.mark.parametrize(
    "fields",
    [
        {"contact_is_live": False},
        {"is_historical": True},
        {"draft": True},
    ],
)
def test_an_address_that_is_not_live_is_never_answered(fields: dict[str, bool], sent) -> None:
    call = CallFactory(**fields)
    assert not intake.answers_at(call.contact_address)
    assert intake.answer(incoming(call)) == Outcome.NO_CALL
    assert sent() == []


def test_past_addresses_are_never_written_to(sent) -> None:
    past = CallFactory(is_historical=True, contact_is_live=False, contact_address="past@authority.example")
    call = CallFactory()
    assert intake.answer(incoming(call, "Past@Authority.example")) == Outcome.SILENT
    intake.request_link(call, past.contact_address)
    intake.request_link(call, call.contact_address)
    intake.request_link(past, "ada@town.example")
    assert sent() == []


def test_the_open_call_of_an_address_answers(sent) -> None:
    CallFactory(closed=True, contact_address="apply@office.example")
    current = CallFactory(contact_address="apply@office.example")
    CallFactory(closed=True, contact_address="apply@office.example")
    assert intake.answer(incoming(current)) == Outcome.LINK
    assert OneTimeLink.objects.get().target == current.slug


def test_automatic_mail_gets_nothing_and_leaves_nothing() -> None:
    call = CallFactory()
    assert intake.answer(incoming(call, "")) == Outcome.SILENT
    assert intake.answer(incoming(call, Auto_Submitted="auto-replied")) == Outcome.SILENT
    assert intake.answer(incoming(call, List_Id="<list.example>")) == Outcome.SILENT
    assert not OutgoingMail.objects.exists() and not LinkRequest.objects.exists()


def test_our_own_answer_coming_back_is_not_answered(sent) -> None:
    call = CallFactory()
    intake.answer(incoming(call))
    (answer,) = sent()
    looped = Incoming.parse(answer.as_bytes(), sender="ada@town.example", recipients=[call.contact_address])
    assert intake.answer(looped) == Outcome.SILENT


def test_the_same_mail_seen_twice_is_answered_once() -> None:
    call = CallFactory()
    assert intake.answer(incoming(call)) == Outcome.LINK
    assert intake.answer(incoming(call)) == Outcome.REPEATED
    assert OutgoingMail.objects.count() == 1


def test_a_sender_is_answered_a_few_times_a_day_by_mail_and_form_together(clock) -> None:
    call, other = CallFactory(), CallFactory()
    cap = instance.configuration().mailbox_replies_per_sender
    for number in range(cap - 1):
        assert intake.answer(incoming(call, message_id=f"<{number}@x.example>")) == Outcome.LINK
    intake.request_link(other, "ADA@town.example")
    assert intake.answer(incoming(other, message_id="<last@x.example>")) == Outcome.CAPPED
    intake.request_link(call, "ada@town.example")
    assert OutgoingMail.objects.count() == cap
    assert intake.answer(incoming(call, "grace@town.example")) == Outcome.LINK
    clock.forward(hours=24, seconds=1)
    assert intake.forget_requests() == cap + 1
    assert intake.answer(incoming(call, message_id="<next@x.example>")) == Outcome.LINK


def test_all_senders_together_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance.configuration(), "mailbox_replies", 3)
    call = CallFactory()
    outcomes = [intake.answer(incoming(call, f"a{n}@town.example")) for n in range(5)]
    assert outcomes == [Outcome.LINK] * 3 + [Outcome.CAPPED] * 2


def test_a_flood_of_the_form_closes_neither_the_mailbox_nor_other_networks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(instance.configuration(), "form_requests_per_network", 3)
    call = CallFactory()
    for number in range(5):
        intake.request_link(call, f"invented{number}@town.example", network="192.0.2.1")
    assert OutgoingMail.objects.count() == 3
    intake.request_link(call, "honest@town.example", network="198.51.100.7")
    assert OutgoingMail.objects.count() == 4
    monkeypatch.setattr(instance.configuration(), "mailbox_replies", 4)
    assert intake.answer(incoming(call, "writer@town.example")) == Outcome.LINK


def test_a_network_is_an_address_or_the_half_of_one() -> None:
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("2001:db8::1") != network_of("2001:db8:0:1::1")
    assert network_of("no address") == "unknown"


def test_the_counts_hold_no_address() -> None:
    intake.answer(incoming(CallFactory(), "ada@town.example"))
    (row,) = LinkRequest.objects.values()
    assert "town" not in str(row)


def test_the_form_sends_the_same_link(sent) -> None:
    call = CallFactory()
    intake.request_link(call, " Ada@Town.example ")
    intake.request_link(call, "not an address")
    (mail,) = sent()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None
    assert links.find(link_in(text_of(mail))).email == "ada@town.example"


@pytest.mark.parametrize("title", ["Call\r\nBcc: x@y.example", "<b>bold</b> {{ 7 }} %s %(call)s", "é" * 200])
def test_whatever_the_call_is_called(sent, title: str) -> None:
    call = CallFactory(title=title)
    assert intake.answer(incoming(call)) == Outcome.LINK
    (mail,) = sent()
    assert mail["Bcc"] is None
    assert "%(" not in title or "%(call)s" in text_of(mail)


# The mailbox as a whole: a client library, the server, the database, the outbox.


@pytest.fixture
def mailbox_port(transactional_db: None) -> Iterator[int]:
    stop, ready, ports = threading.Event(), threading.Event(), []

    def listen(port: int) -> None:
        ports.append(port)
        ready.set()

    options = {"host": "127.0.0.1", "port": 0, "stop": stop, "ready": listen}
    thread = threading.Thread(target=mailroom.run, args=(instance.configuration(),), kwargs=options)
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_a_mail_client_gets_a_link(mailbox_port: int, sent) -> None:
    call = CallFactory(contact_address="apply@office.example")
    with smtplib.SMTP("127.0.0.1", mailbox_port, timeout=20) as client:
        client.sendmail("ada@town.example", [call.contact_address], raw_mail(to=call.contact_address))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("ada@town.example", ["nobody@office.example"], raw_mail())
        client.rset()
        client.sendmail("", [call.contact_address], raw_mail(message_id="<bounce@x.example>"))
    (answer,) = sent()
    assert links.find(link_in(text_of(answer))).target == call.slug


@pytest.mark.django_db(transaction=True)
def test_many_clients_at_once_all_get_their_link(mailbox_port: int, sent) -> None:
    call = CallFactory(contact_address="apply@office.example")
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", mailbox_port, timeout=30) as client:
                raw = raw_mail(message_id=f"<{number}@x.example>")
                client.sendmail(f"a{number}@town.example", [call.contact_address], raw)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {str(mail["To"]) for mail in sent()} == {f"a{n}@town.example" for n in range(16)}
