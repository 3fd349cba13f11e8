"""How close two recommendations are: shared matters first, then shared words; no Django here."""

import re
import unicodedata
from collections.abc import Iterable

#: A matter that both name weighs as much as sharing half of all words.
MATTER_WEIGHT = 1 / 2
#: Words shorter than this say too little to compare by.
SHORTEST = 4
_WORD = re.compile(r"[^\W\d_]+")


def words(*texts: str) -> frozenset[str]:
    """Return the words of ``texts`` to compare by: without case, accents, short words or final s."""
    found = set()
    for text in texts:
        plain = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join(character for character in plain if not unicodedata.combining(character))
        found |= {word.rstrip("s") for word in _WORD.findall(plain) if len(word) >= SHORTEST}
    return frozenset(found)


def closeness(
    matters: Iterable[str], text: frozenset[str], other_matters: Iterable[str], other_text: frozenset[str]
) -> float:
    """Return how close two recommendations are: 0 when they share nothing.

    Shared matters, each :data:`MATTER_WEIGHT`, and the overlap of their words (0 to 1: shared words over
    those of the shorter text).
    """
    shared = len(set(matters) & set(other_matters)) * MATTER_WEIGHT
    least = min(len(text), len(other_text))
    return shared + (len(text & other_text) / least if least else 0.0)
