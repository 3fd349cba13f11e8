"""What people do with rooms. Acts are journalled: identifiers of rooms and bookings, no content."""

from contextlib import AbstractContextManager
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import outbox
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from meeting_rooms.engine import Need
from meeting_rooms.models import Booking, Room, SuggestionChoice

#: A booking that was cancelled may be taken back so long; then it is forgotten.
TAKE_BACK = timedelta(hours=1)
TAKEN = N_("Someone has just taken this room. Choose another one.")


def _act(action: str, subject: str, by: User, **facts: object) -> AbstractContextManager[None]:
    """Do an act and journal it: both are there in the end, or neither."""
    return outbox.act(Booking, f"meeting_rooms.{action}", by=by, subject=subject, **facts)


def book(*, room: int, need: Need, subject: str, by: User) -> Booking:
    """Book a room, whose record is locked so that two people cannot take it at once.

    Raises:
        PermissionDenied: ``by`` may not.
        Refused: it is closed, taken, too small, or in the past.
    """
    require(by, "meeting_rooms.book")
    made = Booking(
        person=by.public_id,
        room_id=room,
        starts_at=need.starts_at,
        ends_at=need.ends_at,
        seats=need.seats,
        equipment=sorted(need.equipment),
        subject=subject.strip(),
    )
    if need.starts_at < clock.now():
        raise Refused(N_("This time is past. Choose a time to come."))
    with _act("booked", f"booking:{made.public_id}", by, room=room):
        _free(made)
        made.save()
    return made


def cancel(*, booking: Booking, by: User) -> None:
    """Give a room back.

    Raises:
        PermissionDenied: it is not the booking of ``by``.
    """
    require(by, "meeting_rooms.book")
    with _act("cancelled", f"booking:{booking.public_id}", by):
        _own(booking, by).filter(cancelled_at=None).update(cancelled_at=clock.now())


def take_back(*, booking: Booking, by: User) -> None:
    """Undo a cancellation, where nobody took the room meanwhile.

    Raises:
        PermissionDenied: it is not the booking of ``by``.
        Refused: the room is taken.
    """
    require(by, "meeting_rooms.book")
    with _act("taken_back", f"booking:{booking.public_id}", by):
        _free(booking)
        _own(booking, by).update(cancelled_at=None)


def choose_suggestions(*, wants: bool, by: User) -> None:
    """Switch suggestions on or off for oneself."""
    require(by, "meeting_rooms.book")
    with _act("chose_suggestions", f"user:{by.public_id}", by, wants=wants):
        SuggestionChoice.objects.update_or_create(
            person=by.public_id, defaults={"wants": wants, "chosen_at": clock.now()}
        )


def add_room(*, name: str, seats: int, equipment: list[str], by: User) -> Room:
    """Open a room.

    Raises:
        PermissionDenied: ``by`` may not.
    """
    require(by, "meeting_rooms.manage")
    made = Room(name=name.strip(), seats=seats, equipment=sorted(equipment))
    with _act("opened", f"room:{made.public_id}", by):
        made.save()
    return made


def close_room(*, room: Room, is_open: bool, by: User) -> None:
    """Let a room be booked no more, or again; what is booked stays booked."""
    require(by, "meeting_rooms.manage")
    with _act("opened" if is_open else "closed", f"room:{room.public_id}", by):
        Room.objects.filter(pk=room.pk).update(is_open=is_open)


def forget_cancelled() -> int:
    """Erase the bookings that nobody can take back any more, and return how many; the worker calls it."""
    gone, _by_model = Booking.objects.filter(cancelled_at__lte=clock.now() - TAKE_BACK).delete()
    return gone


def _own(booking: Booking, by: User) -> QuerySet[Booking]:
    if booking.person != by.public_id:
        raise PermissionDenied("meeting_rooms.book")
    return Booking.objects.filter(pk=booking.pk)


def _free(booking: Booking) -> None:
    """Refuse unless the room is open, large enough and free; hold it until the transaction ends."""
    room = Room.objects.select_for_update().filter(pk=booking.room_id, is_open=True).first()
    if room is None or room.seats < booking.seats or not set(booking.equipment) <= set(room.equipment):
        raise Refused(N_("This room cannot be booked for that. Choose another one."))
    others = room.bookings.filter(
        cancelled_at=None, starts_at__lt=booking.ends_at, ends_at__gt=booking.starts_at
    ).exclude(pk=booking.pk)
    if others.exists():
        raise Refused(TAKEN)
