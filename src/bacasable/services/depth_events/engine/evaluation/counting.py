"""How well people are counted in a crowd: over a line, each way, and in a zone, by how dense the crowd is."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bacasable.services.depth_events.engine.acquisition import Area, Filter, Setting
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Pose
from bacasable.services.depth_events.engine.scene.watching import Watch
from bacasable.services.depth_events.engine.scene.zones import Line, Zone
from bacasable.services.depth_events.engine.simulator.raster import Eye
from bacasable.services.depth_events.engine.simulator.scenario import Scenario
from bacasable.services.depth_events.engine.simulator.throng import Throng

#: People a square metre of the crowds that counts are held against, up to the densest that is promised.
DENSITIES = (0.3, 0.6, 1.0, 1.5, 2.0, 3.0)
SECONDS, WARM_S = 60, 3
_ROOM = (8.0, 5.0)


@dataclass(frozen=True)
class Counted:
    """One crowd: people over the line in and out, told and true; people in the zone once a second."""

    density: float
    crossed: tuple[int, int]
    crossed_truly: tuple[int, int]
    people: tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class CountError:
    """Shares of the true number: ``line`` and ``zone`` errors with bounds at 95 % (crowds drawn again).

    ``line`` sums, over crowds and both ways, how far the count of a minute is off; ``zone`` how far the mean
    of a minute is off; ``instant`` is the mean error of a single second, in people.
    """

    density: float
    line: tuple[float, float, float]
    zone: tuple[float, float, float]
    instant: float
    crowds: int

    def as_json(self) -> dict[str, object]:
        """Return it as values of JSON."""
        named = ("value", "low", "high")
        return {
            "density": self.density,
            "line": dict(zip(named, (round(one, 4) for one in self.line), strict=True)),
            "zone": dict(zip(named, (round(one, 4) for one in self.zone), strict=True)),
            "instant_people": round(self.instant, 3),
            "crowds": self.crowds,
        }


def count_crowd(setting: Setting, density: float, seed: int, width: int = 160, height: int = 120) -> Counted:
    """Return what was counted of a crowd of ``density`` that ``seed`` draws, under a sensor from above."""
    rng = np.random.default_rng([seed, 71])
    high = float(rng.uniform(2.9, 3.6))
    middle = (_ROOM[0] / 2, _ROOM[1] / 2)
    half_x, half_y = 0.72 * high, 0.72 * high * height / width
    area = Area(middle[0] - half_x, middle[1] - half_y, 2 * half_x, 2 * half_y)
    x, y = 0.65 * half_x, 0.8 * half_y
    corners = tuple((middle[0] + a * x, middle[1] + b * y) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
    zone = Zone("hall", "occupancy", corners)
    line = Line("gate", (middle[0], middle[1] - y), (middle[0], middle[1] + y))
    scenario = Scenario(f"crowd {seed}", SECONDS + WARM_S, _ROOM[0], _ROOM[1], zones=(zone,), lines=(line,))
    throng = Throng(scenario, density, seed, against=float(rng.uniform(0, 0.5)))
    pose = Pose.overhead(high, *middle)
    sensor = Intrinsics.of_view(width, height, 84)
    eye, sieve = Eye(sensor, pose), Filter(sensor, pose, setting, area)
    room = eye.room()
    watch = Watch(setting, area, (zone,), (line,))
    empty = Frame("crowd", 0, 0, eye.measure(room, seed))
    sieve.learn(empty)
    watch.learn(sieve.protect(empty))
    crossed = np.zeros(2, np.int64)
    people = []
    warm_ms = WARM_S * 1000
    for number, moment in enumerate(throng.moments()):
        raw = eye.measure(eye.see(room, moment.limbs), seed * 100_003 + number)
        sight = watch.look(sieve.protect(Frame("crowd", moment.at_ms, number, raw)))
        if moment.at_ms < warm_ms:
            continue
        crossed += sight.crossed[0]
        if number % setting.hz == 0:
            truly = int(zone.holds(moment.place[:, 0], moment.place[:, 1]).sum())
            people.append((float(sight.zone_people[0]), truly))
    kinds = [one.kind for one in throng.truth() if one.start_ms >= warm_ms]
    truly_crossed = (kinds.count("crossing_in"), kinds.count("crossing_out"))
    return Counted(density, (int(crossed[0]), int(crossed[1])), truly_crossed, tuple(people))


def evaluate_counts(
    setting: Setting,
    seeds: Iterable[int],
    densities: Sequence[float] = DENSITIES,
    progress: Callable[[float], None] | None = None,
    width: int = 160,
    height: int = 120,
) -> list[CountError]:
    """Return the errors of counts for each density, over the crowds that ``seeds`` draw.

    The sensor has ``width`` x ``height`` pixels.
    """
    drawn = list(seeds)
    told = []
    for at, density in enumerate(densities):
        counted = []
        for done, seed in enumerate(drawn):
            counted.append(count_crowd(setting, density, seed, width, height))
            if progress:
                progress((at + (done + 1) / len(drawn)) / len(densities))
        told.append(_error(density, counted))
    return told


def _error(density: float, counted: Sequence[Counted]) -> CountError:
    lines = np.array([[_off(one.crossed, one.crossed_truly), sum(one.crossed_truly)] for one in counted])
    people = [np.array(one.people, dtype=np.float64) for one in counted]
    means = [one.mean(axis=0) for one in people]
    zones = np.array([[abs(told - truly), truly] for told, truly in means])
    instant = float(np.mean([np.abs(one[:, 0] - one[:, 1]).mean() for one in people]))
    return CountError(density, _share(lines), _share(zones), instant, len(counted))


def _off(told: tuple[int, int], truly: tuple[int, int]) -> int:
    return sum(abs(one - other) for one, other in zip(told, truly, strict=True))


def _share(rows: np.ndarray) -> tuple[float, float, float]:
    drawn = np.random.default_rng(1).integers(len(rows), size=(1000, len(rows)))
    again = rows[drawn].sum(axis=1)
    shares = again[:, 0] / np.maximum(again[:, 1], 1e-9)
    total = rows.sum(axis=0)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(total[0] / max(total[1], 1e-9)), float(low), float(high)
