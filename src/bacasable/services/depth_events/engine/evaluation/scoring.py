"""Alarms beside what happened: pairs by kind, place and time; precision, recall, F1 and their intervals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bacasable.services.depth_events.engine.acquisition import Filter, Setting
from bacasable.services.depth_events.engine.events import Events, Incident
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.scene.watching import Watch
from bacasable.services.depth_events.engine.simulator.episodes import Episode, episode
from bacasable.services.depth_events.engine.simulator.raster import Eye
from bacasable.services.depth_events.engine.simulator.truth import Happening
from bacasable.services.depth_events.engine.simulator.world import World

#: Kinds of events, and the kind of happening of the truth that each is held against.
TRUTH: Mapping[str, str] = {
    "fall": "fall",
    "intrusion": "intrusion",
    "wrong_way": "wrong_way",
    "abandoned_object": "abandoned",
}
#: An alarm may begin this long before (a moment is not sharp) and after what happened (ms).
BEFORE_MS, AFTER_MS = 2_000, 12_000
_AFTER = {"abandoned": 60_000, "intrusion": 4_000, "wrong_way": 4_000}
NEAR_M = 1.5
#: What begins again in a zone within this time goes on; within this distance on the floor it is one incident.
_GOES_ON_MS, _ONE_PLACE_M = 2_500, 1.3


@dataclass(frozen=True)
class Watched:
    """One episode: its alarms, what happened in the area, crossings told and true, people told and true."""

    alarms: tuple[Incident, ...]
    truth: tuple[Happening, ...]
    crossed: int
    crossed_truly: int
    counts: tuple[tuple[float, float], ...]
    seconds: float


@dataclass(frozen=True)
class Score:
    """F1 of one kind over episodes, with its bounds at 95 % (bootstrap); alarms, and how many were right."""

    found: int
    alarms: int
    happened: int
    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """Return it as values of JSON."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
            "precision": round(self.found / self.alarms, 4) if self.alarms else 0.0,
            "recall": round(self.found / self.happened, 4) if self.happened else 0.0,
            "happened": self.happened,
        }


def watch_episode(setting: Setting, scene: Episode, hz: int | None = None) -> Watched:
    """Return what the pipeline told of an episode at a setting, and what really happened in its area."""
    sensor = scene.sensors[0]
    eye = Eye(sensor.intrinsics, sensor.pose)
    room = eye.room(scene.scenario.boxes)
    sieve = Filter(sensor.intrinsics, sensor.pose, setting, sensor.area)
    zones, lines = scene.scenario.zones, scene.scenario.lines
    watch, events = Watch(setting, sensor.area, zones, lines), Events(sensor.key, zones)
    empty = Frame(sensor.key, 0, 0, eye.measure(room, scene.seed))
    sieve.learn(empty)
    watch.learn(sieve.protect(empty))
    world = World(scene.scenario, scene.seed, hz=hz or setting.hz)
    alarms: list[Incident] = []
    crossed = 0
    counts = []
    area = sensor.area
    for number, moment in enumerate(world.moments()):
        raw = eye.measure(eye.see(room, moment.limbs), scene.seed * 100_003 + number)
        sight = watch.look(sieve.protect(Frame(sensor.key, moment.at_ms, number, raw)))
        alarms.extend(change.incident for change in events.take(sight) if change.phase == "new")
        crossed += int(sight.crossed.sum())
        if number % setting.hz == 0:
            counts.append((float(sight.people), float(_inside(moment.place, area, 0.0))))
    truth = tuple(one if _in_area(one, area) else replace(one, sure=False) for one in world.truth())
    crossings = sum(one.kind.startswith("crossing") for one in truth)
    return Watched(tuple(alarms), truth, crossed, crossings, tuple(counts), scene.scenario.seconds)


def _inside(place: np.ndarray, area: object, margin: float) -> int:
    if not len(place):
        return 0
    x, y = place[:, 0], place[:, 1]
    left, low, wide, deep = area.x_m, area.y_m, area.width_m, area.depth_m  # type: ignore[attr-defined]
    within = (x > left + margin) & (x < left + wide - margin) & (y > low + margin) & (y < low + deep - margin)
    return int(within.sum())


def _in_area(one: Happening, area: object) -> bool:
    if one.kind not in ("fall", "abandoned"):
        return True
    return _inside(np.array([[one.x_m, one.y_m]]), area, 0.25) == 1


