"""What is said of people who are known: are identifiers linked, are small cells told, does a count alert?"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bacasable.services.depth_events.engine.edge.wording import event_of, statistic_of
from bacasable.services.depth_events.engine.events import Events
from bacasable.services.depth_events.engine.messages import Event, Statistic, Topics, build, parse
from bacasable.services.depth_events.engine.modes import (
    Aggregate,
    Intervention,
    LegalBasis,
    Statistics,
)
from bacasable.services.depth_events.engine.scene.watching import Region, Sight
from bacasable.services.depth_events.engine.scene.zones import Zone
from bacasable.services.depth_events.engine.trials.playing import DAY, mode_of, plan_of, small

_TOPICS = Topics("bacasable/trial")
_CORNERS = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
#: All that a message about an incident may hold, by the contract between edge and portal.
_FIELDS = {
    "type", "mode", "incident", "id", "kind", "severity", "confidence", "sensor", "zone", "x_m", "y_m",
    "started_ms", "updated_ms", "ended_ms", "facts", "people", "seconds", "a_square_metre", "degrees",
    "metres_a_second", "square_metres", "share", "level", "limit", "excess", "in", "out", "from_ms", "to_ms",
    "measure", "value", "suppressed", "minimum",
}  # fmt: skip
#: People of a group, of whom each is seen by two sensors.
GROUP = 50
Named = Callable[[Event, int], Event]
Counting = Callable[[int], Any]


def sight(at_ms: int, people: int = 0, zones: Any = (), **other: Any) -> Sight:
    """Return what a frame might have shown: ``zones`` are the people of each, there for two seconds."""
    inside = np.array(zones, dtype=np.float64)
    given = {
        "covered_m2": 0.1 * people,
        "zone_people": inside,
        "zone_lasts_s": 2.0 * (inside > 0),
        "against_s": np.zeros(len(inside)),
        "running": 0,
        "fast": 0,
        "crossed": np.zeros((0, 2), dtype=np.int64),
        "low": (),
        "left": (),
    }
    return Sight(at_ms, people, **{**given, **other})


@dataclass(frozen=True)
class Linked:
    """How many incidents of one person at two sensors an attacker linked, of how many; what should not be."""

    right: float
    n: int
    repeated: int
    unknown: tuple[str, ...]


def link(seed: int, groups: int, named: Named | None = None) -> Linked:
    """Let everybody of ``groups`` begin an incident at two sensors; link them by what else is said of them.

    Neither place nor time is given. The attacker takes the nearest identifier, confidence and facts.
    ``named`` may write on what is said: it is given the number of the person.
    """
    rng = np.random.default_rng([seed, 31])
    right, seen, unknown = 0.0, set[str](), set[str]()
    for group in range(groups):
        there = _incidents("one", group, rng.permutation(GROUP), named)
        elsewhere = _incidents("other", group, rng.permutation(GROUP), named)
        for said in (*there.values(), *elsewhere.values()):
            unknown |= set(_fields(said)) - _FIELDS
            seen.add(said["incident"]["id"])
        known = list(elsewhere)
        rows = np.array([_readings(elsewhere[one]) for one in known])
        for person, said in there.items():
            far = np.abs(rows - _readings(said)).sum(axis=1)
            best = np.nonzero(far == far.min())[0]
            right += float(np.mean([known[one] == person for one in best]))
    n = groups * GROUP
    return Linked(right, n, 2 * n - len(seen), tuple(sorted(unknown)))


def _incidents(sensor: str, group: int, order: Any, named: Named | None) -> dict[int, dict[str, Any]]:
    """Return what is told, as JSON, of the incident that each person begins, one after the other."""
    events = Events(sensor, (Zone("closed", "forbidden", _CORNERS),))
    found: dict[int, dict[str, Any]] = {}
    at_ms = 1_768_464_000_000 + group * 10_000_000
    for person in order.tolist():
        for change in events.take(sight(at_ms, 1, [1])):
            event = event_of(change)
            event = named(event, GROUP * group + person) if named else event
            found[person] = json.loads(build(_TOPICS, event)[1])
        events.take(sight(at_ms + 9_000, 0, [0]))
        at_ms += 60_000
    return found


def _readings(said: Mapping[str, Any]) -> np.ndarray:
    incident = said["incident"]
    facts = incident["facts"]
    bits = [int(one) for one in f"{int(incident['id'], 16):064b}"]
    return np.array([*bits, incident["confidence"], facts.get("people", 0), facts.get("seconds", 0)], float)


def _fields(said: Any) -> Iterator[str]:
    if isinstance(said, Mapping):
        for name, value in said.items():
            yield str(name)
            yield from _fields(value)


@dataclass(frozen=True)
class Cells:
    """Cells in which too few people came, how many of them were told (or can be subtracted), told in all."""

    small: int
    small_told: int
    told: int


def cells(seed: int, windows: int, least: int, counting: Callable[[tuple[Zone, ...]], Statistics]) -> Cells:
    """Let known numbers of people come into zones, window after window of five minutes; read what is told.

    ``least`` is how many people a cell needs; what is left of everybody without a zone is a cell too.
    """
    rng = np.random.default_rng([seed, 37])
    zones = tuple(Zone(key, "occupancy", _CORNERS) for key in ("hall", "gate", "stairs"))
    mode = counting(zones)
    small_cells = small_told = told = 0
    came = np.zeros((windows, len(zones) + 1), dtype=np.int64)
    for window in range(windows + 1):
        start_ms = 1_768_464_000_000 + window * 300_000
        inside = np.zeros((300, len(zones) + 1))
        if window < windows:
            # Small and large cells alike; the last column are people in no zone.
            came[window] = rng.choice([0, 2, least - 1, least, 2 * least, 4 * least], size=len(zones) + 1)
            for at, people in enumerate(came[window]):
                for one in range(people):
                    begins = 5 + one * (285 // max(int(people), 1))
                    inside[begins : begins + 3, at] += 1
        figures: list[Aggregate] = []
        for second, row in enumerate(inside):
            figures += mode.take(sight(start_ms + second * 1000, int(row.sum()), row[:-1]))
        if not window:
            continue
        truth = dict(zip((zone.key for zone in zones), came[window - 1].tolist(), strict=False))
        everybody = int(came[window - 1].sum())
        said = {one.zone: one.value for one in figures if one.measure == "occupancy"}
        told += sum(value is not None for value in said.values())
        for key, people in truth.items():
            rest = everybody - people
            if 0 < people < least:
                small_cells += 1
                small_told += said.get(key) is not None
            elif 0 < rest < least:
                small_cells += 1
                small_told += said.get(key) is not None and said.get("") is not None
    return Cells(small_cells, small_told, told)


def alerts_of_counts(seed: int, scenes: int, counting: Counting) -> tuple[int, int, tuple[str, ...]]:
    """Show what begins alerts in intervention to what counts.

    Returns:
        Alerts that came out of what counts, those that intervention gave for the same sights, and ways in
        which one could be taken for the other.
    """
    rng = np.random.default_rng([seed, 41])
    plan = plan_of(small(seed, 30), _setting(), events=("fall", "intrusion"))
    raised = given = 0
    for _scene in range(scenes):
        alerting, counted = mode_of(plan), counting(int(rng.integers(1 << 30)))
        at_ms = 1_768_464_000_000 + int(rng.integers(1000)) * 1000
        falls = rng.random() < 0.5
        for step in range(60):
            low = (Region(1.0, 1.0, 0.6, 1.4, 0.4, 100 * step, 200, True, False),) if falls else ()
            inside = [1.0 if zone.kind == "forbidden" and not falls else 0.0 for zone in plan.zones]
            seen = sight(at_ms + step * 1000, 1, inside, low=low)
            given += sum(one.phase == "new" for one in alerting.take(seen))  # type: ignore[union-attr]
            for one in counted.take(seen):
                message = statistic_of(one) if isinstance(one, Aggregate) else event_of(one)
                raised += build(_TOPICS, message)[0] == _TOPICS.events and one.phase == "new"
    return raised, given, tuple(_confused())


def _setting() -> Any:
    from bacasable.services.depth_events.engine.acquisition import Setting

    return Setting.parse("40x30@0.9")


def _confused() -> Iterator[str]:
    """Yield what passes for another thing than it is."""
    figure = Statistic("hall", "", 1_768_464_000_000, 1_768_464_300_000, "occupancy", 12.0, 11)
    _, payload = build(_TOPICS, figure)
    if _parses(_TOPICS.events, payload):
        yield "a statistic is taken for an event"
    events = Events("hall", (Zone("closed", "forbidden", _CORNERS),))
    change = events.take(sight(1_768_464_000_000, 1, [1]))[0]
    _, payload = build(_TOPICS, event_of(change))
    if _parses(_TOPICS.statistics, payload):
        yield "an event is taken for a statistic"
    said = json.loads(payload)
    if _parses(_TOPICS.events, json.dumps({**said, "mode": "statistics"}).encode()):
        yield "an event of mode statistics is taken"
    try:
        Intervention("hall", (), ("fall",), LegalBasis(), DAY)
    except ValueError:
        return
    yield "intervention starts without a text, a means to object or a panel"


def _parses(topic: str, payload: bytes) -> bool:
    try:
        parse(topic, payload)
    except ValueError:
        return False
    return True


def by_person(event: Event, person: int) -> Event:
    """Write on an event an identifier that is the person's, as a service that follows people would."""
    from hashlib import sha256

    return replace(event, id=sha256(f"person {person}".encode()).hexdigest()[:16])
