"""What can be measured about the booking of rooms: suggestions do not depend on who else booked."""

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.gate import Gate
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import clopper_pearson
from meeting_rooms.engine import Need, Planner, Room
from meeting_rooms.processing import PROCESSING

TRIALS = 500
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
Rows = list[dict[str, Any]]


def probe() -> Probe:
    """Return what the control may touch: the engine, behind the gate, on diaries made up."""
    from bacasable.people.instance import configuration

    return Probe(PROCESSING, configuration().home, engine=Planner(Gate(PROCESSING)))


class Follower(Planner):
    """The promise broken: it reads past the gate, and goes by what the busiest colleague likes."""

    def history(self, own: Any, all_bookings: Any) -> Counter[int]:
        others = Counter(row["person"] for row in all_bookings)
        busiest = others.most_common(1)[0][0]
        liked = Counter(row["room"] for row in all_bookings if row["person"] == busiest)
        return super().history(own, all_bookings) + liked


def _diary(dice: random.Random) -> Rows:
    """Return bookings of a dozen people, all before the meeting that is asked for."""
    made = []
    for hours in range(1, 61):
        starts = NOON - timedelta(days=1, hours=hours)
        made.append(
            {
                "person": dice.randrange(12),
                "room": dice.randrange(8),
                "starts_at": starts,
                "ends_at": starts + timedelta(hours=1),
                "cancelled_at": None,
            }
        )
    return made


def _measure(probe: Probe, seed: int) -> Measurement:
    """Ask twice: with the diary as it is, and with the same bookings handed around among colleagues."""
    planner: Planner = probe.engine
    dice = random.Random(seed)  # noqa: S311 (a sample that can be drawn again)
    rooms = [Room(key, f"room {key}", 4 + key % 3, frozenset()) for key in range(8)]
    need = Need(NOON, NOON + timedelta(hours=1), 4, frozenset())
    changed = 0
    seen = sha256()
    for _trial in range(TRIALS):
        diary = _diary(dice)
        own = [row for row in diary if row["person"] == 0]
        others = [row for row in diary if row["person"] != 0]
        whose = [row["person"] for row in others]
        dice.shuffle(whose)
        exchanged = own + [row | {"person": other} for row, other in zip(others, whose, strict=True)]
        changed += planner.offers(need, rooms, own, diary) != planner.offers(need, rooms, own, exchanged)
        seen.update(repr(diary).encode())
    return Measurement(
        value=changed / TRIALS,
        n=TRIALS,
        interval=clopper_pearson(changed, TRIALS),
        chance=0.0,
        seed=seed,
        attacker="compares the suggestions of two diaries that differ in who else booked",
        sample_sha256=seen.hexdigest(),
    )


@contextlib.contextmanager
def _sabotage(probe: Probe) -> Iterator[Probe]:
    """Lend the planner that goes by colleagues: the measurement must see it."""
    yield replace(probe, engine=Follower(probe.engine.gate))


CONTROLS = (
    Control(
        key="suggestions_blind_to_colleagues",
        title=N_("Suggestions do not depend on who else booked"),
        unit=N_("share of diaries where the suggestions change with the names of colleagues"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=90),
        measure=_measure,
        sabotage=_sabotage,
        depends_on=DependsOn(modules=("meeting_rooms.engine", "meeting_rooms.processing")),
    ),
)
