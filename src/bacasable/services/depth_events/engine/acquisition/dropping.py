"""From pixels to cells: the greatest height of each, then what the setting leaves of it."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition import heads
from bacasable.services.depth_events.engine.acquisition.setting import HIGHEST_MM
from bacasable.services.depth_events.engine.frames import Millimetres

#: What is so near the floor is the floor; what is so near the sensor is before it (millimetres).
_FLOOR_MM, _NEAR_MM = 100, 350


@njit(cache=True, fastmath=True)
def cut(
    uncut: Millimetres,
    cap: int,
    grain: int,
    tall_mm: int,
    furniture: NDArray[np.bool_],
    into: Millimetres,
    mass: NDArray[np.float32],
) -> tuple[int, int]:
    """Write heights cut at the cap and rounded down to the grain, and how high who stands is; wipe the rest.

    Return the first and the last row in which somebody stands.
    """
    first, last = uncut.shape[0], -1
    for row in range(uncut.shape[0]):
        talls = 0
        for column in range(uncut.shape[1]):
            height = int(uncut[row, column])
            low = min(height, cap)
            if grain > 1:
                low -= low % grain
            into[row, column] = low
            tall = low >= tall_mm and not furniture[row, column]
            above = min(height - tall_mm, heads.MOST_MM) + heads.BELOW_MM
            mass[row, column] = np.float32(above) if tall else np.float32(0.0)
            talls += tall
            uncut[row, column] = 0
        if talls:
            first, last = min(first, row), row
    return first, last


@njit(cache=True, fastmath=True)
def drop(
    millimetres: Millimetres,
    step: NDArray[np.float32],
    fall: NDArray[np.float32],
    start: NDArray[np.float32],
    height_mm: np.float32,
    into: Millimetres,
) -> tuple[int, int, int]:
    """Write the greatest height of each cell into ``into``, which is empty.

    Return how many pixels were valid, how many of them lie at the floor, how many right before the sensor.
    """
    rows, columns = into.shape
    flat = into.reshape(-1)
    width = millimetres.shape[1]
    # Two passes over a row, both without a branch: the first reads several pixels at a time.
    cells = np.empty(width, np.int32)
    values = np.empty(width, np.uint16)
    valid = floor = near = 0
    limit = np.float32(HIGHEST_MM)
    last_x, last_y = np.float32(columns - 0.5), np.float32(rows - 0.5)
    for row in range(millimetres.shape[0]):
        for column in range(width):
            far = np.float32(millimetres[row, column])
            is_valid = far > 0.0
            height = height_mm + far * fall[row, column]
            valid += 1 if is_valid else 0
            floor += 1 if is_valid & (height > -_FLOOR_MM) & (height < _FLOOR_MM) else 0
            near += 1 if is_valid & (far < _NEAR_MM) else 0
            x = start[0] + far * step[0, row, column]
            y = start[1] + far * step[1, row, column]
            inside = is_valid & (height >= 1.0) & (x >= 0.0) & (x < columns) & (y >= 0.0) & (y < rows)
            cells[column] = np.int32(min(max(y, np.float32(0.0)), last_y)) * columns + np.int32(
                min(max(x, np.float32(0.0)), last_x)
            )
            whole = np.uint16(min(max(height, np.float32(0.0)), limit))
            values[column] = whole if inside else np.uint16(0)
        for column in range(width):
            cell = cells[column]
            flat[cell] = max(flat[cell], values[column])
    return valid, floor, near
