"""What a number most probably is when no key proves it: told by its form and by all the words around it.

Lists of words do not end: people announce a number in ways that nobody listed. So the numbers that have the
form of an identifier, and that nothing proves, are weighed by a linear model: its form, the words before and
after by their distance, those of the paragraph, and what the lists of words announce there. A form allows
some types only; the model chooses among these and "a number of nobody".
``training/redaction/announced.py`` makes the weights.
"""

import functools
import re
import string
import struct
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from importlib import resources
from math import exp
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers.announced import ANY, Announced
from bacasable.privacy.redaction.identifiers.compiled import in_kernel
from bacasable.privacy.redaction.identifiers.context import WORDS_TABLE, Announcements
from bacasable.privacy.redaction.identifiers.lengths import ANNOUNCED
from bacasable.privacy.redaction.identifiers.unproved import (
    COMMON_FORMS,
    KINDS,
    MAC,
    NOBODY,
    PHONE,
    UNSURE,
    Value,
    unproved,
)
from bacasable.privacy.redaction.spans import Span

#: A number that no word announced is told where the chance that it is of nobody is below this: of forms that
#: many numbers have (digits alone), and of those that hardly any other has.
COMMON, RARE = 0.7, 0.9
#: The same where the word right before says that the number is of something else: of a bill, of a meter.
DENIED, RARELY_DENIED = 0.5, 0.2
#: A type that words announced is changed where another, but a telephone's, is likelier than this: a type of
#: KINDS, another type.
SURER, SUREST = 0.75, 0.85

#: Weights are kept by a hash of so many bits.
BITS = 14

#: Words and signs of the paragraph that are read before and after a value.
NEAR_BEFORE, NEAR_AFTER, FAR = 160, 80, 600
_WORDS_BEFORE, _WORDS_AFTER = 17, 8
_MOST_BREAKS = 2

#: How far a word stands, by how many words are between.
_BEFORE = (0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5)
_AFTER = (0, 1, 2, 2, 3, 3, 3, 3)

#: Kinds of features: each has a channel, so that a word weighs otherwise before and after.
_C_BEFORE, _C_SIDE, _C_FARTHER, _C_ANY, _C_PAIR = 0, 18, 21, 22, 23
_C_AFTER, _C_AFTER_SIDE, _C_AFTER_PAIR, _C_PARAGRAPH = 24, 32, 34, 35
_C_SHAPE, _C_FIRST, _C_HEAD, _C_MONTH, _C_SIGN, _C_SIGNS, _C_NEXT = 36, 37, 38, 39, 40, 41, 42
_C_SAID, _C_SAID_ANY, _C_SAID_BESIDE, _C_FOUND, _C_BUILD = 43, 46, 47, 48, 49

_WORD = re.compile(rb"[a-z]+|[0-9]+")
_BREAK = re.compile(r"\n|[.;!?](?=[ \n])")


def hashed(letters: bytes) -> int:
    """Return the FNV-1a hash of bytes, 32 bits."""
    code = 2166136261
    for letter in letters:
        code = (code ^ letter) * 16777619 & 0xFFFFFFFF
    return code


def _slot(channel: int, code: int) -> int:
    return ((code ^ channel * 0x9E3779B1) * 0x85EBCA6B & 0xFFFFFFFF) >> (32 - BITS)


_NUMBER = hashed(b"0")


_HEAD = 0x5BD1E995
_SHAPES = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "9" * 10 + "A" * 26 + "a" * 26
)
#: Numbers of the types that words announce, as those of the kernel.
_NAMES = ("", ANY, *(key for key in ANNOUNCED), "VAT")
_KEYS = {key: number for number, key in enumerate(_NAMES)}
_OTHER, _SILENT = len(_NAMES), len(_NAMES) + 1
_DISTANCES = (0, 1, 2, 2, 3, 3, 3, 4)


