"""Ratios between groups, as they are and between people who did and know the same, with bootstrap intervals.

Uncorrected, a ratio compares means of two groups. Corrected, people are compared within strata (the
occupation held and the level of diploma) and strata are weighted by how much both groups are in them
(Mantel and Haenszel 1959: n1 n2 / (n1 + n2)): what is left is not explained by what people did and know.
Intervals are percentiles of a Poisson bootstrap over people (Chamandy et al. 2012).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.intervals import Interval
from bacasable.privacy.messages import N_

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

#: Draws of the bootstrap, and people below which a group is told with no ratio.
DRAWS, LEAST = 400, 100
_METHOD = N_("Poisson bootstrap over people, percentiles")
_SHUFFLED = N_("groups drawn again within strata, percentiles")


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times the mean of ``reference`` a group's is: as it is, and between comparable people.

    ``n`` people of the group; ``comparable`` is the share of them who have somebody of the reference in their
    stratum. ``corrected`` is None where nobody has.
    """

    group: str
    reference: str
    n: int
    uncorrected: float
    uncorrected_interval: Interval
    corrected: float | None
    corrected_interval: Interval | None
    comparable: float


def ratios(
    outcome: Floats,
    group: Codes,
    names: tuple[str, ...],
    strata: Codes,
    seed: int,
    draws: int = DRAWS,
    least: int = LEAST,
) -> list[Ratio]:
    """Return the ratio of each group to the largest one.

    ``outcome``, ``group`` (places in ``names``) and ``strata``: shape (people,). People whose outcome is not
    a number are left out, groups of fewer than ``least`` people too.
    """
    known = ~np.isnan(outcome)
    outcome, group, strata = outcome[known], group[known], strata[known]
    sizes = np.bincount(group, minlength=len(names))
    there = [at for at in np.argsort(-sizes, kind="stable") if sizes[at] >= least]
    if len(there) < 2:
        return []
    _known, strata = np.unique(strata, return_inverse=True)
    reference = there[0]
    return [_ratio(outcome, group, strata, int(one), int(reference), names, seed, draws) for one in there[1:]]


def _ratio(
    outcome: Floats,
    group: Codes,
    strata: Codes,
    one: int,
    reference: int,
    names: tuple[str, ...],
    seed: int,
    draws: int,
) -> Ratio:
    mine = (group == one) | (group == reference)
    outcome, strata, first = outcome[mine], strata[mine], (group[mine] == one).astype(np.int64)
    cells = 2 * strata + first
    width = 2 * (int(strata.max()) + 1)
    found = np.array(
        [_both(outcome, cells, width, weights) for weights in _weights(len(outcome), seed, draws)]
    )
    uncorrected, corrected = found[0]
    counts = np.bincount(cells, minlength=width).reshape(-1, 2)
    met = counts[:, 0] > 0
    n = int(first.sum())
    is_corrected = not np.isnan(corrected)
    return Ratio(
        names[one],
        names[reference],
        n,
        float(uncorrected),
        interval(found[1:, 0]),
        float(corrected) if is_corrected else None,
        interval(found[1:, 1]) if is_corrected else None,
        float(counts[met, 1].sum() / n),
    )


def _weights(n: int, seed: int, draws: int) -> Iterator[Floats]:
    """Yield the weights of people: all one, then those of each draw."""
    rng = np.random.default_rng([seed, 13])
    yield np.ones(n)
    for _draw in range(draws):
        yield rng.poisson(1.0, n).astype(np.float64)


def _both(outcome: Floats, cells: Codes, width: int, weights: Floats) -> tuple[float, float]:
    """Return the uncorrected and the corrected ratio; a cell is twice its stratum, plus one for the group."""
    sizes = np.bincount(cells, weights, minlength=width).reshape(-1, 2)
    sums = np.bincount(cells, weights * outcome, minlength=width).reshape(-1, 2)
    total, whole = sums.sum(axis=0), sizes.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        uncorrected = (total[1] / whole[1]) / (total[0] / whole[0])
        met = (sizes > 0).all(axis=1)
        shared = sizes[met].prod(axis=1) / sizes[met].sum(axis=1)
        means = (shared[:, None] * sums[met] / sizes[met]).sum(axis=0)
        corrected = means[1] / means[0]
    return float(uncorrected), float(corrected)


def interval(drawn: Floats, level: float = 0.95, method: str = _METHOD) -> Interval:
    """Return the percentile interval of what was drawn; what is not a number is left out."""
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return Interval(0.0, float("inf"), level, method)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level, method)


@dataclass(frozen=True, slots=True)
class Distance:
    """How far two groups are in what they are proposed: share of proposals that would have to change hands.

    ``chance`` is the distance of groups drawn at random within strata: the one that samples of this size have
    where group makes no difference. ``above`` is what is above it, with the interval of the draws.
    """

    group: str
    reference: str
    n: int
    uncorrected: float
    corrected: float
    chance: float
    above: float
    above_interval: Interval


def distances(
    proposed: Codes,
    group: Codes,
    names: tuple[str, ...],
    strata: Codes,
    seed: int,
    draws: int = 100,
    least: int = LEAST,
) -> list[Distance]:
    """Return the total variation distance of what each group and the largest one are proposed.

    ``proposed``: occupations, shape (people, k), -1 where fewer were.
    """
    sizes = np.bincount(group, minlength=len(names))
    there = [at for at in np.argsort(-sizes, kind="stable") if sizes[at] >= least]
    if len(there) < 2:
        return []
    _known, strata = np.unique(strata, return_inverse=True)
    rng = np.random.default_rng([seed, 17])
    made = []
    for one in there[1:]:
        mine = (group == one) | (group == there[0])
        first = (group[mine] == one).astype(np.int64)
        within, rows = strata[mine], proposed[mine]
        plain = _distance(rows, first, np.zeros_like(within))
        corrected = _distance(rows, first, within)
        drawn = np.array([_distance(rows, _shuffled(first, within, rng), within) for _draw in range(draws)])
        made.append(
            Distance(
                names[one],
                names[there[0]],
                int(first.sum()),
                plain,
                corrected,
                float(drawn.mean()),
                corrected - float(drawn.mean()),
                interval(corrected - drawn, method=_SHUFFLED),
            )
        )
    return made


def _distance(proposed: Codes, first: Codes, strata: Codes) -> float:
    cells = 2 * strata + first
    sizes = np.bincount(cells, minlength=2 * (int(strata.max()) + 1)).reshape(-1, 2).astype(np.float64)
    met = (sizes > 0).all(axis=1)
    shared = np.where(met, sizes.prod(axis=1) / np.maximum(sizes.sum(axis=1), 1), 0)
    each = np.divide(shared[:, None], sizes, out=np.zeros_like(sizes), where=sizes > 0)
    weights = np.broadcast_to(each[strata, first][:, None], proposed.shape)
    there = proposed >= 0
    width = int(proposed.max(initial=0)) + 1
    spread = np.stack(
        [
            np.bincount(proposed[kept], weights[kept], minlength=width)
            for kept in (there & (first == side)[:, None] for side in (0, 1))
        ]
    )
    totals = spread.sum(axis=1, keepdims=True)
    if not totals.all():
        return 0.0
    return float(np.abs(np.subtract(*(spread / totals))).sum() / 2)


def _shuffled(first: Codes, strata: Codes, rng: np.random.Generator) -> Codes:
    """Return the groups, drawn again within each stratum."""
    order = np.lexsort((rng.random(len(first)), strata))
    place = np.argsort(strata, kind="stable")
    made = np.empty_like(first)
    made[place] = first[order]
    return made
