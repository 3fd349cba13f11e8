"""Take a synthesis for writing: locked until the transaction ends, by one who may, in a state that allows."""

import hashlib
import json

from django.db.models import Model

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.dossiers.answers import tidy
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.synthesis import rules
from bacasable.programme.synthesis.models import Synthesis


def locked(synthesis: Synthesis, by: User, permission: str, verb: str) -> Synthesis:
    """Return the stored synthesis, locked, moved (not saved) by ``verb``, its revision grown by one.

    Raises:
        PermissionDenied: ``by`` does not hold ``permission`` towards it.
        Refused: the state does not allow the verb (code ``state``).
    """
    taken = Synthesis.objects.select_for_update().get(pk=synthesis.pk)
    require(by, permission, taken)
    taken.state = rules.next_state(taken.state, verb)
    taken.revision += 1
    return taken


def seen(row: Model, fields: tuple[str, ...]) -> str:
    """Return a fingerprint of some fields: what a page was filled with, to see whether it changed since."""
    values = json.dumps([getattr(row, name) for name in fields], ensure_ascii=False, default=str)
    return hashlib.sha256(values.encode()).hexdigest()[:32]


def unchanged(row: Model, fields: tuple[str, ...], expected: str) -> None:
    """Refuse to overwrite what somebody else wrote since the page was read.

    Raises:
        Refused: it changed (code ``stale``).
    """
    if seen(row, fields) != expected:
        raise stale()


def stale() -> Refused:
    """Return the refusal of a page that was read before somebody else's change."""
    return Refused(
        "stale",
        N_(
            "Somebody else changed this meanwhile. Your text is still below: compare it with what is stored, "
            "then save again."
        ),
    )


def tidied(value: str, limit: int, *, lines: bool = True) -> str:
    """Return ``value`` in the form that is stored.

    Raises:
        Refused: it is longer than ``limit`` (code ``too_long``).
    """
    kept = tidy(value, lines=lines)
    if len(kept) > limit:
        raise Refused(
            "too_long",
            N_("Shorten the text: it has %(length)s characters, at most %(limit)s are accepted."),
            length=len(kept),
            limit=limit,
        )
    return kept
