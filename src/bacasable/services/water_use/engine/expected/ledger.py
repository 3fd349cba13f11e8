"""The ledger of crossed sources: what each is worth, and whether it is worth being crossed.

A source is personal data more: it must make what is expected of homes left out clearly better, or it is
dropped. What it gains is the share by which it lowers the mean error (of the log) of homes that the model
has not seen, beside the sources kept before it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.expected.fitting import folds_of, left_out
from bacasable.services.water_use.engine.expected.rows import FIRST, columns

#: The least share of the error that a source must take away to be kept.
THRESHOLD = 0.02
FOLDS = 10
_DRAWS = 500
#: An error (of the log) below which nothing is left to take away: homes that all use the same.
_LEAST_ERROR = 1e-6


@dataclass(frozen=True)
class Entry:
    """A source: ``gain`` (share of the error taken away), 95 % interval, homes that said it, verdict."""

    source: str
    gain: float
    low: float
    high: float
    said: int
    kept: bool


@dataclass(frozen=True)
class Ledger:
    """All sources tried, in their order, among ``homes`` homes; a kept one gains ``threshold`` at least."""

    entries: tuple[Entry, ...]
    homes: int
    threshold: float = THRESHOLD

    @property
    def kept(self) -> tuple[str, ...]:
        """The sources that the model crosses."""
        return tuple(entry.source for entry in self.entries if entry.kept)

    def as_json(self) -> str:
        """Return it as JSON: what the page of the officer and of the household shows."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Ledger":
        """Return the ledger that :meth:`as_json` wrote."""
        read = json.loads(text)
        return cls(tuple(Entry(**each) for each in read["entries"]), read["homes"], read["threshold"])


def keep(
    rows: Sequence[Mapping[str, Any]], logs: NDArray[np.float64], candidates: Sequence[str], seed: int
) -> Ledger:
    """Return the ledger of ``members`` and the candidates, tried in turn on the homes of each fold left out.

    ``members`` stays whatever it gains: it is what homes are compared by.
    """
    folds = folds_of(len(rows), FOLDS, seed)
    rng = np.random.default_rng([seed, 1])
    entries: list[Entry] = []
    names: tuple[str, ...] = ()
    before = np.abs(logs - left_out(columns(rows, ()), logs, folds)[1])
    for source in (FIRST, *candidates):
        tried = columns(rows, (*names, source))
        said = int((~np.isnan(tried[:, -1])).sum())
        if said == 0:
            entries.append(Entry(source, 0.0, 0.0, 0.0, 0, source == FIRST))
            names += (FIRST,) if source == FIRST else ()
            continue
        after = np.abs(logs - left_out(tried, logs, folds)[1])
        gain, low, high = _gain(before, after, rng)
        kept = source == FIRST or (gain >= THRESHOLD and low > 0)
        entries.append(Entry(source, gain, low, high, said, kept))
        if kept:
            names, before = (*names, source), after
    return Ledger(tuple(entries), len(rows))


def _gain(
    before: NDArray[np.float64], after: NDArray[np.float64], rng: np.random.Generator
) -> tuple[float, float, float]:
    drawn = rng.integers(0, len(before), (_DRAWS, len(before)))
    gains = 1 - after[drawn].mean(axis=1) / np.maximum(before[drawn].mean(axis=1), _LEAST_ERROR)
    low, high = np.quantile(gains, (0.025, 0.975))
    gain = 1 - after.mean() / max(before.mean(), _LEAST_ERROR)
    return round(float(gain), 4), round(float(low), 4), round(float(high), 4)
