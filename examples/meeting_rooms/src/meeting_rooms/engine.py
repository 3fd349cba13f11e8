"""Which rooms fit, and which to suggest. No web framework: what is read comes through the gate."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bacasable.compliance.gate import Gate
from meeting_rooms.processing import BOOK, BOOKING, SUGGEST

#: Rooms suggested at most.
MOST = 3


@dataclass(frozen=True)
class Room:
    """A room: ``key`` is that of its record, ``equipment`` keys such as ``screen``."""

    key: int
    name: str
    seats: int
    equipment: frozenset[str]


@dataclass(frozen=True)
class Need:
    """From when to when, for how many, with what."""

    starts_at: datetime
    ends_at: datetime
    seats: int
    equipment: frozenset[str]


@dataclass(frozen=True)
class Offer:
    """A room that is free and fits: ``times`` that the person booked it, ``spare`` seats too many."""

    room: Room
    times: int
    spare: int
    is_suggested: bool


class Planner:
    """Offers rooms. It reads bookings through the gate of the service, and nothing past it."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def offers(self, need: Need, rooms: Iterable[Room], own: Any, all_bookings: Any) -> list[Offer]:
        """Return the rooms that are free and fit: the suggested ones first, then the smallest.

        Args:
            own: the person's bookings, as the gate reads them (a queryset, mappings); None where they want
                no suggestion.
            all_bookings: everybody's, for what is taken then.
        """
        taken = self.taken(need, all_bookings)
        times: Counter[int] = Counter() if own is None else self.history(own, all_bookings)
        fit = [
            room
            for room in rooms
            if room.key not in taken and room.seats >= need.seats and room.equipment >= need.equipment
        ]
        fit.sort(key=lambda room: (-times[room.key], room.seats, room.name))
        return [
            Offer(room, times[room.key], room.seats - need.seats, place < MOST and times[room.key] > 0)
            for place, room in enumerate(fit)
        ]

    def taken(self, need: Need, all_bookings: Any) -> set[int]:
        """Return the rooms booked for a part of that time; by whom is not asked for."""
        asked = self.gate.admit(
            purpose=BOOK.key, data_set=BOOKING, fields=("room", "starts_at", "ends_at", "cancelled_at")
        )
        return {
            row["room"]
            for row in asked.rows(all_bookings)
            if row["cancelled_at"] is None
            and row["starts_at"] < need.ends_at
            and row["ends_at"] > need.starts_at
        }

    def history(self, own: Any, all_bookings: Any) -> Counter[int]:
        """Return how often the person booked each room; what others booked is left alone."""
        asked = self.gate.admit(purpose=SUGGEST.key, data_set=BOOKING, fields=("room", "cancelled_at"))
        return Counter(row["room"] for row in asked.rows(own) if row["cancelled_at"] is None)
