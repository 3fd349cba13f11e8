"""A text as ASCII bytes, so that patterns are short, quick, and know neither accents nor loose blanks.

Every character has one byte, ``?`` if it is none of those that addresses are written with, but for accents
written apart and blanks after a blank, which are left out; what is found is moved back to the offsets of the
text.
"""

import codecs
import re
import unicodedata
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from bacasable.privacy.redaction.spans import Span

#: Written as a letter that follows another: combining accents, soft hyphens, joiners.
MARK = 0x01

_LETTERS = "".join(chr(code) for code in range(0xC0, 0x100) if code not in (0xD7, 0xF7))
_OTHER_LETTERS = "ŒœŸŠšŽžČčĆćŁłŃńŚśĘęĄąŻżĞğİıŞşŐőŰűŘřĚě"
_SPACES = "\u00a0\u202f\u2009\u2007\u2003"
_DASHES = "\u2010\u2011\u2013\u2014\u2212"
_QUOTES = "\u2019\u2018\u00b4\u02bc\u2032"
_MARKS = "\u0300\u0301\u0302\u0303\u0308\u0327\u030c\u00ad\u200d"
_SIGNS = "°º«»•"
_PLAIN = dict(zip("ŁłŒœÆæØøßÐðÞþı°º«»•", 'LlOoAaOosDdTtioo""-', strict=True))


def _tables() -> tuple[object, bytes]:
    """Return the map from characters to bytes, and the table from these bytes to plain ASCII."""
    known = _LETTERS + _OTHER_LETTERS + _SPACES + _DASHES + _QUOTES + _MARKS + _SIGNS
    characters = "".join(map(chr, range(128))) + known.ljust(128, "\ufffe")
    plain = bytearray(range(128))
    for code in range(32):
        plain[code] = ord("\n") if code in (0x0A, 0x0B, 0x0C) else ord(" ")
    for character in known:
        if character in _SPACES:
            byte = ord(" ")
        elif character in _DASHES:
            byte = ord("-")
        elif character in _QUOTES:
            byte = ord("'")
        elif character in _MARKS:
            byte = MARK
        else:
            byte = ord(_PLAIN.get(character) or unicodedata.normalize("NFD", character)[0])
        plain.append(byte)
    return codecs.charmap_build(characters), bytes(plain.ljust(256, b"?"))


_MAP, _PLAIN_BYTES = _tables()


#: Left out: all blanks but one, and marks.
_BLANKS = re.compile(rb"  +")
_MARKS_APART = re.compile(rb"\x01+")


class Folded(NamedTuple):
    """A text as ASCII, and what was left out of it: ``removed[i]`` characters before byte ``places[i]``."""

    cased: bytes
    places: list[int]
    removed: list[int]

    def moved_back(self, spans: list[Span]) -> list[Span]:
        """Return spans of the bytes as spans of the text, with the marks that follow their last letter."""
        return [
            span._replace(
                start=self._origin(span.start), end=self._origin(span.end - 1) + 1 + self._marks(span.end)
            )
            for span in spans
        ]

    def _origin(self, place: int) -> int:
        before = bisect_right(self.places, place)
        return place + (self.removed[before - 1] if before else 0)

    def _marks(self, end: int) -> int:
        """Return how many characters were left out at ``end``, where a letter and not a blank ends there."""
        at = bisect_left(self.places, end)
        if at == len(self.places) or self.places[at] != end or self.cased[end - 1 : end] == b" ":
            return 0
        return self.removed[at] - (self.removed[at - 1] if at else 0)


def bytes_of(text: str) -> bytes:
    """Return the bytes of ``text``, one for each character, with all blanks and marks."""
    return codecs.charmap_encode(text, "replace", _MAP)[0].translate(_PLAIN_BYTES)  # type: ignore[arg-type]


def folded(text: str) -> Folded:
    """Return ``text`` as ASCII: no accents, straight apostrophes and dashes, single blanks."""
    cased = bytes_of(text)
    loose = [(blanks.start() + 1, blanks.end()) for blanks in _BLANKS.finditer(cased)]
    if MARK in cased:
        loose = sorted(loose + [marks.span() for marks in _MARKS_APART.finditer(cased)])
    pieces: list[bytes] = []
    places: list[int] = []
    removed: list[int] = []
    last = gone = 0
    for start, end in loose:
        pieces.append(cased[last:start])
        places.append(start - gone)
        gone += end - start
        removed.append(gone)
        last = end
    if not gone:
        return Folded(cased, places, removed)
    return Folded(b"".join([*pieces, cased[last:]]), places, removed)
