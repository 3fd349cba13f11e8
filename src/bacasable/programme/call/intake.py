"""Who wants to apply gets a link: by a mail to the call's address or by the web form, one answer for all.

The answer does not depend on whether the address is known here. It is sent at most a few times a day to one
address, and the count keeps no address: a keyed digest, forgotten after a day.
"""

import hashlib
import hmac
import logging
import signal
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from django.db import close_old_connections, transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower

from bacasable.compliance import clock
from bacasable.exchange import mailbox, pickup
from bacasable.exchange.incoming import Incoming, reply_headers, silence
from bacasable.exchange.post import address
from bacasable.people import instance, journal, links, outgoing
from bacasable.people.models import User
from bacasable.programme.call import letters
from bacasable.programme.call.models import Call, LinkRequest

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)
Given = TypeVar("Given")
Result = TypeVar("Result")


class Outcome(StrEnum):
    """What became of a request. Only tests and counts look at it: pages and mails never show it."""

    LINK = "link"
    DATES = "dates"
    NO_CALL = "no-call"
    SILENT = "silent"
    CAPPED = "capped"
    REPEATED = "repeated"


def answers_at(recipient: str) -> bool:
    """Say whether the mailbox takes mail for ``recipient``: the address of a call that was published."""
    return _calls([recipient]).exists()


def answer(mail: Incoming) -> Outcome:
    """Answer a mail to a call's address, unless RFC 3834 or the caps say not to; see :class:`Outcome`."""
    call = _calls(mail.recipients).first()
    if call is None:
        return Outcome.NO_CALL
    reason = silence(mail, _our_addresses())
    if reason:
        log.info("intake: no answer: %s", reason)
        return Outcome.SILENT
    return _respond(call, mail.sender, by=None, headers=reply_headers(mail), message_id=mail.message_id)


def request_link(call: Call, email: str, by: User | None = None, network: str = "web") -> None:
    """Send a link to ``email`` for ``call``, or its dates when it takes no applications; nothing is returned.

    ``network`` is where the request came from (:func:`bacasable.people.arrival.network_of`): each has a
    budget of its own. The page says the same whatever happened. A malformed address is the form's business:
    here it is ignored.
    """
    email = email.strip()
    try:
        address(email)
    except ValueError:
        return
    if call.state == Call.State.DRAFT or call.is_historical or email.lower() in _our_addresses():
        return
    _respond(call, email, by=by, headers={}, message_id="", network=network)


@transaction.atomic
def forget_requests() -> int:
    """Delete the counts older than the window; return how many."""
    return LinkRequest.objects.filter(at__lt=clock.now() - WINDOW).delete()[0]


def run_mailbox(
    host: str | None = None,
    port: int | None = None,
    stop: threading.Event | None = None,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Receive mail and answer it until ``stop`` is set, or until SIGTERM or SIGINT where none is given.

    By SMTP on ``host`` and ``port`` (those of the settings by default), or from the IMAP folder that the
    settings name. ``ready`` is told the SMTP port.
    """
    configured = instance.configuration()
    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
    if configured.mailbox_imap_host:
        folder = pickup.Folder(
            configured.mailbox_imap_host,
            configured.mailbox_imap_port,
            configured.mailbox_imap_tls,
            configured.mailbox_imap_user,
            configured.mailbox_imap_password.get_secret_value(),
            configured.mailbox_imap_folder,
        )
        pickup.watch(_with_database(answer), folder, stop, configured.mailbox_imap_seconds)
        return
    certificate: Path | None = configured.mailbox_certificate
    mailbox.serve(
        _with_database(answer),
        exists=_with_database(answers_at),
        host=configured.mailbox_host if host is None else host,
        port=configured.mailbox_port if port is None else port,
        stop=stop,
        name=configured.mailbox_name or urlsplit(configured.public_url).hostname or "localhost",
        certificate=certificate,
        limits=mailbox.Limits(message_bytes=configured.mailbox_megabytes * 1_000_000),
        ready=ready,
    )


def _calls(recipients: Iterable[str]) -> QuerySet[Call]:
    """The calls whose live address is among ``recipients``, the one to answer for first."""
    wanted = [one.lower() for one in recipients]
    open_first = Case(
        When(state=Call.State.PUBLISHED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return (
        Call.objects.annotate(contact=Lower("contact_address"))
        .filter(contact__in=wanted, contact_is_live=True, is_historical=False)
        .exclude(state=Call.State.DRAFT)
        .exclude(contact_address="")
        .order_by(open_first, "-opens_at")
    )


def _our_addresses() -> set[str]:
    """Every address of ours, those of past calls included: none of them is ever written to."""
    calls = Call.objects.exclude(contact_address="").values_list("contact_address", flat=True)
    return {one.lower() for one in calls} | {instance.post().sender.lower()}


@transaction.atomic
def _respond(
    call: Call,
    email: str,
    *,
    by: User | None,
    headers: Mapping[str, str],
    message_id: str,
    network: str = "",
) -> Outcome:
    now = clock.now()
    call = Call.objects.select_for_update().get(pk=call.pk)  # one count at a time, on either database
    recent = LinkRequest.objects.filter(at__gt=now - WINDOW)
    sender, message = _digest("sender", email.lower()), _digest("message", message_id) if message_id else ""
    if message and recent.filter(message_digest=message, sender_digest=sender).exists():
        return Outcome.REPEATED
    configured = instance.configuration()
    network = _digest("network", network) if network else ""
    budget = recent.exclude(network_digest="") if network else recent.filter(network_digest="")
    if (
        recent.filter(sender_digest=sender).count() >= configured.mailbox_replies_per_sender
        or budget.count() >= configured.mailbox_replies
        or (network and recent.filter(network_digest=network).count() >= configured.form_requests_per_network)
    ):
        log.warning("intake: no answer: capped (%s)", "web" if network else "mail")
        return Outcome.CAPPED
    LinkRequest.objects.create(sender_digest=sender, message_digest=message, network_digest=network, at=now)
    if call.accepts_deposits(now):
        link = links.issue(email=email, purpose="apply", target=call.slug)
        mail = letters.link(call, email, link, now + links.LIFETIME, now, headers)
        outcome = Outcome.LINK
    else:
        mail, outcome = letters.dates(call, email, now, headers), Outcome.DATES
    outgoing.queue(mail, about=f"call:{call.slug}")
    journal.record(
        "call.request_answered",
        by=by,
        subject=f"call:{call.slug}",
        channel="mail" if headers else "web",
        answer=outcome.value,
    )
    return outcome


def _digest(kind: str, value: str) -> str:
    key = instance.vault().keyring.derive("requests for a link")
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def _with_database(work: Callable[[Given], Result]) -> Callable[[Given], Result]:
    """Run ``work`` in a thread of the mailbox, with a database connection that is still good."""

    def run(given: Given) -> Result:
        close_old_connections()
        try:
            return work(given)
        finally:
            close_old_connections()

    return run
