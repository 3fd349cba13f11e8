"""Who may do what: the table is data of the catalogue, this walks it.

``require`` raises, ``may`` answers, ``allow`` marks a view: a view without a mark is refused by
:class:`bacasable.people.middleware.DenyByDefault`.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.core.exceptions import PermissionDenied

from bacasable.compliance.service import MEMBER, PUBLIC, Permission

View = TypeVar("View", bound=Callable[..., Any])


class Related(Protocol):
    """An object that lends roles to a person: a dossier makes its author a candidate."""

    def roles_of(self, user: Any) -> set[str]: ...


def table() -> dict[str, Permission]:
    """Return the whole table, from the permissions of every service of the catalogue, by key."""
    from bacasable.compliance.catalogue import catalogue

    return {
        permission.key: permission for service in catalogue().values() for permission in service.permissions
    }


def roles_of(user: Any, subject: Related | None = None) -> set[str]:
    """Return the keys of the roles that ``user`` holds, alone or towards ``subject``.

    The query on granted roles runs once for each user object, however many checks a page makes.
    """
    roles = {PUBLIC}
    if getattr(user, "is_authenticated", False):
        granted = getattr(user, "_granted_roles", None)
        if granted is None:
            granted = set(user.grants.values_list("role", flat=True))
            user._granted_roles = granted
        roles |= {MEMBER} | granted
        if subject is not None:
            roles |= subject.roles_of(user)
    return roles


def may(user: Any, permission: str, subject: Related | None = None) -> bool:
    """Say whether ``user`` holds ``permission``, towards ``subject`` where one is given.

    Raises:
        KeyError: the permission is in no service's table.
    """
    return bool(roles_of(user, subject) & set(table()[permission].roles))


def require(user: Any, permission: str, subject: Related | None = None) -> None:
    """Raise ``PermissionDenied`` unless ``may(user, permission, subject)``."""
    if not may(user, permission, subject):
        raise PermissionDenied(permission)


def allow(permission: str, *, by_object: bool = False) -> Callable[[View], View]:
    """Mark a view with the permission that it needs; the middleware checks it before the view runs.

    With ``by_object`` the roles may depend on the object in the URL: the middleware then only asks that the
    view be marked (and that the person be signed in, unless the permission is public), and the view calls
    :func:`require` with the object.
    """

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.permission_by_object = by_object  # type: ignore[attr-defined]
        return view

    return mark
