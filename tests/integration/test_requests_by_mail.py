"""Requests of persons by mail: filed from their arrival, or sorted by an officer; one copy of the words."""

import contextlib
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.compliance.rights import Right, State
from bacasable.duties.rights import actions, intake
from bacasable.duties.rights.intake import LETTERBOX, Busy, Outcome
from bacasable.duties.rights.models import ReceivedMail, RequestCount, RightsRequest
from bacasable.duties.rights.queries import token_of
from bacasable.exchange.incoming import Incoming, words_of
from bacasable.people import instance
from bacasable.people.models import JournalEntry, OutgoingMail
from bacasable.people.outgoing import _content
from bacasable.portal import mailroom
from bacasable.privacy.messages import Refused
from tests.factories.call import CallFactory
from tests.factories.mail import raw_mail
from tests.factories.people import sign_in, staff, verified
from tests.installation import eventually, free_port, installed

pytestmark = pytest.mark.django_db

HERE = "droits@office.example"
PERSON = "ada@town.example"


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance.configuration(), "rights_address", "Droits@Office.example")


def written(
    body: str = "Bonjour,\r\neffacez mes données.\r\n", to: str = HERE, sender: str = PERSON, **fields: str
) -> Incoming:
    raw = raw_mail(to=to, body=body, **fields)
    mail = Incoming.parse(raw, sender=sender, recipients=[to])
    return Incoming(mail.sender, mail.recipients, mail.fields, words_of(raw))


def kept_of(mail: Incoming) -> ReceivedMail:
    assert intake.receive(mail) is Outcome.TO_SORT
    return ReceivedMail.objects.latest("pk")


def test_a_mail_becomes_a_request_whose_month_runs_from_its_arrival(clock) -> None:
    arrived = clock.at - timedelta(hours=30)
    mail = written(subject="=?utf-8?q?Mes_donn=C3=A9es?=")
    mail = Incoming(mail.sender, mail.recipients, mail.fields, mail.words, arrived)
    assert intake.receive(mail) is Outcome.FILED
    asked = RightsRequest.objects.get()
    assert (asked.where, asked.channel, asked.received_at) == (State.RECEIVED, "mail", arrived)
    assert (asked.asked, asked.to_qualify, asked.identity_at) == (Right.ERASURE, True, None)
    assert asked.body == "Mes données\n\nBonjour,\neffacez mes données."
    receipt = _content(OutgoingMail.objects.get())
    assert receipt.to == PERSON
    assert receipt.headers["Auto-Submitted"] == "auto-replied"
    assert token_of(asked) in receipt.text
    assert not ReceivedMail.objects.exists()
    journal = json.dumps(list(JournalEntry.objects.values("subject", "facts")))
    assert "town.example" not in journal and "effacez" not in journal


def test_it_is_answered_only_once_somebody_said_what_it_asks(client) -> None:
    intake.receive(written(body="Please delete my account."))
    asked = RightsRequest.objects.get()
    assert asked.language == "en"
    by = verified(staff("dpo"))
    actions.confirm(asked=asked)
    for act in (actions.answer, actions.refuse):
        with pytest.raises(Refused, match="which right"):
            act(asked=asked, text="Done.", by=by)
    with pytest.raises(Refused, match="which right"):
        actions.erase(asked=asked, by=by)
    officer = sign_in(client, staff("dpo"))
    qualify = reverse("rights:act", args=[asked.public_id, "qualify"])
    assert (
        officer.post(qualify, {"qualify-service": "platform", "qualify-right": "access"}).status_code == 302
    )
    asked.refresh_from_db()
    assert (asked.asked, asked.to_qualify) == (Right.ACCESS, False)
    actions.answer(asked=asked, text="Here it is.", by=by)


@pytest.mark.parametrize(
    ("to", "taken"),
    [
        ("DROITS@office.example", True),
        ("droits+anything@office.example", True),
        ("call+droits.erasure@office.example", True),
        ("call+rights@office.example", True),
        ("call+droits@elsewhere.example", False),
        ("droits@elsewhere.example", False),
        ("call@office.example", False),
    ],
)
def test_addresses_and_tags(to: str, taken: bool) -> None:
    assert LETTERBOX.takes(to) is taken


def test_a_tag_names_the_service_and_the_right() -> None:
    intake.receive(written(body="Bonjour", to="droits+platform.portability@office.example"))
    asked = RightsRequest.objects.get()
    assert (asked.service, asked.asked) == ("platform", Right.PORTABILITY)


def test_a_mail_to_a_call_about_ones_data_waits_for_one_click(client, clock) -> None:
    call = CallFactory(contact_address="apply@office.example")
    mail = written(to=call.contact_address, subject="Droit d'accès à mes données", body="Que savez-vous ?")
    assert mailroom.mailroom().handle(mail) is True
    kept = ReceivedMail.objects.get()
    assert OutgoingMail.objects.get().about == f"call:{call.slug}", "the same answer as to anybody"
    clock.forward(days=3)
    officer = sign_in(client, staff("dpo"))
    for page in ("rights:requests", "board:board"):
        assert reverse("rights:inbox") in officer.get(reverse(page)).content.decode()
    assert "Que savez-vous" in officer.get(reverse("rights:inbox")).content.decode()
    officer.post(reverse("rights:sort", args=[kept.public_id, "file"]))
    asked = RightsRequest.objects.get()
    assert (asked.received_at, asked.email, asked.asked) == (kept.received_at, PERSON, Right.ACCESS)
    assert OutgoingMail.objects.filter(about=f"request:{asked.reference}").count() == 1
    assert not ReceivedMail.objects.exists(), "the words are with the request, and expire with it"


