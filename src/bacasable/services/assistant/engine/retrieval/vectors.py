"""The vectors of an index in memory: exact search over all of them, centred on what the corpus says anyway."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bacasable.services.assistant.engine.retrieval.embedder import Vectors

#: Sheets from which on the mean of the corpus is believed; below, it counts in part (and 0 for no sheet).
_BELIEVED = 64
#: Titles that the spread of the cosines is measured on.
_SAMPLE = 256
#: The spread where the index is too small to measure one (multilingual-e5-small on the CNIL's sheets).
_USUAL_SPREAD = 0.1


class Near(NamedTuple):
    """How near sheets are to a question, in the order of ``numbers`` (ascending), in spreads of the corpus.

    ``titles`` and ``best`` (of the passages) are centred; ``passages`` maps a sheet's place to its passages.
    """

    numbers: "NDArray[np.int64]"
    titles: "Vectors"
    best: "Vectors"
    passages: "Vectors"
    starts: "NDArray[np.int64]"

    def place(self, number: int) -> int | None:
        """Return where a sheet is in ``numbers``, None where it has no vectors (yet)."""
        return place_of(number, self.numbers)


def place_of(number: int, numbers: "NDArray[np.int64]") -> int | None:
    """Return the place of ``number`` in ascending ``numbers``."""
    place = int(np.searchsorted(numbers, number))
    return place if place < len(numbers) and numbers[place] == number else None


class Matrix:
    """Rows of sheets: for each, its title (row 0 of what was given) and its passages.

    Cosines of this family of models lie close together (0.75 to 0.95) because all texts share a direction,
    the mean of the corpus. It is taken off ("All-but-the-Top", Mu and Viswanath 2018, first step), which
    costs nothing: the cosine of centred vectors follows from the product with the plain ones.
    """

    def __init__(self, sheets: Mapping[int, "Vectors"], dimensions: int) -> None:
        """Take ``(1 + passages, dimensions)`` for each sheet number; sheets without passages have their title."""
        sheets = dict(sorted(sheets.items()))
        self.numbers = np.fromiter(sheets, np.int64, len(sheets))
        counts = np.fromiter((max(len(rows) - 1, 1) for rows in sheets.values()), np.int64, len(sheets))
        self.starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(sheets) else np.zeros(0, np.int64)
        empty = np.zeros((0, dimensions), np.float32)
        self.titles = np.array([rows[0] for rows in sheets.values()], np.float32) if sheets else empty
        parts = [rows[1:] if len(rows) > 1 else rows for rows in sheets.values()]
        self.passages = np.concatenate(parts, dtype=np.float32) if parts else empty
        self._title_mean, self._title_lengths = _centre(self.titles)
        self._passage_mean, self._passage_lengths = _centre(self.passages)
        self.spread = self._measured()

    def near(self, question: "Vectors") -> Near:
        """Return how near all sheets are to ``question`` (a unit vector)."""
        titles = _centred(question, self.titles, self._title_mean, self._title_lengths) / self.spread
        passages = _centred(question, self.passages, self._passage_mean, self._passage_lengths) / self.spread
        best = np.maximum.reduceat(passages, self.starts) if len(self.starts) else titles
        return Near(self.numbers, titles, best, passages, self.starts)

    def cosine(self, question: "Vectors", place: int, passage: int) -> float:
        """Return the plain cosine of a question with a passage or its sheet's title, whichever is nearer."""
        row = self.passages[self.starts[place] + passage]
        return float(max(self.titles[place] @ question, row @ question))

    def _measured(self) -> float:
        if len(self.titles) < _BELIEVED:
            return _USUAL_SPREAD
        some = self.titles[:: max(1, len(self.titles) // _SAMPLE)]
        centred = [_centred(one, self.titles, self._title_mean, self._title_lengths) for one in some]
        return float(np.std(centred, axis=1).mean())


def _centre(rows: "Vectors") -> tuple["Vectors", "Vectors"]:
    """Return the mean to take off and how long each row is without it."""
    if not len(rows):
        return np.zeros(rows.shape[1], np.float32), np.zeros(0, np.float32)
    mean = rows.mean(axis=0) * (len(rows) / (len(rows) + _BELIEVED))
    squares = np.einsum("ij,ij->i", rows, rows) - 2 * (rows @ mean) + mean @ mean
    return mean, np.sqrt(np.maximum(squares, 1e-9))


def _centred(question: "Vectors", rows: "Vectors", mean: "Vectors", lengths: "Vectors") -> "Vectors":
    asked = question - mean
    asked = asked / max(float(np.linalg.norm(asked)), 1e-9)
    return np.asarray((rows @ asked - mean @ asked) / lengths, np.float32)
