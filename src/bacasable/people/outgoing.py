"""The queue of outgoing mail: queued in the transaction of the act, delivered by a worker, retried.

A mail is delivered at least once: its Message-ID is fixed when it is queued, so that a mail sent twice (the
worker was killed between sending and noting it) is one mail to its reader's software. Until then its content
is sealed under a key of its own, since it may hold a one-time link; after delivery content and address are
removed at once, and the row says only that a mail about some reference was sent.
"""

import base64
import json
import uuid
from datetime import timedelta
from email.utils import make_msgid
from typing import TYPE_CHECKING

import structlog
from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When

from bacasable.compliance import clock
from bacasable.exchange.keyring import KeyringError
from bacasable.exchange.post import Attached, Mail, Undeliverable, address
from bacasable.exchange.sealing import Altered, open_bytes, seal_bytes
from bacasable.people import instance, journal, permissions
from bacasable.people.models import OutgoingMail

if TYPE_CHECKING:
    from bacasable.people.models import User

__all__ = ["Attached", "Mail", "deliver_due", "hold", "queue", "retry", "rewrap", "undelivered"]

log = structlog.get_logger("bacasable.outgoing")

#: How long to wait after each failure; after the last one the mail has failed for good.
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
#: A mail that a worker took and neither sent nor gave back within this time is taken again.
CLAIM = timedelta(minutes=10)

State = OutgoingMail.State


#: What a mail to an inspector may be about: their own account, and what is public anyway.
TOLD_BEHIND_THE_WALL = frozenset({"", "user", "call", "conference", "registration"})


def queue(mail: Mail, *, about: str = "") -> OutgoingMail | None:
    """Store ``mail`` for delivery, in the caller's transaction; ``about`` is a reference ("dossier:BAS-...").

    None, and nothing is stored, where it would tell somebody behind the inspection wall of an object that is
    not public, whatever list their address was on.

    Raises:
        ValueError: the recipient is not an address, or a header is not one that callers may set.
        RuntimeError: there is no transaction to stand or fall with.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("outgoing.queue: call it inside transaction.atomic, with the act that it tells of")
    address(mail.to)
    post = instance.post()
    message_id = mail.headers.get("Message-ID") or make_msgid(domain=post.sender.rpartition("@")[2])
    post.compose(mail)  # refuse now what could not be sent later
    if about.partition(":")[0] not in TOLD_BEHIND_THE_WALL and _is_walled(mail.to):
        log.warning("mail withheld", about=about, reason="inspection wall")
        return None
    public_id = uuid.uuid4()
    keyring = instance.vault().keyring
    data_key = instance.vault().new_data_key()
    content = {
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": {**mail.headers, "Message-ID": message_id},
        "attachments": [
            [attached.name, attached.media_type, base64.b64encode(attached.content).decode()]
            for attached in mail.attachments
        ],
    }
    sealed = seal_bytes(keyring.unwrap(data_key), json.dumps(content).encode(), f"mail:{public_id}")
    now = clock.now()
    return OutgoingMail.objects.create(
        public_id=public_id,
        to=mail.to,
        about=about[:120],
        sealed=sealed,
        data_key=data_key,
        created_at=now,
        due_at=now,
    )


def _is_walled(email: str) -> bool:
    return permissions.walled_accounts().filter(email=email.strip().lower()).exists()


def deliver_due(limit: int = 100) -> int:
    """Send the mails that are due, at most ``limit``, and return how many were sent.

    Several workers may run this at once: each mail is claimed by one conditional UPDATE. Call it outside any
    transaction, since sending takes time.
    """
    sent = 0
    for _ in range(limit):
        mail = _claim()
        if mail is None:
            break
        sent += _deliver(mail)
    return sent


def undelivered() -> QuerySet[OutgoingMail]:
    """The mails not sent yet: those that failed for good first, then by the next attempt."""
    failed_first = Case(When(state=State.FAILED, then=Value(0)), default=Value(1))
    return OutgoingMail.objects.exclude(state=State.SENT).order_by(failed_first, "due_at", "pk")


@transaction.atomic
def retry(*, by: "User", only: uuid.UUID | None = None) -> int:
    """Put failed mails back in the queue, ``only`` one or all; return how many."""
    failed = OutgoingMail.objects.filter(state=State.FAILED)
    if only is not None:
        failed = failed.filter(public_id=only)
    count = failed.update(state=State.WAITING, attempts=0, due_at=clock.now(), failed_at=None)
    if count:
        subject = f"mail:{only}" if only else "mails"
        journal.record("people.mails_retried", by=by, subject=subject, count=count)
    return count


@transaction.atomic
def hold(reason: str) -> int:
    """Stop every mail that waits, until an administrator tries it again; return how many.

    What a restored backup says is waiting may have been sent since the backup was taken.
    """
    waiting = OutgoingMail.objects.filter(state__in=[State.WAITING, State.SENDING])
    return waiting.update(state=State.FAILED, last_error=reason[:80], failed_at=clock.now())


@transaction.atomic
def rewrap() -> int:
    """Wrap the keys of undelivered mails by the instance's current key; return how many were wrapped anew."""
    vault, changed = instance.vault(), 0
    for mail in OutgoingMail.objects.exclude(data_key=b"").select_for_update():
        wrapped = vault.rewrap(bytes(mail.data_key))
        if wrapped != bytes(mail.data_key):
            OutgoingMail.objects.filter(pk=mail.pk).update(data_key=wrapped)
            changed += 1
    return changed


