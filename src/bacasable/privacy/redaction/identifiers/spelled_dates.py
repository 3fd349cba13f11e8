"""Dates whose day or year is in letters: "le douze mars mil neuf cent soixante", "premier mai 1970"."""

import re

from bacasable.privacy.redaction.spans import Span

_BLANK = r"(?:[ \u00a0\u202f]{1,3}|[ ]?\n[ ]?|-)"
_UNIT = "un|deux|trois|quatre|cinq|six|sept|huit|neuf"
_TEENS = "dix|onze|douze|treize|quatorze|quinze|seize"
_DAY = (
    rf"(?:(?:1er|premier|trente(?:{_BLANK}et{_BLANK}un)?|vingt(?:{_BLANK}(?:et{_BLANK}un|{_UNIT}))?"
    rf"|dix{_BLANK}(?:sept|huit|neuf)|{_TEENS}|{_UNIT}|[0-3]?[0-9]))"
)
_MONTH = r"(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre)"
_NUMBER = (
    rf"(?:{_UNIT}|{_TEENS}|vingts?|trente|quarante|cinquante|soixante"
    rf"|septante|octante|huitante|nonante|et|une?)"
)
_MORE = rf"(?:{_BLANK}{_NUMBER}(?!\w)){{1,6}}"
_CENTURY = rf"(?:mil(?:le)?{_BLANK}(?:huit|neuf)|dix{_BLANK}(?:huit|neuf)){_BLANK}cents?"
_YEAR = rf"(?:{_CENTURY}(?:{_MORE})?|deux{_BLANK}mil(?:le)?(?:{_MORE})?)(?!\w)"

#: Where a year is spelled: what any of them has.
_YEAR_SIGNS = (
    *(" mil", "-mil", "\nmil", " MIL", " Mil", "-MIL"),
    *("neuf cent", "neuf-cent", "huit cent", "NEUF CENT"),
)
_SPELLED_YEAR = re.compile(rf"(?<!\w){_YEAR}", re.IGNORECASE)
_BEFORE_YEAR = re.compile(
    rf"(?<![\w-]){_DAY}{_BLANK}{_MONTH}(?:{_BLANK}(?:de{_BLANK})?l['’]an(?:n[ée]e)?)?{_BLANK}\Z",
    re.IGNORECASE,
)
_AFTER_YEAR = re.compile(rf",?{_BLANK}(?:et{_BLANK})?le{_BLANK}{_DAY}{_BLANK}{_MONTH}(?!\w)", re.IGNORECASE)

#: Months after a day in letters, each with what is looked for and where in it the month begins.
MONTHS = (
    *(("janvier", 0), ("vrier", -2), (" mars", 1), ("avril", 0), (" mai ", 1), ("juin", 0), ("juillet", 0)),
    *((" août", 1), (" aout", 1), ("septembre", 0), ("octobre", 0), ("novembre", 0), ("cembre", -2)),
)
_CAPITAL_MONTHS = tuple((month.upper(), begin) for month, begin in MONTHS)
_SPELLED_DAY = re.compile(
    rf"(?<![\w-])(?:premier|trente(?:{_BLANK}et{_BLANK}un)?|vingt(?:{_BLANK}(?:et{_BLANK}un|{_UNIT}))?"
    rf"|dix{_BLANK}(?:sept|huit|neuf)|{_TEENS}|{_UNIT}){_BLANK}\Z",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"{_MONTH}(?!\w)(?:{_BLANK}(?P<year>[12][0-9]{{3}})(?!\d))?", re.IGNORECASE)


def spelled_dates(text: str) -> list[Span]:
    """Return the dates of which the year, or the day before a month, is in letters; sorted, apart."""
    found: list[Span] = []
    if any(sign in text for sign in _YEAR_SIGNS):
        for year in _SPELLED_YEAR.finditer(text):
            start, end = year.span()
            if day := _BEFORE_YEAR.search(text, max(0, start - 56), start):
                found.append(Span(day.start(), end, "DATE", 0.95))
            elif day := _AFTER_YEAR.match(text, end):
                found.append(Span(start, day.end(), "DATE", 0.9))
    for month, begin in _CAPITAL_MONTHS if text.isupper() else MONTHS:
        place = text.find(month)
        while place >= 0:
            start = place + begin
            # Most days are in digits.
            if start > 2 and text[start - 2].isalpha() and not text[start - 1].isalnum():
                _add_day(text, start, found)
            place = text.find(month, place + len(month))
    found.sort(key=lambda span: (span.start, -span.end))
    apart: list[Span] = []
    for span in found:
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _add_day(text: str, start: int, found: list[Span]) -> None:
    """Report the date whose month begins at ``start`` and whose day is in letters."""
    day = _SPELLED_DAY.search(text, max(0, start - 24), start)
    date = _MONTH_YEAR.match(text, start) if day else None
    if day and date and (date["year"] or _plain_day(day[0])):
        found.append(Span(day.start(), date.end(), "DATE", 0.95 if date["year"] else 0.7))


def _plain_day(written: str) -> bool:
    """Tell whether a day without its year is more than one small number: "deux mars" may be two of them."""
    return len(written.split()) > 1 or len(written) > 6
