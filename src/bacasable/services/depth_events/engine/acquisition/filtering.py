"""From a raw frame to heights over the floor, seen from above: the only door to `ProtectedFrame`.

Each pixel is placed in the room and dropped on its cell of the floor; a cell keeps the greatest height, cut
at the cap and rounded down to the grain. Seen from above, a body does not lean away from the sensor as it
does in the image, so what stands above the cap leaves no trace in the outline; cells in the shadow of a body
read as floor, so that the length of a shadow is not told either.

Under a cap, who stands or sits is then drawn as a disc around the middle of what is high, the same for
everybody, and what hangs, swings or steps within an arm's reach of it goes: how broad somebody is and how
they walk are not told. What lies low keeps its shape, and so does what stays low for most of a second, be
somebody stands next to it or not.
"""

import zlib
from dataclasses import replace
from typing import Any, NoReturn

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition import dropping, heads, hiding
from bacasable.services.depth_events.engine.acquisition.condition import Condition, Conditions
from bacasable.services.depth_events.engine.acquisition.setting import HIGHEST_MM, Area, Setting
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Millimetres, Pose

#: Radius of the disc that stands for a body, and of what goes around its middle, metres.
DISC_M, REACH_M = 0.20, 0.70
#: What is above this (mm) and below who stands, for so long (s), is no swinging arm or stepping foot.
_LOW_FROM_MM, _STAYS_S = 90, 0.8
_MOST_PEOPLE = 96
#: How near to a peak a thing that stays low makes it the thing's own handle (metres).
_HANDLE_M = 0.26
#: How far behind a body, seen from the sensor, its shadow may reach; half of how broad it is there (metres).
#: Mixed pixels lie along its edge: where it ends, they would tell how tall somebody is.
_SHADOW_M, _HALF_SHADOW_M = 2.2, 0.45
#: Held by this module alone: who does not hold it cannot make a protected frame.
_KEY = object()


class ProtectedFrame:
    """What later stages may see: ``(rows, columns)`` uint16 millimetres above the floor.

    0 is floor, or unseen. Row 0 is at the area's least y, column 0 at its least x. ``valid_percent`` is the
    share of raw pixels at which something was measured, rounded; ``condition`` how the sensor fares, in
    averages of some seconds: they tell a blocked or moved sensor, and nobody. ``standing`` (n, 2) int32 are
    the column and the row of the middle of each disc, so that discs that overlap can be told apart; None
    where who stands is not drawn as a disc.

    Raises:
        TypeError: made by anything but :meth:`Filter.protect`.
    """

    __slots__ = (
        "area",
        "at_ms",
        "condition",
        "heights_mm",
        "number",
        "sensor",
        "setting",
        "standing",
        "valid_percent",
    )

    def __init__(
        self,
        key: object,
        frame: Frame,
        heights_mm: Millimetres,
        setting: Setting,
        area: Area,
        valid_percent: int,
        condition: Condition,
        standing: NDArray[np.int32] | None,
    ) -> None:
        if key is not _KEY:
            raise TypeError("only the acquisition filter makes a protected frame: Filter(...).protect(frame)")
        self.sensor = frame.sensor
        self.at_ms = frame.at_ms
        self.number = frame.number
        self.heights_mm = heights_mm
        self.setting = setting
        self.area = area
        self.valid_percent = valid_percent
        self.condition = condition
        self.standing = standing

    def __repr__(self) -> str:
        return f"ProtectedFrame({self.sensor!r}, at_ms={self.at_ms}, number={self.number}, {self.setting})"

    def _stays_here(self, *_: Any) -> NoReturn:
        raise TypeError("a frame does not leave the process that measured it, protected or not")

    __reduce__ = _stays_here
    __reduce_ex__ = _stays_here


