"""The roadmap: milestones, who acts, until when; done, or dropped with a reason."""

from datetime import date

from django.db import transaction

from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters
from bacasable.programme.support.actions.locking import locked, text, today
from bacasable.programme.support.models import Milestone, Side, SupportFile


@transaction.atomic
def add_milestone(
    *, file: SupportFile, title: str, due_on: date, by: User, side: str = Side.PROJECT, description: str = ""
) -> Milestone:
    """Add a step to the roadmap.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``empty``, ``too_long``, ``side``, ``suspended``, ``ended``.
    """
    taken = locked(file, by, "support.guide", side=Side.OFFICE)
    if side not in Side.values:
        raise Refused("side", N_("Say who acts: the office or the project."))
    milestone = Milestone.objects.create(
        file=taken,
        title=text(title, 200, lines=False, needed=N_("Name the milestone.")),
        description=text(description, 2000),
        side=side,
        due_on=due_on,
    )
    letters.tell(taken, Side.PROJECT, "milestone", by=by)
    _record("added", milestone, by)
    return milestone


@transaction.atomic
def finish_milestone(*, milestone: Milestone, by: User, done_on: date | None = None) -> Milestone:
    """Say that a step is done, on ``done_on`` (today by default).

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``settled`` (done or dropped already), ``future``, ``suspended``, ``ended``.
    """
    stored = _pending(milestone, by)
    done_on = done_on or today(stored.file)
    if done_on > today(stored.file):
        raise Refused("future", N_("A milestone is done today or before."))
    stored.done_on = done_on
    stored.save(update_fields=["done_on"])
    letters.tell(stored.file, Side.PROJECT, "milestone", by=by)
    _record("finished", stored, by)
    return stored


@transaction.atomic
def drop_milestone(*, milestone: Milestone, reason: str, by: User) -> Milestone:
    """Say that a step will not be done, and why; it stays on the roadmap.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``settled``, ``empty``, ``too_long``, ``suspended``, ``ended``.
    """
    stored = _pending(milestone, by)
    stored.dropped_because = text(reason, 500, lines=False, needed=N_("Say why the milestone is dropped."))
    stored.save(update_fields=["dropped_because"])
    letters.tell(stored.file, Side.PROJECT, "milestone", by=by)
    _record("dropped", stored, by)
    return stored


def _pending(milestone: Milestone, by: User) -> Milestone:
    taken = locked(milestone.file, by, "support.guide", side=Side.OFFICE)
    stored = taken.milestones.get(pk=milestone.pk)
    if stored.done_on is not None or stored.dropped_because:
        raise Refused("settled", N_("This milestone is done or dropped already. Reload the page."))
    return stored


def _record(verb: str, milestone: Milestone, by: User) -> None:
    journal.record(
        f"support.milestone_{verb}",
        by=by,
        subject=f"dossier:{milestone.file.dossier.reference}",
        milestone=str(milestone.public_id),
    )
