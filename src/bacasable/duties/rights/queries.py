"""What the pages of requests read: services by controller, a person's link, what is open and when due."""

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.processing import Processing
from bacasable.compliance.retention import stores_of
from bacasable.compliance.rights import TRANSITIONS, Part, Right, State, same_controller
from bacasable.compliance.service import N_
from bacasable.compliance.store import as_told
from bacasable.duties.rights.models import ReceivedMail, RightsRequest
from bacasable.people.models import User
from bacasable.privacy.messages import Refused

_SALT = "bacasable.duties.rights"
_REFERENCE = re.compile(r"\bDP-[0-9]{4}-[0-9A-F]{8}\b")
#: What a person receives as files, and how long their link gives it once the request is answered.
GIVEN_AS_FILES = frozenset({Right.ACCESS, Right.PORTABILITY})
DOWNLOADS_FOR = timedelta(days=30)
OPEN = tuple(state.value for state, further in TRANSITIONS.items() if further)


def declarations() -> Mapping[str, Processing]:
    """Return the declaration of every service of this installation, by key."""
    return {key: processing_of(service) for key, service in catalogue().items()}


def default_service() -> str:
    """Return the service of a request that names none: the site itself, else the first one."""
    keys = list(declarations())
    return next((key for key in ("platform", "instance") if key in keys), keys[0])


def named_by(subject: str, sender: str) -> RightsRequest | None:
    """Return the open request that a subject names, where it is that sender's."""
    named = _REFERENCE.search(subject.upper())
    if named is None:
        return None
    theirs = open_requests().filter(email=sender)
    return next((asked for asked in theirs if asked.reference == named.group()), None)


def require_known(service: str, right: str) -> None:
    """Refuse what is not a service of this installation, or not a right.

    Raises:
        Refused: it is neither.
    """
    if service not in declarations() or right not in {one.value for one in Right}:
        raise Refused(N_("There is no such service or right. Choose one of the list."))


def parts_of(service: str) -> tuple[Part, ...]:
    """Return the services of the controller of ``service`` with their stores, and no other controller's."""
    declared = declarations()
    services = catalogue()
    return tuple(Part(declared[key], stores_of(services[key])) for key in same_controller(declared, service))


def token_of(asked: RightsRequest) -> str:
    """Return what opens the person's own page: signed, it names the request and nobody."""
    return signing.Signer(salt=_SALT, sep=".").sign(asked.public_id.hex)


def link_to(asked: RightsRequest) -> str:
    """Return the address of the person's own page, to be mailed to them and shown nowhere else."""
    public_url: str = settings.BACASABLE.public_url
    return public_url.rstrip("/") + reverse("rights:follow", args=[token_of(asked)])


def by_token(token: str) -> RightsRequest:
    """Return the request that a token opens.

    Raises:
        Http404: nothing was issued under that token.
    """
    try:
        public_id = uuid.UUID(hex=signing.Signer(salt=_SALT, sep=".").unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    found = RightsRequest.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def link_is_enough(asked: RightsRequest, user: Any) -> bool:
    """Say whether the mailed link alone proves who asks: not for staff, who sign in with two factors."""
    account = User.objects.filter(email=asked.email.strip().lower()).first()
    if account is None or not account.grants.exists():
        return True
    return getattr(user, "pk", None) == account.pk and bool(getattr(user, "session_is_verified", False))


def may_download(asked: RightsRequest) -> bool:
    """Say whether the person's link gives the files now."""
    return (
        asked.where is State.ANSWERED
        and asked.asked in GIVEN_AS_FILES
        and asked.closed_at is not None
        and clock.now() <= asked.closed_at + DOWNLOADS_FOR
    )


def may_hand_over(asked: RightsRequest) -> bool:
    """Say whether the officer hands the files over: their owner has no address to take them by."""
    return not asked.email and may_download(asked)


def identifiers_of(asked: RightsRequest) -> dict[str, str]:
    """Return what tells the person in the stores, once their identity is proved.

    ``account`` is the public identifier of the account of that address: services keep it instead.
    """
    found = {"email": asked.email} if asked.email else {}
    account = User.objects.filter(email=asked.email.strip().lower()).first() if asked.email else None
    if account is not None:
        found["account"] = str(account.public_id)
    if asked.identifier_name and asked.identifier_value:
        found[asked.identifier_name.strip().lower()] = asked.identifier_value
    return as_told(found)


def open_requests() -> "QuerySet[RightsRequest]":
    """Return the requests that wait for an answer, the oldest first."""
    return RightsRequest.objects.filter(state__in=OPEN).order_by("received_at")


def to_sort() -> "QuerySet[ReceivedMail]":
    """Return the mails that may be requests and wait for an officer's word, the oldest first."""
    return ReceivedMail.objects.select_related("about").order_by("received_at")
