"""Patches of the floor that lie low for long, or stand still for long: filled, and measured."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.scene.memory import Limits, Maps


@njit(cache=True, fastmath=True)
def fill(
    heights: NDArray[np.uint16],
    maps: Maps,
    limits: Limits,
    cell: NDArray[np.float64],
    corner: NDArray[np.float64],
    now: int,
    low: bool,
    out: NDArray[np.float64],
) -> None:
    """Fill patches of cells that lie low for long, or stand still for long, and measure them."""
    rows, columns = heights.shape
    queue = np.empty((rows * columns, 2), np.int32)
    seen = np.zeros((rows, columns), np.bool_)
    found = 0
    near_m = 0.5 if low else limits.attends_m
    near_x, near_y = max(int(near_m / cell[0]), 1), max(int(near_m / cell[1]), 1)
    for row in range(rows):
        for column in range(columns):
            if seen[row, column] or not _wanted(maps, limits, row, column, now, low):
                continue
            head, tail = 0, 1
            queue[0, 0], queue[0, 1] = row, column
            seen[row, column] = True
            sx = sy = sxx = syy = sxy = sh = 0.0
            since = now
            first_row, last_row, first_column, last_column = row, row, column, column
            while head < tail:
                y, x = queue[head, 0], queue[head, 1]
                head += 1
                px, py = (x + 0.5) * cell[0], (y + 0.5) * cell[1]
                sx += px
                sy += py
                sxx += px * px
                syy += py * py
                sxy += px * py
                sh += heights[y, x]
                since = min(since, maps.low_since[y, x] if low else maps.likely_since[y, x])
                first_row, last_row = min(first_row, y), max(last_row, y)
                first_column, last_column = min(first_column, x), max(last_column, x)
                for dy in range(-1, 2):
                    for dx in range(-1, 2):
                        ny, nx = y + dy, x + dx
                        if not (0 <= ny < rows and 0 <= nx < columns) or seen[ny, nx]:
                            continue
                        if _wanted(maps, limits, ny, nx, now, low):
                            seen[ny, nx] = True
                            queue[tail, 0], queue[tail, 1] = ny, nx
                            tail += 1
            surface = tail * cell[0] * cell[1]
            if surface < (limits.low_m2 if low else limits.left_m2) or found == out.shape[0]:
                continue
            mx, my = sx / tail, sy / tail
            cxx, cyy, cxy = sxx / tail - mx * mx, syy / tail - my * my, sxy / tail - mx * my
            cxx += cell[0] ** 2 / 12
            cyy += cell[1] ** 2 / 12
            half = (cxx + cyy) / 2
            spread = np.sqrt(max(((cxx - cyy) / 2) ** 2 + cxy * cxy, 0.0))
            tall_before = False
            middling = high = 0
            attended = False
            for y in range(max(first_row - near_y, 0), min(last_row + near_y + 1, rows)):
                for x in range(max(first_column - near_x, 0), min(last_column + near_x + 1, columns)):
                    height = heights[y, x]
                    high += height >= limits.tall_mm
                    middling += limits.low_to_mm < height < limits.tall_mm
                    # Somebody who stands keeps to their cells.
                    last = maps.tall_last[y, x]
                    if now - last <= limits.blink_ms and last - maps.tall_since[y, x] > limits.attends_ms:
                        attended = True
                    if last != 0 and last > since - limits.before_ms:
                        tall_before = True
            out[found, 0] = corner[0] + mx
            out[found, 1] = corner[1] + my
            out[found, 2] = surface
            out[found, 3] = np.sqrt(12 * (half + spread))
            out[found, 4] = np.sqrt(12 * max(half - spread, 0.0))
            out[found, 5] = now - since
            out[found, 6] = sh / tail
            out[found, 7] = 1.0 if tall_before else 0.0
            out[found, 8] = middling * cell[0] * cell[1]
            out[found, 9] = high * cell[0] * cell[1]
            out[found, 10] = 1.0 if attended else 0.0
            found += 1


@njit(cache=True, fastmath=True)
def _wanted(maps: Maps, limits: Limits, row: int, column: int, now: int, low: bool) -> bool:
    if low:
        since = maps.low_since[row, column]
        return (
            since != 0
            and now - since >= limits.low_ms
            and now - maps.low_last[row, column] <= limits.blink_ms
        )
    since = maps.likely_since[row, column]
    usual = maps.likely[row, column]
    return (
        since != 0
        and now - since >= limits.left_ms
        and now - maps.likely_last[row, column] <= limits.hidden_ms
        and usual > maps.static[row, column] + limits.margin_mm
        and usual < limits.tall_mm
    )
