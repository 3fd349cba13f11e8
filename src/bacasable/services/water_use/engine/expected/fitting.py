"""A robust line: near the median of homes alike, so that a home with a leak does not bend it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Errors beyond so many standard errors count by their size, not by its square (Huber). Near 0 it would be
#: the median, at 1.345 the usual compromise; the median error is what is judged.
_BEND = 0.7
_STEPS = 15
#: What holds weights back: as much as so many homes.
_HELD_BACK = 0.5
_LEAST_SPREAD = 0.02


@dataclass(frozen=True)
class Line:
    """Weights of columns, with what stands in for a value that was not said."""

    instead: NDArray[np.float64]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]

    def of(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the expected logarithm of rows, shape (rows,)."""
        filled = np.where(np.isnan(columns), self.instead, columns)
        return np.asarray(self.weights[0] + ((filled - self.mean) / self.scale) @ self.weights[1:])


def fit(columns: NDArray[np.float64], logs: NDArray[np.float64]) -> Line:
    """Return the line through rows (rows, columns) and the logarithm of their litres."""
    known = ~np.isnan(columns)
    instead = np.asarray(
        [np.median(values[is_known]) if is_known.any() else 0.0
         for values, is_known in zip(columns.T, known.T, strict=True)]
    )  # fmt: skip
    filled = np.where(known, columns, instead)
    mean, scale = filled.mean(axis=0), filled.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    standard = np.column_stack([np.ones(len(logs)), (filled - mean) / scale])
    hold = _HELD_BACK * np.eye(standard.shape[1])
    hold[0, 0] = 0
    weights = np.ones(len(logs))
    found = np.zeros(standard.shape[1])
    for _ in range(_STEPS):
        weighted = standard.T * weights
        found = np.linalg.solve(weighted @ standard + hold, weighted @ logs)
        errors = np.abs(logs - standard @ found)
        spread = max(1.4826 * float(np.median(errors)), _LEAST_SPREAD)
        weights = 1 / np.maximum(errors / (_BEND * spread), 1)
    return Line(instead, mean, scale, found)


def folds_of(homes: int, most: int, seed: int) -> NDArray[np.int64]:
    """Return for each home its fold: as many folds as homes up to ``most``, ``most`` of them beyond."""
    count = min(homes, most)
    return np.random.default_rng(seed).permutation(homes) % count


def left_out(
    columns: NDArray[np.float64], logs: NDArray[np.float64], folds: NDArray[np.int64]
) -> tuple[list[Line], NDArray[np.float64]]:
    """Return the line of all but each fold, and what each home is expected to use by the line without it."""
    lines, found = [], np.empty(len(logs))
    for fold in range(int(folds.max()) + 1):
        out = folds == fold
        line = fit(columns[~out], logs[~out])
        lines.append(line)
        found[out] = line.of(columns[out])
    return lines, found
