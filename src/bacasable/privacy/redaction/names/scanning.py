"""Cut a text into words, and find the islands of words that might be names: all the rest is skipped.

The pass over the whole text is made of a few calls that run at the speed of C; Python looks at the words of the
islands only.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import accumulate, compress
from operator import not_
from typing import NamedTuple

from bacasable.privacy.redaction import lexicon

#: A word: letters, joined by hyphens, with an elided article between hyphens (``Val-d'Isère``).
_SPLIT = re.compile(r"([^\W\d_]+(?:-(?:[dlDL]['’])?[^\W\d_]+)*)").split

#: What stands between two words, in classes; every other string of separators is classed by :func:`separator`.
SPACE, DASH, APOSTROPHE, LINE, COMMA, COLON, STOP, DIGIT, FIELD, BRACKET, EDGE = range(11)
SEPARATORS = 11
_SEPARATOR = {" ": SPACE, "'": APOSTROPHE, "’": APOSTROPHE, "\n": LINE, ", ": COMMA, ". ": STOP, " : ": COLON}
_SEPARATOR |= {
    "\u00a0": SPACE,
    "\u202f": SPACE,
    ": ": COLON,
    "": EDGE,
    " (": BRACKET,
    " – ": DASH,
    " - ": DASH,
}
_SEPARATOR |= {
    ".": STOP,
    ".\n": LINE,
    ",\n": LINE,
    "\r\n": LINE,
    "\n\n": EDGE,
    "  ": SPACE,
    "\t": FIELD,
    ".-": SPACE,
}

#: Words in lower case that may stand inside a name of several words.
INNER = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "les",
        "l",
        "van",
        "von",
        "der",
        "den",
        "ben",
        "bin",
        "ibn",
        "el",
        "al",
    ]
    + ["da", "do", "dos", "das", "di", "del", "della", "y", "sur", "sous", "en", "lès", "lez", "aux", "et"]
)
_JOINS = frozenset((SPACE, APOSTROPHE, LINE, STOP))
_INNER_JOINS = frozenset((SPACE, APOSTROPHE, LINE))
_NEVER_LOWER = 4
MAX_ISLAND = 48

#: A full stop after at most so many letters may abbreviate: ``J. Dupont``, ``Mme. Dupont``, ``St. Denis``.
MAX_ABBREVIATION = 4


class Words(NamedTuple):
    """The words of a text, where each starts, and the separators: ``separators[i]`` stands before ``words[i]``."""

    words: list[str]
    starts: list[int]
    separators: list[str]


def split(text: str) -> Words:
    """Return the words of ``text``."""
    parts = _SPLIT(text)
    starts = list(accumulate(map(len, parts)))
    return Words(parts[1::2], starts[0:-1:2], parts[0::2])


def separator(between: str) -> int:
    """Return the class of what stands between two words."""
    found = _SEPARATOR.get(between)
    if found is not None:
        return found
    if any(map(str.isdigit, between)):
        return DIGIT
    lines = between.count("\n")
    if lines:
        return LINE if lines == 1 and len(between) < 4 else EDGE
    bare = between.strip()
    if not bare:
        return SPACE if len(between) < 4 and "\t" not in between else FIELD
    for marks, value in (
        (":", COLON),
        (";|\t/=", FIELD),
        ('()[]{}«»"<>“”', BRACKET),
        (".!?…", STOP),
        (",", COMMA),
    ):
        if any(mark in bare for mark in marks):
            return value
    return DASH


@cache
def lower_names() -> frozenset[str]:
    """Return the words that are read as possible names even in lower case, and the civilities that come before."""
    listed = files(__package__).joinpath("lower.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(listed) | OPENERS


#: After these, a word in lower case may be a name.
OPENERS = frozenset(
    [
        "monsieur",
        "madame",
        "mademoiselle",
        "mr",
        "mme",
        "mlle",
        "m",
        "dr",
        "docteur",
        "maître",
        "maitre",
        "me",
        "pr",
    ]
    + [
        "Monsieur",
        "Madame",
        "Mademoiselle",
        "Mr",
        "Mme",
        "Mlle",
        "M",
        "Dr",
        "Docteur",
        "Maître",
        "Me",
        "Pr",
        "Nom",
    ]
    + [
        "nom",
        "prénom",
        "Prénom",
        "prenom",
        "NOM",
        "cordialement",
        "Cordialement",
        "appelle",
        "MR",
        "MME",
        "merci",
    ]
)
_LOWER_JOINS = frozenset((SPACE, STOP, COLON, LINE, APOSTROPHE))


def _may_be_name(word: str, known: dict[str, int]) -> bool:
    """Say whether a word in lower case, beside a known name, may be one too."""
    if len(word) < 3 or word in INNER:
        return False
    code = known.get(lexicon.fold(word), 0)
    return (code >> 9 & 7) < _NEVER_LOWER or (code & 7) > 2


def _signature(text_words: Words) -> range:
    """Return the indices of the last line, if it is made of one to four words in lower case that may be names."""
    words, _, separators = text_words
    end = len(words)
    if not words or not words[-1].islower() or len(separators[-1]) > 3:
        return range(0)
    known = lexicon.forms()
    first = end - 1
    while first > 0 and separators[first] in (" ", "'", "’") and end - first < 5:
        first -= 1
    if "\n" not in separators[first] or separators[first].strip() or end - first > 4:
        return range(0)
    if all(_may_be_name(word, known) or word in INNER for word in words[first:]):
        return range(first, end)
    return range(0)


def candidates(text_words: Words) -> list[int]:
    """Return the indices of the words that might belong to a name, in order."""
    words, _, separators = text_words
    found: Iterable[int] = compress(range(len(words)), map(not_, map(str.islower, words)))
    hits = lower_names().intersection(words)
    signed = _signature(text_words)
    if not hits and not signed:
        return list(found)
    known = lexicon.forms()
    more: set[int] = set(signed)
    for i in [i for i, word in enumerate(words) if word in hits]:
        if words[i] in OPENERS:
            for j in (i + 1, i + 2):
                if (
                    j >= len(words)
                    or separator(separators[j]) not in _LOWER_JOINS
                    or not _may_be_name(words[j], known)
                ):
                    break
                more.add(j)
            continue
        more.add(i)
        for j in (i - 1, i + 1):
            gap = separators[max(i, j)] if 0 <= j < len(words) else None
            if gap in (" ", "\u00a0") and _may_be_name(words[j], known):
                more.add(j)
    return sorted(more.union(found)) if more else list(found)


def islands(text_words: Words, taken: frozenset[int] = frozenset()) -> list[tuple[int, int]]:
    """Return the stretches ``(first, end)`` of words that might hold names, without the words ``taken``."""
    words, _, separators = text_words
    found: list[tuple[int, int]] = []
    first = last = -1
    get = _SEPARATOR.get
    listed = candidates(text_words)
    if taken:
        listed = [i for i in listed if i not in taken]
    for i in listed:
        if first >= 0:
            gap = i - last
            if gap == 1:
                between = separators[i]
                kind = get(between)
                if kind is None:
                    kind = separator(between)
                joined = kind in _JOINS and (kind != STOP or len(words[last]) <= MAX_ABBREVIATION)
            else:
                joined = (
                    gap <= 3
                    and all(words[k] in INNER and k not in taken for k in range(last + 1, i))
                    and all(separator(separators[k]) in _INNER_JOINS for k in range(last + 1, i + 1))
                )
            if joined and i - first < MAX_ISLAND:
                last = i
                continue
            found.append((first, last + 1))
        first = last = i
    if first >= 0:
        found.append((first, last + 1))
    return found
