"""Intervals of confidence for proportions, without a numeric library.

Clopper and Pearson (1934) for exact bounds, Wilson (1927) for a shorter interval that does not guarantee its
level. At 0 or n successes only one bound is unknown, so the whole risk is put on it: 0 of 2,000 gives 0.15 %
at 95 %, the "rule of three".
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from bacasable.privacy.messages import N_

#: 0 or n successes: the whole risk is on the one bound that is unknown.
_ONE_SIDED = N_("Clopper-Pearson, one-sided")


@dataclass(frozen=True)
class Interval:
    """Bounds of a measured value, with the level (0 to 1) and the method that gave them."""

    low: float
    high: float
    level: float
    method: str


def clopper_pearson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return the exact interval of a proportion; with n = 0 nothing is known: 0 to 1.

    Raises:
        ValueError: not 0 <= successes <= n, or not 0 < level < 1.
    """
    _check(successes, n, level)
    method = "Clopper-Pearson"
    if n == 0:
        return Interval(0.0, 1.0, level, method)
    risk = 1 - level
    if successes == 0:
        return Interval(0.0, -math.expm1(math.log(risk) / n), level, _ONE_SIDED)
    if successes == n:
        return Interval(math.exp(math.log(risk) / n), 1.0, level, _ONE_SIDED)
    low = _quantile(risk / 2, successes, n - successes + 1)
    high = _quantile(1 - risk / 2, successes + 1, n - successes)
    return Interval(low, high, level, method)


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a proportion; with n = 0 nothing is known: 0 to 1."""
    _check(successes, n, level)
    if n == 0:
        return Interval(0.0, 1.0, level, "Wilson")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(max(0.0, centre - half), min(1.0, centre + half), level, "Wilson")


def _check(successes: int, n: int, level: float) -> None:
    if not (0 <= successes <= n and 0 < level < 1):
        raise ValueError(f"{successes} of {n} at level {level}: give 0 <= successes <= n and 0 < level < 1")


def _quantile(probability: float, a: float, b: float) -> float:
    """Return the quantile of the beta distribution, by bisection: 60 halvings, below 1e-17."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _beta_cdf(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta_cdf(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    fraction = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + term / c
            c = c if abs(c) > tiny else tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction / a
