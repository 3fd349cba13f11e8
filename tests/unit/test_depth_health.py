"""A sensor that is blocked, moved, dirty or frozen is told; people, crowds and furniture are not faults."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.acquisition import Area, Filter, Setting
from bacasable.services.depth_events.engine.calibration import Health
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Millimetres, Pose
from bacasable.services.depth_events.engine.simulator.raster import Box, Eye

HZ, HIGH_M = 2, 3.2
VIEW = Intrinsics.of_view(64, 48, 84)
POSE = Pose.overhead(HIGH_M, 3.5, 2.5)
AREA = Area(1.2, 0.8, 4.6, 3.4)
NOISE = np.random.default_rng(5)


def person(x: float, y: float) -> Box:
    return Box((x - 0.2, y - 0.2, 0.0), (x + 0.2, y + 0.2, 1.7))


def standing(count: int) -> tuple[Box, ...]:
    """Return people in rows, 0.7 m apart."""
    return tuple(person(1.4 + 0.7 * (one % 7), 1.0 + 0.7 * (one // 7)) for one in range(count))


def room(*boxes: Box, pose: Pose = POSE) -> tuple[Eye, np.ndarray]:
    eye = Eye(VIEW, pose)
    return eye, eye.room(boxes)


class Sensor:
    """A sensor under watch: what it shows for some seconds, and what is said of it meanwhile."""

    def __init__(self) -> None:
        self._sieve = Filter(VIEW, POSE, Setting.parse(f"40x30@0.9,{HZ}Hz"), AREA)
        self._health = Health()
        self._number = 0

    def shows(self, seen: tuple[Eye, np.ndarray], seconds: float, spoil: object = None) -> list[str]:
        eye, exact = seen
        said = []
        for _ in range(round(seconds * HZ)):
            shown = eye.measure(exact, self._number)
            if spoil is not None:
                shown = spoil(shown)  # type: ignore[operator]
            said.append(self.gives(shown))
        return said

    def gives(self, shown: Millimetres) -> str:
        self._number += 1
        frame = Frame("hall", 1 + self._number * 1000 // HZ, self._number, shown)
        state, reason = self._health.look(self._sieve.protect(frame))
        assert (state == "ok") == (reason == "")
        return state


@pytest.fixture
def sensor() -> Sensor:
    """A sensor that has seen its room for two minutes."""
    made = Sensor()
    assert set(made.shows(room(), 60) + made.shows(room(*standing(3)), 60)) == {"ok"}
    return made


def near(shown: Millimetres) -> Millimetres:
    spoilt = shown.copy()
    spoilt[:, 6:] = 140
    return spoilt


def covered(shown: Millimetres) -> Millimetres:
    spoilt = np.zeros_like(shown)
    spoilt[:3] = shown[:3]
    return spoilt


def dirty(shown: Millimetres) -> Millimetres:
    return np.where(NOISE.random(shown.shape) < 0.35, 0, shown).astype(np.uint16)


@pytest.mark.parametrize("spoil", [near, covered])
def test_blocked_within_half_a_minute_and_well_again(sensor: Sensor, spoil: object) -> None:
    assert sensor.shows(room(), 30, spoil)[-1] == "blocked"
    assert sensor.shows(room(), 30)[-1] == "ok"


@pytest.mark.parametrize("tilt", [15, 35])
def test_moved_by_who_passes_by(sensor: Sensor, tilt: float) -> None:
    said = sensor.shows(room(pose=Pose.oblique(HIGH_M, tilt, 40, 3.5, 2.5)), 90)
    assert said[-1] == "moved" and "blocked" not in said
    assert sensor.shows(room(), 60)[-1] == "ok"


def test_moved_stays_told_for_as_long_as_it_is(sensor: Sensor) -> None:
    said = sensor.shows(room(pose=Pose.oblique(HIGH_M, 30, 0, 3.5, 2.5)), 900)
    assert set(said[-1600:]) == {"moved"}


def test_frozen_within_seconds_and_well_at_the_next_frame(sensor: Sensor) -> None:
    eye, exact = room(*standing(2))
    still = eye.measure(exact, 7)
    said = [sensor.gives(still) for _ in range(8 * HZ)]
    assert said[-1] == "frozen" and said[: 4 * HZ] == ["ok"] * (4 * HZ)
    assert sensor.gives(eye.measure(exact, 8)) == "ok"


def test_dirty_after_minutes_not_before(sensor: Sensor) -> None:
    assert set(sensor.shows(room(), 240, dirty)) == {"ok"}
    assert sensor.shows(room(), 120, dirty)[-1] == "dirty"


def test_crowd_and_furniture_are_no_fault(sensor: Sensor) -> None:
    cupboard = Box((4.0, 3.0, 0.0), (5.2, 3.9, 1.8))
    assert set(sensor.shows(room(cupboard), 300)) == {"ok"}
    for step in range(30):  # half a minute of a crowd that moves: 28 people
        moved = tuple(
            Box(
                (one.least[0] + 0.3 * np.sin(step + at), one.least[1], 0.0),
                (one.greatest[0] + 0.3 * np.sin(step + at), one.greatest[1], 1.7),
            )
            for at, one in enumerate(standing(28))
        )
        assert set(sensor.shows(room(cupboard, *moved), 1)) == {"ok"}
    assert set(sensor.shows(room(), 60)) == {"ok"}