def pairs(alarms: Sequence[Incident], truth: Sequence[Happening], kind: str) -> tuple[int, int, int]:
    """Return (found, alarms, happened) of a kind: each thing that happened is paired with one alarm.

    Things that overlap at one place are one, as they are one incident: two who go in together, two who fall
    over one another. Where an alarm is given for each of them, the second counts for nothing. What is
    doubtful (too short, at the edge) is paired last, and neither it nor its alarm counts.
    """
    wanted = sorted(
        _together([one for one in truth if one.kind == TRUTH[kind]]),
        key=lambda those: not any(one.sure for one in those),
    )
    given = [one for one in alarms if one.kind == kind]
    taken: set[int] = set()
    found = nothing = 0
    for those in wanted:
        sure = any(one.sure for one in those)
        told = [
            at
            for at, alarm in enumerate(given)
            if at not in taken and any(_tells(alarm, one) for one in those)
        ][: len(those)]
        taken.update(told)
        found += sure and bool(told)
        nothing += max(len(told) - sure, 0)
    return found, len(given) - nothing, sum(any(one.sure for one in those) for those in wanted)


def _together(those: Sequence[Happening]) -> list[list[Happening]]:
    """Return happenings of one kind in groups that overlap, or nearly, at one place."""
    groups: list[list[Happening]] = []
    for one in sorted(those, key=lambda one: one.start_ms):
        joined = [group for group in groups if any(_with(one, other) for other in group)]
        for group in joined:
            groups.remove(group)
        groups.append([*(member for group in joined for member in group), one])
    return groups


def _with(one: Happening, other: Happening) -> bool:
    if one.place:
        return one.place == other.place and one.start_ms - other.end_ms <= _GOES_ON_MS
    apart = float(np.hypot(one.x_m - other.x_m, one.y_m - other.y_m))
    return apart <= _ONE_PLACE_M and one.start_ms <= other.end_ms


def _tells(alarm: Incident, one: Happening) -> bool:
    """Tell whether an alarm began while something went on, or shortly after, at its place."""
    latest = max(one.end_ms, one.start_ms) + _AFTER.get(one.kind, AFTER_MS)
    in_time = one.start_ms - BEFORE_MS <= alarm.started_ms <= latest
    return in_time and (alarm.zone == one.place if one.place else _near(alarm, one))


def _near(alarm: Incident, one: Happening) -> bool:
    return float(np.hypot(alarm.x_m - one.x_m, alarm.y_m - one.y_m)) <= NEAR_M


#: Every kind that may be told, and what of the truth justifies it.
_JUSTIFIED = {**TRUTH, "track_intrusion": "intrusion", "density": "density"}


def false_alarms_of(watched: Watched) -> list[Incident]:
    """Return the alarms, of all kinds, that nothing of the truth justifies, be it sure or doubtful."""
    return [
        alarm
        for alarm in watched.alarms
        if not any(one.kind == _JUSTIFIED.get(alarm.kind) and _tells(alarm, one) for one in watched.truth)
    ]


def evaluate_events(
    setting: Setting, seeds: Iterable[int], progress: Callable[[int], None] | None = None
) -> dict[str, Score]:
    """Return the score of each kind of event over the episodes of ``seeds``."""
    rows: dict[str, list[tuple[int, int, int]]] = {kind: [] for kind in TRUTH}
    for done, seed in enumerate(seeds):
        watched = watch_episode(setting, episode(seed))
        for kind in TRUTH:
            rows[kind].append(pairs(watched.alarms, watched.truth, kind))
        if progress:
            progress(done + 1)
    return {kind: score(counted) for kind, counted in rows.items()}


def score(counted: Sequence[tuple[int, int, int]], seed: int = 1) -> Score:
    """Return the score of rows (found, alarms, happened), episodes drawn again for the interval."""
    rows = np.array(counted, dtype=np.float64).reshape(-1, 3)
    drawn = np.random.default_rng(seed).integers(len(rows), size=(1000, len(rows)))
    again = rows[drawn].sum(axis=1)
    values = _f1(again)
    total = rows.sum(axis=0)
    low, high = np.quantile(values, [0.025, 0.975])
    return Score(
        int(total[0]), int(total[1]), int(total[2]), float(_f1(total[None])[0]), float(low), float(high)
    )


def _f1(rows: np.ndarray) -> np.ndarray:
    found, given, wanted = rows[:, 0], rows[:, 1], rows[:, 2]
    below = given + wanted
    return np.where(below > 0, 2 * found / np.maximum(below, 1), 1.0)
