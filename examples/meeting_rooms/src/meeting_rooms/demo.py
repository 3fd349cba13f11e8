"""Fictional rooms and bookings of the demonstration, as people would have made them: by the actions."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bacasable.people.actions import grant_role
from bacasable.people.models import User
from meeting_rooms import actions
from meeting_rooms.engine import Need
from meeting_rooms.models import Room

ROOMS = (
    ("Alizé", 6, ["screen", "board"]),
    ("Bora", 12, ["screen", "camera", "loop"]),
    ("Tramontane", 4, ["board"]),
    ("Zéphyr", 8, ["screen"]),
)
#: Whole days before the loading, who booked, which room.
PAST = (
    (40, "officer", "Zéphyr"),
    (26, "officer", "Zéphyr"),
    (19, "president", "Bora"),
    (12, "officer", "Alizé"),
)


def history(people: Mapping[str, User], today: datetime) -> list[tuple[datetime, Callable[[], Any]]]:
    """Return what happened before ``today``: an instant and an act each."""
    manager = people["administrator"]
    first = today - timedelta(days=60)
    events: list[tuple[datetime, Callable[[], Any]]] = [
        (first, partial(grant_role, user=manager, role="room_manager", by="system"))
    ]
    for minutes, (name, seats, equipment) in enumerate(ROOMS, 1):
        made = partial(actions.add_room, name=name, seats=seats, equipment=equipment, by=manager)
        events.append((first + timedelta(minutes=minutes), made))
    for days, who, name in PAST:
        at = today - timedelta(days=days)
        events.append((at, partial(_book, people[who], name, at + timedelta(days=1))))
    events.append(
        (today - timedelta(days=1), partial(_book, people["officer"], "Zéphyr", today + timedelta(days=2)))
    )
    return events


def _book(by: User, name: str, starts: datetime) -> None:
    starts = starts.replace(minute=0, second=0, microsecond=0)
    need = Need(starts, starts + timedelta(hours=1), 4, frozenset())
    actions.book(room=Room.objects.get(name=name).pk, need=need, subject="", by=by)
