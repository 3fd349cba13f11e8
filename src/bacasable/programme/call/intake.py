"""Who wants to apply gets a link: by a mail to the call's address or by the web form, one answer for all.

The answer does not depend on whether the address is known here. It is sent at most a few times a day to one
address, and the count keeps no address: a keyed digest, forgotten after a day.
"""

import hashlib
import hmac
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower

from bacasable.compliance import clock
from bacasable.exchange.incoming import Incoming, reply_headers, silence
from bacasable.exchange.post import address
from bacasable.people import instance, journal, links, outgoing
from bacasable.people.models import User
from bacasable.programme.call import letters
from bacasable.programme.call.models import Call, LinkRequest

log = logging.getLogger(__name__)

WINDOW = timedelta(hours=24)


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


class Calls:
    """The letterbox of the calls: whoever writes to one gets a link, and the words are not read."""

    def takes(self, recipient: str) -> bool:
        """Take mail for the addresses of published calls."""
        return answers_at(recipient)

    def reads(self, mail: Incoming) -> bool:
        """Read nothing."""
        return False

    def handle(self, mail: Incoming) -> None:
        """Answer with a link, or with the dates."""
        answer(mail)


LETTERBOX = Calls()


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