class Filter:
    """The filter of one sensor: where it stands, what it answers for, what is kept.

    ``protect`` writes into a ring of ``ring`` frames, so that a protected frame is overwritten after that
    many others: what must outlive it is copied into results, never the frame.

    Raises:
        ValueError: more cells than the sensor has pixels.
    """

    def __init__(
        self, intrinsics: Intrinsics, pose: Pose, setting: Setting, area: Area, ring: int = 4
    ) -> None:
        if setting.columns > intrinsics.width or setting.rows > intrinsics.height:
            raise ValueError(
                f"setting {setting}: more cells than the sensor's "
                f"{intrinsics.width}x{intrinsics.height} pixels"
            )
        self.setting = setting
        self.area = area
        self.shape = (intrinsics.height, intrinsics.width)
        columns, rows = np.meshgrid(np.arange(intrinsics.width), np.arange(intrinsics.height))
        rays = np.stack(
            [
                (columns - intrinsics.cx) / intrinsics.fx,
                (rows - intrinsics.cy) / intrinsics.fy,
                np.ones(self.shape),
            ],
            axis=-1,
        )
        turned = rays @ pose.rotation.T
        across = np.array([setting.columns / area.width_m, setting.rows / area.depth_m])
        # At a distance of d millimetres, a pixel falls on cell start + d * step, at height z + d * fall.
        # A plane for x and one for y: rows of pixels are then read several at a time.
        self._step = np.ascontiguousarray(
            np.moveaxis(turned[..., :2] * across / 1000, -1, 0), dtype=np.float32
        )
        self._fall = np.ascontiguousarray(turned[..., 2], dtype=np.float32)
        self._start = ((pose.position[:2] - np.array([area.x_m, area.y_m])) * across).astype(np.float32)
        self._height_mm = np.float32(pose.position[2] * 1000)
        self._hidden = hiding.behind(self._step, self._fall, self._start, self._height_mm, setting, area)
        self._ring = np.zeros((ring, setting.rows, setting.columns), dtype=np.uint16)
        self._standing = np.zeros((ring, _MOST_PEOPLE, 2), dtype=np.int32)
        self._turn = 0
        grid = (setting.rows, setting.columns)
        #: Heights that no cap has cut: written and wiped within `protect`, and seen by nothing after it.
        self._uncut = np.zeros(grid, np.uint16)
        self._cell = np.array([area.width_m / setting.columns, area.depth_m / setting.rows])
        self._furniture = np.zeros(grid, np.bool_)
        self._room_to_work = (
            np.zeros(grid, np.float32),
            np.zeros(grid, np.float32),
            np.zeros(grid, np.float32),
            np.zeros((_MOST_PEOPLE, 3), np.float32),
        )
        #: For how many frames each cell has been low; what is unsteady for a frame or two stays.
        self._stays = np.zeros(grid, np.uint8)
        self._low_mm = setting.tall_mm - 1
        self._lasting = max(round(_STAYS_S * setting.hz), 2)
        #: One pixel in some, of which a sum tells whether a frame is the one before again.
        self._apart = max(1, int((intrinsics.height * intrinsics.width / 256) ** 0.5))
        self._conditions = Conditions(intrinsics.height * intrinsics.width, setting.hz)

    def protect(self, frame: Frame) -> ProtectedFrame:
        """Return what may be seen of ``frame``.

        Raises:
            ValueError: the frame has not the size of this sensor.
        """
        if frame.shape != self.shape:
            raise ValueError(
                f"frame of {frame.sensor}: {frame.shape[1]}x{frame.shape[0]} pixels, the sensor has "
                f"{self.shape[1]}x{self.shape[0]}"
            )
        into, standing = self._ring[self._turn], self._standing[self._turn]
        self._turn = (self._turn + 1) % len(self._ring)
        cap = HIGHEST_MM if self.setting.cap_mm is None else self.setting.cap_mm
        valid, floor, near = dropping.drop(
            frame._millimetres,
            self._step,
            self._fall,
            self._start,
            self._height_mm,
            self._uncut,
        )
        tall, step_mm = self.setting.tall_mm, self.setting.step_mm
        first, last = dropping.cut(
            self._uncut, cap, step_mm, tall, self._furniture, into, self._room_to_work[0]
        )
        people = 0
        if self.setting.levels:
            _lasts(into, self._stays, self._low_mm, 2 * self._lasting)
            people = _level(
                into,
                first,
                last,
                self._furniture,
                self._stays,
                self._lasting,
                cap,
                self._cell,
                self._start,
                self._hidden,
                *self._room_to_work,
                standing,
            )
        else:
            self._room_to_work[0][:] = 0
        percent = round(100 * valid / (self.shape[0] * self.shape[1]))
        some = frame._millimetres[:: self._apart, :: self._apart].tobytes()
        condition = self._conditions.take(valid, floor, near, zlib.adler32(some))
        told = standing[:people] if self.setting.levels else None
        return ProtectedFrame(_KEY, frame, into, self.setting, self.area, percent, condition, told)

    def learn(self, frame: Frame) -> None:
        """Take what stands as high as a person in ``frame``, of an empty room, for walls and furniture.

        Raises:
            ValueError: the frame has not the size of this sensor.
        """
        self._furniture[:] = False
        shown = self.protect(frame).heights_mm if not self.setting.levels else self._outlined(frame)
        self._furniture[:] = shown >= self.setting.tall_mm

    def _outlined(self, frame: Frame) -> Millimetres:
        kept, self.setting = self.setting, replace(self.setting, outline=True)
        try:
            return self.protect(frame).heights_mm
        finally:
            self.setting = kept


