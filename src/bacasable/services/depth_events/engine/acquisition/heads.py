"""Where people stand, by their heads: peaks of heights that no cap has cut, read inside the filter alone."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition.windows import along_rows

Grid = NDArray[np.float32]
#: Side of the window over which heights are summed; least surface of a body in it; metres, m2.
WINDOW_M, BODY_M2 = 0.34, 0.045
#: Who stands nearer than this to somebody taller is the same person (metres).
APART_M = 0.32
#: What is nearer than this, and so much less than it, is a part of it or a thing that it carries.
_CARRIED_M, _CARRIED = 0.60, 0.45
#: Height below the limit of who stands from which heights count, and above which they count no more (mm).
BELOW_MM, MOST_MM = 300, 1300


@njit(cache=True, fastmath=True)
def find(
    mass: Grid,
    rows_of: Grid,
    weights: Grid,
    first: int,
    last: int,
    cell: NDArray[np.float64],
    out: Grid,
) -> int:
    """Write the places (column and row, in cells) of the peaks of ``mass`` into ``out``; return how many.

    ``mass`` is 0 where nobody stands, else millimetres; it is read from the row ``first`` to ``last``.
    ``rows_of`` and ``weights`` are room to work in, of its shape. Columns of ``out``: column, row, weight.
    """
    columns = mass.shape[1]
    half_x, half_y = int(WINDOW_M / cell[0] / 2), int(WINDOW_M / cell[1] / 2)
    least = BODY_M2 / (cell[0] * cell[1]) * (BELOW_MM + 1)
    least = min(least, (2 * half_x + 1) * (2 * half_y + 1) * 0.5 * (BELOW_MM + 1))
    along_rows(mass, half_x, first, last, rows_of)
    for row in range(first, last + 1):
        for column in range(columns):
            total = np.float32(0.0)
            if mass[row, column] > 0.0:
                for other in range(max(row - half_y, first), min(row + half_y, last) + 1):
                    total += rows_of[other, column]
            weights[row, column] = total
    found = 0
    for row in range(first, last + 1):
        for column in range(columns):
            weight = weights[row, column]
            if weight < least or not _is_peak(weights, row, column, first, last):
                continue
            found = _place(mass, row, column, weight, half_x, half_y, cell, out, found)
    return found


@njit(cache=True, fastmath=True)
def _is_peak(weights: Grid, row: int, column: int, first: int, last: int) -> bool:
    columns = weights.shape[1]
    weight = weights[row, column]
    for y in range(max(row - 1, first), min(row + 1, last) + 1):
        for x in range(max(column - 1, 0), min(column + 2, columns)):
            before = y < row or (y == row and x < column)
            if weights[y, x] > weight or (weights[y, x] == weight and before):
                return False
    return True


@njit(cache=True, fastmath=True)
def _place(
    mass: Grid,
    row: int,
    column: int,
    weight: float,
    half_x: int,
    half_y: int,
    cell: NDArray[np.float64],
    out: Grid,
    found: int,
) -> int:
    """Put a peak among those found, the greatest of those that are one person; return how many there are."""
    rows, columns = mass.shape
    sum_x = sum_y = sum_w = np.float32(0.0)
    for y in range(max(row - half_y, 0), min(row + half_y + 1, rows)):
        for x in range(max(column - half_x, 0), min(column + half_x + 1, columns)):
            w = mass[y, x]
            sum_w += w
            sum_x += w * x
            sum_y += w * y
    at_x, at_y = sum_x / sum_w, sum_y / sum_w
    kept = 0
    for one in range(found):
        far = ((out[one, 0] - at_x) * cell[0]) ** 2 + ((out[one, 1] - at_y) * cell[1]) ** 2
        if far < APART_M * APART_M and out[one, 2] >= weight:
            return found
        if far < _CARRIED_M * _CARRIED_M and _CARRIED * out[one, 2] > weight:
            return found
    for one in range(found):
        far = ((out[one, 0] - at_x) * cell[0]) ** 2 + ((out[one, 1] - at_y) * cell[1]) ** 2
        carried = far < _CARRIED_M * _CARRIED_M and out[one, 2] < _CARRIED * weight
        if far >= APART_M * APART_M and not carried:
            out[kept] = out[one]
            kept += 1
    if kept < out.shape[0]:
        out[kept, 0], out[kept, 1], out[kept, 2] = at_x, at_y, weight
        kept += 1
    return kept
