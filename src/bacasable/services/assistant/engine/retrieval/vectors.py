"""The vectors of an index in memory: exact search over all, without what all texts of the corpus share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True)
class Near:
    """How near sheets are to a question, in the order of ``numbers`` (ascending), in spreads of the corpus.

    ``titles`` and ``best`` (of its passages) are per sheet; ``rows`` holds title and passages of each sheet
    from ``starts`` on, and ``cosines`` the same as plain cosines.
    """

    numbers: "NDArray[np.int64]"
    titles: "Vectors"
    best: "Vectors"
    rows: "Vectors"
    cosines: "Vectors"
    starts: "NDArray[np.int64]"
    counts: "NDArray[np.int64]"

    def place(self, number: int) -> int | None:
        """Return where a sheet is in ``numbers``, None where it has no vectors (yet)."""
        place = int(np.searchsorted(self.numbers, number))
        return place if place < len(self.numbers) and self.numbers[place] == number else None

    def places(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return where sheets are in ``numbers``, without those that have no vectors (yet)."""
        wanted = np.fromiter(numbers, np.int64)
        places = np.minimum(np.searchsorted(self.numbers, wanted), max(len(self.numbers) - 1, 0))
        known = self.numbers[places] == wanted
        return dict(zip(wanted[known].tolist(), places[known].tolist(), strict=True))

    def passages(self, place: int, count: int) -> "Vectors":
        """Return how near the passages of a sheet are; those without vectors yet, as near as its least."""
        first = int(self.starts[place])
        known = self.rows[first + 1 : first + int(self.counts[place])][:count]
        least = known.min() if len(known) else self.rows[first]
        return np.concatenate((known, np.full(count - len(known), least, np.float32)))

    def cosine(self, place: int, passage: int) -> float:
        """Return the plain cosine of a passage or of its sheet's title, whichever is nearer."""
        first = int(self.starts[place])
        if 1 + passage >= self.counts[place]:
            return float(self.cosines[first])
        return float(max(self.cosines[first], self.cosines[first + 1 + passage]))


class Matrix:
    """Rows of sheets: for each its title, then its passages.

    Cosines of this family of models lie close together (0.75 to 0.95) because all texts share a direction,
    the mean of the corpus. It is taken off, for titles and passages apart ("All-but-the-Top", Mu and
    Viswanath 2018, first step). That costs nothing: the cosine of centred vectors follows from the plain one.
    """

    def __init__(self, counts: Mapping[int, int], rows: "Vectors") -> None:
        """Take how many ``rows`` each sheet number has, numbers ascending: its title, then first passages.

        The rows are kept as they are given: they are the most of what an index takes of memory.
        """
        self.numbers = np.fromiter(counts, np.int64, len(counts))
        self._counts = np.fromiter(counts.values(), np.int64, len(counts))
        self.starts = np.cumsum(self._counts) - self._counts
        self.rows = rows
        dimensions = rows.shape[1]
        self._is_title = np.zeros(len(self.rows), bool)
        self._is_title[self.starts] = True
        self._alone = self.starts[self._counts == 1]  # a sheet without passages is as near as its title
        self._means = np.stack(
            [self._mean(self._is_title, dimensions), self._mean(~self._is_title, dimensions)]
        )
        shared = self.rows @ self._means.T
        squares = np.einsum("ij,ij->j", self._means.T, self._means.T)
        kind = (~self._is_title).astype(np.int64)
        self._off = shared[np.arange(len(kind)), kind] - squares[kind]
        plain = np.einsum("ij,ij->i", self.rows, self.rows)
        self._lengths = np.sqrt(np.maximum(plain - 2 * self._off - squares[kind], 1e-9)).astype(np.float32)
        self._kind = kind
        self.spread = 1.0
        self.spread = self._measured()

    @classmethod
    def of(cls, sheets: Mapping[int, "Vectors"], dimensions: int) -> "Matrix":
        """Return the matrix of sheets whose rows lie apart, by number."""
        ordered = dict(sorted(sheets.items()))
        empty = np.zeros((0, dimensions), np.float32)
        joined = np.concatenate([empty, *ordered.values()], dtype=np.float32)
        return cls({number: len(rows) for number, rows in ordered.items()}, joined)

    def views(self) -> "dict[int, Vectors]":
        """Return the rows of each sheet, as parts of one array."""
        ends = self.starts + self._counts
        return {
            int(number): self.rows[start:end]
            for number, start, end in zip(self.numbers, self.starts, ends, strict=True)
        }

    def near(self, question: "Vectors") -> Near:
        """Return how near all sheets are to ``question`` (a unit vector)."""
        cosines = self.rows @ question
        away = np.linalg.norm(question - self._means, axis=1)
        asked = self._means @ question
        rows = (cosines - asked[self._kind] - self._off) / (
            self._lengths * np.maximum(away, 1e-9)[self._kind] * self.spread
        )
        rows = rows.astype(np.float32)
        titles = rows[self.starts]
        said = np.where(self._is_title, np.float32(-np.inf), rows)
        said[self._alone] = rows[self._alone]
        best = np.maximum.reduceat(said, self.starts) if len(self.starts) else titles
        return Near(self.numbers, titles, best, rows, cosines, self.starts, self._counts)

    def _mean(self, chosen: "NDArray[np.bool_]", dimensions: int) -> "Vectors":
        count = int(chosen.sum())
        if not count:
            return np.zeros(dimensions, np.float32)
        # a product, not self.rows[chosen]: that would copy nearly all rows
        total = np.asarray(chosen.astype(np.float32) @ self.rows, np.float32)
        return total / np.float32(count + _BELIEVED)

    def _measured(self) -> float:
        if len(self.starts) < _BELIEVED:
            return _USUAL_SPREAD
        some = self.starts[:: max(1, len(self.starts) // _SAMPLE)]
        titles = self.rows[self.starts] - self._means[0]
        titles /= self._lengths[self.starts][:, None]
        sample = self.rows[some] - self._means[0]
        sample /= self._lengths[some][:, None]
        return float(np.std(sample @ titles.T, axis=1).mean())
