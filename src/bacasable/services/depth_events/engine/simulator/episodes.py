"""Scenes drawn at random for scores: a hall, its zones and people, what happens, and what only looks so.

Each seed draws the room's height, traffic, who comes and the script; half of the script are falls and the
like, half are postures that must not be taken for them.
"""

from dataclasses import dataclass

import numpy as np

from bacasable.services.depth_events.engine.acquisition import Area
from bacasable.services.depth_events.engine.frames import Intrinsics, Pose
from bacasable.services.depth_events.engine.scene.zones import Line, Zone
from bacasable.services.depth_events.engine.simulator.raster import Box
from bacasable.services.depth_events.engine.simulator.scenario import Made, Scenario, Scripted, Traffic

#: Postures and acts that resemble what is looked for.
_LIKENESSES: tuple[Made, ...] = ("sit", "sit_on_floor", "bend", "squat", "tie_laces")
SECONDS = 120


@dataclass(frozen=True)
class Sensor:
    """A sensor of an episode: what it sees with, where it stands, the floor that it answers for."""

    key: str
    intrinsics: Intrinsics
    pose: Pose
    area: Area


@dataclass(frozen=True)
class Episode:
    """One scene of ``SECONDS`` seconds: its seed makes it, and makes it again."""

    seed: int
    scenario: Scenario
    sensors: tuple[Sensor, ...]


def episode(seed: int, width: int = 160, height: int = 120, people_a_minute: float | None = None) -> Episode:
    """Return the episode of ``seed``, seen from above by a sensor of ``width`` x ``height`` pixels."""
    rng = np.random.default_rng([seed, 97])
    high = float(rng.uniform(2.9, 3.6))
    room_x, room_y = float(rng.uniform(6.0, 7.0)), float(rng.uniform(4.6, 5.4))
    middle = (room_x / 2, room_y / 2)
    view = Intrinsics.of_view(width, height, 84)
    half_x, half_y = 0.80 * high * 0.9, 0.80 * high * 0.9 * height / width
    area = Area(middle[0] - half_x, middle[1] - half_y, 2 * half_x, 2 * half_y)
    forbidden = _rectangle(
        "forbidden", "closed", middle[0] + 0.75 * half_x, middle[1] - 0.7 * half_y, 1.1, 0.9
    )
    one_way = Zone("way", "one_way", forbidden_free(middle, half_y), heading_degrees=0.0)
    line = Line("gate", (middle[0], area.y_m), (middle[0], area.y_m + area.depth_m))
    rate = float(rng.choice([3.0, 8.0, 16.0])) if people_a_minute is None else people_a_minute
    traffic = Traffic(people_a_minute=rate, pauses=0.2)
    script = []
    for _ in range(2):
        script.append(
            Scripted(
                "fall",
                float(rng.uniform(12, 95)),
                float(rng.uniform(6, 25)),
                gets_up=bool(rng.random() < 0.6),
            )
        )
    for _ in range(3):
        what = _LIKENESSES[int(rng.integers(len(_LIKENESSES)))]
        script.append(Scripted(what, float(rng.uniform(8, 105)), float(rng.uniform(2, 12))))
    script.append(Scripted("intrude", float(rng.uniform(8, 100)), float(rng.uniform(2, 8))))
    script.append(Scripted("wrong_way", float(rng.uniform(8, 105))))
    if rng.random() < 0.5:
        script.append(Scripted("abandon", float(rng.uniform(8, 60))))
    if rng.random() < 0.5:
        script.append(Scripted("run", float(rng.uniform(8, 105))))
    boxes = (Box((0.1, 0.05, 0.0), (1.2, 0.45, 0.45)),) if rng.random() < 0.5 else ()
    scenario = Scenario(
        title=f"hall {seed}",
        seconds=SECONDS,
        width_m=room_x,
        depth_m=room_y,
        gates=(
            (0.2, middle[1]),
            (room_x - 0.2, middle[1]),
            (0.2, 0.75 * room_y),
            (room_x - 0.2, 0.7 * room_y),
        ),
        zones=(forbidden, one_way),
        lines=(line,),
        boxes=boxes,
        walls=tuple((box.least[0], box.least[1], box.greatest[0], box.greatest[1]) for box in boxes),
        traffic=traffic,
        script=tuple(script),
    )
    return Episode(seed, scenario, (Sensor("overhead", view, Pose.overhead(high, *middle), area),))


def forbidden_free(middle: tuple[float, float], half_y: float) -> tuple[tuple[float, float], ...]:
    """Return the corners of the way through the middle of the hall."""
    x, y = middle
    low, high = y - 0.15 * half_y, y + 0.85 * half_y
    return ((x - 1.1, low), (x + 1.1, low), (x + 1.1, high), (x - 1.1, high))


def _rectangle(kind: str, key: str, x: float, y: float, width: float, depth: float) -> Zone:
    corners = (
        (x - width / 2, y - depth / 2),
        (x + width / 2, y - depth / 2),
        (x + width / 2, y + depth / 2),
        (x - width / 2, y + depth / 2),
    )
    return Zone(key, kind, corners)  # type: ignore[arg-type]
