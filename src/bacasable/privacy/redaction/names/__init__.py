"""Names of persons and places in French text, by a model whose parts are tables (see :mod:`model`)."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from math import exp
from typing import Any

from bacasable.privacy.redaction.names.compiled import reader
from bacasable.privacy.redaction.names.model import model
from bacasable.privacy.redaction.names.scanning import Words, islands, split
from bacasable.privacy.redaction.spans import Span

__all__ = ["names"]

#: Confidence by how far the labels beat O on average, in steps of a tenth of the unit of the model.
_STEP, _STEPS = 100, 160
_CONFIDENCE = tuple(round(1 / (1 + exp(-step * _STEP / 2000)), 3) for step in range(_STEPS))
#: A district of one of the three cities that have them belongs to the place: *Lyon 3e*.
_DISTRICT = re.compile(r"[ \u00a0]\d{1,2}(?:er|e|ème|eme)\b(?:[ \u00a0]arrondissement\b)?")
_WITH_DISTRICTS = frozenset(["paris", "lyon", "marseille"])
_TYPES = ("", "PERSON", "PERSON", "LOCATION", "LOCATION")


@cache
def _reader() -> Any:
    """Return the reader in C, or ``None``."""
    return reader(_CONFIDENCE, _TYPES)


def names(text: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Return the spans of PERSON and LOCATION in ``text``, sorted and apart.

    ``taken`` are spans that other recognisers hold (an address, a date): nothing is found inside of them.
    Offsets are code points of the text as given, whatever its normal form. A civility is outside of its
    person.
    """
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        return _composed(text, taken)
    return _plain(text, taken)


def _held(words: Words, taken: Sequence[Span]) -> frozenset[int]:
    """Return the indices of the words that touch a span of ``taken``."""
    starts = words.starts
    held: set[int] = set()
    for span in taken:
        i = bisect_right(starts, span.start) - 1
        if i >= 0 and starts[i] + len(words.words[i]) > span.start:
            held.add(i)
        held.update(range(i + 1, bisect_left(starts, span.end)))
    return frozenset(held)


def _spans(words: Words, first: int, labels: list[int], margins: list[int], found: list[Span]) -> None:
    """Add to ``found`` the spans of one island."""
    texts, starts, _ = words
    at, size = 0, len(labels)
    while at < size:
        label = labels[at]
        if not label:
            at += 1
            continue
        stop = at + 1
        margin = margins[at]
        while stop < size and labels[stop] == label + 1:
            margin += margins[stop]
            stop += 1
        last = first + stop - 1
        step = margin // ((stop - at) * _STEP)
        confidence = _CONFIDENCE[0 if step < 0 else step if step < _STEPS else _STEPS - 1]
        end = starts[last] + len(texts[last])
        # The full stop of a last initial is of the name: *ROUSSEL J.*
        if stop - at > 1 and label == 1 and len(texts[last]) == 1 and words.separators[last + 1][:1] == ".":
            end += 1
        found.append(Span(starts[first + at], end, _TYPES[label], confidence))
        at = stop


def _composed(text: str, taken: Sequence[Span]) -> list[Span]:
    """Return the spans of a text with combining accents: read composed, letter by letter, and mapped back."""
    pieces: list[str] = []
    at: list[int] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or not unicodedata.combining(text[i]):
            piece = unicodedata.normalize("NFC", text[start:i])
            pieces.append(piece)
            at += [start] * len(piece)
            start = i
    at.append(len(text))
    moved = [Span(bisect_left(at, s.start), bisect_left(at, s.end), s.type, s.confidence) for s in taken]
    plain = "".join(pieces)
    return [span._replace(start=at[span.start], end=at[span.end]) for span in _plain(plain, moved)]


def _plain(text: str, taken: Sequence[Span]) -> list[Span]:
    """Return the spans of a text that needs no composing, or that cannot be composed further."""
    compiled = _reader()
    if compiled is not None:
        found, places = compiled.read(text, taken)
    else:
        found = _found(text, taken)
        places = range(len(found))
    for i in places:
        span = found[i]
        if span.type == "LOCATION" and text[span.end + 1 : span.end + 2].isdigit():
            district = _DISTRICT.match(text, span.end)
            if district and text[span.start : span.end].lower() in _WITH_DISTRICTS:
                found[i] = span._replace(end=district.end())
    return found


def _found(text: str, taken: Sequence[Span]) -> list[Span]:
    """Return the spans of a text without the districts of cities: what the kernel does where it was built."""
    words = split(text)
    held = _held(words, taken) if taken else frozenset()
    found: list[Span] = []
    for first, labels, margins in model().read(words, islands(words, held)):
        _spans(words, first, labels, margins, found)
    return found
