"""Identifiers made of digits: runs of digits, told apart by length, checksum and the words before."""

import re
from collections.abc import Sequence

from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.codes import iban, vat
from bacasable.privacy.redaction.identifiers.context import Announcements
from bacasable.privacy.redaction.identifiers.proofs import LUHN, STRONG, luhn_whole, proven
from bacasable.privacy.redaction.identifiers.runs import GAPS, Run, after_letters, groups, with_lookalike
from bacasable.privacy.redaction.identifiers.signs import Signs
from bacasable.privacy.redaction.identifiers.telephones import telephone
from bacasable.privacy.redaction.spans import Span

#: A run that is one date and nothing else.
_DATE_ALONE = re.compile(r"[0-3]\d([/.\-])[01]\d\1[12]\d{3}")
#: After a number that counts something.
_UNIT = re.compile(
    r"(?:,\d|[ \u00a0\u202f]?(?:€|[eE]uros?\b|EUR\b|EUROS\b|[mk]?[mM][23²³]\b|%|[kMG]?Wh?\b|k[mg]\b|ha\b|hab"
    r"|[hH]\d|ans\b|francs?\b|F\b|litres?\b|[Mm]ois\b|jours?\b|heures?\b|personnes?\b|m\b))"
)

#: Lengths that a type accepts on the word of its context alone.
_ANNOUNCED: dict[str, frozenset[int]] = {
    "NIR": frozenset((13, 14, 15)),
    "SPI": frozenset((13,)),
    "SIRET": frozenset((14,)),
    "SIREN": frozenset((9,)),
    "IBAN": frozenset((11, 21, 23)),
    "CARD": frozenset((14, 15, 16, 19)),
    "PHONE": frozenset((9, 10)),
    "CAF": frozenset((7,)),
    "FT": frozenset((7, 8, 11)),
    "ID_CARD": frozenset((12,)),
    "RESIDENCE_PERMIT": frozenset((9, 10)),
    "DRIVING_LICENCE": frozenset((12,)),
    "HEALTH_INSURER": frozenset(range(6, 13)),
    "HEALTH_PROFESSIONAL": frozenset((9, 11)),
    "PATIENT": frozenset(range(6, 14)),
    "INE": frozenset((8, 10, 11)),
    "TAX_NOTICE": frozenset((7, 12, 13)),
    "FILE_NUMBER": frozenset(range(5, 16)),
}


#: Letters taken for digits that may begin a run.
_LOOKALIKES = ("O", "o", "l", "I", "|")
#: Lengths that some type accepts.
_LENGTHS: frozenset[int] = frozenset().union(*_ANNOUNCED.values())


def digit_identifiers(text: str, signs: Signs, contexts: Announcements, strict: bool) -> list[Span]:
    """Return the identifiers made of digits, in order, not overlapping."""
    found: list[Span] = []
    for start, end in signs.runs:
        if end - start == 10 and _DATE_ALONE.fullmatch(text, start, end):
            continue
        if start:
            before = text[start - 1]
            if end - start > 10 and (led := _led(text, start, contexts, strict)):
                found.append(led)
                start = led.end
            elif (before.isalnum() or before == "_") and before not in "OolI|":
                start = after_letters(text, start, end)
            elif text[start - 2 : start - 1] in _LOOKALIKES or before in _LOOKALIKES:
                start = with_lookalike(text, start)
        for run in groups(text, start, end) if start < end else ():
            length = sum(map(len, run.words))
            if length >= 6:
                _read(text, run, length, contexts, strict, found)
    return found


_COUNTRY = re.compile(rf"([A-Za-z])[{GAPS}]{{0,3}}([A-Za-z])[{GAPS}]{{0,3}}\Z")


def _led(text: str, start: int, contexts: Announcements, strict: bool) -> Span | None:
    """Return the IBAN or VAT number whose letters stand before the run: ``fr76 3000``, ``FR 44 732``."""
    country = _COUNTRY.search(text, max(0, start - 9), start)
    if country is None or (country[1] + country[2]).upper() not in checks.IBAN_LENGTHS:
        return None
    return iban(text, country.start(), contexts, strict) or vat(text, country.start(), contexts, strict)


