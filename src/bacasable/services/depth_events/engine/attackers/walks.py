"""Walks of known people past a sensor, as the filter leaves them: what an attacker collects.

Each walk is of one person alone, in a straight line across the whole area, which is the attacker's best case:
another day, another direction, another pace, with or without a bag. Every walk is rendered once and goes
through the filters of all settings that are asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition import Area, Filter, Setting
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Millimetres, Pose
from bacasable.services.depth_events.engine.simulator import bodies, postures, things
from bacasable.services.depth_events.engine.simulator.bodies import Body
from bacasable.services.depth_events.engine.simulator.episodes import Sensor
from bacasable.services.depth_events.engine.simulator.raster import Eye

Numbers = NDArray[np.float64]
#: Frames a second that are rendered at least; a setting that keeps fewer sees fewer.
HZ = 10
_BAG = 0.25
#: Pixels around what a body changes that are rendered too.
_MARGIN = 2


@dataclass(frozen=True)
class Walk:
    """Frames of one passage: ``heights_mm`` (n, rows, columns), and the side of a cell in metres (x, y)."""

    heights_mm: Millimetres
    cell_m: tuple[float, float]
    hz: int


def sensors(width: int = 160, height: int = 120) -> tuple[Sensor, Sensor]:
    """Return two sensors of one station: one straight above, one of another height, tilted by 20 degrees."""
    view = Intrinsics.of_view(width, height, 84)
    first = Pose.overhead(3.2, 2.6, 2.0)
    second = Pose.oblique(3.0, 20, 0, 2.6, 1.2)
    area = Area(0.3, 0.3, 4.6, 3.4)
    return Sensor("above", view, first, area), Sensor("tilted", view, second, area)


class Gate:
    """A sensor with a filter for each of ``settings``, before which people pass one by one.

    Raises:
        ValueError: a setting with more cells than the sensor has pixels.
    """

    def __init__(self, sensor: Sensor, settings: Sequence[Setting]) -> None:
        self._eye = Eye(sensor.intrinsics, sensor.pose)
        self._room = self._eye.room()
        self._settings = tuple(settings)
        self._filters = [Filter(sensor.intrinsics, sensor.pose, setting, sensor.area) for setting in settings]
        self._sensor = sensor
        self._hz = max(HZ, *(setting.hz for setting in settings))

    def pass_by(self, body: Body, rng: np.random.Generator) -> list[Walk]:
        """Return a passage of ``body`` as each setting leaves it: its own walk, this day's pace and way."""
        kept: list[list[Millimetres]] = [[] for _ in self._settings]
        for step, raw in enumerate(self._frames(body, rng)):
            frame = Frame(self._sensor.key, step * 1000 // self._hz, step, raw)
            for setting, sieve, frames in zip(self._settings, self._filters, kept, strict=True):
                # The first frame of each period of the setting's own clock.
                if step * setting.hz // self._hz != (step - 1) * setting.hz // self._hz:
                    frames.append(sieve.protect(frame).heights_mm.copy())
        area = self._sensor.area
        return [
            Walk(np.array(frames), (area.width_m / setting.columns, area.depth_m / setting.rows), setting.hz)
            for setting, frames in zip(self._settings, kept, strict=True)
        ]

    def _frames(self, body: Body, rng: np.random.Generator) -> Iterator[Millimetres]:
        area = self._sensor.area
        middle = np.array([area.x_m + area.width_m / 2, area.y_m + area.depth_m / 2])
        heading = float(rng.choice([0.0, np.pi]) + rng.normal(0, 0.25))
        ahead = np.array([np.cos(heading), np.sin(heading)])
        aside = np.array([-ahead[1], ahead[0]]) * rng.uniform(-0.6, 0.6)
        gait = np.array(body.gait)
        # Nobody walks twice alike: pace, swing of arms and bearing change from a day to another.
        spread = np.array([sigma for _, _, sigma in bodies.GAIT])
        gait = gait + 0.3 * spread * rng.normal(size=len(gait))
        today = Body(body.number, body.stature_m, body.girth, body.shoulders, tuple(gait), body.is_child)
        bag = rng.random() < _BAG
        speed = max(float(gait[bodies.SPEED]), 0.6)
        phase = float(rng.uniform(0, 6.28))
        half = 0.5 * area.width_m * 0.86
        for step in range(int(2 * half / speed * self._hz)):
            along = -half + step * speed / self._hz
            x, y = middle + aside + ahead * along
            angles = postures.walking(today, phase + 2 * np.pi * (along + half) / postures.cycle_m(today))
            drawn = [bodies.limbs_of(today, postures.joints_of(today, angles, float(x), float(y), heading))]
            if bag:
                drawn.append(
                    things.limbs_of("backpack", float(x), float(y), heading, size=today.stature_m / 1.75)
                )
            yield self._seen(np.concatenate(drawn), int(rng.integers(1 << 40)))

    def _seen(self, limbs: Numbers, seed: int) -> Millimetres:
        """Return what the sensor reports where the body changes it; elsewhere nothing is rendered."""
        seen = self._eye.see(self._room, limbs)
        changed = seen != self._room
        rows, columns = np.nonzero(changed.any(axis=1))[0], np.nonzero(changed.any(axis=0))[0]
        around = np.zeros_like(seen)
        if len(rows):
            window = (
                slice(max(rows[0] - _MARGIN, 0), rows[-1] + _MARGIN + 1),
                slice(max(columns[0] - _MARGIN, 0), columns[-1] + _MARGIN + 1),
            )
            around[window] = seen[window]
        return self._eye.measure(around, seed)


def people(count: int, seed: int) -> list[Body]:
    """Return adults drawn from ``seed``: those of one seed are nobody of another."""
    rng = np.random.default_rng([seed, 11])
    return [bodies.draw(rng, number, child=0.0) for number in range(count)]


def passages(
    gate: Gate, those: Sequence[Body], each: int, seed: int, read: Callable[[Walk], Numbers]
) -> list[Numbers]:
    """Return, for each setting of a gate, what ``read`` reads: ``(people, each, readings)``.

    Frames are forgotten as soon as they are read.
    """
    made: list[list[list[Numbers]]] = []
    for body in those:
        rng = np.random.default_rng([seed, body.number, 13])
        walks = [gate.pass_by(body, rng) for _ in range(each)]
        made.append([[read(walk) for walk in own] for own in zip(*walks, strict=True)])
    return [np.array(own) for own in zip(*made, strict=True)]
