"""What the comparison changed: difference in differences on homes drawn by lot, with its interval.

Log litres a day of each home, after less before, among those who received it less among those who wait. The
interval is that of two means of unequal variances (Welch 1947); homes are drawn one by one, so no cluster is
needed. Peers: reports that compare homes save 4 to 8 % (facts of this service).

Harm is watched: people who use little may take the comparison for leave to use more ("boomerang", Schultz et
al. 2007). Among the quarter of homes that used least before, a rise that cannot be chance says so.
"""

import math
from collections.abc import Container, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused

#: Homes of each side, at least: fewer give an interval that nobody can act on, and tell of each.
LEAST_HOMES = 50
#: Below this many litres a day a home is empty most of the time: its logarithm says nothing of habits.
LEAST_LITRES = 10
_LOW = 0.25


@dataclass(frozen=True)
class Change:
    """A change in percent, negative for less water, its interval at 95 %, and the homes of both sides."""

    percent: float
    low: float
    high: float
    received: int
    waiting: int


@dataclass(frozen=True)
class Harm(Change):
    """The change among the quarter of homes that used least before."""

    @property
    def seen(self) -> bool:
        """Whether these homes use more since, beyond chance."""
        return self.low > 0


@dataclass(frozen=True)
class Effect(Change):
    """The change among all homes; ``low_users`` are those who used least; ``left_out`` could not count."""

    low_users: Harm | None
    left_out: int

    @property
    def shown(self) -> bool:
        """Whether less water is used, beyond chance."""
        return self.high < 0


def effect(before: Mapping[str, float], after: Mapping[str, float], received: Container[str]) -> Effect:
    """Return what receiving the comparison changed.

    Args:
        before: mean litres a day of each meter over a period before the draw.
        after: the same over a period after, of the same season where a year apart is possible.
        received: meters that were drawn to receive it, whether they read it or not.

    Raises:
        Refused: fewer than fifty homes on a side.
    """
    meters = sorted(before.keys() & after.keys())
    first = np.array([before[meter] for meter in meters], dtype=float)
    last = np.array([after[meter] for meter in meters], dtype=float)
    told = np.array([meter in received for meter in meters], dtype=bool)
    lived_in = (first >= LEAST_LITRES) & (last >= LEAST_LITRES)
    left_out = len(before.keys() | after.keys()) - int(lived_in.sum())
    change, first, told = np.log(last[lived_in] / first[lived_in]), first[lived_in], told[lived_in]
    sides = int(told.sum()), int((~told).sum())
    if min(sides) < LEAST_HOMES:
        raise Refused(
            N_(
                "the evaluation has {told} homes that received the comparison and {waiting} that wait; "
                "{least} of each are needed"
            ),
            told=sides[0],
            waiting=sides[1],
            least=LEAST_HOMES,
        )
    low = first <= np.quantile(first, _LOW)
    harm = None
    if min(int((told & low).sum()), int((~told & low).sum())) >= LEAST_HOMES // 2:
        harm = Harm(*_welch(change[low], told[low]))
    return Effect(*_welch(change, told), low_users=harm, left_out=left_out)


def _welch(change: NDArray[np.float64], told: NDArray[np.bool_]) -> tuple[float, float, float, int, int]:
    """Return percent, low, high and the sizes of both sides."""
    one, two = change[told], change[~told]
    # a mean of logarithms moves with one home that was empty or flooded: the outer hundredths are pulled in
    one, two = _pulled_in(one), _pulled_in(two)
    middle = float(one.mean() - two.mean())
    half = 1.96 * math.sqrt(one.var(ddof=1) / len(one) + two.var(ddof=1) / len(two))
    percent = (100 * math.expm1(value) for value in (middle, middle - half, middle + half))
    return (*(round(value, 2) for value in percent), len(one), len(two))  # type: ignore[return-value]


def _pulled_in(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(values, *np.quantile(values, (0.01, 0.99)))
