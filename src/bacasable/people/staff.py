"""What the administrator reads about the accounts that have a role."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from bacasable.people.models import User
from bacasable.people.permissions import roles


@dataclass(frozen=True)
class AccountRow:
    """One line of the administrator's list."""

    user: User
    roles: tuple[str, ...]
    has_authenticator: bool


def label_of(role: str) -> str:
    """Return the label of a role in the language of the page; the key itself when no service names it now."""
    known = roles().get(role)
    return gettext(known.label) if known else role


def grantable_beside(held: set[str]) -> list[dict[str, Any]]:
    """Return each role that can be granted and is not held: its key, label, description.

    ``is_apart``: it cannot stand beside those held, since an inspector holds no other role.
    """
    known = roles()
    return [
        {
            "role": key,
            "label": label_of(key),
            "description": gettext(role.description) if role.description else "",
            "is_apart": any(role.walled != known[other].walled for other in held if other in known),
        }
        for key, role in known.items()
        if role.granted and key not in held
    ]


def accounts_with_roles() -> list[AccountRow]:
    """Return the accounts that have a granted role or an authenticator, by name; three queries in all."""
    protected = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    users = User.objects.filter(grants__isnull=False) | User.objects.filter(pk__in=protected)
    return [
        AccountRow(user, tuple(label_of(grant.role) for grant in user.grants.all()), user.pk in protected)
        for user in users.distinct().order_by("name", "email").prefetch_related("grants")
    ]
