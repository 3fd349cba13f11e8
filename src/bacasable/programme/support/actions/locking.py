"""Take a support file for writing: locked until the transaction ends, by one who may, on their own side."""

from datetime import date

from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import queries, rules
from bacasable.programme.support.models import Side, SupportFile


def locked(
    file: SupportFile,
    by: User,
    permission: str,
    *,
    side: str | None = None,
    live: bool = True,
    revision: int | None = None,
) -> SupportFile:
    """Return the stored file, locked, for ``by`` who holds ``permission`` towards it.

    Args:
        side: the side that ``by`` must speak for; an officer who writes the project's dossier is the
            project's, whatever else they are.
        live: whether the file must be one in which both sides write.
        revision: of the file on the page that the person acts from, where a change by another matters.

    Raises:
        PermissionDenied: ``by`` may not, or speaks for the other side.
        Refused: ``suspended``, ``ended``, ``stale``.
    """
    # Without joins: PostgreSQL reads again the row that it waited for, not what a join had found beside it.
    taken = SupportFile.objects.select_for_update().get(pk=file.pk)
    require(by, permission, taken)
    if side is not None and queries.side_of(taken, by) != side:
        raise PermissionDenied(permission)
    if revision is not None and revision != taken.revision:
        raise Refused(
            "stale", N_("Someone changed this support file meanwhile. Read the page again, then decide.")
        )
    if live:
        rules.require_live(taken.state)
    return taken


def today(file: SupportFile) -> date:
    """Return the day by the server's clock, in the time zone of the call."""
    return clock.now().astimezone(file.dossier.call.zone).date()


def text(value: str, limit: int, *, lines: bool = True, needed: str = "") -> str:
    """Return ``value`` tidied.

    Raises:
        Refused: ``too_long``, or ``empty`` with the words ``needed`` where there are some.
    """
    value = reading.tidy(value, lines=lines).strip()
    if not value and needed:
        raise Refused("empty", needed)
    if len(value) > limit:
        raise Refused(
            "too_long",
            N_("Shorten the text: it has %(length)s characters, at most %(limit)s are accepted."),
            length=len(value),
            limit=limit,
        )
    return value


def other(side: str) -> str:
    """Return the side that faces ``side``."""
    return Side.PROJECT if side == Side.OFFICE else Side.OFFICE
