"""Alarms that nothing justified, during nights of a busy station in which nothing happens.

A night of a sensor is eight hours of scenes of ten minutes, each with a room, people and habits of its own:
luggage, prams, wheelchairs, children, dogs, people who wait, sit down or on the ground, bend, squat and tie
their laces, groups that come all at once. Nobody falls and nothing is left behind. Who goes by chance into a
closed zone, or against a way, really does: such alarms are set against the truth and do not count.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import chi2

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.evaluation.scoring import false_alarms_of, watch_episode
from bacasable.services.depth_events.engine.scene.zones import Zone
from bacasable.services.depth_events.engine.simulator.episodes import Episode, episode
from bacasable.services.depth_events.engine.simulator.scenario import Made, Scripted, Traffic

NIGHT_HOURS, SCENE_S = 8.0, 600
#: The bar: so many false alarms a night of so many sensors.
MOST_ALARMS, SENSORS = 10, 200
#: What people do beside walking, how often, and what they may do for minutes.
_HABITS: dict[Made, float] = {
    "sit": 0.25,
    "sit_on_floor": 0.05,
    "bend": 0.22,
    "squat": 0.12,
    "tie_laces": 0.14,
    "telephone": 0.22,
}
_LONG = ("sit", "sit_on_floor", "telephone")


@dataclass(frozen=True)
class Nights:
    """False alarms of some sensor-nights: how many, of which kinds; the bound is of Poisson, at 97.5 %."""

    count: int
    hours: float
    by_kind: dict[str, int]

    @property
    def sensor_nights(self) -> float:
        """Return how many nights of one sensor the hours are."""
        return self.hours / NIGHT_HOURS

    @property
    def upper_count(self) -> float:
        """Return the greatest mean count under which so few come in one case of forty."""
        return float(chi2.ppf(0.975, 2 * self.count + 2) / 2)

    @property
    def a_station_night(self) -> tuple[float, float]:
        """Return false alarms a night of ``SENSORS`` sensors, and their upper bound."""
        share = SENSORS / self.sensor_nights
        return self.count * share, self.upper_count * share

    def as_json(self) -> dict[str, object]:
        """Return it as values of JSON."""
        value, high = self.a_station_night
        return {
            "false_alarms": self.count,
            "sensor_nights": round(self.sensor_nights, 3),
            "hours": round(self.hours, 2),
            "per_night_of_200": {"value": round(value, 2), "high": round(high, 2)},
            "by_kind": dict(sorted(self.by_kind.items())),
            "simulated": True,
        }


def ordinary(seed: int, width: int = 64, height: int = 48) -> Episode:
    """Return ten minutes of ordinary life that ``seed`` draws: nobody falls, nothing is left behind."""
    rng = np.random.default_rng([seed, 83])
    scene = episode(seed, width, height)
    room = scene.scenario
    middle = (room.width_m / 2, room.depth_m / 2)
    script: list[Scripted] = []
    for _ in range(int(rng.integers(8, 20))):
        what = list(_HABITS)[int(rng.choice(len(_HABITS), p=list(_HABITS.values())))]
        long = what in _LONG and rng.random() < 0.3
        seconds = float(rng.uniform(30, 180) if long else rng.uniform(2, 15))
        script.append(Scripted(what, float(rng.uniform(5, SCENE_S - 20)), seconds))
    for _ in range(int(rng.integers(0, 4))):
        script.append(Scripted("burst", float(rng.uniform(5, SCENE_S - 20)), people=int(rng.integers(5, 16))))
    traffic = Traffic(
        people_a_minute=float(rng.choice([3.0, 8.0, 16.0, 24.0])),
        running=0.03,
        pauses=0.2,
        luggage=0.25,
        pram=0.03,
        wheelchair=0.02,
        dog=0.02,
        child=0.08,
    )
    corners = ((-1.2, -1.2), (1.2, -1.2), (1.2, 1.2), (-1.2, 1.2))
    hall = tuple((middle[0] + x, middle[1] + y) for x, y in corners)
    zones = (*room.zones, Zone("hall", "density", hall, limit=3.5))
    made = replace(
        room, title=f"ordinary {seed}", seconds=SCENE_S, traffic=traffic, script=tuple(script), zones=zones
    )
    return replace(scene, scenario=made)


def false_alarms(
    setting: Setting,
    seed: int,
    sensor_nights: float = 20.0,
    progress: Callable[[float], None] | None = None,
) -> Nights:
    """Return the false alarms of all kinds of events in so many nights of a sensor.

    Raises:
        ValueError: no time at all.
    """
    scenes = round(sensor_nights * NIGHT_HOURS * 3600 / SCENE_S)
    if scenes < 1:
        least = SCENE_S / 3600 / NIGHT_HOURS
        raise ValueError(f"{sensor_nights} nights of a sensor: give {least:.3f} or more")
    drawn = np.random.default_rng([seed, 4111]).choice(2**40, size=scenes, replace=False) + 2**20
    found: Counter[str] = Counter()
    for done, one in enumerate(drawn):
        watched = watch_episode(setting, ordinary(int(one)))
        found.update(alarm.kind for alarm in false_alarms_of(watched))
        if progress:
            progress((done + 1) / scenes)
    return Nights(sum(found.values()), scenes * SCENE_S / 3600, dict(found))
