"""Identifiers made of digits: runs of digits, told apart by length, checksum and the words before."""

import re
from collections.abc import Iterable, Sequence

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.announced import ANY
from bacasable.privacy.redaction.identifiers.codes import iban, vat
from bacasable.privacy.redaction.identifiers.compiled import compiled, in_kernel
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.grouped import (
    SIGNS,
    after_minutes,
    can_start,
    jump,
    names_mobile,
    parted,
    stands_apart,
)
from bacasable.privacy.redaction.identifiers.lengths import ANNOUNCED, FAR, FAR_LENGTHS, LONG, counts
from bacasable.privacy.redaction.identifiers.proofs import LUHN, STRONG, luhn_whole, proven
from bacasable.privacy.redaction.identifiers.runs import (
    GROUP,
    Run,
    after_letters,
    evenly,
    groups,
    with_lookalike,
)
from bacasable.privacy.redaction.identifiers.signs import Signs
from bacasable.privacy.redaction.identifiers.social_security import (
    key_after,
    part,
    unproved_nir,
    with_unproved,
)
from bacasable.privacy.redaction.identifiers.telephones import telephone
from bacasable.privacy.redaction.spans import Span

#: A run that is one date and nothing else.
_DATE_ALONE = re.compile(r"[0-3]\d([/.\-])[01]\d\1[12]\d{3}")
#: Letters taken for digits that may begin a run.
_LOOKALIKES = ("O", "o", "l", "I")
#: Lengths that some type accepts.
_LENGTHS: frozenset[int] = frozenset().union(*ANNOUNCED.values())