def _claim() -> OutgoingMail | None:
    now = clock.now()
    due = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, claimed_at__lte=now - CLAIM)
    for mail in OutgoingMail.objects.filter(due).order_by("due_at", "pk")[:20]:
        taken = OutgoingMail.objects.filter(
            due, pk=mail.pk, state=mail.state, claimed_at=mail.claimed_at, attempts=mail.attempts
        ).update(state=State.SENDING, claimed_at=now, attempts=mail.attempts + 1)
        if taken:
            mail.state, mail.claimed_at, mail.attempts = State.SENDING, now, mail.attempts + 1
            return mail
    return None


def _deliver(mail: OutgoingMail) -> bool:
    try:
        instance.post().send(_content(mail))
    except Undeliverable as error:
        _failed(mail, error.code, permanent=error.permanent)
        return False
    except (ValueError, Altered, KeyringError) as error:
        _failed(mail, type(error).__name__, permanent=True)
        return False
    _mine(mail).update(
        state=State.SENT, sent_at=clock.now(), claimed_at=None, to="", sealed=b"", data_key=b"", last_error=""
    )
    return True


def _content(mail: OutgoingMail) -> Mail:
    data_key = instance.vault().keyring.unwrap(bytes(mail.data_key))
    content = json.loads(open_bytes(data_key, bytes(mail.sealed), f"mail:{mail.public_id}"))
    attachments = tuple(
        Attached(name, media_type, base64.b64decode(data))
        for name, media_type, data in content["attachments"]
    )
    return Mail(
        mail.to, content["subject"], content["text"], content["html"], attachments, content["headers"]
    )


@transaction.atomic
def _failed(mail: OutgoingMail, code: str, *, permanent: bool) -> None:
    now = clock.now()
    if not permanent and mail.attempts <= len(DELAYS):
        due_at = now + DELAYS[mail.attempts - 1]
        _mine(mail).update(state=State.WAITING, claimed_at=None, due_at=due_at, last_error=code)
    elif _mine(mail).update(state=State.FAILED, claimed_at=None, failed_at=now, last_error=code):
        journal.record(
            "people.mail_failed", by="system", subject=mail.about or f"mail:{mail.public_id}", reason=code
        )


def _mine(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row, while this worker still holds it: a claim that lapsed belongs to another."""
    return OutgoingMail.objects.filter(
        pk=mail.pk, state=State.SENDING, attempts=mail.attempts, claimed_at=mail.claimed_at
    )
