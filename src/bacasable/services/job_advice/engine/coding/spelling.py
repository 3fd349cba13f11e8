"""One slip of the keyboard undone: a word that nobody uses becomes the known word one step away."""

from collections.abc import Mapping
from functools import cached_property

#: Shorter words are left as they are: one letter makes another word of them.
SHORTEST = 4


class Spelling:
    """Known words and how many texts use each; a step is a letter lost, added, changed or swapped."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._corrected: dict[str, str] = {}

    @cached_property
    def _shortened(self) -> dict[str, str]:
        """Every known word with a letter left out, to the most used word that it comes from."""
        made: dict[str, str] = {}
        for word in sorted(self._counts, key=lambda word: (self._counts[word], word)):
            if len(word) >= SHORTEST - 1:
                for at in range(len(word)):
                    made[word[:at] + word[at + 1 :]] = word
        return made

    def corrected(self, word: str) -> str:
        """Return the known word that ``word`` was meant to be; itself if known or none is near."""
        if len(word) < SHORTEST or word in self._counts:
            return word
        found = self._corrected.get(word)
        if found is None:
            found = self._nearest(word)
            if len(self._corrected) < 100_000:  # what people type has no end
                self._corrected[word] = found
        return found

    def _nearest(self, word: str) -> str:
        shorter = [word[:at] + word[at + 1 :] for at in range(len(word))]
        near = {one for one in shorter if one in self._counts}
        longer = self._shortened.get(word)
        if longer is not None:
            near.add(longer)
        near.update(self._shortened[one] for one in shorter if one in self._shortened)
        near = {one for one in near if _one_step(word, one)}
        return max(near, key=lambda one: (self._counts[one], one), default=word)


def _one_step(typed: str, known: str) -> bool:
    """Return whether one letter lost, added or changed, or two swapped, makes one from the other."""
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    rest, other = typed[start:], known[start:]
    return (
        rest[1:] == other[1:]
        or rest[1:] == other
        or rest == other[1:]
        or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
    )