def digit_identifiers(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return the identifiers made of digits, not overlapping."""
    if not strict and in_kernel(contexts):

        def rest(start: int, end: int) -> list[Span]:
            return _read_runs(text, ((start, end),), contexts, strict)

        return list(compiled().read(contexts, signs.runs, rest))
    return _read_runs(text, signs.runs, contexts, strict)


def _read_runs(
    text: str, runs: Iterable[tuple[int, int]], contexts: Announcements, strict: bool
) -> list[Span]:
    """Return the identifiers of runs of digits."""
    found: list[Span] = []
    for start, end in runs:
        if end - start == 10 and text[start + 2] in "/.-" and _DATE_ALONE.fullmatch(text, start, end):
            continue
        if start:
            before = text[start - 1]
            if end - start > 10 and (led := _led(text, start, contexts, strict)):
                found.append(led)
                start = led.end
                if start >= end:
                    continue
            elif before in "hH" and (minutes := after_minutes(text, start, end)):
                start = minutes
                if start >= end:
                    continue
            elif before == "_" or (before.isalnum() and before not in "OolI|"):
                if strict or not _labels(start, contexts):
                    start = after_letters(text, start, end)
                if start >= end:
                    continue
            elif text[start - 2 : start - 1] in _LOOKALIKES or before in _LOOKALIKES:
                start = with_lookalike(text, start)
        surface = text[start:end]
        if surface.isdecimal():
            _read_word(text, start, end, surface, contexts, strict, found)
            continue
        words = GROUP.findall(surface)
        value = "".join(words)
        length = len(value)
        if value.isdecimal() and len(surface) == length + len(words) - 1:  # one sign between groups
            if length in (13, 15) and STRONG[length][1](value):
                found.append(Span(start, _closed(text, start, end), STRONG[length][0], 0.99))
            elif length >= 6:
                _read(text, evenly(start, words), length, contexts, strict, found)
            continue
        for run in groups(text, start, end):
            length = sum(map(len, run.words))
            if length >= 6:
                _read(text, run, length, contexts, strict, found)
    return found


def _labels(start: int, contexts: Announcements) -> bool:
    """Tell whether the letters that a run hangs on announce it: ``SIREN732829320``, ``caf_1234567``."""
    nearest = contexts.nearest(start)
    return nearest is not None and nearest.words == 0 and nearest.key in ANNOUNCED


def _led(text: str, start: int, contexts: Announcements, strict: bool) -> Span | None:
    """Return the IBAN or VAT number whose letters stand before the run: ``fr76 3000``, ``FR 44 732``.

    At most three signs stand after each of the two letters.
    """
    second = start - 1
    while text[second] in SIGNS and second > 0 and start - second < 4:
        second -= 1
    first = second - 1
    if first < 0 or not text[second].isalpha():
        return None
    while text[first] in SIGNS and first > 0 and second - first < 4:
        first -= 1
    if (text[first] + text[second]).upper() not in checks.IBAN_LENGTHS:
        return None
    return iban(text, first, contexts, strict) or vat(text, first, contexts, strict)


def _read_word(
    text: str, start: int, end: int, word: str, contexts: Announcements, strict: bool, found: list[Span]
) -> None:
    """Classify digits without a gap."""
    length = end - start
    span = None
    if length in STRONG and STRONG[length][1](word):
        span = Span(start, _closed(text, start, end), STRONG[length][0], 0.99)
    else:
        first = strict or length >= 14
        passes = length in LUHN and LUHN[length][1](word)
        if passes and first:
            span = _luhn(text, Run([start], [end], [word]), 0, 1, contexts, strict)
        if span is None and (word[0] == "0" or (start and "+" in text[max(0, start - 4) : start])):
            span = telephone(text, start, word, end, contexts, strict, False)
        if span is None and passes and not first:
            span = _luhn(text, Run([start], [end], [word]), 0, 1, contexts, strict)
        if span is None and not strict and length in _LENGTHS:
            span = _announced_word(text, start, end, word, contexts)
    if span is None and not strict:
        if length in (13, 15):
            span = unproved_nir(text, Run([start], [end], [word]), 0, 1, contexts)
        if span is None and length in FAR_LENGTHS:
            span = _named_afar(text, start, end, [word], length, contexts)
    if span is not None:
        found.append(span)


def _named_afar(
    text: str, start: int, end: int, words: Sequence[str], size: int, contexts: Announcements
) -> Span | None:
    """Return the number whose type a heading, the paragraph or the words after it name."""
    for announced in contexts.far(start, end, size >= 12):
        if not announced.key:
            return None
        if announced.key in FAR:
            found = _accepted(text, start, end, words, size, announced.key, 6)
            if found is not None and (announced.key != "INE" or found.end > end):
                return found
    if any(announced.key == ANY and announced.words < 5 for announced in contexts.before(start)):
        return _accepted(text, start, end, words, size, "FT", 5)
    return None


def _announced_word(text: str, start: int, end: int, word: str, contexts: Announcements) -> Span | None:
    """Return the number that the words before announce, for digits without a gap."""
    nearest = contexts.nearest(start)
    if nearest is None or not nearest[0] or nearest[1] > 9:
        return None
    for key, distance in contexts.before(start):
        if not key or distance > 9:
            return None
        if (span := _accepted(text, start, end, [word], end - start, key, distance)) is not None:
            return span
    return None


def _accepted(
    text: str, start: int, end: int, words: Sequence[str], size: int, key: str, distance: int
) -> Span | None:
    """Return a number of a type that words announce, if its length, form and what follows fit."""
    if key not in ANNOUNCED or size not in ANNOUNCED[key]:
        return None
    stop = end
    if key in ("CAF", "FT"):
        stop = _key_letter(text, end)
    elif key == "INE" and size in (9, 10) and (letters := _KEY_LETTERS[size].match(text, end)):
        stop = letters.end()
    if stop == end and (counts(text, stop, size) or (key, size) in _WITH_LETTERS):
        return None
    if text[stop : stop + 1].isalpha() or not _fits(key, words):
        return None
    if key == "NIR" and size == 13:
        stop = key_after(text, stop)
    return Span(start, stop, key, 0.9 if distance <= 4 else 0.7)


def _read(text: str, run: Run, length: int, contexts: Announcements, strict: bool, found: list[Span]) -> None:
    """Classify the groups of one run: proven by a strong checksum first, then the rest, left to right."""
    words = run.words
    taken: list[tuple[int, int]] = []
    if length >= 13 and not luhn_whole(words, length):
        taken = _proven(text, run, found)
        if not strict:
            taken = with_unproved(text, run, taken, contexts, found)
    place = 0
    for first, last in taken:
        if place < first:
            _classify(text, run, place, first, contexts, strict, found)
        place = last
    if place < len(words):
        _classify(text, run, place, len(words), contexts, strict, found)


def _proven(text: str, run: Run, found: list[Span]) -> list[tuple[int, int]]:
    """Report the values whose checksum is strong, wherever they start; return the groups they take."""
    taken: list[tuple[int, int]] = []
    count = len(run.words)
    first = 0
    while first < count:
        proof = proven(run.words, first, count, STRONG)
        if proof is None:
            first += 1
            continue
        last, key = proof
        found.append(Span(run.starts[first], _closed(text, run.starts[first], run.ends[last]), key, 0.99))
        taken.append((first, last + 1))
        first = last + 1
    return taken


def _closed(text: str, start: int, end: int) -> int:
    """Return the end with the bracket that closes one inside: ``1 85 05 78 006 084 (91)``."""
    return end + (text[end : end + 1] == ")" and "(" in text[start:end])


def _classify(
    text: str, run: Run, first: int, end: int, contexts: Announcements, strict: bool, found: list[Span]
) -> None:
    """Report telephones, Luhn numbers and announced numbers among the groups ``first`` to ``end``."""
    starts, ends, words = run.starts, run.ends, run.words
    free = first  # where a value may start without a number that is none of it just before
    while first < end:
        start, word = starts[first], words[first]
        if names_mobile(words, first, end):
            first += 1
            free = first
            continue
        luhn_first = strict or len(word) >= 14
        span = _luhn(text, run, first, end, contexts, strict) if luhn_first else None
        if span is None and (word[0] == "0" or (start and "+" in text[max(0, start - 4) : start])):
            # Groups like those just before it: the end of a longer number rather than a telephone.
            listed = (
                first > free
                and len(word) < 10
                and len(words[first - 1]) < 4
                and text[ends[first - 1] : start] == text[ends[first] : ends[first] + 1]
            )
            span = telephone(text, start, word, ends[end - 1], contexts, strict, listed)
        if span is None and not luhn_first:
            span = _luhn(text, run, first, end, contexts, strict)
        if span is None and not strict:
            span = _announced(text, run, first, end, contexts)
            if span is None and (not first or can_start(text, run, first)):
                last = part(text, run, first, end)
                size = sum(map(len, words[first:last]))
                if size in FAR_LENGTHS:
                    span = _named_afar(text, start, ends[last - 1], words[first:last], size, contexts)
        if span is None:
            first += 1
            continue
        found.append(span)
        while first < end and starts[first] < span.end:
            first += 1
        free = first


def _luhn(text: str, run: Run, first: int, end: int, contexts: Announcements, strict: bool) -> Span | None:
    """Return the company number or card that starts at a group, if its digits pass and nothing speaks
    against."""
    words = run.words
    proof = proven(words, first, end, LUHN)
    if proof is None:
        return None
    last, key = proof
    span = Span(run.starts[first], run.ends[last], key, 0.95)
    if strict:
        return span
    surface = text[span.start : span.end]
    broken = "\n" in surface or "\t" in surface
    size = sum(map(len, words[first : last + 1]))
    if counts(text, span.end, size) or (
        size < LONG and span.start > 1 and text[span.start - 1] == "," and text[span.start - 2].isdigit()
    ):
        return None
    if last < end - 1 and (longer := _announced(text, run, first, end, contexts)) and longer.end > span.end:
        return longer
    announced = contexts.nearest(span.start)
    thirds = last - first == 2
    if broken and (announced is None or announced.key != key):
        return None  # cells or lines of their own
    if key == "SIREN" and announced is None and not stands_apart(text, run, first, last):
        return None  # nine digits among others
    if announced is None:
        return span._replace(confidence=0.5 if key == "SIREN" else 0.85)
    if announced.key == key:
        return span
    if announced.key and key != "SIREN":
        return span._replace(confidence=0.6)
    if announced.key:
        other = None
        if announced.words <= (1 if thirds else 3):  # a key that is right says more than a word farther off
            other = _accepted(text, span.start, span.end, words[first : last + 1], size, *announced)
        return span._replace(confidence=0.6) if other is None else other._replace(confidence=0.8)
    apart = last - first in (0, 2) and stands_apart(text, run, first, last)
    if key == "SIREN" and (announced.words < 2 or not apart):
        return None
    if key != "SIREN" and size < LONG and announced.words < 3 and last == first:
        return None
    return span._replace(confidence=0.6)


def _announced(text: str, run: Run, first: int, end: int, contexts: Announcements) -> Span | None:
    """Return the number that the words before announce, when its length fits."""
    words = run.words
    start = run.starts[first]
    if first and not can_start(text, run, first):
        return None
    sizes: dict[int, int] = {}
    size = 0
    for last in range(first, end):
        size += len(words[last])
        if size > 23 or (last > first and parted(text, run, last)):
            break
        if size in _LENGTHS and not (last > first and jump(text, run, last)):
            sizes[size] = last
    if not sizes:
        return None
    for announced in contexts.before(start):
        if not announced.key or announced.words > 9:
            return None
        for size, last in reversed(sizes.items()):
            found = _accepted(
                text, start, run.ends[last], words[first : last + 1], size, announced.key, announced.words
            )
            if found is not None:
                return found
    return None


_KEY_LETTER = re.compile(r"[ \-\u00a0]?[A-Z](?![\w'’])(?! [A-Z])")
_WORD_ALONE = re.compile(r"[ \u00a0]A[ \u00a0][a-zà-ÿ]")
#: The letters that close a student's number, by its digits; and numbers that their letters close.
_KEY_LETTERS = {
    9: re.compile(r"[ \-\u00a0]?[A-Z]{2}(?![\w'’])"),
    10: re.compile(r"[ \-\u00a0]?[A-Z](?![\w'’])(?! [A-Z])"),
}
_WITH_LETTERS = frozenset((("FT", 7), ("INE", 9)))


def _key_letter(text: str, end: int) -> int:
    """Return the end of a benefits or job-seeker number with its key letter, which may stand apart."""
    if not any(map(str.isupper, text[end : end + 2])) or _WORD_ALONE.match(text, end):
        return end
    match = _KEY_LETTER.match(text, end)
    return match.end() if match else end


def _fits(key: str, words: Sequence[str]) -> bool:
    """Tell whether groups look like the announced type: not a date for a number, groups that people write."""
    value = "".join(words)
    if key == "PHONE" and len(value) == 8:  # of French Polynesia
        return (
            len(words) == 4 and words[0] in ("40", "49", "87", "89") and len(words[1]) == len(words[2]) == 2
        )
    if key == "PHONE" and len(value) == 11:  # without the + before 33
        return value.startswith("33")
    if len(words) == 1 and words[0].isdecimal() and key != "NIR":
        return True
    if not value.isdecimal() and key != "NIR":
        return False
    if len(words) == 3 and len(words[0]) == 2 and len(words[1]) == 2 and len(words[2]) == 4 and key != "NIR":
        return False  # a date
    if key in ("CAF", "FT", "PATIENT", "FILE_NUMBER", "HEALTH_INSURER", "TAX_NOTICE", "INE"):
        return len(words) == 1 or len({len(word) for word in words}) == 1 or (key != "FT" and len(words) <= 5)
    if key == "NIR":
        return value[0] in "123478"
    return True
