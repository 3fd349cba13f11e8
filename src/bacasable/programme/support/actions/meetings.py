"""Meetings: announced, held, minuted by the office, then approved or remarked on by the project."""

from datetime import datetime, timedelta

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters
from bacasable.programme.support.actions.locking import locked, text
from bacasable.programme.support.models import Meeting, MinutesRemark, Side, SupportFile

#: A meeting is announced at most this long before, so that a year typed wrongly is seen.
FARTHEST = timedelta(days=730)


@transaction.atomic
def call_meeting(
    *, file: SupportFile, held_at: datetime, by: User, place: str = "", agenda: str = ""
) -> Meeting:
    """Announce a meeting to the project; one held already may be entered for its minutes.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``too_far``, ``too_long``, ``suspended``, ``ended``.
    """
    taken = locked(file, by, "support.guide", side=Side.OFFICE)
    if abs(held_at - clock.now()) > FARTHEST:
        raise Refused("too_far", N_("This date is more than two years away: check the year."))
    meeting = Meeting.objects.create(
        file=taken,
        held_at=held_at,
        place=text(place, 200, lines=False),
        agenda=text(agenda, 4000),
        called_by=by,
        called_at=clock.now(),
    )
    letters.tell_of_meeting(meeting, Side.PROJECT, "meeting", by=by)
    _record("meeting_called", meeting, by)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User) -> Meeting:
    """Cancel a meeting that was not held, with a reason; it stays in the list.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``cancelled``, ``minuted``, ``empty``, ``too_long``, ``suspended``, ``ended``.
    """
    stored = _standing(meeting, by, "support.guide", Side.OFFICE)
    if stored.minutes_at is not None:
        raise Refused("minuted", N_("This meeting has minutes: it was held."))
    stored.cancelled_because = text(reason, 500, lines=False, needed=N_("Say why the meeting is cancelled."))
    stored.cancelled_at = clock.now()
    stored.save(update_fields=["cancelled_because", "cancelled_at"])
    letters.tell_of_meeting(stored, Side.PROJECT, "meeting_cancelled", by=by)
    _record("meeting_cancelled", stored, by)
    return stored


@transaction.atomic
def minute(*, meeting: Meeting, present: str, minutes: str, by: User) -> Meeting:
    """Write the minutes, or write them again until the project approves them.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``not_held`` (yet), ``cancelled``, ``approved``, ``empty``, ``too_long``, ``suspended``,
            ``ended``.
    """
    stored = _standing(meeting, by, "support.guide", Side.OFFICE)
    if stored.held_at > clock.now():
        raise Refused("not_held", N_("This meeting has not been held yet: its minutes are written after."))
    if stored.approved_at is not None:
        raise Refused("approved", N_("The project approved these minutes: they stay as they are."))
    stored.present = text(present, 2000, needed=N_("Write who was present."))
    stored.minutes = text(minutes, 20_000, needed=N_("Write the minutes."))
    stored.minutes_at = clock.now()
    stored.save(update_fields=["present", "minutes", "minutes_at"])
    letters.tell_of_meeting(stored, Side.PROJECT, "minutes", by=by)
    _record("minutes_written", stored, by)
    return stored


@transaction.atomic
def approve_minutes(*, meeting: Meeting, by: User, seen: datetime | None = None) -> Meeting:
    """Say for the project that the minutes are right; they no longer change.

    Args:
        seen: when the minutes that the person read were written; others are refused.

    Raises:
        PermissionDenied: ``by`` is not of the project.
        Refused: ``no_minutes``, ``approved``, ``stale``, ``cancelled``, ``suspended``, ``ended``.
    """
    stored = _minuted(meeting, by)
    if seen is not None and seen != stored.minutes_at:
        raise Refused("stale", N_("The minutes changed since you read them. Read them again."))
    stored.approved_by, stored.approved_at = by, clock.now()
    stored.save(update_fields=["approved_by", "approved_at"])
    letters.tell_of_meeting(stored, Side.OFFICE, "minutes_approved", by=by)
    _record("minutes_approved", stored, by)
    return stored


@transaction.atomic
def remark(*, meeting: Meeting, text: str, by: User) -> MinutesRemark:
    """Say for the project what is wrong or missing in the minutes; the office may write them again.

    Raises:
        PermissionDenied: ``by`` is not of the project.
        Refused: ``no_minutes``, ``approved``, ``cancelled``, ``empty``, ``too_long``, ``suspended``,
            ``ended``.
    """
    stored = _minuted(meeting, by)
    made = MinutesRemark.objects.create(
        meeting=stored, text=_text(text, 4000, needed=N_("Write your remarks.")), by=by, at=clock.now()
    )
    letters.tell_of_meeting(stored, Side.OFFICE, "minutes_remarked", by=by)
    _record("minutes_remarked", stored, by)
    return made


_text = text


def _standing(meeting: Meeting, by: User, permission: str, side: str) -> Meeting:
    taken = locked(meeting.file, by, permission, side=side)
    stored = taken.meetings.get(pk=meeting.pk)
    if stored.cancelled_at is not None:
        raise Refused("cancelled", N_("This meeting was cancelled."))
    return stored


def _minuted(meeting: Meeting, by: User) -> Meeting:
    stored = _standing(meeting, by, "support.write", Side.PROJECT)
    if stored.minutes_at is None:
        raise Refused("no_minutes", N_("This meeting has no minutes yet."))
    if stored.approved_at is not None:
        raise Refused("approved", N_("The project approved these minutes: they stay as they are."))
    return stored


def _record(verb: str, meeting: Meeting, by: User) -> None:
    journal.record(
        f"support.{verb}",
        by=by,
        subject=f"dossier:{meeting.file.dossier.reference}",
        meeting=str(meeting.public_id),
    )
