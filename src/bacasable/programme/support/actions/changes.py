"""What changes the calendar or the life of a support: each change with its reasons, kept in order."""

from datetime import date, timedelta

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters, queries, rules, signals
from bacasable.programme.support.actions.locking import locked, text, today
from bacasable.programme.support.models import Side, SupportChange, SupportFile

Kind = SupportChange.Kind


@transaction.atomic
def advance(*, file: SupportFile, reason: str, by: User, revision: int | None = None) -> SupportFile:
    """Pass to the next phase of the track.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``state``, ``last_phase``, ``empty``, ``too_long``, ``stale``.
    """
    taken, reason = _begin(file, Kind.ADVANCE, reason, by, revision)
    taken.phase = rules.next_phase(taken.track, taken.phase)
    return _end(taken, Kind.ADVANCE, reason, by, taken.ends_on)


@transaction.atomic
def extend(
    *,
    file: SupportFile,
    ends_on: date,
    reason: str,
    by: User,
    asked_on: date | None = None,
    revision: int | None = None,
) -> SupportFile:
    """Move the end later.

    Args:
        asked_on: the day on which the project asked, today by default; under the AI Act's regime at the
            latest 30 days before the end.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``state``, ``not_later``, ``too_far``, ``too_late``, ``asked_on``, ``empty``, ``too_long``,
            ``stale``.
    """
    taken, reason = _begin(file, Kind.EXTEND, reason, by, revision)
    previous = taken.ends_on or today(taken)
    asked_on = asked_on or today(taken)
    if not (taken.starts_on or asked_on) <= asked_on <= today(taken):
        raise Refused("asked_on", N_("Choose a day between the start of the support and today."))
    taken.ends_on = rules.new_end(taken.dossier.call.regime, previous, ends_on, asked_on)
    return _end(taken, Kind.EXTEND, reason, by, previous, asked_on=asked_on)


@transaction.atomic
def suspend(*, file: SupportFile, reason: str, by: User, revision: int | None = None) -> SupportFile:
    """Stop the support for a time: nothing is written meanwhile, and its days push the end.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``state``, ``empty``, ``too_long``, ``stale``.
    """
    taken, reason = _begin(file, Kind.SUSPEND, reason, by, revision)
    return _end(taken, Kind.SUSPEND, reason, by, taken.ends_on)


@transaction.atomic
def resume(*, file: SupportFile, reason: str, by: User, revision: int | None = None) -> SupportFile:
    """Go on after a suspension: the end moves later by as many days as it lasted.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``state``, ``empty``, ``too_long``, ``stale``.
    """
    taken, reason = _begin(file, Kind.RESUME, reason, by, revision, before=True)
    previous, since = taken.ends_on, queries.suspended_since(taken)
    if previous is not None and since is not None:
        taken.ends_on = previous + max(timedelta(), today(taken) - since)
    taken.state = rules.next_state(taken.state, Kind.RESUME)
    return _end(taken, Kind.RESUME, reason, by, previous)


@transaction.atomic
def complete(*, file: SupportFile, reason: str, by: User, revision: int | None = None) -> SupportFile:
    """End a support whose work is done, in its last phase; its file can only be read afterwards.

    Raises:
        PermissionDenied: ``by`` is not an officer of the office's side.
        Refused: ``state``, ``phase`` (phases remain), ``empty``, ``too_long``, ``stale``.
    """
    taken, reason = _begin(file, Kind.COMPLETE, reason, by, revision)
    rules.require_last_phase(taken.track, taken.phase)
    return _end(taken, Kind.COMPLETE, reason, by, taken.ends_on)


@transaction.atomic
def exit(*, file: SupportFile, reason: str, by: User, revision: int | None = None) -> SupportFile:
    """End the support early, by either side: the author for the project, an officer for the office.

    Raises:
        PermissionDenied: ``by`` is neither.
        Refused: ``state``, ``empty``, ``too_long``, ``stale``.
    """
    taken, reason = _begin(file, Kind.EXIT, reason, by, revision)
    return _end(taken, Kind.EXIT, reason, by, taken.ends_on)


def _begin(
    file: SupportFile, kind: str, reason: str, by: User, revision: int | None, *, before: bool = False
) -> tuple[SupportFile, str]:
    """Take the file for a change of ``kind``; with ``before``, leave the new state to the caller."""
    side: str | None = Side.OFFICE
    permission = "support.manage"
    if kind == Kind.EXIT:
        side = queries.side_of(file, by)
        permission = "support.agree" if side == Side.PROJECT else "support.manage"
    taken = locked(file, by, permission, side=side, live=False, revision=revision)
    state = rules.next_state(taken.state, kind)
    if not before:
        taken.state = state
    return taken, text(reason, 4000, needed=N_("Write the reasons: both sides read them."))


def _end(
    taken: SupportFile,
    kind: str,
    reason: str,
    by: User,
    previous: date | None,
    *,
    asked_on: date | None = None,
) -> SupportFile:
    at = clock.now()
    side = queries.side_of(taken, by)
    taken.revision += 1
    if rules.is_over(taken.state):
        taken.ended_at = at
    taken.save(update_fields=["state", "phase", "ends_on", "ended_at", "revision"])
    SupportChange.objects.create(
        file=taken,
        kind=kind,
        side=side,
        reason=reason,
        previous_ends_on=previous,
        ends_on=taken.ends_on,
        phase=taken.phase,
        asked_on=asked_on,
        by=by,
        at=at,
    )
    letters.tell_all(taken, kind, by=by)
    if rules.is_over(taken.state):
        signals.ended.send(SupportFile, file=taken, state=taken.state, by=by)
    journal.record(
        f"support.{_PAST[kind]}",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        side=side,
        state=taken.state,
        phase=taken.phase,
        ends_on=taken.ends_on.isoformat() if taken.ends_on else "",
    )
    return taken


_PAST: dict[str, str] = {
    Kind.ADVANCE: "advanced",
    Kind.EXTEND: "extended",
    Kind.SUSPEND: "suspended",
    Kind.RESUME: "resumed",
    Kind.COMPLETE: "completed",
    Kind.EXIT: "exited",
}
