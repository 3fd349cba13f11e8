"""Unit vectors in few bits: on the axes on which they spread most, a rounding fitted to each axis.

The mean is taken off and the rest turned on its principal axes; bits go where the spread is (reverse
water-filling: each bit to the axis whose error it lessens most), and levels are those that lose least for
what lies there (Lloyd 1982). A vector of 384 numbers takes 144 bytes at three bits a number.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Parts = dict[str, NDArray[Any]]

#: Most bits of one axis.
_MOST = 6
#: Vectors that levels are fitted on, and steps of the fitting.
_SAMPLE, _STEPS = 20_000, 25


def quantise(vectors: "Floats", bits: float = 3.0) -> "Parts":
    """Return the arrays that stand for ``vectors`` (``(n, d)``), ``bits`` a number on average.

    ``mean`` (d), ``axes`` (d, d) in half precision, ``depths`` (bits of each axis), ``levels`` (all levels,
    axis by axis) and ``codes`` (bits, axis by axis, the highest first).
    """
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1].astype(np.float16)
    turned = centred @ axes.astype(np.float32)
    depths = _depths(turned.std(axis=0), round(bits * vectors.shape[1]))
    levels, planes = [], []
    for axis, depth in enumerate(depths):
        if not depth:
            continue
        fitted = _fitted(turned[:: max(1, len(turned) // _SAMPLE), axis], 1 << int(depth))
        levels.append(fitted)
        code = np.searchsorted((fitted[1:] + fitted[:-1]) / 2, turned[:, axis]).astype(np.uint8)
        planes += [np.packbits((code >> bit) & 1) for bit in range(int(depth) - 1, -1, -1)]
    return {
        "mean": mean.astype(np.float32),
        "axes": axes,
        "depths": depths,
        "levels": np.concatenate(levels).astype(np.float32),
        "codes": np.array(planes, np.uint8),
    }


def restored(parts: "Mapping[str, NDArray[Any]]", count: int) -> "Floats":
    """Return ``count`` unit vectors, near to what :func:`quantise` was given.

    Raises:
        ValueError: arrays that do not fit together.
    """
    depths, levels, codes = parts["depths"], parts["levels"], parts["codes"]
    turned = np.zeros((count, len(depths)), np.float32)
    plane = level = 0
    for axis, depth in enumerate(depths.tolist()):
        if not depth:
            continue
        code = np.zeros(count, np.uint8)
        for row in codes[plane : plane + depth]:
            code = (code * 2 + np.unpackbits(row, count=count)).astype(np.uint8)
        turned[:, axis] = levels[level : level + (1 << depth)][code]
        plane, level = plane + depth, level + (1 << depth)
    vectors = turned @ parts["axes"].astype(np.float32).T + parts["mean"]
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _depths(spreads: "Floats", bits: int) -> "NDArray[np.uint8]":
    """Return the bits of each axis: one more quarters the squared error, so each goes where that is most."""
    errors = spreads.astype(np.float64) ** 2
    depths = np.zeros(len(spreads), np.uint8)
    for _ in range(min(bits, _MOST * len(spreads))):
        best = int(np.argmax(np.where(depths < _MOST, errors, -1.0)))
        depths[best] += 1
        errors[best] /= 4
    return depths


def _fitted(values: "Floats", count: int) -> "Floats":
    """Return ``count`` levels, increasing, each the mean of the values nearest to it."""
    levels = np.quantile(values, (np.arange(count) + 0.5) / count)
    for _ in range(_STEPS):
        nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, values)
        sums = np.bincount(nearest, values, count)
        counts = np.bincount(nearest, minlength=count)
        levels = np.sort(np.where(counts > 0, sums / np.maximum(counts, 1), levels))
    return np.asarray(levels, np.float32)
