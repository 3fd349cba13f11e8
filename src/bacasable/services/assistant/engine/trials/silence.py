"""Questions that a corpus answers, and questions that it does not: sheets of one theme, asked of all.

The corpus is the shipped sheets on one theme (*Transports*, *Famille*...), with their vectors, but a fifth of
them. It is asked what its sheets say in their first sentence (*answered*), the titles of the fifth that was
left out (*missing*, near misses) and titles of other themes (*elsewhere*).
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from bacasable.services.assistant.engine.corpus.snapshot import Snapshot
from bacasable.services.assistant.engine.passages import sentences
from bacasable.services.assistant.engine.retrieval import Embedded, Nano
from bacasable.services.assistant.engine.retrieval.index import Index
from bacasable.services.assistant.engine.sheets import EVERYBODY, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Vectors

One = TypeVar("One")

COLLECTION = "trial"
#: Sheets that a theme has at least, and questions of each kind.
_LEAST, _QUESTIONS = 150, 100
_LEFT_OUT = 5


@dataclass(frozen=True)
class Questions:
    """What is asked of ``index``: ``answered`` with the sheets that are right, the others with none."""

    index: Index
    theme: str
    answered: tuple[tuple[str, Sheet], ...]
    missing: tuple[str, ...]
    elsewhere: tuple[str, ...]


_MODEL = Nano()


class _Once(Nano):
    """The model, asked once for each text: with the protection off the same questions come again."""

    def queries(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        return np.stack([_vector(text) for text in texts])


@lru_cache(maxsize=4 * _QUESTIONS)
def _vector(text: str) -> "Vectors":
    return _MODEL.queries([text])[0]


@contextmanager
def questions(seed: int) -> Iterator[Questions]:
    """Give an index of one theme, drawn by ``seed``, and what to ask of it.

    Raises:
        Refused: the shipped corpus is damaged, or the extra ``assistant`` is not installed.
    """
    dice = random.Random(seed)  # noqa: S311 (a sample that can be drawn again)
    with TemporaryDirectory() as folder, Snapshot.shipped() as snapshot:
        sheets = [sheet for sheet in snapshot.sheets(COLLECTION) if sheet.theme]
        themes = Counter(sheet.theme[0] for sheet in sheets)
        theme = dice.choice(sorted(name for name, count in themes.items() if count >= _LEAST))
        own = [sheet for sheet in sheets if sheet.theme[0] == theme]
        dice.shuffle(own)
        left_out, kept = own[: len(own) // _LEFT_OUT], own[len(own) // _LEFT_OUT :]
        index = Embedded(Path(folder), _Once())
        index.put(kept, readers=frozenset({EVERYBODY}), vectors=snapshot.vectors)
        others = [sheet.title for sheet in sheets if sheet.kind == "question" and sheet.theme[0] != theme]
        said = [(first, sheet) for sheet in kept if (first := _first_sentence(sheet))]
        yield Questions(
            index,
            theme,
            tuple(_drawn(dice, said)),
            tuple(_drawn(dice, [sheet.title for sheet in left_out])),
            tuple(_drawn(dice, others)),
        )


def _first_sentence(sheet: Sheet) -> str:
    """Return the first sentence of a sheet: its matter in other words than its title's."""
    return next((sheet.text[start:end] for start, end in sentences(sheet.text)), "")


def _drawn(dice: random.Random, found: Sequence[One]) -> list[One]:
    return dice.sample(list(found), min(_QUESTIONS, len(found)))
