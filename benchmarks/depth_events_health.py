"""How a sensor's health is told: what is found, how soon, and how often it is said of a sensor that is well.

Simulated, 64x48 at 40x30@0.9, two frames a second, a hall of 6 to 7 m by 5 m. Faults: five minutes of
ordinary traffic (3 to 16 people a minute), then one fault for seven minutes, on seeds that chose nothing:

  near      something hangs 5 to 30 cm before 70 % to all of the pixels          to be told: blocked
  covered   92 to 99 % of pixels measure nothing                                 to be told: blocked
  turned    by 12 to 40 degrees, any way                                         to be told: moved
  frozen    the same frame again and again                                       to be told: frozen
  dirty     25 to 50 % of pixels lost, noise of 5 cm on the others               to be told: dirty, blocked
  furniture a cupboard of 1 m2 is put where there was floor                      to be told: nothing

Sensors that are well: scenes of ten minutes, an eighth of them a crowd (60 people a minute); false states an
hour of a sensor, with the upper bound of Poisson at 95 %. An overhead sensor that is turned about
its own axis, or upside down, sees a floor as before: that is not told here, but by who looks at the
calibration view.

    python -m benchmarks.depth_events_health            HOURS=12, TRIALS=12 of each; FULL=1: 72 and 60
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from bacasable.privacy.intervals import wilson
from bacasable.services.depth_events.engine.acquisition import Filter, Setting
from bacasable.services.depth_events.engine.calibration import Health
from bacasable.services.depth_events.engine.frames import Frame, Millimetres, Pose
from bacasable.services.depth_events.engine.simulator.episodes import Episode, episode
from bacasable.services.depth_events.engine.simulator.raster import Box, Eye
from bacasable.services.depth_events.engine.simulator.world import World
from benchmarks.harness import quantile, result, table

FULL = bool(os.environ.get("FULL"))
HOURS, TRIALS = (
    (72.0, 60) if FULL else (float(os.environ.get("HOURS", "12")), int(os.environ.get("TRIALS", "12")))
)
SEED, HZ, BEFORE_S, AFTER_S, SCENE_S = 70_000, 2, 300, 420, 600
SETTING = Setting.parse("40x30@0.9,2Hz")
FAULTS = {
    "near": ("blocked",), "covered": ("blocked",), "turned": ("moved",), "frozen": ("frozen",),
    "dirty": ("dirty", "blocked"), "furniture": (),
}  # fmt: skip


def scene_of(seed: int, seconds: int, people_a_minute: float | None = None) -> Episode:
    """Return a hall of ``seed`` in which people come and go; its script is spread over ``seconds``."""
    scene = episode(seed, 64, 48, people_a_minute)
    share = seconds / scene.scenario.seconds
    script = tuple(replace(one, at_s=one.at_s * share) for one in scene.scenario.script)
    return replace(scene, scenario=replace(scene.scenario, seconds=seconds, script=script))


def turned(pose: Pose, rng: np.random.Generator) -> Pose:
    """Return the pose after somebody bumped into the sensor."""
    angle = np.radians(rng.uniform(12, 40))
    way = rng.uniform(0, 2 * np.pi)
    axis = np.array([np.cos(way), np.sin(way), 0.0])
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    turn = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return Pose(pose.rotation @ turn, pose.position)


def frames(scene: Episode, fault: str = "", rng: np.random.Generator | None = None) -> Iterator[Millimetres]:
    """Yield what the sensor reports; from ``BEFORE_S`` on with the fault."""
    rng = rng or np.random.default_rng(scene.seed)
    sensor = scene.sensors[0]
    eye = Eye(sensor.intrinsics, sensor.pose)
    scenario = scene.scenario
    room = eye.room(scenario.boxes)
    other, other_room = eye, room
    if fault == "turned":
        other = Eye(sensor.intrinsics, turned(sensor.pose, rng))
        other_room = other.room(scenario.boxes)
    elif fault == "furniture":
        x, y = scenario.width_m / 2 + rng.uniform(-1, 1), scenario.depth_m / 2 + rng.uniform(-0.8, 0.4)
        cupboard = Box((x, y, 0.0), (x + 1.25, y + 0.8, float(rng.uniform(0.7, 1.6))))
        other_room = eye.room((*scenario.boxes, cupboard))
    share, near = float(rng.uniform(0.7, 1.0)), float(rng.uniform(50, 300))
    hidden = rng.random(eye.shape) < (share if fault == "near" else rng.uniform(0.92, 0.99))
    lost = float(rng.uniform(0.25, 0.5))
    last: Millimetres | None = None
    for number, moment in enumerate(World(scenario, scene.seed, hz=HZ).moments()):
        wrong = bool(fault) and number >= BEFORE_S * HZ
        if wrong and fault == "frozen" and last is not None:
            yield last
            continue
        used, walls = (other, other_room) if wrong else (eye, room)
        shown = used.measure(used.see(walls, moment.limbs), scene.seed * 100_003 + number)
        if wrong and fault == "near":
            shown[hidden] = np.maximum(near + rng.normal(0, 8, int(hidden.sum())), 20).astype(np.uint16)
        elif wrong and fault == "covered":
            shown[hidden] = 0
        elif wrong and fault == "dirty":
            noisy = np.maximum(shown + rng.normal(0, 50, shown.shape), 1).astype(np.uint16)
            shown = np.where((shown == 0) | (rng.random(shown.shape) < lost), 0, noisy).astype(np.uint16)
        last = shown
        yield shown


def states(scene: Episode, fault: str = "", rng: np.random.Generator | None = None) -> Iterator[str]:
    """Yield the state of the sensor, frame after frame."""
    sensor = scene.sensors[0]
    sieve, health = Filter(sensor.intrinsics, sensor.pose, SETTING, sensor.area), Health()
    for number, shown in enumerate(frames(scene, fault, rng)):
        state, _ = health.look(sieve.protect(Frame(sensor.key, 1 + number * 1000 // HZ, number, shown)))
        yield state


def trials() -> dict[str, dict[str, object]]:
    """Return for each fault how often it was told, as what, and how soon."""
    found: dict[str, dict[str, object]] = {}
    for kind, (fault, wanted) in enumerate(FAULTS.items()):
        after: list[float] = []
        told, early = Counter[str](), 0
        for trial in range(TRIALS):
            seed = SEED + 1000 * kind + trial
            rng = np.random.default_rng([seed, 5])
            seen = list(states(scene_of(seed, BEFORE_S + AFTER_S), fault, rng))
            begins = BEFORE_S * HZ
            early += any(one != "ok" for one in seen[:begins])
            said = [(at, one) for at, one in enumerate(seen[begins:]) if one != "ok"]
            told[said[0][1] if said else "ok"] += 1
            right = next((at for at, one in said if one in wanted), None)
            if right is not None:
                after.append(right / HZ)
        good = told["ok"] if not wanted else len(after)
        bounds = wilson(good, TRIALS)
        found[fault] = {
            "right": good, "of": TRIALS, "low": round(bounds.low, 3), "high": round(bounds.high, 3),
            "median_s": round(quantile(after, 0.5), 1) if after else None,
            "slowest_s": round(max(after), 1) if after else None,
            "told_first": dict(told), "before_fault": early,
        }  # fmt: skip
    return found


def well() -> dict[str, object]:
    """Return how often a sensor that is well is said not to be."""
    count = max(1, round(HOURS * 3600 / SCENE_S))
    told = Counter[str]()
    for one in range(count):
        crowd = 60.0 if one % 8 == 7 else None
        before = "ok"
        for state in states(scene_of(SEED + 50_000 + one, SCENE_S, crowd)):
            if state not in ("ok", before):
                told[f"{state}, crowd" if crowd else state] += 1
            before = state
    hours, false = count * SCENE_S / 3600, sum(told.values())
    from scipy.stats import chi2  # comes with scikit-learn

    upper = float(chi2.ppf(0.975, 2 * (false + 1)) / 2)
    return {
        "hours": round(hours, 2), "false": false, "as": dict(told),
        "a_day": round(24 * false / hours, 2), "a_day_at_most": round(24 * upper / hours, 2),
    }  # fmt: skip


def main() -> None:
    """Measure, print."""
    begun = time.process_time()
    found, false = trials(), well()
    print("simulated; told = the state that was said first, after the fault")
    table(
        [
            {
                "fault": name, "right": f"{one['right']} of {one['of']}",
                "95 %": f"[{one['low']}, {one['high']}]", "median s": one["median_s"],
                "slowest s": one["slowest_s"], "told": one["told_first"],
                "told before": one["before_fault"],
            }
            for name, one in found.items()
        ]
    )  # fmt: skip
    print(
        f"\n{false['hours']} hours of sensors that are well: {false['false']} false states {false['as']}, "
        f"{false['a_day']} a sensor-day, at most {false['a_day_at_most']} (Poisson, 95 %)"
    )
    print(f"{time.process_time() - begun:.0f} CPU s")
    result(
        {"benchmark": "depth_events_health", "seed": SEED, "simulated": True, "faults": found, "well": false}
    )


if __name__ == "__main__":
    main()