def test_an_application_is_not_read() -> None:
    for subject in ("Candidature RGPD", "Portabilité des données de santé : candidature", ""):
        assert not LETTERBOX.reads(written(to="apply@office.example", subject=subject))


def test_what_is_no_request_is_deleted() -> None:
    kept = kept_of(written(Precedence="bulk"))
    with pytest.raises(PermissionDenied):
        intake.discard(mail=kept, by=verified(staff("officer")))
    intake.discard(mail=kept, by=verified(staff("dpo")))
    assert not ReceivedMail.objects.exists() and not RightsRequest.objects.exists()
    with pytest.raises(Refused, match="meanwhile"):
        intake.file(mail=kept, by=verified(staff("dpo")))


def test_an_answer_to_a_request_joins_it_and_nobody_elses() -> None:
    intake.receive(written())
    asked = RightsRequest.objects.get()
    kept = kept_of(written(subject=f"Re: {asked.reference}", message_id="<2@x>", body="Ma carte est jointe."))
    assert kept.about == asked
    intake.join(mail=kept, by=verified(staff("dpo")))
    asked.refresh_from_db()
    assert "Ma carte est jointe." in asked.body
    other = written(subject=asked.reference, sender="eve@town.example", message_id="<3@x>")
    assert intake.receive(other) is Outcome.FILED, (
        "who only knows the reference starts a request of their own"
    )


def test_our_own_mail_and_reports_make_no_request() -> None:
    ours = instance.post().sender
    for mail in (written(sender=""), written(sender=ours), written(Auto_Submitted="auto-replied")):
        assert intake.receive(mail) is Outcome.IGNORED
    assert not RequestCount.objects.exists() and not RightsRequest.objects.exists()


def test_a_mail_seen_twice_is_one_request_and_a_flood_is_put_off() -> None:
    assert intake.receive(written()) is Outcome.FILED
    assert intake.receive(written()) is Outcome.REPEATED
    for number in range(2, intake.PER_SENDER + 1):
        intake.receive(written(message_id=f"<{number}@x>"))
    with pytest.raises(Busy):
        intake.receive(written(message_id="<more@x>"))
    assert RightsRequest.objects.count() == intake.PER_SENDER


MIXED = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
LATIN = b"Content-Type: text/plain; charset=latin-1\r\n\r\nDonn\xe9es\r\n--b\r\n"
HTML = b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>Effacez&nbsp;tout<br>Merci</p>"


@pytest.mark.parametrize(
    ("raw", "text", "attachments"),
    [
        (HTML, "Effacez tout\nMerci", 0),
        (MIXED + LATIN + b"Content-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n", "Données", 1),
        (b"Content-Type: text/plain; charset=nowhere\r\n\r\nbonjour\x00", "bonjour", 0),
        (b"Content-Type: multipart/mixed\r\n\r\nno boundary", "no boundary", 0),
        (b"\xff\xfe", None, None),
    ],
)
def test_the_words_of_a_mail(raw: bytes, text: str | None, attachments: int | None) -> None:
    words = words_of(raw)
    assert "\x00" not in words.text
    if text is not None:
        assert words.text == text
    if attachments is not None:
        assert words.attachments == attachments


def test_the_receipt_says_that_attachments_are_not_kept() -> None:
    mail = written()
    raw = MIXED + b"Content-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    mail = Incoming(mail.sender, mail.recipients, mail.fields, words_of(raw))
    assert LETTERBOX.handle(mail) is False, "what is not whole here stays where it is"
    assert "identité" in _content(OutgoingMail.objects.get()).text


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    stop, ready, ports = threading.Event(), threading.Event(), []

    def listen(bound: int) -> None:
        ports.append(bound)
        ready.set()

    options = {"host": "127.0.0.1", "port": 0, "stop": stop, "ready": listen}
    thread = threading.Thread(target=mailroom.run, args=(instance.configuration(),), kwargs=options)
    thread.start()
    assert ready.wait(10)
    yield ports[0]
    stop.set()
    thread.join(20)


@pytest.mark.django_db(transaction=True)
def test_a_mail_client_files_a_request_with_its_dots(port: int) -> None:
    before = platform_clock.now()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(PERSON, [HERE], raw_mail(body=".\r\n..first\r\nEffacez mes données.\r\n.\r\nlast"))
    asked = RightsRequest.objects.get()
    assert asked.body == "Candidature\n\n.\n..first\nEffacez mes données.\n.\nlast"
    assert asked.received_at >= before
    assert not asked.is_cut


@pytest.mark.both_databases
def test_an_installation_without_the_programme_takes_requests_too(tmp_path: Path) -> None:
    port = free_port()
    settings = {"BACASABLE_DEPLOYMENT": "service", "BACASABLE_MAILBOX_PORT": str(port)}
    with installed(tmp_path, **settings, BACASABLE_MAIL_FROM="site@body.example") as made:
        with made.started("mailbox"), contextlib.ExitStack() as stack:
            eventually(lambda: listens(port), "the mailbox listens")
            client = stack.enter_context(smtplib.SMTP("127.0.0.1", port, timeout=20))
            client.sendmail(PERSON, ["site+droits@body.example"], raw_mail(body="Effacez mes données."))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail(PERSON, ["site@body.example"], raw_mail())
        told = made.python(
            "from bacasable.duties.rights.models import RightsRequest as R\n"
            "asked = R.objects.get()\n"
            "print(asked.service, asked.right, asked.state)"
        )
    assert told == "instance erasure received"


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