class Words:
    """The words of a text in lower case without accents, with their hashes; made once for all its numbers."""

    __slots__ = ("breaks", "codes", "ends", "heads", "long", "starts")

    def __init__(self, text: str) -> None:
        plain = text.encode("latin-1", "replace").translate(WORDS_TABLE)
        self.starts: list[int] = []
        self.ends: list[int] = []
        #: Of the word, and of its first five letters where it has more (else 0).
        self.codes: list[int] = []
        self.heads: list[int] = []
        #: Whether it is a word of three letters at least.
        self.long: list[bool] = []
        #: Ends of lines and sentences before it.
        self.breaks: list[int] = []
        count = place = 0
        for match in _WORD.finditer(plain):
            word = match[0]
            number = word[0] < ord("a")
            self.starts.append(match.start())
            self.ends.append(match.end())
            self.codes.append(_NUMBER if number else hashed(word))
            self.heads.append(hashed(word[:5]) if len(word) > 5 and not number else 0)
            self.long.append(len(word) > 2 and not number)
            count += len(_BREAK.findall(text, place, match.start() + 1))
            place = match.start()
            self.breaks.append(count)


def features(
    text: str, words: Words, value: Value, near: Sequence[Announced], beside: Sequence[Announced], found: str
) -> list[int]:
    """Return where the weights of a value stand.

    ``near`` and ``beside`` are what lists of words announce before it, above and after it, ``found`` the type
    that they gave it, or "".
    """
    first = bisect_left(words.starts, value.start)
    last = bisect_left(words.starts, value.end)
    slots: list[int] = []

    def add(channel: int, word: int) -> None:
        slots.append(_slot(channel, words.codes[word]))
        if words.heads[word]:
            slots.append(_slot(channel, words.heads[word] ^ _HEAD))

    low = first
    while low and first - low < _WORDS_BEFORE and value.start - words.starts[low - 1] <= NEAR_BEFORE:
        low -= 1
        place = first - 1 - low
        breaks = min(_MOST_BREAKS, words.breaks[first] - words.breaks[low])
        add(_C_BEFORE + 3 * _BEFORE[place] + breaks, low)
        add(_C_SIDE + breaks if place < 7 else _C_FARTHER, low)
        add(_C_ANY, low)
        if 0 < place < 8:
            slots.append(_slot(_C_PAIR, words.codes[low] ^ words.codes[low + 1] * 31 & 0xFFFFFFFF))
    high = last
    while (
        high < len(words.starts) and high - last < _WORDS_AFTER and words.ends[high] - value.end <= NEAR_AFTER
    ):
        place = high - last
        broken = words.breaks[high] > words.breaks[last - 1]
        add(_C_AFTER + 2 * _AFTER[place] + broken, high)
        add(_C_AFTER_SIDE + broken, high)
        add(_C_ANY, high)
        if place and not broken:
            slots.append(_slot(_C_AFTER_PAIR, words.codes[high - 1] ^ words.codes[high] * 31 & 0xFFFFFFFF))
        high += 1
    around = [
        *range(bisect_left(words.starts, value.start - FAR), low),
        *range(high, bisect_left(words.starts, value.end + FAR)),
    ]
    for word in around:
        if words.long[word]:
            slots.append(_slot(_C_PARAGRAPH, words.codes[word]))
    letters = value.letters
    shape = letters.translate(_SHAPES) + "_" * (len(letters) < value.end - value.start)
    slots.append(_slot(_C_SHAPE, hashed(shape.encode())))
    slots.append(_slot(_C_FIRST, ord(letters[0])))
    slots.append(_slot(_C_HEAD, hashed(letters[:2].encode()) ^ len(letters)))
    if len(letters) in (10, 12) and letters.isdecimal():
        slots.append(_slot(_C_MONTH, hashed(letters[2:4].encode()) ^ len(letters)))
    slots.append(_slot(_C_BUILD, _build(letters)))
    slots.append(_slot(_C_SIGN, _sign(text, value.start - 1)))
    slots.append(
        _slot(_C_SIGNS, _sign(text, value.start - 1) * 65599 + _sign(text, value.start - 2) & 0xFFFFFFFF)
    )
    slots.append(_slot(_C_NEXT, _sign(text, value.end)))
    for place, (key, distance) in enumerate(near[:4]):
        code = _KEYS.get(key, _OTHER)
        slots.append(_slot(_C_SAID + min(place, 2), code * 8 + _DISTANCES[min(distance, 7)]))
        slots.append(_slot(_C_SAID_ANY, code))
    if not near:
        slots.append(_slot(_C_SAID, _SILENT))
    for key, _ in beside[:4]:
        slots.append(_slot(_C_SAID_BESIDE, _KEYS.get(key, _OTHER)))
    if not beside:
        slots.append(_slot(_C_SAID_BESIDE, _SILENT))
    slots.append(_slot(_C_FOUND, _KEYS.get(found, _OTHER) if found else _SILENT))
    return slots


