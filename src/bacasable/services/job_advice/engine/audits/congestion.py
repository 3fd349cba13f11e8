"""Does everybody get the same advice? How often two people are proposed the same, against what people do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.intervals import Interval
from bacasable.services.job_advice.engine.audits.disparity import interval

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Draws of the bootstrap over people, and the share of people that an occupation crowds at the least.
DRAWS, CROWD = 200, 0.005


@dataclass(frozen=True, slots=True)
class Congestion:
    """How crowded what is proposed is.

    ``same`` is the chance that a proposal to one person and one to another are the same occupation;
    ``same_jobs`` the chance that two jobs are; ``spread`` the second over the first, with its interval: at 1,
    advice is spread as jobs are, below it crowds people. ``gini`` (0 alike, 1 all on one) is of proposals
    over all occupations, ``most_proposed`` the share of people who are proposed the commonest one.
    ``per_job`` is the share of first proposals over the share of jobs, where that is largest among those that
    one person of 200 is proposed first: 3 says three times as many people as its part of the jobs.
    """

    same: float
    same_jobs: float
    spread: float
    spread_interval: Interval
    gini: float
    most_proposed: float
    most_proposed_code: str
    per_job: float
    per_job_code: str
    occupations: int


def congestion(
    proposed: Codes, jobs: Floats, codes: tuple[str, ...], seed: int, draws: int = DRAWS
) -> Congestion:
    """Return how crowded the occupations ``proposed``, shape (people, k), -1 where fewer, are.

    An occupation is proposed once to a person. ``jobs``: the share of all jobs that each occupation is.

    Raises:
        ValueError: nobody is proposed an occupation, or one person only.
    """
    there = proposed >= 0
    if there.any(axis=1).sum() < 2:
        raise ValueError("fewer than two people are proposed an occupation: nothing can be crowded")
    width = len(codes)
    counts = np.bincount(proposed[there], minlength=width).astype(np.float64)
    first = np.bincount(proposed[there[:, 0], 0], minlength=width) / max(1, there[:, 0].sum())
    crowd = np.where((first >= CROWD) & (jobs > 0), first / np.maximum(jobs, 1e-12), 0.0)
    same_jobs = float((jobs**2).sum())
    same = _same(proposed, np.ones(len(proposed)), width)
    rng = np.random.default_rng([seed, 19])
    drawn = [_same(proposed, rng.poisson(1.0, len(proposed)).astype(float), width) for _draw in range(draws)]
    return Congestion(
        same,
        same_jobs,
        same_jobs / same if same else float("inf"),
        interval(same_jobs / np.maximum(drawn, 1e-12)),
        gini(counts),
        float(counts.max() / len(proposed)),
        codes[int(counts.argmax())],
        float(crowd.max()),
        codes[int(crowd.argmax())],
        int((counts > 0).sum()),
    )


def _same(proposed: Codes, weights: Floats, width: int) -> float:
    """Return the chance that proposals to two different people are the same: no bias from their number."""
    there = proposed >= 0
    of = np.broadcast_to(weights[:, None], proposed.shape)[there]
    each = np.bincount(proposed[there], of, minlength=width)
    pairs = each**2 - np.bincount(proposed[there], of**2, minlength=width)
    held = weights * there.sum(axis=1)
    return float(pairs.sum() / (held.sum() ** 2 - (held**2).sum()))


def gini(counts: Floats) -> float:
    """Return the Gini coefficient of counts, zeros included: 0 where all are alike."""
    ordered = np.sort(counts)
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))
