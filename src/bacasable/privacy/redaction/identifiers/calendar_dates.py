"""Calendar dates in French text, and among them dates of birth.

Numeric (03/05/2021, 3.5.21, 2021-05-03), in words (1er mars 1985, 3 janv. 2020, le 3 mai), of any case. A
year alone is no date, nor a month with its year; the day of a law ("décret n° 2009-404 du 15 avril 2009") is
part of its name, not of somebody's life.
"""

import functools
import re
from collections.abc import Iterable
from typing import Any

from bacasable.privacy.redaction import kernel
from bacasable.privacy.redaction.identifiers import checks
from bacasable.privacy.redaction.identifiers.births import BORN_SIGNS, NOTHING, kind, see_more_births
from bacasable.privacy.redaction.identifiers.columns import born_in_columns, born_under_headings
from bacasable.privacy.redaction.identifiers.context import Reading, fold
from bacasable.privacy.redaction.identifiers.keywords import SPELLED, held
from bacasable.privacy.redaction.identifiers.signs import BETWEEN, GAP, DateSigns, date_signs
from bacasable.privacy.redaction.identifiers.spelled_dates import spelled_dates
from bacasable.privacy.redaction.spans import Span

_NUMERIC = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][/.,])"
    rf"(?:(?P<d>[0-3]?[0-9])(?P<s>{GAP}?[/.\-\u2010-\u2013]{GAP}?|{GAP})(?P<m>[01]?[0-9])(?P=s)(?P<y>[12][0-9]{{3}}|[0-9]{{2}})"
    rf"|(?P<iy>[12][0-9]{{3}})(?P<is>[\-/.])(?P<im>[01][0-9])(?P=is)(?P<id>[0-3][0-9]))"
    rf"(?![0-9OIl])(?![/.,][0-9])(?!-[0-9]+(?![0-9/.]))"
)
#: Letters read for digits: "l2/O3/1985".
_MISREAD = re.compile(r"(?<!\w)[0-9OoIl]{2}([/.])[0-9OoIl]{2}\1[12Il][0-9OoIl]{3}")
_LOOKALIKES = str.maketrans("OoIl", "0011")

_MONTHS = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin", "jun"),
    ("juillet", "juil", "jul"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WRITTEN = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][/.,])(?P<d>[0-3Il]?[0-9O])(?:{GAP}?(?:[eE][rR]|ᵉʳ))?(?:{BETWEEN}|(?=[^\W\d_]))"
    rf"(?P<m>[jJfFmMaAsSoOnNdD](?:[^\W\d_][\u0300-\u0302]?){{2,8}})(?P<p>\.?)(?![^\W\d_])"
    rf"(?:(?:{BETWEEN})?(?P<y>[12Il][0-9OoIl]{{3}}|'?[0-9]{{2}})(?![0-9])"
    rf"(?!{GAP}?(?:[hH](?:eures?|EURES?)?(?![^\W\d_])|:[0-9]|[€%])|[,.][0-9]))?"
)


def dates(text: str, kinds: int | None = None) -> list[Span]:
    """Return dates (DATE) and dates of birth (DOB), in order, not overlapping; only days of the calendar.

    ``kinds``: what :func:`held` says of the text, where it was asked already.
    """
    compiled = _compiled()
    if compiled is None:
        kept = days(text)
        doubtful: Iterable[tuple[int, bool]] = ((place, False) for place in range(len(kept)))
    else:
        kept, doubtful = compiled.read(text)
    if (held(text) if kinds is None else kinds) & SPELLED and (spelled := spelled_dates(text)):
        kept, doubtful = _with_spelled(kept, doubtful, spelled)
    if not kept:
        return kept
    reading = Reading(text)
    for place, only_near in doubtful:
        last = kept[place - 1] if place else NOTHING
        if not only_near or last[2] == "DOB":
            kept[place] = kind(text, reading, kept[place], last)
    kept = [span for span in kept if span[2]]
    see_more_births(text, reading, kept)
    if ";" in text or "\t" in text:
        folded = reading.folded(0, len(text))
        if len(folded) == len(text):  # no accents written apart
            born_in_columns(text, folded, kept)
    if "  " in text or "|" in text or ";" in text or "\t" in text:
        folded = reading.folded(0, len(text))
        if any(sign in folded for sign in BORN_SIGNS):
            born_under_headings(text, kept)
    return kept


@functools.cache
def _compiled() -> Any:
    """Return the reader of dates in C, or ``None``.

    Its ``read`` returns what :func:`days` does, those after a plain word for a birth as DOB, and which others
    may be no DATE: their numbers, and whether
    only a date of birth just before could make them one.
    """
    if kernel.built is None:
        return None
    plain = fold("".join(map(chr, range(256)))).encode()
    return kernel.built.Dates(
        Span, "DATE", "DOB", plain, "\n".join(_NUMBERS).encode(), bytes(_NUMBERS.values())
    )