@njit(cache=True)
def _lasts(heights: Millimetres, stays: NDArray[np.uint8], low_mm: int, most: int) -> None:
    """Count for how many frames each cell has been low."""
    for row in range(heights.shape[0]):
        for column in range(heights.shape[1]):
            frames = stays[row, column]
            if _LOW_FROM_MM <= heights[row, column] <= low_mm:
                stays[row, column] = min(frames + 1, most)
            elif frames > 0:
                stays[row, column] = max(frames - 2, 0)


@njit(cache=True, fastmath=True)
def _without_things(
    mass: NDArray[np.float32],
    stays: NDArray[np.uint8],
    lasting: int,
    cell: NDArray[np.float64],
    centres: NDArray[np.float32],
    found: int,
) -> int:
    """Leave out the peaks with more cells around that have stayed low than tall ones: handles of luggage."""
    rows, columns = mass.shape
    reach_x, reach_y = int(_HANDLE_M / cell[0]), int(_HANDLE_M / cell[1])
    kept = 0
    for peak in range(found):
        x, y = int(centres[peak, 0] + 0.5), int(centres[peak, 1] + 0.5)
        tall = low = 0
        for row in range(max(y - reach_y, 0), min(y + reach_y + 1, rows)):
            for column in range(max(x - reach_x, 0), min(x + reach_x + 1, columns)):
                tall += mass[row, column] > 0.0
                low += stays[row, column] >= lasting
        if low <= tall:
            centres[kept] = centres[peak]
            kept += 1
    return kept


