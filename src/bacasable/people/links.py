"""One-time links: issued for an e-mail address, opened on a page, spent by its button, once.

A token is ``<public id>.<secret>.<signature>``; the database holds a digest of the secret only, so a copy of
the database opens nothing. Opening a link never spends it: mail scanners fetch every address of a mail.
"""

import base64
import binascii
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.people.models import OneTimeLink, User

LIFETIME = timedelta(hours=24)
_SIGNER_SALT = "bacasable.people.links"
_SECRET_BYTES = 24

#: What spending a link does: called inside the transaction with the request, the link and the person, it
#: returns the address to go to. Whatever it raises leaves the link unspent.
OnSpent = Callable[[HttpRequest, OneTimeLink, User], str]
_on_spent: dict[str, OnSpent] = {}


class LinkRefused(Exception):
    """A link that opens nothing. ``link`` is there when the token was genuine."""

    def __init__(self, link: OneTimeLink | None = None) -> None:
        super().__init__(f"{type(self).__name__}: link {link.public_id if link else 'unknown'}")
        self.link = link


class Altered(LinkRefused):
    """The token was cut, changed, or never issued here."""


class Expired(LinkRefused):
    """The link's time is over, by the platform's clock."""


class Replayed(LinkRefused):
    """The link was spent before."""


class AccountClosed(LinkRefused):
    """The account of this address was deactivated."""


class StaffMustSignIn(LinkRefused):
    """The address has a staff role: a link alone never signs such a person in. The link stays unspent."""


@dataclass(frozen=True)
class Spent:
    """A link just spent: whose it is and the address to send the person to."""

    link: OneTimeLink
    user: User
    destination: str


def register(purpose: str, on_spent: OnSpent) -> None:
    """Say what spending a link of ``purpose`` does; one callable for each purpose, set when the app starts.

    Raises:
        ValueError: another callable holds the purpose already.
    """
    if _on_spent.get(purpose, on_spent) is not on_spent:
        raise ValueError(
            f"links: '{purpose}' is already handled by {_on_spent[purpose].__module__}; keep one of the two"
        )
    _on_spent[purpose] = on_spent


def issue(*, email: str, purpose: str, target: str = "", lifetime: timedelta = LIFETIME) -> str:
    """Store a new link and return its absolute address, to be mailed to ``email`` and shown nowhere else.

    ``target`` is the reference of what the link opens (a call's slug, a dossier's reference), at most 120
    characters, never personal data.
    """
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    now = clock.now()
    link = OneTimeLink.objects.create(
        email=email.strip().lower(),
        purpose=OneTimeLink.Purpose(purpose),
        target=target,
        secret_digest=_digest(secret),
        created_at=now,
        expires_at=now + lifetime,
    )
    identifier = base64.urlsafe_b64encode(link.public_id.bytes).decode().rstrip("=")
    token = _signer().sign(f"{identifier}.{secret}")
    return settings.BACASABLE.public_url.rstrip("/") + reverse("people:link", args=[token])


def issued_since(email: str, since: datetime) -> int:
    """Count the links issued for an address since an instant: what a cap on requests compares."""
    return OneTimeLink.objects.filter(email=email.strip().lower(), created_at__gte=since).count()


def find(token: str) -> OneTimeLink:
    """Return the link of a token that could be spent now; reading it changes nothing.

    Raises:
        Altered: the signature, the identifier or the secret is not one that was issued.
        Replayed: it was spent.
        Expired: its time is over.
    """
    try:
        identifier, secret = _signer().unsign(token).split(".")
        public_id = uuid.UUID(bytes=base64.urlsafe_b64decode(identifier + "=="))
    except (signing.BadSignature, ValueError, binascii.Error):
        raise Altered from None
    link = OneTimeLink.objects.filter(public_id=public_id).first()
    if link is None or not constant_time_compare(link.secret_digest, _digest(secret)):
        raise Altered
    if link.spent_at is not None:
        raise Replayed(link)
    if link.expires_at <= clock.now():
        raise Expired(link)
    return link


@transaction.atomic
def spend(request: HttpRequest, token: str) -> Spent:
    """Spend a link: mark it, make the account when the address is new, do what its purpose does.

    The mark is one conditional UPDATE, so two simultaneous requests spend it once on either database. The
    caller signs the person in after the commit.

    Raises:
        LinkRefused: see :func:`find`; also ``AccountClosed`` and ``StaffMustSignIn``, which leave it unspent.
    """
    link = find(token)
    now = clock.now()
    if not OneTimeLink.objects.filter(pk=link.pk, spent_at__isnull=True).update(spent_at=now):
        raise Replayed(link)
    link.spent_at = now
    user, created = User.objects.get_or_create(email=link.email, defaults={"password": make_password(None)})
    if not user.is_active:
        raise AccountClosed(link)
    if link.purpose != OneTimeLink.Purpose.ENROL and not _link_is_enough(request, user):
        raise StaffMustSignIn(link)
    destination = _on_spent[link.purpose](request, link, user)
    # The journal comes last: its head stays locked until the commit.
    if created:
        journal.record("people.account_created", by=user, subject=f"user:{user.public_id}", how=link.purpose)
    journal.record("people.link_spent", by=user, subject=f"user:{user.public_id}", purpose=link.purpose)
    return Spent(link, user, destination)


def _link_is_enough(request: HttpRequest, user: User) -> bool:
    """A person with a granted role must already be signed in, with a second factor, as that very person."""
    if not user.grants.exists():
        return True
    current = getattr(request, "user", None)
    return getattr(current, "pk", None) == user.pk and bool(getattr(current, "session_is_verified", False))


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=_SIGNER_SALT)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