def _read(text: str, run: Run, length: int, contexts: Announcements, strict: bool, found: list[Span]) -> None:
    """Classify the groups of one run: proven by a strong checksum first, then the rest, left to right."""
    words = run.words
    taken: list[tuple[int, int]] = []
    if length >= 13 and (len(words) == 1 or not luhn_whole(words, length)):
        taken = _proven(text, run, found)
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
    if _UNIT.match(text, span.end) or (
        span.start > 1 and text[span.start - 1] == "," and text[span.start - 2].isdigit()
    ):
        return None
    if last < end - 1 and (longer := _announced(text, run, first, end, contexts)) and longer.end > span.end:
        return longer
    announced = contexts.nearest(text, span.start)
    if broken and (announced is None or announced.key != key):
        return None  # cells or lines of their own
    if key == "SIREN" and announced is None and last - first + 1 < len(words):
        return None  # nine digits among others
    if announced is None:
        return span._replace(confidence=0.5 if key == "SIREN" else 0.85)
    if announced.key == key:
        return span
    if announced.key and key != "SIREN":
        return span._replace(confidence=0.6)
    if announced.key:
        accepted = _ANNOUNCED.get(announced.key, frozenset())
        size = sum(map(len, words[first : last + 1]))
        return (
            span._replace(type=announced.key, confidence=0.8)
            if size in accepted
            else span._replace(confidence=0.6)
        )
    return None if key == "SIREN" or announced.words < 3 else span._replace(confidence=0.6)


def _announced(text: str, run: Run, first: int, end: int, contexts: Announcements) -> Span | None:
    """Return the number that the words before announce, when its length fits."""
    words = run.words
    start = run.starts[first]
    if first and not _can_start(text, run, first):
        return None
    sizes: dict[int, int] = {}
    size = 0
    for last in range(first, end):
        size += len(words[last])
        if size > 23:
            break
        if size in _LENGTHS and not (last > first and _jump(text, run, last)):
            sizes[size] = last
    if not sizes:
        return None
    for announced in contexts.before(text, start):
        if not announced.key or announced.words > 9:
            return None
        accepted = _ANNOUNCED.get(announced.key)
        if not accepted:
            continue
        for size, last in reversed(sizes.items()):
            if size not in accepted:
                continue
            digits_end = run.ends[last]
            stop = _key_letter(text, digits_end, announced.key)
            if stop == digits_end and (_UNIT.match(text, stop) or (announced.key == "FT" and size == 7)):
                continue
            if text[stop : stop + 1].isalpha() or not _fits(announced.key, words[first : last + 1]):
                continue
            if announced.key == "NIR" and size == 13:
                stop = _key_after(text, stop)
            return Span(start, stop, announced.key, 0.9 if announced.words <= 4 else 0.7)
    return None


_KEY_AFTER = re.compile(
    r"[ ,;\u00a0]{0,2}(?:-[ ]?)?\(?(?:cl[ée]|CL[ÉE]|key|k)\.?[ ]?:?[ ]?\d\d\)?(?!\d)", re.IGNORECASE
)


def _key_after(text: str, end: int) -> int:
    """Return the end of a NIR with its key when a word stands between: ``084 clé 91``."""
    match = _KEY_AFTER.match(text, end)
    return match.end() if match else end


_KEY_LETTER = re.compile(r"[ \-\u00a0]?[A-Z](?![\w'’])(?! [A-Z])")
_WORD_ALONE = re.compile(r"[ \u00a0](?:[AYO]|À)[ \u00a0][a-zà-ÿ]")


def _key_letter(text: str, end: int, key: str) -> int:
    """Return the end of a benefits or job-seeker number with its key letter, which may stand apart."""
    if (
        key not in ("CAF", "FT")
        or not any(map(str.isupper, text[end : end + 2]))
        or _WORD_ALONE.match(text, end)
    ):
        return end
    match = _KEY_LETTER.match(text, end)
    return match.end() if match else end


def _jump(text: str, run: Run, last: int) -> bool:
    """Tell whether a line break stands before a group."""
    return "\n" in text[run.ends[last - 1] : run.starts[last]]


def _can_start(text: str, run: Run, first: int) -> bool:
    """Tell whether a group inside a run may begin a value: after a line break, a dash between spaces, a
    slash."""
    gap = text[run.ends[first - 1] : run.starts[first]]
    return "\n" in gap or "/" in gap or len(gap) > 1 or "\t" in gap


def _fits(key: str, words: Sequence[str]) -> bool:
    """Tell whether groups look like the announced type: not a date for a number, groups that people write."""
    if len(words) == 1 and words[0].isdecimal() and key != "NIR":
        return True
    value = "".join(words)
    if not value.isdecimal() and key != "NIR":
        return False
    if len(words) == 3 and len(words[0]) == 2 and len(words[1]) == 2 and len(words[2]) == 4 and key != "NIR":
        return False  # a date
    if key in ("CAF", "FT", "PATIENT", "FILE_NUMBER", "HEALTH_INSURER", "TAX_NOTICE", "INE"):
        return len(words) == 1 or len({len(word) for word in words}) == 1 or (key != "FT" and len(words) <= 5)
    if key == "NIR":
        return value[0] in "123478"
    return True
