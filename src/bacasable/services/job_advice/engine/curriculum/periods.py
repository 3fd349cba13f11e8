"""How long a job lasted and how long ago it ended, from the ways in which a CV writes it."""

import re
from datetime import date
from typing import NamedTuple

_MONTHS = ("janv", "fevr", "mars", "avri", "mai", "juin", "juil", "aout", "sept", "octo", "nove", "dece")
_NAMES = (
    r"janv(?:ier)?|f[ée]vr?(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[ûu]t|sept(?:embre)?|oct(?:obre)?"
    r"|nov(?:embre)?|d[ée]c(?:embre)?"
)


def _day(which: int) -> str:
    """Return the pattern of a month of a year, or of a year, its groups numbered."""
    return (
        rf"(?:(?:\d{{1,2}}[/.])?(?P<m{which}>0?[1-9]|1[0-2])[/.](?P<y{which}>(?:19|20)\d\d)"
        rf"|(?:(?P<n{which}>{_NAMES})\.?\s+)?(?P<z{which}>(?:19|20)\d\d))"
    )


_NOW = r"(?P<now>aujourd['’]?\s?hui|pr[ée]sent|actuel(?:lement)?|en cours|ce jour|maintenant)"
_TO = r"\s*(?:-|–|—|/|>|à|au|jusqu['’]?(?:à|en|au)?)\s*"
_SPAN = re.compile(
    rf"(?:(?:\bde\s+|\bdu\s+|\bdepuis\s+)?{_day(1)}{_TO}(?:{_day(2)}|{_NOW})|\bdepuis\s+(?:le\s+)?{_day(9)})",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?<![\d/]){_day(1)}(?![\d/])", re.IGNORECASE)
_LENGTH = re.compile(r"(?<!\d)(?P<count>\d{1,2})\s?(?P<unit>ans?|ann[ée]es?|mois)\b", re.IGNORECASE)


class Period(NamedTuple):
    """Where a period is written, how many months it has, how many months ago it ended."""

    start: int
    end: int
    months: int
    ended_months_ago: int


def period_of(line: str, today: date) -> Period | None:
    """Return the period that a line of a CV tells, None where it tells none; months at least 1."""
    now = today.year * 12 + today.month - 1
    if found := _SPAN.search(line):
        if found["y9"] or found["z9"]:
            begun = _month(found, 9, first=True)
            return Period(*found.span(), max(now - begun, 1), 0)
        begun = _month(found, 1, first=True)
        ended = now if found["now"] else _month(found, 2, first=False)
        ended = min(ended, now)
        if begun > ended:
            return None
        return Period(*found.span(), max(ended - begun, 1), max(now - ended, 0))
    if found := _ALONE.search(line):
        begun = _month(found, 1, first=True)
        if begun > now:
            return None
        length = _LENGTH.search(line)
        months = int(length["count"]) * (1 if length["unit"].startswith("m") else 12) if length else 12
        start, end = found.span()
        if length:
            start, end = min(start, length.start()), max(end, length.end())
        return Period(start, end, months, max(now - begun - months, 0))
    return None


def _month(found: "re.Match[str]", which: int, *, first: bool) -> int:
    """Return a month counted from year 0; a year alone begins in January and ends in December."""
    year = int(found[f"y{which}"] or found[f"z{which}"])
    if found[f"m{which}"]:
        month = int(found[f"m{which}"]) - 1
    elif name := found[f"n{which}"]:
        plain = name.lower().replace("é", "e").replace("û", "u")
        month = next((at for at, known in enumerate(_MONTHS) if plain.startswith(known[:3])), 0)
        if plain.startswith("juil"):
            month = 6
    else:
        month = 0 if first else 11
    return year * 12 + month
