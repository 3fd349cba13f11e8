"""How good the model is on homes that neither it nor the choice of sources saw (nested leave-one-out)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.intervals import Interval, clopper_pearson
from bacasable.services.water_use.engine.expected.fitting import folds_of
from bacasable.services.water_use.engine.expected.model import learn
from bacasable.services.water_use.engine.expected.rows import CANDIDATES, usable

_DRAWS = 2000


@dataclass(frozen=True)
class Judged:
    """Errors (share of the litres) and coverage of homes left out; ``kept``: how often each source was."""

    homes: int
    median_error: float
    error_interval: Interval
    coverage: float
    coverage_interval: Interval
    kept: dict[str, int]
    errors: NDArray[np.float64]
    covered: NDArray[np.bool_]


def judge(
    rows: Iterable[Mapping[str, Any]],
    *,
    candidates: Sequence[str] = CANDIDATES,
    level: float = 0.9,
    seed: int = 1,
    most_folds: int = 1000,
) -> Judged:
    """Return how the model does on each home, learned, sources chosen included, from all the others.

    With more homes than ``most_folds``, that many groups of homes are left out instead.
    """
    usable_rows, logs = usable(rows)
    folds = folds_of(len(usable_rows), most_folds, seed)
    litres, low, high = (np.empty(len(logs)) for _ in range(3))
    kept: dict[str, int] = {}
    for fold in range(int(folds.max()) + 1):
        inside = [row for row, its in zip(usable_rows, folds, strict=True) if its != fold]
        out = np.flatnonzero(folds == fold)
        model = learn(inside, candidates=candidates, level=level, seed=seed)
        litres[out], low[out], high[out] = model.expect_all([usable_rows[number] for number in out])
        for name in model.names:
            kept[name] = kept.get(name, 0) + 1
    truth = np.exp(logs)
    errors = np.abs(litres - truth) / truth
    covered = (low <= truth) & (truth <= high)
    drawn = np.random.default_rng([seed, 2]).integers(0, len(errors), (_DRAWS, len(errors)))
    bounds = np.quantile(np.median(errors[drawn], axis=1), (0.025, 0.975))
    return Judged(
        homes=len(errors),
        median_error=float(np.median(errors)),
        error_interval=Interval(float(bounds[0]), float(bounds[1]), 0.95, "bootstrap"),
        coverage=float(covered.mean()),
        coverage_interval=clopper_pearson(int(covered.sum()), len(covered)),
        kept=kept,
        errors=errors,
        covered=covered,
    )