def _build(letters: str) -> int:
    """Return how a value is made: letters before its digits, digits at its end, letters, whether any is a
    vowel."""
    head = len(letters) - len(letters.lstrip(string.ascii_letters))
    tail = len(letters) - len(letters.rstrip(string.digits))
    count = sum(map(str.isalpha, letters))
    vowels = any(letter in "AEIOU" for letter in letters)
    return head + 16 * tail + 256 * count + 4096 * vowels


def _sign(text: str, place: int) -> int:
    return ord(text[place]) if 0 <= place < len(text) else 0


class Weights:
    """The weights of ``surroundings.bin``.

    For each slot a line of signed bytes: one for each of KINDS but the last, which the others are relative
    to.
    """

    __slots__ = ("scale", "table")

    def __init__(self, packed: bytes) -> None:
        body = zlib.decompress(packed)
        (self.scale,) = struct.unpack_from("<d", body)
        self.table = body[8:]
        if len(self.table) != NOBODY << BITS:
            raise ValueError("surroundings.bin is not of this version: train it again (announced.py)")

    def chances(self, value: Value, slots: Sequence[int]) -> list[float]:
        """Return how likely each of KINDS is; 0 for what the form forbids."""
        totals = [0] * len(KINDS)
        for slot in slots:
            line = self.table[slot * NOBODY : (slot + 1) * NOBODY]
            for kind, weight in enumerate(line):
                totals[kind] += weight - 256 if weight > 127 else weight
        allowed = [kind == NOBODY or bool(value.kinds >> kind & 1) for kind in range(len(KINDS))]
        most = max(total for total, allows in zip(totals, allowed, strict=True) if allows)
        raised = [
            exp((total - most) * self.scale) if allows else 0.0
            for total, allows in zip(totals, allowed, strict=True)
        ]
        whole = sum(raised)
        return [one / whole for one in raised]


@functools.lru_cache(maxsize=1)
def weights() -> Weights:
    """Return the weights, read once."""
    return Weights(resources.files(__package__).joinpath("surroundings.bin").read_bytes())


def decided(kinds: int, chances: Sequence[float], before: str, denied: bool) -> str:
    """Return the type of a value, or "": of its chances, what words announced (``before``), and whether the
    word right before says that the number is of something else (``denied``)."""
    best = max(range(NOBODY), key=lambda kind: chances[kind])
    if before:
        limit = SURER if before in KINDS else SUREST
        return KINDS[best] if kinds != MAC and 1 << best != PHONE and chances[best] > limit else before
    common, rare = (DENIED, RARELY_DENIED) if denied else (COMMON, RARE)
    limit = common if kinds in COMMON_FORMS else rare
    return KINDS[best] if chances[NOBODY] < limit else ""


def with_surroundings(text: str, contexts: Announcements, found: list[Span]) -> list[Span]:
    """Return what was found, sorted and apart, with the numbers that their surroundings tell."""
    if in_kernel(contexts):
        told: list[Span] = _compiled().weigh(contexts, found)
        return told
    words = None
    changed = {}
    for value, before in unproved(text, found):
        near = contexts.before(value.start)
        words = words or Words(text)
        beside = contexts.beside(value.start, value.end)
        chances = weights().chances(value, features(text, words, value, near, beside, before))
        kind = decided(value.kinds, chances, before, bool(near) and not near[0].key and near[0].words < 2)
        if kind and kind != before:
            changed[value.start] = Span(value.start, value.end, kind, 0.8 if before else 0.7)
    if not changed:
        return found
    kept = [span for span in found if span.start not in changed]
    return sorted([*kept, *changed.values()])


@functools.lru_cache(maxsize=1)
def _compiled() -> Any:
    """Return the same in C."""
    own = weights()
    limits = (SURER, SUREST, DENIED, RARELY_DENIED, COMMON, RARE)
    return kernel.built.Surroundings(
        Span, KINDS[:NOBODY], tuple(sorted(UNSURE)), WORDS_TABLE, own.table, own.scale, limits
    )
