"""The floor that a sensor finds: where it stands, what is in the way, what is refused and why."""

from collections.abc import Sequence

import numpy as np
import pytest

pytest.importorskip("numba", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.calibration import Floor, NoFloor, floor_of
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Pose
from bacasable.services.depth_events.engine.simulator.raster import Box, Eye
from bacasable.services.depth_events.engine.simulator.scenario import Scenario, Traffic
from bacasable.services.depth_events.engine.simulator.world import World

VIEW = Intrinsics.of_view(64, 48, 84)
#: A cupboard, a table and a wall: as much as half of what is seen is no floor.
FURNITURE = (
    Box((0.4, 0.3, 0.0), (1.6, 1.1, 1.9)),
    Box((5.0, 0.6, 0.70), (6.8, 2.0, 0.75)),
    Box((0.0, 5.6, 0.0), (8.0, 6.0, 2.6)),
)


def seen(
    pose: Pose, boxes: Sequence[Box] = (), people_a_minute: float = 0.0, seed: int = 3,
    view: Intrinsics = VIEW, turn: int = 0,
) -> list[Frame]:  # fmt: skip
    """Return twelve raw frames over eight seconds of a room of 8 x 6 m."""
    eye = Eye(view, pose)
    room = eye.room(tuple(boxes))
    scenario = Scenario("hall", 8.0, traffic=Traffic(people_a_minute=people_a_minute))
    frames = []
    for number, moment in enumerate(World(scenario, seed, hz=10).moments()):
        if number % 7 == 0:
            shown = eye.measure(eye.see(room, moment.limbs), seed * 1000 + number)
            frames.append(Frame("hall", number * 100, number, np.ascontiguousarray(np.rot90(shown, turn))))
    return frames


def found(pose: Pose, **room: object) -> Floor:
    return floor_of(seen(pose, **room), VIEW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("height_m", "tilt_degrees", "furniture", "people"),
    [(3.2, 0, False, 0), (3.0, 0, True, 40), (2.7, 25, True, 20), (2.9, 50, True, 20), (3.4, 60, False, 30)],
)
def test_height_and_tilt_are_found_among_people_and_furniture(
    height_m: float, tilt_degrees: float, furniture: bool, people: float
) -> None:
    pose = Pose.oblique(height_m, tilt_degrees, 0, 4.0, 1.5 if tilt_degrees else 3.0)
    floor = found(pose, boxes=FURNITURE if furniture else (), people_a_minute=people)
    # The bias of several paths (2 cm at most) is the same at each frame: no interval knows of it.
    assert floor.height_m == pytest.approx(height_m, abs=0.03 + floor.height_within_m)
    assert floor.tilt_degrees == pytest.approx(tilt_degrees, abs=0.8 + floor.tilt_within_degrees)
    assert 0 < floor.height_within_m < 0.05 and 0 < floor.tilt_within_degrees < 1
    assert not floor.is_upside_down


def test_found_pose_puts_the_floor_at_zero() -> None:
    floor = found(Pose.oblique(2.9, 35, 0, 4.0, 1.0), people_a_minute=10)
    pose = floor.pose(4.0, 1.0)
    assert pose.position[2] == pytest.approx(2.9, abs=0.04)
    assert pose.rotation[2, 2] == pytest.approx(-np.cos(np.radians(35)), abs=0.02)


def test_sensor_upside_down_or_on_its_side_is_told() -> None:
    pose = Pose.oblique(2.9, 45, 0, 4.0, 1.0)
    assert floor_of(seen(pose, turn=2), VIEW).is_upside_down
    square = Intrinsics.of_view(48, 48, 84)
    leaning = floor_of(seen(pose, view=square, turn=1), square)
    assert abs(leaning.roll_degrees) == pytest.approx(90, abs=5)


def test_sensor_that_looks_along_the_floor_is_refused() -> None:
    with pytest.raises(NoFloor, match="no floor is in sight"):
        floor_of(seen(Pose.oblique(3.0, 89, 0, 4.0, 0.5)), VIEW)


def test_what_cannot_be_a_floor_is_refused_with_a_reason() -> None:
    dark = [Frame("hall", one, one, np.zeros((48, 64), np.uint16)) for one in range(12)]
    with pytest.raises(NoFloor, match="covered"):
        floor_of(dark, VIEW)
    with pytest.raises(NoFloor, match="8x8"):
        floor_of([Frame("hall", 0, 0, np.full((8, 8), 2000, np.uint16))], VIEW)
    with pytest.raises(NoFloor):
        floor_of([], VIEW)
    noise = np.random.default_rng(1)
    clutter = [
        Frame("hall", one, one, noise.integers(300, 9000, (48, 64)).astype(np.uint16)) for one in range(12)
    ]
    with pytest.raises(NoFloor, match="turn the sensor"):
        floor_of(clutter, VIEW)


def test_the_floor_is_taken_and_not_a_table_as_large() -> None:
    table = Box((2.6, 1.6, 0.72), (5.4, 4.4, 0.75))
    floor = found(Pose.overhead(3.0, 4.0, 3.0), boxes=[table])
    assert floor.height_m == pytest.approx(3.0, abs=0.04)
    assert floor.share < 0.75
