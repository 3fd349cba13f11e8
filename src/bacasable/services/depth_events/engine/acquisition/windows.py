"""Sums of cells within a window, a row at a time."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Grid = NDArray[np.float32]


@njit(cache=True, fastmath=True)
def along_rows(mass: Grid, half: int, first: int, last: int, into: Grid) -> None:
    """Write the sum of the cells at most ``half`` columns from each, in the rows ``first`` to ``last``."""
    columns = mass.shape[1]
    for row in range(first, last + 1):
        run = np.float32(0.0)
        for column in range(min(half, columns)):
            run += mass[row, column]
        for column in range(columns):
            if column + half < columns:
                run += mass[row, column + half]
            if column - half - 1 >= 0:
                run -= mass[row, column - half - 1]
            into[row, column] = run
