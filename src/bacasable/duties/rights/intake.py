"""How requests of persons come in: by the public form, by mail, or as an officer records them.

A mail to the address of rights is a request from its arrival: its month runs, and its sender gets a receipt.
One that only may be a request (it came to another address, from a machine, or answers an earlier request)
waits for an officer's word. Its words are in one place at a time: with the mail until it is sorted, then with
the request, or nowhere.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.rights import Right, State
from bacasable.compliance.service import N_
from bacasable.duties.rights import letters, matching, receipts
from bacasable.duties.rights.models import ReceivedMail, RequestCount, RightsRequest
from bacasable.duties.rights.queries import declarations, default_service, named_by, require_known
from bacasable.exchange.incoming import Incoming, Words, reply_headers, silence
from bacasable.people import instance, journal, outgoing
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused

log = structlog.get_logger("bacasable.rights")

WINDOW = timedelta(hours=24)
#: Requests from one address in the window; the form takes more by another way than the web.
PER_SENDER = 5
#: A request of the form that nobody confirmed is forgotten after this time.
UNCONFIRMED = timedelta(days=30)
#: Mails that nobody wrote to us: our own coming back, reports, answers of machines.
NOBODYS = frozenset({"null-sender", "bad-sender", "own-address", "automatic", "report"})


class TooMany(Refused):
    """The form was used too often from there."""


class Busy(Exception):
    """Too many mails came: the sending server keeps this one and tries again."""


class Outcome(StrEnum):
    """What became of a mail."""

    FILED = "filed"
    TO_SORT = "to-sort"
    IGNORED = "ignored"
    REPEATED = "repeated"


@transaction.atomic
def ask(*, service: str, right: str, body: str, email: str, language: str, network: str) -> None:
    """Take a request of the public form, and send the link that confirms it.

    Raises:
        TooMany: the form was used too often for this address, or from this network.
        Refused: no such service or right.
    """
    require_known(service, right)
    now = clock.now()
    recent = RequestCount.objects.filter(at__gt=now - WINDOW)
    sender, network = _digest("sender", email.strip().lower()), _digest("network", network)
    most: int = instance.configuration().form_requests_per_network
    if (
        recent.filter(sender_digest=sender).count() >= PER_SENDER
        or recent.filter(network_digest=network).count() >= most
    ):
        log.warning("request refused", reason="capped")
        raise TooMany(
            N_("Many requests came from there today. Keep your text and try tomorrow, or write a letter.")
        )
    RequestCount.objects.create(sender_digest=sender, network_digest=network, at=now)
    asked = RightsRequest.objects.create(
        service=service,
        right=right,
        body=body,
        email=email.strip().lower(),
        language=language,
        received_at=now,
    )
    outgoing.queue(letters.received(asked), about=f"request:{asked.reference}")
    receipts.write("rights.asked", asked, None, channel=asked.channel)


@transaction.atomic
def record(
    *,
    service: str,
    right: str,
    channel: str,
    body: str,
    received_at: datetime,
    language: str,
    by: User,
    email: str = "",
    name: str = "",
    identifier_name: str = "",
    identifier_value: str = "",
) -> RightsRequest:
    """Record a request that came by another way than the form; its month runs from its receipt.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: no such service or right, or it would be received in the future.
    """
    require(by, "rights.handle")
    require_known(service, right)
    if received_at > clock.now():
        raise Refused(N_("The request cannot have been received in the future."))
    asked = RightsRequest.objects.create(
        service=service,
        right=right,
        channel=channel,
        body=body,
        received_at=received_at,
        language=language,
        email=email.strip().lower(),
        name=name,
        identifier_name=identifier_name,
        identifier_value=identifier_value,
        handled_by=by,
    )
    letters.send(asked, "received")
    receipts.write("rights.recorded", asked, by, channel=channel)
    return asked


class Rights:
    """The letterbox of rights, in every deployment."""

    def takes(self, recipient: str) -> bool:
        """Take mail for the address of rights, and for any address of our domains tagged so."""
        plain, domain, words = matching.tag_of(recipient)
        if f"{plain}@{domain}" == _rights_address():
            return True
        return bool(words) and words[0] in matching.TAGS and domain in _domains()

    def reads(self, mail: Incoming) -> bool:
        """Read what comes to us, and what may be a request wherever it was sent."""
        return any(map(self.takes, mail.recipients)) or matching.speaks_of_rights(mail.subject)

    def handle(self, mail: Incoming) -> bool:
        """File the mail, or leave it to be sorted; true where all of it is here."""
        outcome = receive(mail)
        return outcome in (Outcome.FILED, Outcome.TO_SORT) and bool(mail.words and mail.words.are_whole)


LETTERBOX = Rights()


@transaction.atomic
def receive(mail: Incoming) -> Outcome:
    """Take a mail: as a request, or as one to sort.

    Raises:
        Busy: too many came in the window, from this sender or from all.
    """
    now = clock.now()
    arrived_at = min(mail.arrived_at or now, now)
    reason = silence(mail, {instance.post().sender.lower(), _rights_address()})
    if reason in NOBODYS:
        log.info("mail not taken", reason=reason)
        return Outcome.IGNORED
    sender = mail.sender.strip().lower()
    sender_digest = _digest("sender", sender)
    message = _digest("message", f"{mail.message_id} {sender}") if mail.message_id else ""
    recent = RequestCount.objects.filter(at__gt=now - WINDOW)
    if message and recent.filter(message_digest=message).exists():
        return Outcome.REPEATED
    if (
        recent.filter(sender_digest=sender_digest).count() >= PER_SENDER
        or recent.filter(network_digest="").count() >= instance.configuration().mailbox_replies
    ):
        log.warning("mail put off", reason="capped")
        raise Busy
    RequestCount.objects.create(sender_digest=sender_digest, message_digest=message, at=now)
    about = named_by(mail.subject, sender)
    addressed = [one for one in mail.recipients if LETTERBOX.takes(one)]
    said = mail.words or Words("")
    kept = ReceivedMail(
        sender=sender,
        subject=mail.subject[:300],
        body=said.text,
        attachments=said.attachments,
        is_cut=said.is_cut,
        received_at=arrived_at,
        about=about,
    )
    if about is None and addressed and reason is None:
        _as_request(kept, tag=addressed[0], by=None, mail=mail)
        return Outcome.FILED
    kept.reason = (
        ReceivedMail.Reason.ANSWER
        if about
        else ReceivedMail.Reason.AUTOMATIC
        if addressed
        else ReceivedMail.Reason.ELSEWHERE
    )
    kept.save()
    journal.record("rights.mail_kept", by="system", subject=f"mail:{kept.public_id}", reason=kept.reason)
    return Outcome.TO_SORT


@transaction.atomic
def file(*, mail: ReceivedMail, by: User) -> RightsRequest:
    """Say that a mail is a request: it is one since the mail arrived, and its sender is told.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: somebody sorted it meanwhile.
    """
    require(by, "rights.handle")
    kept = _taken(mail)
    asked = _as_request(kept, tag="", by=by, mail=None)
    kept.delete()
    return asked


@transaction.atomic
def join(*, mail: ReceivedMail, by: User) -> RightsRequest:
    """Add the words of a mail to the request that it answers.

    Raises:
        PermissionDenied, Refused: as :func:`file`; or it answers none that is open.
    """
    require(by, "rights.handle")
    kept = _taken(mail)
    if kept.about_id is None:
        raise Refused(N_("This mail names no request. Say whether it is one."))
    asked = RightsRequest.objects.select_for_update().get(pk=kept.about_id)
    if asked.closed_at is not None:
        raise Refused(N_("The request is closed. Say whether this mail is a new one."))
    asked.body = f"{asked.body}\n\n[{kept.received_at:%Y-%m-%d %H:%M} UTC] {_words(kept)}"
    asked.attachments += kept.attachments
    asked.is_cut = asked.is_cut or kept.is_cut
    asked.handled_by = by
    asked.save()
    receipts.write("rights.mail_joined", asked, by)
    kept.delete()
    return asked


@transaction.atomic
def discard(*, mail: ReceivedMail, by: User) -> None:
    """Say that a mail is no request: it is deleted.

    Raises:
        PermissionDenied, Refused: as :func:`file`.
    """
    require(by, "rights.handle")
    kept = _taken(mail)
    journal.record("rights.mail_discarded", by=by, subject=f"mail:{kept.public_id}", reason=kept.reason)
    kept.delete()


@transaction.atomic
def forget_counts() -> int:
    """Delete the counts that are older than the window, and requests of the form that nobody confirmed."""
    gone = RequestCount.objects.filter(at__lt=clock.now() - WINDOW).delete()[0]
    unconfirmed = RightsRequest.objects.filter(
        state=State.RECEIVED.value,
        channel=RightsRequest.Channel.WEB,
        identity_at=None,
        handled_by=None,
        received_at__lt=clock.now() - UNCONFIRMED,
    )
    return gone + unconfirmed.delete()[0]


def _as_request(kept: ReceivedMail, *, tag: str, by: User | None, mail: Incoming | None) -> RightsRequest:
    """Make the request of a mail; right and service are what its tag and words seem to say."""
    words = matching.tag_of(tag)[2] if tag else ()
    named = next((right for right in Right if right.value in words), None)
    right = named or matching.right_in(" ".join(words), kept.subject, kept.body) or Right.ACCESS
    asked = RightsRequest.objects.create(
        service=matching.named_in(words, declarations()) or default_service(),
        right=right.value,
        channel=RightsRequest.Channel.MAIL,
        body=_words(kept),
        to_qualify=True,
        attachments=kept.attachments,
        is_cut=kept.is_cut,
        received_at=kept.received_at,
        language=matching.language_of(f"{kept.subject} {kept.body}"),
        email=kept.sender,
        handled_by=by,
    )
    headers = reply_headers(mail) if mail else {}
    outgoing.queue(letters.receipt(asked, headers), about=f"request:{asked.reference}")
    receipts.write("rights.mailed", asked, by, attachments=asked.attachments)
    return asked


def _taken(mail: ReceivedMail) -> ReceivedMail:
    kept = ReceivedMail.objects.select_for_update().filter(pk=mail.pk).first()
    if kept is None:
        raise Refused(N_("Somebody has sorted this mail meanwhile."))
    return kept


def _words(kept: ReceivedMail) -> str:
    return "\n\n".join(filter(None, (kept.subject, kept.body)))


def _rights_address() -> str:
    address: str = instance.configuration().rights_address
    return address.strip().lower()


def _domains() -> set[str]:
    """Return the domains of the addresses that this installation calls its own."""
    configured = instance.configuration()
    named = (configured.rights_address, configured.mail_from, configured.contact_address)
    return {matching.tag_of(address)[1] for address in named} - {""}


def _digest(kind: str, value: str) -> str:
    key = instance.vault().keyring.derive("requests of persons")
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
