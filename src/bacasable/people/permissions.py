"""Who may do what: the table is data of the catalogue, this walks it.

``require`` raises, ``may`` answers, ``allow`` marks a view: a view without a mark is refused by
:class:`bacasable.people.middleware.DenyByDefault`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from bacasable.compliance.service import MEMBER, PUBLIC, STAFF, WALLED, Permission, Role, Service
from bacasable.people.models import User

View = TypeVar("View", bound=Callable[..., Any])


class Related(Protocol):
    """An object that lends roles to a person: a dossier makes its author a candidate.

    One that may lend a role to who stands behind the inspection wall says ``lends_behind_the_wall = True``.
    One before which some give up the roles they were granted has ``speaks_for_itself(user) -> bool``: there
    they hold what the object lends and nothing else, so that nobody is both sides of one file.
    """

    def roles_of(self, user: Any) -> set[str]: ...


class _Declared:
    """What the services of one catalogue declare, put together once: a page asks for it dozens of times."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services
        self.roles = MappingProxyType(
            {role.key: role for service in services.values() for role in service.roles}
        )
        self.walled = frozenset(key for key, role in self.roles.items() if role.walled)
        self.staff = frozenset(key for key, role in self.roles.items() if role.staff)
        self.table = MappingProxyType(
            {
                permission.key: replace(permission, roles=self._spelled_out(permission.roles))
                for service in services.values()
                for permission in service.permissions
            }
        )

    def _spelled_out(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        kinds = {STAFF: self.staff, WALLED: self.walled}
        return tuple(
            dict.fromkeys(
                key
                for name in roles
                for key in ([k for k in self.roles if k in kinds[name]] if name in kinds else [name])
            )
        )


_last: _Declared | None = None


def _declared() -> _Declared:
    """Return what the present catalogue declares; put together again when the catalogue is another."""
    global _last
    from bacasable.compliance.catalogue import catalogue

    services, known = catalogue(), _last
    if known is None or known.services is not services:
        known = _last = _Declared(services)
    return known


def table() -> Mapping[str, Permission]:
    """Return the whole table, from the permissions of every service of the catalogue, by key."""
    return _declared().table


def roles_of(user: Any, subject: Related | None = None) -> set[str]:
    """Return the keys of the roles that ``user`` holds, alone or towards ``subject``.

    A granted role counts only in a session that proved more than an e-mail address (a second factor, or an
    accepted OpenID Connect sign-in): see :func:`bacasable.people.sessions.mark`. A user object that comes
    from the database instead of a request has no such proof, so its granted roles are empty here.

    Who was granted a walled role (an inspector) holds nothing but walled roles and what everybody holds,
    whatever the objects lend or else was granted: the inspection firewall.
    """
    if not (getattr(user, "is_authenticated", False) and user.is_active):
        return {PUBLIC}
    if is_walled(user):
        return _behind_the_wall(user, subject)
    roles = {PUBLIC, MEMBER}
    one_sided = getattr(subject, "speaks_for_itself", None)
    if getattr(user, "session_is_verified", False) and not (one_sided and one_sided(user)):
        roles |= granted_roles(user)
    if subject is not None:
        roles |= subject.roles_of(user)
    return roles


def lent_roles(user: Any, subject: Related) -> set[str]:
    """Return what ``subject`` makes of ``user``: nothing for a stranger to it, nor behind the wall."""
    if not (getattr(user, "is_authenticated", False) and user.is_active) or is_walled(user):
        return set()
    return subject.roles_of(user)


def walled_roles() -> frozenset[str]:
    """Return the keys of the roles whose holders stand behind the inspection wall."""
    return _declared().walled


def staff_roles() -> frozenset[str]:
    """Return the keys of the roles of those who work for the office."""
    return _declared().staff


def is_walled(user: Any) -> bool:
    """Say whether ``user`` was granted a walled role, whatever this session may use of it."""
    return bool(getattr(user, "is_authenticated", False) and walled_roles() & granted_roles(user))


def walled_accounts() -> QuerySet[User]:
    """Return the accounts behind the wall: what lists and mails of the rooms leave out."""
    return User.objects.filter(grants__role__in=walled_roles())


def _behind_the_wall(user: Any, subject: Related | None) -> set[str]:
    walled = walled_roles()
    held = {PUBLIC}
    if getattr(user, "session_is_verified", False):
        held |= walled & granted_roles(user)
        if getattr(subject, "lends_behind_the_wall", False):
            held |= walled & subject.roles_of(user)  # type: ignore[union-attr]
    return held


def granted_roles(user: Any) -> set[str]:
    """Return the roles given to ``user``, whether or not this session may use them.

    The query runs once for each user object, however many checks a page makes.
    """
    granted: set[str] | None = getattr(user, "_granted_roles", None)
    if granted is None:
        granted = set(user.grants.values_list("role", flat=True))
        user._granted_roles = granted
    return granted


def forget_granted_roles(user: Any) -> None:
    """Read the roles of ``user`` again at the next question: they have just changed."""
    user._granted_roles = None


def needs_stronger_sign_in(user: Any, permission: str) -> bool:
    """Say whether ``user`` was given a role that holds ``permission`` but signed in too weakly to use it."""
    if not getattr(user, "is_authenticated", False) or getattr(user, "session_is_verified", False):
        return False
    return not granted_roles(user).isdisjoint(table()[permission].roles)


def roles() -> Mapping[str, Role]:
    """Return every role of the catalogue by key, in the order in which the services name them."""
    return _declared().roles


@dataclass(frozen=True)
class Row:
    """One line of the published table: a permission and, for each role in order, whether it holds it."""

    permission: str
    label: str
    held: tuple[bool, ...]


def permission_table() -> tuple[list[Role], list[Row]]:
    """Return the roles (columns) and the permissions (rows): what the documentation and tests print."""
    columns = list(roles().values())
    rows = [
        Row(permission.key, permission.label, tuple(role.key in permission.roles for role in columns))
        for permission in table().values()
    ]
    return columns, rows


def may(user: Any, permission: str, subject: Related | None = None) -> bool:
    """Say whether ``user`` holds ``permission``, towards ``subject`` where one is given.

    Raises:
        KeyError: the permission is in no service's table.
    """
    return not roles_of(user, subject).isdisjoint(table()[permission].roles)


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
