"""What the pages read, all of it through the gate."""

from datetime import datetime
from typing import Any

from bacasable.compliance.gate import Gate
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.models import User
from bacasable.people.rows import READING_JOURNAL
from meeting_rooms.engine import Need, Offer, Planner, Room
from meeting_rooms.models import Booking, SuggestionChoice
from meeting_rooms.models import Room as RoomRow
from meeting_rooms.processing import BOOK, BOOKING, CHOICE, PROCESSING, SUGGEST

GATE = Gate(PROCESSING, journal=READING_JOURNAL, dpias=RECORDED_DPIAS)


def rooms() -> dict[int, Room]:
    """Return the rooms by the key of their record, closed ones too."""
    return {
        row.pk: Room(row.pk, row.name, row.seats, frozenset(row.equipment)) for row in RoomRow.objects.all()
    }


def open_rooms() -> list[Room]:
    """Return the rooms that may be booked."""
    known = rooms()
    return [known[key] for key in RoomRow.objects.filter(is_open=True).values_list("pk", flat=True)]


def wants_suggestions(user: User) -> bool:
    """Say whether a person has suggestions: yes, until they choose otherwise."""
    asked = GATE.admit(purpose=SUGGEST.key, data_set=CHOICE, fields=("wants",))
    rows = list(asked.rows(SuggestionChoice.objects.filter(person=user.public_id)))
    return all(row["wants"] for row in rows)


def offers(need: Need, user: User) -> list[Offer]:
    """Return the rooms that are free and fit what ``user`` needs; suggested ones first."""
    own = Booking.objects.filter(person=user.public_id) if wants_suggestions(user) else None
    around = Booking.objects.filter(starts_at__lt=need.ends_at, ends_at__gt=need.starts_at)
    return Planner(GATE).offers(need, open_rooms(), own, around)


def bookings(user: User, now: datetime) -> list[dict[str, Any]]:
    """Return what ``user`` booked and is not over, cancelled ones too while they may be taken back."""
    asked = GATE.admit(
        purpose=BOOK.key,
        data_set=BOOKING,
        fields=("public_id", "room", "starts_at", "ends_at", "subject", "cancelled_at"),
    )
    return list(asked.rows(Booking.objects.filter(person=user.public_id, ends_at__gt=now)))
