"""Intervals of mean scores by resampling the cases (bootstrap)."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

#: Resamples, and the share of them that the interval holds.
RESAMPLES, HELD = 2000, 0.95


def mean_with_interval(values: ArrayLike, seed: int) -> Mapping[str, float | int]:
    """Return the mean of ``values`` (one per case, 0 to 1), its 95 % interval, and how many."""
    cases = np.asarray(values, float)
    if not len(cases):
        return {"value": float("nan"), "low": float("nan"), "high": float("nan"), "n": 0}
    dice = np.random.default_rng(seed)
    means = np.array([cases[dice.integers(0, len(cases), len(cases))].mean() for _ in range(RESAMPLES)])
    low, high = np.quantile(means, [(1 - HELD) / 2, (1 + HELD) / 2])
    return {
        "value": round(float(cases.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "n": len(cases),
    }
