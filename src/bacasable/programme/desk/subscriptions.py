"""What the desk watches in the rooms below: nobody who takes part in a file becomes an inspector."""

from typing import Any

from django.utils.translation import gettext as _

from bacasable.people.actions import Refused
from bacasable.people.models import User
from bacasable.people.permissions import walled_roles
from bacasable.people.signals import role_granting
from bacasable.programme.desk.queries import parts_taken


def keep_inspectors_apart(*, user: User, role: str, **_kwargs: Any) -> None:
    """Refuse to make an inspector of who writes a dossier, sits in a panel or in a team, or may sign.

    Raises:
        Refused: with what the person takes part in; references only.
    """
    if role in walled_roles() and (taken := parts_taken(user)):
        raise Refused(
            _(
                "This person takes part in: %(parts)s. An inspector takes part in no file. End these first, "
                "or choose somebody else."
            )
            % {"parts": ", ".join(taken)}
        )


def connect() -> None:
    """Listen; called once when the app starts."""
    role_granting.connect(keep_inspectors_apart, dispatch_uid="desk.keep_inspectors_apart")
