"""The floor as a sensor sees it: a plane found by random samples (RANSAC), and the sensor's pose over it.

Fischler and Bolles, "Random sample consensus" (1981). The median of some frames comes first, so that who
passes is gone. Of planes with many points the floor is the one that nearly nothing lies under.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Pose

#: Points within this of a plane (metres, and metres a metre of distance) are on it.
_NEAR_M, _NEAR_BY_M = 0.03, 0.01
_TRIES = 400
#: The least share of points that a floor has, and the most that lie under it.
_LEAST, _UNDER = 0.15, 0.03
#: The steepest sensor that is believed (degrees from straight down): above, no floor is in sight.
STEEPEST_DEGREES = 85.0
_FEWEST_POINTS = 30


class NoFloor(Refused):
    """No floor was found: what was seen, and what to do, are said."""


@dataclass(frozen=True)
class Floor:
    """Where a sensor stands over the floor: metres and degrees, each with half its interval at 95 %.

    ``tilt_degrees`` is from straight down (0) to the horizon (90); ``roll_degrees`` how far the image leans
    to a side. ``share`` of the points lie on the floor, ``spread_mm`` is how far from it (one sigma).
    """

    height_m: float
    height_within_m: float
    tilt_degrees: float
    tilt_within_degrees: float
    roll_degrees: float
    share: float
    spread_mm: float
    is_upside_down: bool

    def pose(self, x_m: float = 0.0, y_m: float = 0.0, heading_degrees: float = 0.0) -> Pose:
        """Return the pose at a place of the room; the roll is left out (set it right on the wall)."""
        return Pose.oblique(self.height_m, self.tilt_degrees, heading_degrees, x_m, y_m)


def floor_of(frames: Sequence[Frame], intrinsics: Intrinsics, seed: int = 0) -> Floor:
    """Return the floor in ``frames`` of one sensor (raw; ten or more, over some seconds).

    Distances do not tell which way is down: a sensor that sees nothing but a wall, straight on, reads it as
    a floor. The height that is found is to be held against what was measured by hand.

    Raises:
        NoFloor: too few points, no plane that could be a floor, or one that the sensor looks along.
    """
    points = _points(frames, intrinsics)
    if len(points) < _FEWEST_POINTS:
        raise NoFloor(
            N_("{count} points are measured, {least} are needed: is the sensor covered?"),
            count=len(points),
            least=_FEWEST_POINTS,
        )
    draw = np.random.default_rng(seed)
    best, on = _plane(points, draw)
    if best is None:
        raise NoFloor(
            N_("no floor is in sight: turn the sensor so that at least a sixth of what it sees is floor")
        )
    normal, height = best
    spread = float(np.std(points[on] @ normal + height))
    # Directions of the sensor: x right, y down, z forward. The normal points from the floor to the sensor.
    down = -normal
    tilt = float(np.degrees(np.arccos(np.clip(down[2], -1, 1))))
    # Seen from a sensor that stands upright, what is near the floor lies below the middle of the image.
    upside_down = tilt > 15 and down[1] < 0
    lean = np.arctan2(down[0], abs(down[1]))
    height_within, tilt_within = _within(points[on], draw)
    return Floor(
        height, height_within, tilt, tilt_within,
        float(np.degrees(lean)) if tilt > 10 else 0.0,
        float(on.mean()), 1000 * spread, bool(upside_down),
    )  # fmt: skip


def _points(frames: Sequence[Frame], intrinsics: Intrinsics) -> NDArray[np.float64]:
    """Return the points (n, 3) of the median of the frames, in metres of the sensor."""
    shape = (intrinsics.height, intrinsics.width)
    wrong = next((frame for frame in frames if frame.shape != shape), None)
    if wrong is not None or not frames:
        seen = f"{wrong.shape[1]}x{wrong.shape[0]}" if wrong is not None else "0"
        raise NoFloor(
            N_("frames of {seen} pixels came, {wanted} were expected"),
            seen=seen,
            wanted=f"{shape[1]}x{shape[0]}",
        )
    seen_mm = np.stack([frame._millimetres for frame in frames]).astype(np.float64)
    seen_mm[seen_mm == 0] = np.nan
    known = np.isfinite(seen_mm).mean(axis=0) >= 0.5
    far = np.zeros(shape)
    far[known] = np.nanmedian(seen_mm[:, known], axis=0) / 1000
    columns, rows = np.meshgrid(np.arange(shape[1]), np.arange(shape[0]))
    x, y = (columns - intrinsics.cx) / intrinsics.fx * far, (rows - intrinsics.cy) / intrinsics.fy * far
    return np.stack([x, y, far], axis=-1)[known]


def _plane(
    points: NDArray[np.float64], draw: np.random.Generator
) -> tuple[tuple[NDArray[np.float64], float] | None, NDArray[np.bool_]]:
    """Return the floor as (unit normal towards the sensor, height of the sensor) and who lies on it."""
    near = _NEAR_M + _NEAR_BY_M * np.linalg.norm(points, axis=1)
    best, best_on = None, np.zeros(len(points), dtype=bool)
    for _ in range(_TRIES):
        found = _through(points[draw.choice(len(points), 3, replace=False)])
        if found is None:
            continue
        on = np.abs(points @ found[0] + found[1]) <= near
        if on.sum() > best_on.sum() and _is_floor(points, found, near, on):
            best, best_on = found, on
    if best is None:
        return None, best_on
    for _ in range(3):
        better = _fitted(points[best_on])
        on = np.abs(points @ better[0] + better[1]) <= near
        if not _is_floor(points, better, near, on):
            break
        best, best_on = better, on
    return best, best_on


def _is_floor(
    points: NDArray[np.float64], plane: tuple[NDArray[np.float64], float], near: NDArray[np.float64],
    on: NDArray[np.bool_],
) -> bool:  # fmt: skip
    normal, height = plane
    steep = np.degrees(np.arccos(np.clip(-normal[2], -1, 1)))
    under = (points @ normal + height < -2 * near).mean()
    return bool(on.mean() >= _LEAST and under <= _UNDER and 0.3 < height < 30 and steep <= STEEPEST_DEGREES)


def _through(three: NDArray[np.float64]) -> tuple[NDArray[np.float64], float] | None:
    normal = np.cross(three[1] - three[0], three[2] - three[0])
    length = np.linalg.norm(normal)
    return _towards(normal / length, three[0]) if length > 1e-9 else None


def _fitted(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    middle = points.mean(axis=0)
    return _towards(np.linalg.svd(points - middle, full_matrices=False)[2][2], middle)


def _towards(normal: NDArray[np.float64], point: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return the plane with its normal towards the sensor, and how far the sensor stands from it."""
    height = -float(normal @ point)
    return (normal, height) if height > 0 else (-normal, -height)


def _within(points: NDArray[np.float64], draw: np.random.Generator) -> tuple[float, float]:
    """Return half the intervals at 95 % of height (metres) and tilt (degrees), by drawing points again."""
    heights, tilts = [], []
    for _ in range(60):
        normal, height = _fitted(points[draw.integers(0, len(points), min(len(points), 2000))])
        heights.append(height)
        tilts.append(np.degrees(np.arccos(np.clip(-normal[2], -1, 1))))
    return tuple(float(np.ptp(np.quantile(one, [0.025, 0.975])) / 2) for one in (heights, tilts))  # type: ignore[return-value]
