"""Skills and knowledge of the referential in a text that somebody wrote, each with the words that say it."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bacasable.services.job_advice.engine.referential import Referential

from . import grams, meaning
from .neutral import stem, words_of

#: The likeness (mean of the cosine of grams and of that of meanings) from which a skill is taken to be said.
SAID = 0.62
#: Words of a passage, at most; passages of a text, at most: a CV of three pages has some two hundred.
_LONGEST, _MOST = 14, 600
#: Characters of a passage, at least.
_SHORTEST = 4
_CLAUSE = re.compile(r"[.;:!?•·▪\n\r\t|()\[\]]+|\s[-–—]\s")
_PART = re.compile(r",\s|\s(?:et|ou|puis|ainsi que)\s", re.IGNORECASE)
_PIECE = re.compile(r"[^\W_]\S*")
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class SkillFound:
    """A skill that a text says: number and label, where (characters), how alike (0 to 1)."""

    ogr: int
    label: str
    kind: str
    start: int
    end: int
    score: float


class SkillCoder:
    """Finds skills in texts. It compares passages with labels, and learns nothing."""

    def __init__(self, referential: Referential) -> None:
        table = referential.skills.select("ogr", "label", "kind")
        self._ogr, self._labels, self._kinds = (table[name].to_list() for name in ("ogr", "label", "kind"))
        keys = [_key(label) for label in self._labels]
        ptr, slots = grams.slots_of(keys, meaning.SLOTS)
        seen = np.bincount(slots, minlength=meaning.SLOTS)
        rows = np.flatnonzero(seen)
        self._table = np.full(meaning.SLOTS, -1, np.int32)
        self._table[rows] = np.arange(len(rows), dtype=np.int32)
        self._idf = (np.log((1 + len(keys)) / (1 + seen[rows])) + 1).astype(np.float32)
        self._held = grams.weighed(ptr, slots, self._table, self._idf).T.tocsr()
        self._meant = meaning.shipped().of(keys)

    def code_skills(self, text: str, k: int = 10, least: float = SAID) -> list[SkillFound]:
        """Return at most ``k`` skills that ``text`` says, the surest first; none twice, no words for two."""
        passages = [one for _, one in zip(range(_MOST), passages_of(text), strict=False)]
        best: dict[int, SkillFound] = {}
        for at in range(0, len(passages), _BLOCK):
            block = passages[at : at + _BLOCK]
            keys = [_key(text[start:end]) for start, end in block]
            asked = grams.weighed(*grams.slots_of(keys, meaning.SLOTS), self._table, self._idf)
            alike = ((asked @ self._held).toarray() + meaning.shipped().of(keys) @ self._meant.T) / 2
            for (start, end), line in zip(block, alike, strict=True):
                place = int(line.argmax())
                score = float(line[place])
                known = best.get(place)
                if score >= least and (known is None or known.score < score):
                    best[place] = SkillFound(
                        self._ogr[place],
                        self._labels[place],
                        self._kinds[place],
                        start,
                        end,
                        round(min(score, 1.0), 4),
                    )
        kept: list[SkillFound] = []
        for found in sorted(best.values(), key=lambda one: (-one.score, one.start)):
            if all(found.end <= one.start or found.start >= one.end for one in kept):
                kept.append(found)
        return kept[:k]


def passages_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the passages of ``text`` start and end: clauses of few words, and the parts of each."""
    for start, end in _between(_CLAUSE, text, 0, len(text)):
        parts = [_words(text, *part) for part in _between(_PART, text, start, end)]
        whole = _words(text, start, end)
        if len(parts) > 1 and 0 < len(whole) <= _LONGEST:
            yield whole[0][0], whole[-1][1]
        for words in parts:
            for first in range(0, len(words), _LONGEST):
                piece = words[first : first + _LONGEST]
                if piece[-1][1] - piece[0][0] >= _SHORTEST:
                    yield piece[0][0], piece[-1][1]


def _between(mark: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for found in mark.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _words(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [found.span() for found in _PIECE.finditer(text, start, end)]


def _key(text: str) -> str:
    return " ".join(map(stem, words_of(text)))


_ready: dict[str, SkillCoder] = {}
_lock = threading.Lock()


def skill_coder_of(referential: Referential) -> SkillCoder:
    """Return the coder of skills of ``referential``, made once a process (a second for the whole of ROME)."""
    with _lock:
        if referential.version not in _ready:
            _ready.clear()
            _ready[referential.version] = SkillCoder(referential)
        return _ready[referential.version]


def code_skills(referential: Referential, text: str, k: int = 10) -> list[SkillFound]:
    """Return the skills of ``referential`` that ``text`` says."""
    return skill_coder_of(referential).code_skills(text, k)
