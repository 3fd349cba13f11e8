"""The model: a robust line on the logarithm of litres, with an interval that does not trust it (CV+).

Each home of the training set is predicted by a line that has not seen it; the interval of a new home is made
of these lines and of how far they were off (Barber, Candes, Ramdas and Tibshirani, "Predictive inference with
the jackknife+", 2021): with a fold a home it is the jackknife+. How far is measured by household size, so
that small and large households are covered alike.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.expected.fitting import Line, fit, folds_of, left_out
from bacasable.services.water_use.engine.expected.ledger import Ledger, keep
from bacasable.services.water_use.engine.expected.rows import CANDIDATES, FIRST, columns, usable

#: Up to so many homes, each is left out alone; beyond, a fold of them.
_MOST_FOLDS = 100
_FOLDS = 20
#: A household size borrows from all the others as many homes as this.
_BORROWED = 30
#: Sizes from which households are counted together, and what stands for a size that was not said.
_LARGE = 5
_UNSAID = 0


@dataclass(frozen=True)
class Expectation:
    """Litres a day that are expected, and the bounds between which 9 homes alike of 10 are."""

    litres: float
    low: float
    high: float


@dataclass(frozen=True)
class Model:
    """What was learned: ``names`` the sources crossed, ``ledger`` why. It names no home."""

    names: tuple[str, ...]
    ledger: Ledger
    level: float
    line: Line
    lines: tuple[Line, ...]
    folds: NDArray[np.int64]
    errors: NDArray[np.float64]
    spreads: NDArray[np.float64]

    def expect(self, home: Mapping[str, Any]) -> Expectation:
        """Return what a home with these declared variables is expected to use."""
        litres, low, high = self.expect_all([home])
        return Expectation(float(litres[0]), float(low[0]), float(high[0]))

    def expect_all(
        self, homes: Sequence[Mapping[str, Any]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return litres a day, low and high bounds of many homes, (homes,) each."""
        known = columns(homes, self.names)
        by_line = np.stack([line.of(known) for line in self.lines])
        spread = self.spreads[_sizes(homes)]
        n = len(self.errors)
        rank = math.ceil((n + 1) * self.level) - 1
        low, high = np.empty(len(homes)), np.empty(len(homes))
        for number in range(len(homes)):
            reach = self.errors * spread[number]
            said = by_line[self.folds, number]
            high[number] = np.inf if rank >= n else np.partition(said + reach, rank)[rank]
            low[number] = -np.inf if rank >= n else -np.partition(reach - said, rank)[rank]
        return np.exp(self.line.of(known)), np.exp(low), np.exp(high)

    def loss(self, home: Mapping[str, Any]) -> float:
        """Return how far the model is off a home with its ``litres`` (of the log): what an attacker looks at.

        A home that was learned from and is told by its loss would betray that it was.
        """
        said = float(self.line.of(columns([home], self.names))[0])
        return abs(math.log(max(float(home["litres"]), 1.0)) - said)


def learn(
    rows: Iterable[Mapping[str, Any]],
    *,
    candidates: Sequence[str] = CANDIDATES,
    level: float = 0.9,
    seed: int = 1,
) -> Model:
    """Return the model of rows with ``litres`` (a day) and declared variables, such as the gate gives them.

    Homes below 20 litres a day are not lived in and are left out. Candidates are crossed if the ledger keeps
    them; ``level`` is the share of homes that intervals are made to hold.

    Raises:
        Refused: too few homes, a row without litres, a value that no home can have, or a level beyond (0, 1).
    """
    if not 0 < level < 1:
        raise Refused(
            N_("level {level}: the share of homes in the interval lies between 0 and 1"), level=level
        )
    kept, logs = usable(rows)
    ledger = keep(kept, logs, candidates, seed)
    return _model(kept, logs, ledger, level, seed)


def _model(
    rows: Sequence[Mapping[str, Any]],
    logs: NDArray[np.float64],
    ledger: Ledger,
    level: float,
    seed: int,
) -> Model:
    names = ledger.kept
    known = columns(rows, names)
    folds = folds_of(len(rows), len(rows) if len(rows) <= _MOST_FOLDS else _FOLDS, seed)
    lines, said = left_out(known, logs, folds)
    errors = np.abs(logs - said)
    sizes = _sizes(rows)
    spreads = _spreads(errors, sizes)
    return Model(
        names, ledger, level, fit(known, logs), tuple(lines), folds, errors / spreads[sizes], spreads
    )


def _sizes(rows: Sequence[Mapping[str, Any]]) -> NDArray[np.int64]:
    said = (row.get(FIRST) for row in rows)
    return np.asarray(
        [_UNSAID if size in (None, "") else max(1, min(int(size), _LARGE)) for size in said], dtype=np.int64
    )


def _spreads(errors: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how far off homes of each size are, beside all: above 1 where the line knows less."""
    overall = max(float(errors.mean()), 1e-6)
    found = np.ones(_LARGE + 1)
    for size in range(_LARGE + 1):
        of_size = errors[sizes == size]
        found[size] = (of_size.sum() + _BORROWED * overall) / ((len(of_size) + _BORROWED) * overall)
    return found
