"""What a sensor measures of capsules and boxes in a room, exactly, then with the faults of real sensors.

The noise is the usual one of indirect time of flight: sigma of 6 mm + 2.5 mm a square metre of distance;
mixed pixels at edges deeper than 15 cm; a bias of several paths of at most 2 cm; 1 % of pixels without a
value, 5 % in three frames of ten.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.frames import Intrinsics, Matrix, Millimetres, Pose

Distances = NDArray[np.float32]
#: Farther than this, a sensor of the kind measures nothing.
FARTHEST_M = 12.0
_EDGE_M, _MIXED, _BIAS_M = 0.15, 0.5, 0.02
_SIGMA_M, _SIGMA_BY_SQUARE = 0.006, 0.0025
_LOST, _LOST_BADLY, _BAD_FRAMES = 0.01, 0.05, 0.3


@dataclass(frozen=True)
class Box:
    """A thing that stands in the room, its sides along the walls: least and greatest corner, metres."""

    least: tuple[float, float, float]
    greatest: tuple[float, float, float]


class Eye:
    """A sensor of the simulator: it renders exact distances, then what the sensor would report."""

    def __init__(self, intrinsics: Intrinsics, pose: Pose) -> None:
        self.shape = (intrinsics.height, intrinsics.width)
        self._pinhole = np.array([intrinsics.fx, intrinsics.fy, intrinsics.cx, intrinsics.cy])
        self._to_sensor = np.ascontiguousarray(np.asarray(pose.rotation, dtype=np.float64).T)
        self._position = np.asarray(pose.position, dtype=np.float64)
        columns, rows = np.meshgrid(np.arange(intrinsics.width), np.arange(intrinsics.height))
        rays = np.stack(
            [
                (columns - intrinsics.cx) / intrinsics.fx,
                (rows - intrinsics.cy) / intrinsics.fy,
                np.ones(self.shape),
            ],
            axis=-1,
        )
        self._rays = rays @ pose.rotation.T
        bias = np.random.default_rng(7).uniform(0, _BIAS_M, self.shape)
        #: The floor seen through several paths: the same at each frame.
        self._bias = bias.astype(np.float32)

    def room(self, boxes: tuple[Box, ...] = ()) -> Distances:
        """Return ``(height, width)`` exact distances in metres of the empty room: floor and boxes."""
        with np.errstate(divide="ignore", invalid="ignore"):
            floor = -self._position[2] / self._rays[..., 2]
        floor = np.where((self._rays[..., 2] < -1e-9) & (floor < FARTHEST_M), floor, np.inf)
        for box in boxes:
            with np.errstate(divide="ignore", invalid="ignore"):
                low = (np.array(box.least) - self._position) / self._rays
                high = (np.array(box.greatest) - self._position) / self._rays
            enters = np.nanmax(np.minimum(low, high), axis=-1)
            leaves = np.nanmin(np.maximum(low, high), axis=-1)
            hit = (leaves >= enters) & (leaves > 0)
            floor = np.where(hit & (enters > 0.05), np.minimum(floor, enters), floor)
        return np.where(np.isfinite(floor), floor, 0.0).astype(np.float32)

    def see(self, room: Distances, limbs: Matrix) -> Distances:
        """Return exact distances with capsules ``(n, 7)`` (ends and radius, metres) in the ``room``."""
        seen = room.copy()
        _draw(seen, limbs, self._to_sensor, self._position, self._pinhole)
        return seen

    def measure(self, seen: Distances, seed: int) -> Millimetres:
        """Return what the sensor reports of exact distances: millimetres, 0 where nothing is measured."""
        return _faults(seen, self._bias, np.uint64(seed * 2 + 1))


@njit(cache=True, fastmath=True)
def _draw(
    seen: Distances, limbs: Matrix, to_sensor: Matrix, position: Matrix, pinhole: NDArray[np.float64]
) -> None:
    height, width = seen.shape
    fx, fy, cx, cy = pinhole[0], pinhole[1], pinhole[2], pinhole[3]
    for one in range(limbs.shape[0]):
        ax0, ay0, az0 = limbs[one, 0] - position[0], limbs[one, 1] - position[1], limbs[one, 2] - position[2]
        bx0, by0, bz0 = limbs[one, 3] - position[0], limbs[one, 4] - position[1], limbs[one, 5] - position[2]
        r = limbs[one, 6]
        ax = to_sensor[0, 0] * ax0 + to_sensor[0, 1] * ay0 + to_sensor[0, 2] * az0
        ay = to_sensor[1, 0] * ax0 + to_sensor[1, 1] * ay0 + to_sensor[1, 2] * az0
        az = to_sensor[2, 0] * ax0 + to_sensor[2, 1] * ay0 + to_sensor[2, 2] * az0
        bx = to_sensor[0, 0] * bx0 + to_sensor[0, 1] * by0 + to_sensor[0, 2] * bz0
        by = to_sensor[1, 0] * bx0 + to_sensor[1, 1] * by0 + to_sensor[1, 2] * bz0
        bz = to_sensor[2, 0] * bx0 + to_sensor[2, 1] * by0 + to_sensor[2, 2] * bz0
        near = min(az, bz) - r
        if near < 0.05:
            if max(az, bz) - r < 0.05:
                continue
            left, right, top, bottom = 0, width - 1, 0, height - 1
        else:
            az_near, bz_near = max(az - r, 0.05), max(bz - r, 0.05)
            left = int(
                np.floor(
                    min((ax - r) / az_near, (ax - r) / (az + r), (bx - r) / bz_near, (bx - r) / (bz + r)) * fx
                    + cx
                )
            )
            right = int(
                np.ceil(
                    max((ax + r) / az_near, (ax + r) / (az + r), (bx + r) / bz_near, (bx + r) / (bz + r)) * fx
                    + cx
                )
            )
            top = int(
                np.floor(
                    min((ay - r) / az_near, (ay - r) / (az + r), (by - r) / bz_near, (by - r) / (bz + r)) * fy
                    + cy
                )
            )
            bottom = int(
                np.ceil(
                    max((ay + r) / az_near, (ay + r) / (az + r), (by + r) / bz_near, (by + r) / (bz + r)) * fy
                    + cy
                )
            )
            left, right, top, bottom = (
                max(left, 0),
                min(right, width - 1),
                max(top, 0),
                min(bottom, height - 1),
            )
        # A ray (x, y, 1) t meets the capsule where its distance to the segment is r.
        sx, sy, sz = bx - ax, by - ay, bz - az
        ss = sx * sx + sy * sy + sz * sz
        sa = sx * ax + sy * ay + sz * az
        aa = ax * ax + ay * ay + az * az
        for row in range(top, bottom + 1):
            y = (row - cy) / fy
            for column in range(left, right + 1):
                x = (column - cx) / fx
                dd = x * x + y * y + 1.0
                da = x * ax + y * ay + az
                nearest = seen[row, column]
                met = np.float64(-1.0)
                if ss > 1e-9:
                    sd = x * sx + y * sy + sz
                    a = ss * dd - sd * sd
                    b = -ss * da + sa * sd
                    c = ss * aa - sa * sa - r * r * ss
                    under = b * b - a * c
                    if under < 0.0:
                        continue
                    t = (-b - np.sqrt(under)) / max(a, 1e-12)
                    along = t * sd - sa
                    if 0.0 < along < ss:
                        met = t
                    else:
                        if along <= 0.0:
                            oa, ob = da, aa
                        else:
                            oa = x * bx + y * by + bz
                            ob = bx * bx + by * by + bz * bz
                        under = oa * oa - dd * (ob - r * r)
                        if under > 0.0:
                            met = (oa - np.sqrt(under)) / dd
                else:
                    under = da * da - dd * (aa - r * r)
                    if under > 0.0:
                        met = (da - np.sqrt(under)) / dd
                if met > 0.05 and (nearest == 0.0 or met < nearest):
                    seen[row, column] = met


@njit(cache=True, fastmath=True)
def _faults(seen: Distances, bias: Distances, seed: np.uint64) -> Millimetres:
    height, width = seen.shape
    out = np.zeros((height, width), dtype=np.uint16)
    state = seed * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x1234567)
    for _ in range(4):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
    scale = 1.0 / 16777216.0
    lost = _LOST_BADLY if (state >> np.uint64(40)) * scale < _BAD_FRAMES else _LOST
    for row in range(height):
        for column in range(width):
            far = seen[row, column]
            if far == 0.0:
                continue
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            chance = (state >> np.uint64(40)) * scale
            if chance < lost:
                continue
            # Sum of four uniform numbers of 16 bits: near enough to a normal one, and fast.
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            total = (
                (state & np.uint64(0xFFFF))
                + ((state >> np.uint64(16)) & np.uint64(0xFFFF))
                + ((state >> np.uint64(32)) & np.uint64(0xFFFF))
                + (state >> np.uint64(48))
            )
            normal = (total * (1.0 / 65536.0) - 2.0) * 1.7320508
            if column + 1 < width:
                beside = seen[row, column + 1]
                if abs(beside - far) > _EDGE_M and beside > 0.0 and chance < lost + _MIXED:
                    share = (chance - lost) / _MIXED
                    far = far + share * (beside - far)
            reported = far + bias[row, column] + normal * (_SIGMA_M + _SIGMA_BY_SQUARE * far * far)
            if 0.05 < reported < FARTHEST_M:
                out[row, column] = np.uint16(reported * 1000.0 + 0.5)
    return out
