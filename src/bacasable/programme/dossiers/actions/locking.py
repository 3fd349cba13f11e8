"""Take a dossier for writing: locked until the transaction ends, by one who may, while it may change."""

from datetime import datetime

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers import queries
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.rules import Window


def locked(dossier: Dossier, by: User, permission: str) -> Dossier:
    """Return the stored dossier, locked, for ``by`` who holds ``permission`` towards it.

    Raises:
        PermissionDenied: ``by`` does not.
    """
    # Without joins: PostgreSQL reads again the row that it waited for, not what a join had found beside it.
    taken = Dossier.objects.select_for_update().get(pk=dossier.pk)
    require(by, permission, taken)
    return taken


def open_window(dossier: Dossier, at: datetime) -> Window:
    """Return what may change at ``at``.

    Raises:
        Refused: nothing may; the words give the server's time and the deadline, in the call's time zone.
    """
    window = queries.window_of(dossier, at)
    if window is None:
        raise too_late(dossier, at)
    return window


def too_late(dossier: Dossier, at: datetime) -> Refused:
    """Return the refusal of what arrives after the deadline (code ``too_late``), or in a call not open."""
    call = dossier.call
    due = max((r.due_at for r in dossier.missing_parts.all()), default=call.deadline)
    deadline = max(due, call.deadline)
    if at <= deadline:
        return Refused(
            "closed", N_("This call does not accept deposits now: the server's clock read %(now)s."), now=at
        )
    return Refused(
        "too_late",
        N_(
            "Too late: the server's clock read %(now)s when your request arrived, and the deadline was "
            "%(deadline)s. Nothing was changed."
        ),
        now=at,
        deadline=deadline,
    )
