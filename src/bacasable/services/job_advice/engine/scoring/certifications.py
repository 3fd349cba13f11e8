"""Certifications of a base as arrays: where they lead, their level, until when, what they cover."""

from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.scoring.vocabulary import Vocabulary, words

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Floats = NDArray[np.float64]
#: Share of the certifications that lead to an occupation at or under the level that it is said to ask.
_LOW_LEVEL = 0.25
#: Blocks that are named.
_NAMED = 2


class Certifications:
    """One row a certification, in the order of the table; ``places`` gives the row of a number.

    ``levels`` f64, NaN where not said; ``until`` f64, proleptic days (``date.toordinal``), NaN where not
    said; ``apprenticeship`` bool.
    """

    def __init__(
        self, referential: "Referential", occupations: dict[str, int], vocabulary: Vocabulary
    ) -> None:
        frame = referential.certifications
        self.numbers: list[str] = frame["rncp"].to_list()
        self.places = {number: place for place, number in enumerate(self.numbers)}
        kinds = frame["kind_label"].to_list()
        self.labels = [
            f"{title} ({kind})" if kind and kind.lower() not in title.lower() else title
            for title, kind in zip(frame["title"].to_list(), kinds, strict=True)
        ]
        self.levels = _numbers(frame["level"].to_list())
        self.until = _numbers([one.toordinal() if one else None for one in frame["until"].to_list()])
        self.apprenticeship = np.array([one is True for one in frame["apprenticeship"].to_list()], bool)
        self._active = [one is True for one in frame["active"].to_list()]
        self._referential = referential
        self._occupations = occupations
        self._vocabulary = vocabulary

    def level(self, place: int) -> int | None:
        """Return the level of a certification, None where not said."""
        level = float(self.levels[place])
        return None if level != level else int(level)

    def until_day(self, place: int) -> date | None:
        """Return until when a certification is registered, None where not said."""
        day = float(self.until[place])
        return None if day != day else date.fromordinal(int(day))

    def occupations_of(self, place: int) -> tuple[int, ...]:
        """Return the places of the occupations that a certification leads to, whether it is active or not."""
        return self._both[0].get(place, ())

    def leading_to(self, occupation: int) -> tuple[int, ...]:
        """Return the rows of the active certifications that lead to an occupation."""
        return self._both[1].get(occupation, ())

    @cached_property
    def _both(self) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
        to: dict[int, set[int]] = defaultdict(set)
        by: dict[int, set[int]] = defaultdict(set)
        for number, code in self._referential.certification_occupations.select("rncp", "code").iter_rows():
            place, occupation = self.places.get(number), self._occupations.get(code)
            if place is None or occupation is None:
                continue
            to[place].add(occupation)
            if self._active[place]:
                by[occupation].add(place)
        return (
            {one: tuple(sorted(found)) for one, found in to.items()},
            {one: tuple(sorted(found)) for one, found in by.items()},
        )

    @cached_property
    def leads(self) -> NDArray[np.bool_]:
        """Return which occupations each certification leads to, bool [certifications, n]."""
        made = np.zeros((len(self.numbers), len(self._occupations)), bool)
        for place, found in self._both[0].items():
            made[place, list(found)] = True
        return made

    @cached_property
    def level_asked(self) -> Floats:
        """Return the lower level of diplomas that lead to each occupation, f64 [n]; NaN: not known."""
        made = np.full(len(self._occupations), np.nan)
        for occupation, found in self._both[1].items():
            told = self.levels[list(found)]
            told = np.sort(told[~np.isnan(told)])
            if len(told):
                made[occupation] = told[int(_LOW_LEVEL * (len(told) - 1))]
        return made

    # -- blocks

    @cached_property
    def blocks(self) -> dict[int, list[tuple[str, str]]]:
        """Return the blocks (number, title) of each certification that has some."""
        made: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for number, block, title in self._referential.blocks.select("rncp", "block", "title").iter_rows():
            place = self.places.get(number)
            if place is not None:
                made[place].append((block, title))
        return dict(made)

    @cached_property
    def _words(self) -> dict[int, NDArray[np.int64]]:
        return {
            place: np.array(
                sorted({one for _, title in blocks for one in self._vocabulary.columns(title)}), np.int64
            )
            for place, blocks in self.blocks.items()
        }

    def covered(self, places: NDArray[np.int64], gap: Floats) -> Floats:
        """Return how much of ``gap`` (f64 [words]) the blocks of each cover; NaN where it has none."""
        return np.array(
            [gap[self._words[one]].sum() if one in self._words else np.nan for one in places.tolist()]
        )

    def covering(self, place: int, gap: Floats) -> list[tuple[str, str]]:
        """Return the blocks (number, title) that cover the most of ``gap`` (f64 [words]), two at most."""
        found = sorted(
            (-float(gap[self._vocabulary.columns(title)].sum()), block, title)
            for block, title in self.blocks.get(place, ())
        )
        return [(block, title) for less, block, title in found[:_NAMED] if less < 0]

    @cached_property
    def alike(self) -> list[str]:
        """Return the words of each label, sorted: two certifications with the same are told once."""
        return [" ".join(sorted(words(label))) for label in self.labels]


def _numbers(values: list[int | None]) -> Floats:
    return np.array([np.nan if one is None else float(one) for one in values], dtype=np.float64)
