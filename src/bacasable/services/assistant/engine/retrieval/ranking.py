"""How words and meaning make one order: sheets first, then the passages of the best sheets."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bacasable.services.assistant.engine.retrieval.vectors import Near

#: How much the words of a sheet count beside its nearness in meaning, in spreads of the corpus: a sheet that
#: has each word of the question twice over leads by about as much as one that is nearest in meaning.
WORDS = 2.0
#: Among the passages of one sheet, how much the words count.
WORDS_OF_PASSAGE = 1.0


class Ranked(NamedTuple):
    """A passage and what it is worth; ``lexical`` is None where words did not count."""

    sheet: int
    passage: int
    score: float
    lexical: float | None


def sheets(
    words: Mapping[int, float], near: "Near | None", allowed: "NDArray[np.int64]", most: int
) -> list[tuple[int, float]]:
    """Return the best of ``allowed`` sheets (ascending) and their scores, the best first."""
    worth = {number: WORDS * score for number, score in words.items()}
    if near is not None and len(near.numbers):
        readable = np.isin(near.numbers, allowed, assume_unique=True)
        meant = np.where(readable, near.titles + near.best, -np.inf)
        first = np.argsort(-meant, kind="stable")[: max(most, 100)].tolist()
        places = {int(near.numbers[place]): place for place in first if readable[place]}
        places |= near.places(worth)  # what was found by its words is judged by its meaning too
        for number, place in places.items():
            worth[number] = worth.get(number, 0.0) + float(meant[place])
    return sorted(worth.items(), key=lambda found: (-found[1], found[0]))[:most]


def passages(
    ranked: list[tuple[int, float]],
    words: Mapping[tuple[int, int], float],
    near: "Near | None",
    counts: Mapping[int, int],
    limit: int,
    lexical: Mapping[int, float] | None,
) -> list[Ranked]:
    """Return the best passages of ranked sheets: the best of each has its sheet's score, others less.

    ``counts`` gives how many passages a sheet has; one without any is not found.
    """
    found: list[Ranked] = []
    for number, score in ranked:
        if not counts[number]:
            continue
        said = [WORDS_OF_PASSAGE * words.get((number, at), 0.0) for at in range(counts[number])]
        worth = np.array(said)
        if near is not None and (place := near.place(number)) is not None:
            worth += near.passages(place, len(worth))
        best = float(worth.max())
        known = None if lexical is None else lexical.get(number, 0.0)
        found += [Ranked(number, at, score + value - best, known) for at, value in enumerate(worth.tolist())]
    found.sort(key=lambda one: (-one.score, one.sheet, one.passage))
    return found[:limit]