def days(text: str) -> list[Span]:
    """Return the days of the calendar in a text as DATE, in order, not overlapping."""
    found: list[Span] = []
    past_numeric = past_written = 0  # where the last date of each kind ends
    signs = date_signs(text)
    for start in signs.numeric:
        if start >= past_numeric:
            past_numeric = _numeric(text, start, found)
    for start in signs.written:
        if start >= past_written:
            past_written = max(past_written, _written(text, start, found))
    _misread(text, signs, found)
    found.sort()
    kept: list[Span] = []
    end = 0
    for span in found:
        if span[0] >= end:
            kept.append(span)
            end = span[1]
    return kept


def _numeric(text: str, sign: int, found: list[Span]) -> int:
    """Report the date in numbers whose day or year ends with the digit at ``sign``; return where to go on."""
    start = sign
    if start and "0" <= text[start - 1] <= "9":
        start -= 1
        while start and sign - start < 3 and "0" <= text[start - 1] <= "9":
            start -= 1
    match = _NUMERIC.match(text, start)
    if match is None:
        return sign + 1
    day, mark, month, year, iso_year, _, iso_month, iso_day = match.groups()
    if iso_year:
        year, month, day, sure = iso_year, iso_month, iso_day, 0.95
    else:
        sure = _sureness(text, match.start(), day, mark, month, year)
    if not sure or not _exists(int(year), int(month), int(day)):
        return sign + 1
    found.append(Span(start, match.end(), "DATE", sure))
    return match.end()


def _misread(text: str, signs: DateSigns, found: list[Span]) -> None:
    """Report the dates in numbers of which letters took the place of digits."""
    for rest in signs.misread:
        start = max(0, rest - 2)
        if (text[start : start + 2] + text[start + 3 : start + 5] + text[start + 6 : start + 10]).isdecimal():
            continue
        match = _MISREAD.match(text, start)
        digits = match[0].translate(_LOOKALIKES) if match else ""
        if match and digits != match[0] and _exists(int(digits[6:]), int(digits[3:5]), int(digits[:2])):
            found.append(Span(match.start(), match.end(), "DATE", 0.8))


def _exists(year: int, month: int, day: int) -> bool:
    """Tell whether a day exists, the year written with two digits or four, day and month in any order."""
    year += 2000 if year < 100 else 0
    return 1800 <= year <= 2150 and (checks.day(year, month, day) or checks.day(year, day, month))


def _sureness(text: str, start: int, day: str, mark: str, month: str, year: str) -> float:
    """Return how surely numbers are a date: slashes and four digits of year say it, spaces need two digits
    each."""
    sign = mark.strip()
    if len(year) == 4:
        if not sign:
            return 0.7 if len(day) == len(month) == 2 and 1900 <= int(year) <= 2099 else 0.0
        return 0.97
    if len(day) < 2 or len(month) < 2:
        return 0.8 if sign == "/" else 0.0
    if sign == "/":
        return 0.9
    if sign in ".-":
        before = text[max(0, start - 14) : start].lower()
        return (
            0.7
            if sign and before.rstrip(" :(").endswith(("le", "du", "au", "date", "né", "née", "dès"))
            else 0.55
            if sign == "."
            else 0.0
        )
    return 0.0


@functools.lru_cache(maxsize=1024)
def _month(word: str) -> int:
    """Return the number of a month as it is written, 0 for another word."""
    return _NUMBERS.get(fold(word), 0)


def _written(text: str, sign: int, found: list[Span]) -> int:
    """Report the date in words whose day ends with the digit at ``sign``; return where to go on."""
    start = sign - 1 if sign and text[sign - 1] in "0123456789Il" else sign
    match = _WRITTEN.match(text, start)
    if match is None:
        return 0
    day, name, dot, year = match.groups()
    month = _month(name)
    if not month:
        return 0
    number = int(day if day.isdecimal() else day.translate(_LOOKALIKES))
    if not 1 <= number <= 31:
        return 0
    if year is None:
        if len(name) < 4 and not dot and name.lower() != "mai":
            return 0
        end = match.end("p") if dot and not _ends_sentence(name) else match.end("m")
        if checks.day(2000, month, number):
            found.append(Span(start, end, "DATE", 0.8))
        return end
    full = int(year if year.isdecimal() else year.lstrip("'").translate(_LOOKALIKES))
    full += 0 if full >= 100 else 2000
    if checks.day(full, month, number) or (month, number) == (2, 29):
        found.append(Span(start, match.end(), "DATE", 0.97))
        return match.end()
    return 0


def _ends_sentence(name: str) -> bool:
    """Tell whether the dot after a month ends the sentence: whole names take none."""
    return len(name) > 4 and name.lower() not in ("janv", "juil", "sept", "févr", "fevr")


def _with_spelled(
    kept: list[Span], doubtful: Iterable[tuple[int, bool]], spelled: list[Span]
) -> tuple[list[Span], list[tuple[int, bool]]]:
    """Return the dates with those in letters, which take the place of their parts, and the doubtful ones."""
    near = {kept[place][:2]: only_near for place, only_near in doubtful}
    merged = sorted(
        [
            *spelled,
            *(
                span
                for span in kept
                if not any(span.start < other.end and other.start < span.end for other in spelled)
            ),
        ]
    )
    in_letters = set(spelled)
    return merged, [
        (place, near.get(span[:2], False))
        for place, span in enumerate(merged)
        if span in in_letters or span[:2] in near
    ]
