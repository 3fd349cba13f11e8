"""Cut a text into words, and find the islands of words that might be names: all the rest is skipped.

The pass over the whole text is made of a few calls that run at the speed of C; Python looks at the words
of the islands only.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from itertools import accumulate, compress
from operator import not_
from typing import NamedTuple

from bacasable.privacy.redaction import lexicon

#: A word: letters, joined by hyphens, with an elided article between hyphens (``Val-d'Isère``). The
#: letters are said by what they are not (controls, ASCII and Latin-1 signs, the blocks of punctuation,
#: symbols and private use): one negated set is read faster than the category of each character.
_LETTER = (
    r"[^\x00-@\[-`{-©«-´¶-¹»-¿×÷\u2000-\u2bff\u2e00-\u2e7f\u3000-\u303f\ud800-\uf8ff\ufe00-\uffff"
    r"\U0001d000-\U0001ffff]"
)
_SPLIT = re.compile(rf"({_LETTER}+(?:-(?:[dlDL]['’])?{_LETTER}+)*)").split

#: What stands between two words, in classes; every other string of separators is classed by
#: :func:`separator`.
SPACE, DASH, APOSTROPHE, LINE, COMMA, COLON, STOP, DIGIT, FIELD, BRACKET, EDGE = range(11)
SEPARATORS = 11
CLASS_OF_SEPARATOR = {
    " ": SPACE,
    "'": APOSTROPHE,
    "’": APOSTROPHE,
    "\n": LINE,
    ", ": COMMA,
    ". ": STOP,
    " : ": COLON,
}
CLASS_OF_SEPARATOR |= {
    "\u00a0": SPACE,
    "\u202f": SPACE,
    ": ": COLON,
    "": EDGE,
    " (": BRACKET,
    " – ": DASH,
    " - ": DASH,
}
CLASS_OF_SEPARATOR |= {
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
INNER = lexicon.PARTICLES | frozenset(("y", "sur", "sous", "en", "lès", "lez", "aux", "et"))
_JOINS = frozenset((SPACE, APOSTROPHE, LINE, STOP))
_INNER_JOINS = frozenset((SPACE, APOSTROPHE, LINE))
_NEVER_LOWER = 4
MAX_ISLAND = 48

#: A full stop after at most so many letters may abbreviate: ``J. Dupont``, ``Mme. Dupont``, ``St. Denis``.
MAX_ABBREVIATION = 4


class Words(NamedTuple):
    """The words of a text, where each starts, and the separators: ``separators[i]`` stands before
    ``words[i]``."""

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
    found = CLASS_OF_SEPARATOR.get(between)
    if found is not None:
        return found
    if any(map(str.isdigit, between)):
        return DIGIT
    lines = between.count("\n")
    if lines:
        return LINE if lines == 1 and len(between) < 4 else EDGE
    bare = between.strip()
    if not bare:
        return SPACE if len(between) < 3 and "\t" not in between else FIELD
    for marks, value in (
        (":", COLON),
        (";|\t/=", FIELD),
        ('()[]{}«»"<>“”', BRACKET),
        (".", STOP),
        ("!?…", EDGE),
        (",", COMMA),
    ):
        if any(mark in bare for mark in marks):
            return value
    return DASH


@cache
def lower_names() -> frozenset[str]:
    """Return the words that are read as possible names even in lower case, and the civilities that come
    before."""
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
    """Return the indices of the last line, if it is made of one to four words in lower case that may be
    names."""
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


@cache
def never() -> frozenset[str]:
    """Return the capitalised words that belong to no name: civilities, pronouns, acronyms."""
    listed = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))
    small = {*listed["never"], *listed["acronym"]}
    return frozenset(small | {word.capitalize() for word in small} | {word.upper() for word in small})


def candidates(text_words: Words) -> list[int]:
    """Return the indices of the words that might belong to a name, in order."""
    words, _, separators = text_words
    ruled_out = never()
    found = [
        i
        for i in compress(range(len(words)), map(not_, map(str.islower, words)))
        if words[i] not in ruled_out
    ]
    hits = lower_names().intersection(words)
    signed = _signature(text_words)
    if not hits and not signed:
        return found
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
    return sorted(more.union(found)) if more else found


def islands(text_words: Words, taken: frozenset[int] = frozenset()) -> list[tuple[int, int]]:
    """Return the stretches ``(first, end)`` of words that might hold names, without the words ``taken``."""
    words, _, separators = text_words
    listed = candidates(text_words)
    if taken:
        listed = [i for i in listed if i not in taken]
    if not listed:
        return []
    found: list[tuple[int, int]] = []
    get = CLASS_OF_SEPARATOR.get
    first = last = listed[0]
    for i in listed[1:]:
        gap = i - last
        if gap == 1:
            kind = get(separators[i], -1)
            if kind < 0:
                kind = separator(separators[i])
            if kind <= STOP and kind in _JOINS and (kind != STOP or len(words[last]) <= MAX_ABBREVIATION):
                last = i
                continue
        elif gap <= 3 and words[i - 1] in INNER and _inner(text_words, last, i, taken):
            last = i
            continue
        found.append((first, last + 1))
        first = last = i
    found.append((first, last + 1))
    if len(words) <= MAX_ISLAND or all(end - begin <= MAX_ISLAND for begin, end in found):
        return found
    return [part for stretch in found for part in _cut(*stretch)]


def _inner(text_words: Words, last: int, i: int, taken: frozenset[int]) -> bool:
    """Say whether only small words stand between two candidates, so that they may be of one name."""
    words, _, separators = text_words
    return all(words[k] in INNER and k not in taken for k in range(last + 1, i)) and all(
        separator(separators[k]) in _INNER_JOINS for k in range(last + 1, i + 1)
    )


def _cut(first: int, end: int) -> list[tuple[int, int]]:
    """Return an island in pieces of at most :data:`MAX_ISLAND` words."""
    if end - first <= MAX_ISLAND:
        return [(first, end)]
    return [(at, min(end, at + MAX_ISLAND)) for at in range(first, end, MAX_ISLAND)]
