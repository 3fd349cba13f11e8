"""Numbers that may be identifiers by their form, and that no key proves."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bacasable.privacy.redaction.identifiers.lengths import counts
from bacasable.privacy.redaction.spans import Span

#: What a number may be; the last: of nobody.
KINDS = ("CAF", "FT", "ID_CARD", "RESIDENCE_PERMIT", "DRIVING_LICENCE", "PASSPORT", "PHONE", "MAC", "")
NOBODY = len(KINDS) - 1
CAF, FT, ID_CARD, RESIDENCE_PERMIT, DRIVING_LICENCE, PASSPORT, PHONE, MAC = (
    1 << number for number in range(NOBODY)
)
#: Types that the words announced, of which the model may think otherwise.
UNSURE = frozenset((*KINDS[:NOBODY], "INE", "HEALTH_INSURER", "PATIENT", "TAX_NOTICE"))

#: Forms of digits alone, or of a letter and digits, that many numbers have.
COMMON_FORMS = (CAF, FT, RESIDENCE_PERMIT, PASSPORT)

_VALUE = re.compile(
    r"(?<![^\W_])(?:[0-9]{2} [A-Z]{2} [0-9]{5}|[A-Z]{1,2} [0-9]{7,8}|[0-9]{2} [0-9]{2} [0-9]{2} [0-9]{6}"
    r"|[A-Za-z0-9]{7,12})(?![^\W_])"
)
_KEY_LETTER = re.compile(r"[ \-\u00a0]?[A-Z](?![\w'’])(?! [A-Z])")


#: Signs that make one of what they touch; and those that do between letters or digits.
_JOINING = ("_", "@", "%", "+")
_BETWEEN = ("-", ".", "/")


class Value(NamedTuple):
    """A number that may be an identifier: where, its letters and digits, and the types that its form allows,
    as bits."""

    start: int
    end: int
    letters: str
    kinds: int


def kinds_of(letters: str) -> int:
    """Return the types that a form allows, as bits; 0: none."""
    size, digits = len(letters), sum(map(str.isdecimal, letters))
    if digits == size:
        if size == 10:
            return RESIDENCE_PERMIT | (PHONE if letters[0] == "0" and letters[1] != "0" else 0)
        return {7: CAF, 8: FT, 12: ID_CARD | DRIVING_LICENCE}.get(size, 0)
    if not digits:
        return 0
    upper, lower = letters.isupper(), letters.islower()
    if size == 12 and (upper or lower):
        return MAC if all(letter in "0123456789abcdef" for letter in letters.lower()) else 0
    if size == 8 and digits == 7 and letters[7].isalpha():
        return CAF | FT
    if not upper:
        return 0
    if letters[:2].isdecimal() and letters[2:4].isalpha() and letters[4:].isdecimal() and size == 9:
        return PASSPORT | DRIVING_LICENCE | RESIDENCE_PERMIT | ID_CARD
    head = size - len(letters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    named = head + digits == size
    if size == 9 and (head < 4 or not named or not any(letter in "AEIOU" for letter in letters)):
        return PASSPORT | RESIDENCE_PERMIT | ID_CARD
    return PASSPORT if named and 0 < head < 4 and 6 <= digits <= 8 else 0


def values(text: str) -> Iterator[Value]:
    """Yield the numbers of a text that have the form of an identifier, in order."""
    place = 0
    while match := _VALUE.search(text, place):
        start, end = match.span()
        place = end
        letters = match[0].replace(" ", "")
        if not any(map(str.isdecimal, letters)) or _is_joined(text, start, end):
            continue
        if len(letters) == 7 and letters.isdecimal() and (key := _KEY_LETTER.match(text, end)):
            end = place = key.end()
            letters += text[end - 1]
        elif _goes_on(text, end) or (letters.isdecimal() and counts(text, end, len(letters))):
            continue
        if kinds := kinds_of(letters):
            yield Value(start, end, letters, kinds)


def _goes_on(text: str, end: int) -> bool:
    return text[end : end + 1] in _BETWEEN and text[end + 1 : end + 2].isalnum()


def _is_joined(text: str, start: int, end: int) -> bool:
    """Tell whether a value is a part of something else: an address, a path, a longer number."""
    before = text[start - 1] if start else ""
    if before in _JOINING and before:
        return True
    if text[end : end + 1] in _JOINING and end < len(text):
        return True
    return before in _BETWEEN and start > 1 and text[start - 2].isalnum()


def unproved(text: str, found: Sequence[Span]) -> Iterator[tuple[Value, str]]:
    """Yield the values that nothing proves, each with the type that the words announced gave it, or "".

    ``found`` is sorted, its spans apart.
    """
    starts = [span.start for span in found]
    for value in values(text):
        place = bisect_left(starts, value.end)
        if not place or found[place - 1].end <= value.start:
            yield value, ""
            continue
        span = found[place - 1]
        if span.start == value.start and abs(span.end - value.end) <= 2 and span.type in UNSURE:
            yield value, span.type
