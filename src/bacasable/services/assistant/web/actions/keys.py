"""Keys of the programming interface: shown once, kept as a digest; daily counts of their calls."""

import secrets
from datetime import date
from hashlib import sha256

from django.db import router, transaction
from django.db.models import F

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import ApiKey, Usage

#: What a key begins with, so that one left in a file is recognised by scanners of secrets.
PREFIX = "bacasable-"
#: Keys of one person that may be in use at once.
MOST = 20


def make_key(*, label: str, by: User) -> tuple[ApiKey, str]:
    """Make a key of ``by`` and return its record and the key itself, which is nowhere else.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: too many keys are in use.
    """
    require(by, "assistant.keys")
    if ApiKey.objects.filter(person=by.public_id, revoked_at=None).count() >= MOST:
        raise Refused(N_("You have many keys in use. Revoke one first."))
    secret = PREFIX + secrets.token_urlsafe(32)
    made = ApiKey(person=by.public_id, label=label.strip(), digest=_digest(secret))
    with act("key_made", f"key:{made.public_id}", by):
        made.save()
    return made, secret


def revoke(*, key: ApiKey, by: User) -> None:
    """End a key for good."""
    require(by, "assistant.keys")
    with act("key_revoked", f"key:{key.public_id}", by):
        ApiKey.objects.filter(pk=key.pk, person=by.public_id, revoked_at=None).update(revoked_at=clock.now())


def holder(secret: str) -> ApiKey | None:
    """Return the key in use that ``secret`` is, or None."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    return ApiKey.objects.filter(digest=_digest(secret), revoked_at=None).first()


def count(*, key: ApiKey, kind: str, units: int = 0) -> None:
    """Count one call of ``kind``; what was asked is not kept."""
    today: date = clock.now().date()
    with transaction.atomic(using=router.db_for_write(Usage)):
        row, _made = Usage.objects.get_or_create(key=key, day=today, kind=kind)
        Usage.objects.filter(pk=row.pk).update(calls=F("calls") + 1, units=F("units") + units)
        if key.last_used_on != today:
            ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