@njit(cache=True, fastmath=True)
def _level(
    heights: Millimetres,
    first: int,
    last: int,
    furniture: NDArray[np.bool_],
    stays: NDArray[np.uint8],
    lasting: int,
    cap: int,
    cell: NDArray[np.float64],
    sensor: NDArray[np.float32],
    hidden: NDArray[np.float32],
    mass: NDArray[np.float32],
    blurred: NDArray[np.float32],
    weights: NDArray[np.float32],
    centres: NDArray[np.float32],
    standing: NDArray[np.int32],
) -> int:
    """Draw everybody who stands as the same disc, in place; write their cells, return how many are inside."""
    rows, columns = heights.shape
    if last < first:
        return 0
    found = heads.find(mass, blurred, weights, first, last, cell, centres)
    found = _without_things(mass, stays, lasting, cell, centres, found)
    # They are sums of heights that no cap has cut.
    weights[first : last + 1] = 0.0
    centres[:, 2] = 0.0
    for lump in range(found):
        at_x, at_y = int(centres[lump, 0] + 0.5), int(centres[lump, 1] + 0.5)
        centres[lump, 0] += hidden[0, at_y, at_x]
        centres[lump, 1] += hidden[1, at_y, at_x]
    for row in range(rows):
        for column in range(columns):
            if mass[row, column] > 0.0:
                heights[row, column] = 0
    for lump in range(found):
        # The middle of its cell: where in the cell the lump lies would tell of its shape.
        x, y = int(centres[lump, 0] + 0.5), int(centres[lump, 1] + 0.5)
        # Near it are arms and legs; behind it, seen from the sensor, may be the edge of its shadow.
        out_x, out_y = (x + 0.5 - sensor[0]) * cell[0], (y + 0.5 - sensor[1]) * cell[1]
        far_out = np.sqrt(out_x * out_x + out_y * out_y) + 1e-6
        out_x /= far_out
        out_y /= far_out
        reach_x, reach_y = int(_SHADOW_M / cell[0]), int(_SHADOW_M / cell[1])
        for row in range(max(y - reach_y, 0), min(y + reach_y + 1, rows)):
            for column in range(max(x - reach_x, 0), min(x + reach_x + 1, columns)):
                if heights[row, column] == 0 or furniture[row, column] or stays[row, column] >= lasting:
                    continue
                off_x, off_y = (column - x) * cell[0], (row - y) * cell[1]
                far = off_x * off_x + off_y * off_y
                behind = off_x * out_x + off_y * out_y
                aside = abs(off_y * out_x - off_x * out_y)
                in_shadow = (
                    far <= _SHADOW_M * _SHADOW_M
                    and behind > 0
                    and aside <= _HALF_SHADOW_M * (1 + behind / max(far_out, 0.5))
                )
                if far <= REACH_M * REACH_M or in_shadow:
                    heights[row, column] = 0
    # Specks are feet, hands and mixed pixels at the edge of a body; what lies is in one piece. Cells of a row
    # that are not floor are counted by three, then three rows of counts: all cells alike, without a branch.
    for row in range(rows):
        for column in range(columns):
            mass[row, column] = 1.0 if heights[row, column] >= _LOW_FROM_MM else 0.0
    for row in range(rows):
        blurred[row, 0] = mass[row, 0] + (mass[row, 1] if columns > 1 else 0.0)
        for column in range(1, columns - 1):
            blurred[row, column] = mass[row, column - 1] + mass[row, column] + mass[row, column + 1]
        if columns > 1:
            blurred[row, columns - 1] = mass[row, columns - 2] + mass[row, columns - 1]
    for row in range(rows):
        above, below = max(row - 1, 0), min(row + 1, rows - 1)
        over = np.float32(1.0 if row > 0 else 0.0)
        under = np.float32(1.0 if row < rows - 1 else 0.0)
        for column in range(columns):
            beside = (
                over * blurred[above, column]
                + blurred[row, column]
                + under * blurred[below, column]
                - mass[row, column]
            )
            if beside < 3.0 and not furniture[row, column]:
                heights[row, column] = 0
    people = 0
    for lump in range(found):
        x, y = int(centres[lump, 0] + 0.5), int(centres[lump, 1] + 0.5)
        if 0 <= x < columns and 0 <= y < rows:
            standing[people, 0], standing[people, 1] = x, y
            people += 1
        reach_x, reach_y = int(DISC_M / cell[0]) + 1, int(DISC_M / cell[1]) + 1
        for row in range(max(y - reach_y, 0), min(y + reach_y + 1, rows)):
            for column in range(max(x - reach_x, 0), min(x + reach_x + 1, columns)):
                far = ((column - x) * cell[0]) ** 2 + ((row - y) * cell[1]) ** 2
                if far <= DISC_M * DISC_M:
                    heights[row, column] = cap
    return people
