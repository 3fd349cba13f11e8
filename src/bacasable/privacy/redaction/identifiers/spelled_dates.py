"""Dates whose day or year is spelled out: "le douze mars mil neuf cent soixante-quatre", "premier mai 1970"."""

import re

from bacasable.privacy.redaction.spans import Span

_BLANK = r"(?:[ \u00a0\u202f]{1,3}|[ ]?\n[ ]?|-)"
_UNIT = "un|deux|trois|quatre|cinq|six|sept|huit|neuf"
_TEENS = "dix|onze|douze|treize|quatorze|quinze|seize"
_DAY = (
    rf"(?:(?:1er|premier|trente(?:{_BLANK}et{_BLANK}un)?|vingt(?:{_BLANK}(?:et{_BLANK}un|{_UNIT}))?"
    rf"|dix{_BLANK}(?:sept|huit|neuf)|{_TEENS}|{_UNIT}|[0-3]?[0-9]))"
)
_MONTH = (
    r"(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre)"
)
_NUMBER = (
    rf"(?:{_UNIT}|{_TEENS}|vingts?|trente|quarante|cinquante|soixante|septante|octante|huitante|nonante|et|une?)"
)
_MORE = rf"(?:{_BLANK}{_NUMBER}(?!\w)){{1,6}}"
_CENTURY = rf"(?:mil(?:le)?{_BLANK}(?:huit|neuf)|dix{_BLANK}(?:huit|neuf)){_BLANK}cents?"
_YEAR = rf"(?:{_CENTURY}(?:{_MORE})?|deux{_BLANK}mil(?:le)?(?:{_MORE})?)(?!\w)"

#: Where a year is spelled: what any of them has.
_YEAR_SIGNS = (" mil", "-mil", "\nmil", " MIL", " Mil", "-MIL", "neuf cent", "neuf-cent", "huit cent", "NEUF CENT")
_SPELLED_YEAR = re.compile(rf"(?<!\w){_YEAR}", re.IGNORECASE)
_BEFORE_YEAR = re.compile(
    rf"(?<![\w-]){_DAY}{_BLANK}{_MONTH}(?:{_BLANK}(?:de{_BLANK})?l['’]an(?:n[ée]e)?)?{_BLANK}\Z", re.IGNORECASE
)
_AFTER_YEAR = re.compile(rf",?{_BLANK}(?:et{_BLANK})?le{_BLANK}{_DAY}{_BLANK}{_MONTH}(?!\w)", re.IGNORECASE)

#: Months after a day in letters; each is looked for as such.
_MONTHS = (
    *("janvier", "vrier", " mars", "avril", " mai ", "juin", "juillet", " août", " aout", "septembre", "octobre"),
    *("novembre", "cembre"),
)
_SPELLED_DAY = re.compile(
    rf"(?<![\w-])(?:premier|trente(?:{_BLANK}et{_BLANK}un)?|vingt(?:{_BLANK}(?:et{_BLANK}un|{_UNIT}))?"
    rf"|dix{_BLANK}(?:sept|huit|neuf)|{_TEENS}|{_UNIT}){_BLANK}(?:f[ée]|d[ée])?\Z",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(rf"{_MONTH}(?!\w)(?:{_BLANK}(?P<year>[12][0-9]{{3}})(?!\d))?", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\W\d_]+(?=[ \u00a0\u202f\n-]{1,3}(?:f[ée]|d[ée]|F[ÉE]|D[ÉE])?\Z)")
_AFTER_DAY = frozenset(" \u00a0\u202f\n-éeÉE")
_DAY_WORDS = frozenset(f"premier|trente|vingt|{_TEENS}|{_UNIT}".split("|"))
_CAPITAL_MONTHS = tuple(map(str.upper, _MONTHS))


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
    for month in (*_MONTHS, *_CAPITAL_MONTHS) if text.isupper() else _MONTHS:
        place = text.find(month)
        while place >= 0:
            start = place + (month[0] == " ")
            before = text[max(0, start - 12) : start]
            word = _LAST_WORD.search(before) if before[-1:] in _AFTER_DAY else None
            if (
                word
                and word[0].lower() in _DAY_WORDS
                and (day := _SPELLED_DAY.search(text, max(0, start - 24), start))
            ):
                start -= 2 if day[0][-2:].lower() in ("fé", "fe", "dé", "de") else 0
                if date := _MONTH_YEAR.match(text, start):
                    sure = 0.95 if date["year"] else 0.7
                    if date["year"] or _plain_day(day[0]):
                        found.append(Span(day.start(), date.end(), "DATE", sure))
            place = text.find(month, place + len(month))
    found.sort(key=lambda span: (span.start, -span.end))
    apart: list[Span] = []
    for span in found:
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def _plain_day(written: str) -> bool:
    """Tell whether a day without its year is more than one small number: "deux mars" may be two of them."""
    return len(written.split()) > 1 or len(written) > 6
