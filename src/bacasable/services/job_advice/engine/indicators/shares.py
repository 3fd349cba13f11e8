"""Shares of acts with their intervals, where the acts of one adviser resemble one another."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bacasable.privacy.intervals import Interval, wilson
from bacasable.privacy.messages import N_

_CLUSTERED = N_("Wilson, on acts counted for what advisers who resemble themselves are worth")
_DIFFERENCE = N_("Newcombe, on Wilson's intervals")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with an interval of 95 %."""

    successes: int
    n: int
    interval: Interval

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 where there is nothing."""
        return self.successes / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """How much larger one share is than another, -1 to 1, with an interval of 95 %."""

    value: float
    interval: Interval


def share(outcomes: Iterable[tuple[int, bool]]) -> Share:
    """Return the share of outcomes that are true; each comes with the number of its adviser.

    Acts of one adviser are not independent: Wilson's interval is taken on the number of independent acts that
    they are worth, n / (1 + (m - 1) r) (Kish 1965), with m acts an adviser and r their intraclass
    correlation, estimated by the analysis of variance and never below zero.
    """
    of = Counter[int]()
    won = Counter[int]()
    for adviser, outcome in outcomes:
        of[adviser] += 1
        won[adviser] += outcome
    n, successes = of.total(), won.total()
    if not n:
        return Share(0, 0, wilson(0, 0))
    effect = _design_effect([(won[one], of[one]) for one in of])
    worth = max(1, math.floor(n / effect))
    interval = wilson(min(worth, round(successes / n * worth)), worth)
    return Share(successes, n, replace(interval, method=_CLUSTERED))


def _design_effect(clusters: list[tuple[int, int]]) -> float:
    """Return by how much acts of like people widen the variance of a share: 1 where they do not."""
    n = sum(size for _won, size in clusters)
    groups = len(clusters)
    if groups < 2 or n <= groups:
        return 1.0
    mean = sum(won for won, _size in clusters) / n
    between = sum(size * (won / size - mean) ** 2 for won, size in clusters) / (groups - 1)
    within = sum(won * (1 - won / size) for won, size in clusters) / (n - groups)
    usual = (n - sum(size * size for _won, size in clusters) / n) / (groups - 1)
    spread = between + (usual - 1) * within
    alike = max(0.0, (between - within) / spread) if spread > 0 else 0.0
    return 1 + (sum(size * size for _won, size in clusters) / n - 1) * alike


def difference(one: Share, other: Share) -> Difference:
    """Return how much larger ``one`` is than ``other`` (Newcombe 1998, method 10)."""
    gap = one.value - other.value
    low = gap - math.hypot(one.value - one.interval.low, other.interval.high - other.value)
    high = gap + math.hypot(one.interval.high - one.value, other.value - other.interval.low)
    return Difference(gap, Interval(max(-1.0, low), min(1.0, high), one.interval.level, _DIFFERENCE))
