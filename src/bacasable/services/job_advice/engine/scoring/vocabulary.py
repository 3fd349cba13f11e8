"""Words of skills, and of what is compared with them: their stems, and how rare each is among skills."""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from bacasable.services.job_advice.engine.scoring.kinship import rarity

_STEM, _LEAST = 6, 4
_WORD = re.compile(r"[a-z]+")


class Vocabulary:
    """The words of ``labels``; ``weights`` CSR f64 [labels, words]: how rare each word is, where it is."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._places: dict[str, int] = {}
        rows, columns = [], []
        for place, label in enumerate(labels):
            for word in sorted(words(label)):
                rows.append(place)
                columns.append(self._places.setdefault(word, len(self._places)))
        self.size = max(len(self._places), 1)
        made = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(labels), self.size))
        made.data = rarity(made)[made.indices]
        self.weights = made

    def columns(self, text: str) -> list[int]:
        """Return the columns of the words of ``text`` that are known, sorted."""
        return sorted(self._places[word] for word in words(text) if word in self._places)


def words(text: str) -> set[str]:
    """Return the stems of the words of ``text``: accents off, six letters at most, short words left out."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return {word[:_STEM] for word in _WORD.findall(plain) if len(word) >= _LEAST}
