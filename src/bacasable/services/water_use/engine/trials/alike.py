"""Are households of every size served alike? Leaks planted in each size, intervals held to each.

A large household drowns a small leak in its own use, and its use is harder to expect: what works in the mean
may fail for them. Sizes are the true ones of the city, of five people and more together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.city import City
from bacasable.services.water_use.engine.expected import Model, row_of
from bacasable.services.water_use.engine.meters import Leak

#: Sizes of households that are told apart.
LARGEST = 5
#: Leaks planted in each size, their litres an hour, and for how many days before the end.
PLANTED, FLOWS, RUN_DAYS = 300, (2.0, 40.0), 14
#: Days before the planted leak that are seen too.
SEEN_DAYS = 21

Detect = Callable[[NDArray[np.int32], NDArray[np.int32], Sequence[str], date], list[Leak]]
Expect = Callable[[Model, Sequence[Mapping[str, Any]]], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True)
class OfSize:
    """How many homes of a size were served, of how many."""

    size: int
    served: int
    homes: int


def sizes(city: City) -> NDArray[np.int64]:
    """Return the size of each household, five and more as five."""
    return np.minimum(np.asarray(city.true_homes.members), LARGEST)


def leaks(city: City, detect: Detect, seed: int) -> list[OfSize]:
    """Plant leaks in homes of each size that have none, and count those that are found."""
    rng = np.random.default_rng([seed, 53])
    of_size = sizes(city)
    leaking = {leak.meter for leak in city.leaks}
    dry = np.array([home not in leaking for home in range(len(of_size))])
    chosen = np.concatenate(
        [
            rng.choice(there, min(PLANTED, len(there)), replace=False)
            for size in range(1, LARGEST + 1)
            if len(there := np.flatnonzero(dry & (of_size == size)))
        ]
    )
    hourly = city.hourly[chosen, -SEEN_DAYS * 24 :].copy()
    flows = np.exp(rng.uniform(np.log(FLOWS[0]), np.log(FLOWS[1]), len(chosen)))
    hours = RUN_DAYS * 24
    # whole litres of an even flow: what a dial shows of it hour by hour
    ticks = np.floor(np.arange(hours + 1) * flows[:, None] + rng.random((len(chosen), 1)))
    known = hourly[:, -hours:] >= 0
    hourly[:, -hours:] += np.where(known, np.diff(ticks, axis=1), 0).astype(np.int32)
    names = [str(number) for number in range(len(chosen))]
    seen = {
        leak.meter for leak in detect(hourly, city.estimated[chosen, -SEEN_DAYS:], names, date(2025, 1, 1))
    }
    found = np.array([name in seen for name in names])
    return [
        OfSize(size, int(found[of_size[chosen] == size].sum()), int((of_size[chosen] == size).sum()))
        for size in range(1, LARGEST + 1)
    ]


def expected(city: City, learn: Callable[..., Model], expect: Expect, seed: int) -> list[OfSize]:
    """Learn from half of the homes, and count by size those of the other half that lie in their interval."""
    rng = np.random.default_rng([seed, 59])
    litres = np.maximum(city.hourly, 0).sum(axis=1) / city.days
    rows = [row_of(home, float(use)) for home, use in zip(city.homes, litres, strict=True)]
    half = rng.permutation(len(rows))
    model = learn([rows[at] for at in half[: len(rows) // 2]], seed=seed)
    # homes that said how many live there and are lived in: of the others no size is known, or no use
    others = [at for at in half[len(rows) // 2 :] if city.homes[at].members and litres[at] >= 20]
    low, high = expect(model, [rows[at] for at in others])
    inside = (litres[others] >= low) & (litres[others] <= high)
    of_size = sizes(city)[others]
    return [
        OfSize(size, int(inside[of_size == size].sum()), int((of_size == size).sum()))
        for size in range(1, LARGEST + 1)
    ]


def losses(
    city: City, learn: Callable[..., Any], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return scores of homes that a model learned from, and of others: high where it is hardly off."""
    rng = np.random.default_rng([seed, 61])
    litres = np.maximum(city.hourly, 0).sum(axis=1) / city.days
    rows = [row_of(home, float(use)) for home, use in zip(city.homes, litres, strict=True) if use >= 20]
    order = rng.permutation(len(rows))
    members, others = order[: len(rows) // 2], order[len(rows) // 2 :]
    model = learn([rows[at] for at in members], seed=seed)
    scores = np.array([-model.loss(row) for row in rows])
    return scores[members], scores[others]


class Memoriser:
    """A model that learned by heart: for sabotage only."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._known = np.sort([float(row["litres"]) for row in rows])

    def loss(self, home: Mapping[str, Any]) -> float:
        """Return how far the nearest home learned is."""
        litres = float(home["litres"])
        at = int(np.searchsorted(self._known, litres))
        near = self._known[max(0, at - 1) : at + 1]
        return float(np.abs(near - litres).min())


def by_heart(rows: Sequence[Mapping[str, Any]], *, seed: int) -> Memoriser:
    """Learn by heart."""
    return Memoriser(rows)


def of_share(detect: Detect) -> Detect:
    """Return a detector that tells a leak only where it is a good share of the home's use: for sabotage."""

    def found(
        hourly: NDArray[np.int32], estimated: NDArray[np.int32], names: Sequence[str], first: date
    ) -> list[Leak]:
        use = np.median(np.maximum(hourly, 0).reshape(len(hourly), -1, 24).sum(axis=2), axis=1)
        row = {name: number for number, name in enumerate(names)}
        return [
            leak
            for leak in detect(hourly, estimated, names, first)
            if 24 * leak.litres_per_hour > 0.6 * use[row[leak.meter]]
        ]

    return found
