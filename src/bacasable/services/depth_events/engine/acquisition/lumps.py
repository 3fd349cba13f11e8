"""Where people stand, in cells that are as high as somebody: the centres of lumps of about a body's size."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition.windows import along_rows

Grid = NDArray[np.float32]
#: Side of the window that a body fills, least surface of a lump, least distance of two (metres, m2, metres).
LUMP_M, LUMP_M2, APART_M = 0.42, 0.055, 0.42


@njit(cache=True, fastmath=True)
def find(mass: Grid, blurred: Grid, weights: NDArray[np.int32], cell: NDArray[np.float64], out: Grid) -> int:
    """Write the centres (column and row, in cells) of lumps of ``mass`` into ``out``; return how many.

    ``blurred`` and ``weights`` are room to work in, of the shape of ``mass``.
    """
    rows, columns = mass.shape
    half_x = max(int(LUMP_M / cell[0] / 2), 0)
    half_y = max(int(LUMP_M / cell[1] / 2), 0)
    least = LUMP_M2 / (cell[0] * cell[1]) * 64
    along_rows(mass, half_x, 0, rows - 1, blurred)
    for row in range(rows):
        for column in range(columns):
            weights[row, column] = 0
            if mass[row, column] == 0.0:
                continue
            total = np.float32(0.0)
            for other in range(max(row - half_y, 0), min(row + half_y + 1, rows)):
                total += blurred[other, column]
            weights[row, column] = int(total * 64)
    window_x = max(int(APART_M / cell[0] + 0.5), 1)
    window_y = max(int(APART_M / cell[1] + 0.5), 1)
    found = 0
    for row in range(rows):
        for column in range(columns):
            weight = weights[row, column]
            if weight < least or found == out.shape[0]:
                continue
            greatest = True
            for y in range(max(row - window_y, 0), min(row + window_y + 1, rows)):
                for x in range(max(column - window_x, 0), min(column + window_x + 1, columns)):
                    other_weight = weights[y, x]
                    first = y < row or (y == row and x < column)
                    if other_weight > weight or (other_weight == weight and first):
                        greatest = False
                        break
                if not greatest:
                    break
            if not greatest:
                continue
            sum_x = sum_y = sum_w = np.float32(0.0)
            for y in range(max(row - half_y, 0), min(row + half_y + 1, rows)):
                for x in range(max(column - half_x, 0), min(column + half_x + 1, columns)):
                    w = mass[y, x]
                    sum_w += w
                    sum_x += w * x
                    sum_y += w * y
            out[found, 0] = sum_x / sum_w
            out[found, 1] = sum_y / sum_w
            found += 1
    return found
