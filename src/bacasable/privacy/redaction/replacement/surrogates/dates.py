"""Dates moved in the form in which they are written.

A birth date goes to another month that its own month decides, so a NIR, which tells year and month, follows
without being linked. The other dates of a document move together by one number of weeks, that of the first
birth date: what lies between them stays, and so do the days of the week.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from bacasable.privacy.redaction.lexicon import fold
from bacasable.privacy.redaction.replacement.surrogates.draw import Draw
from bacasable.privacy.redaction.replacement.surrogates.names import like

#: The months in French, as they are written out.
MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_SHORT = ["janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"]
_ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_NUMBERS = {
    **{fold(name): number for number, name in enumerate(_ENGLISH, 1)},
    **{fold(name)[:3]: number for number, name in enumerate(_SHORT, 1) if number not in (6, 7)},
    **{fold(name): number for number, name in enumerate(_SHORT, 1)},
    **{fold(name): number for number, name in enumerate(MONTHS, 1)},
}
_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_SIGNS = r"[/.\-\u2010\u2011 ]"
_WRITTEN = re.compile(
    r"(?P<weekday>(?i:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche))(?=[ \u00a0])"
    rf"|(?<!\d)(?P<y1>\d{{4}})(?P<s1>\s?{_SIGNS}\s?)(?P<m1>\d{{1,2}})(?P<s2>\s?{_SIGNS}\s?)(?P<d1>\d{{1,2}})(?!\d)"
    rf"|(?<!\d)(?P<d2>\d{{1,2}})(?P<s3>\s?{_SIGNS}\s?)(?P<m2>\d{{1,2}})(?P<s4>\s?{_SIGNS}\s?)(?P<y2>\d{{4}}|\d{{2}})(?!\d)"
    r"|(?<!\d)(?:(?P<d3>\d{1,2})(?P<er>\s?(?:er|ER))?(?P<s5>[\s\-.]{1,3}))?"
    r"(?P<m3>[^\W\d_]{3,9})(?:(?P<s6>[\s\-.,]{1,3})(?P<y3>\d{4}|\d{2}))?(?![^\W_])"
    r"|(?<!\d)(?P<c>\d{8})(?!\d)"
)
_PIVOT = 30
_FIRST_YEAR, _LAST_YEAR = 1000, 9000


def moved(value: str, move: Callable[[date], date]) -> str | None:
    """Return ``value`` with each date in it moved, in the form that it had; None without a date."""
    hits = 0
    last: list[date] = []

    def write(match: re.Match[str]) -> str:
        nonlocal hits
        if match["weekday"]:
            return match[0]
        if match["m3"] and fold(match["m3"]) not in _NUMBERS:
            return match[0]
        read = _read(match)
        if read is None:
            return match[0]
        hits += 1
        new = move(read)
        last.append(new)
        return _form(match, new)

    written = _WRITTEN.sub(write, value)
    if not hits:
        return None
    return re.sub(
        "|".join(_DAYS),
        lambda match: like(_DAYS[last[0].weekday()], match[0]),
        written,
        count=1,
        flags=re.IGNORECASE,
    )


def first_date(value: str) -> date | None:
    """Return the first date written in ``value``."""
    found: list[date] = []
    moved(value, lambda day: found.append(day) or day)  # type: ignore[func-returns-value]
    return found[0] if found else None


def _read(match: re.Match[str]) -> date | None:
    if match["c"]:
        digits = match["c"]
        year, month, day = int(digits[4:]), int(digits[2:4]), int(digits[:2])
        if month > 12 or not 1850 <= year <= 2100:
            year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    elif match["y1"]:
        year, month, day = int(match["y1"]), int(match["m1"]), int(match["d1"])
    elif match["d2"]:
        year, month, day = _year(match["y2"]), int(match["m2"]), int(match["d2"])
        if month > 12 >= day:  # written month first
            month, day = day, month
    else:
        month = _NUMBERS[fold(match["m3"])]
        if not match["d3"] and not match["y3"]:
            return None
        year = _year(match["y3"]) if match["y3"] else 2023  # not a leap year, and not shown
        day = int(match["d3"] or 15)
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < _PIVOT else 1900)


def _form(match: re.Match[str], new: date) -> str:
    year, month, day = f"{new.year:04}", f"{new.month:02}", f"{new.day:02}"
    if match["c"]:
        months_first = int(match["c"][2:4]) > 12 or not 1850 <= int(match["c"][4:]) <= 2100
        return year + month + day if months_first else day + month + year
    if match["y1"]:
        middle, tail = _number(new.month, match["m1"]), _number(new.day, match["d1"])
        return f"{year}{match['s1']}{middle}{match['s2']}{tail}"
    if match["d2"]:
        first, second = (new.day, new.month) if int(match["m2"]) <= 12 else (new.month, new.day)
        tail = year if len(match["y2"]) == 4 else year[2:]
        return f"{_number(first, match['d2'])}{match['s3']}{_number(second, match['m2'])}{match['s4']}{tail}"
    parts: list[str] = []
    if match["d3"]:
        ordinal = (match["er"] or "er") if new.day == 1 else ""
        day = f"{new.day:02}" if match["d3"].startswith("0") else str(new.day)
        parts += ["1" if ordinal else day, ordinal, match["s5"]]
    parts.append(_month(new.month, match["m3"]))
    if match["y3"]:
        parts += [match["s6"], year if len(match["y3"]) == 4 else year[2:]]
    return "".join(parts)


def _number(number: int, written: str) -> str:
    """Return a day or month padded as ``written`` was; '12' tells nothing, so 5 is then written 05."""
    return str(number) if len(written) == 1 else f"{number:02}"


def _month(month: int, written: str) -> str:
    form = fold(written)
    names = MONTHS
    if form in _ENGLISH:
        names = [name.capitalize() for name in _ENGLISH]
    elif form not in [fold(name) for name in MONTHS]:
        names = _SHORT
    new = names[month - 1]
    if written[:1].isupper() and not written.isupper():
        return new.capitalize()
    return like(new, written)


class Calendar:
    """Moves of dates under one key."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.days: int | None = None

    def month(self, year: int, month: int) -> tuple[int, int]:
        """Return the year and month for a birth in ``month`` (1 to 12) of ``year``: 1 to 12 months off, never
        0.

        Only the last two digits of the year decide how far, since a NIR has no more.
        """
        stream = self._draw.of("month", f"{year % 100:02}{month:02}")
        step = (1 + stream.below(12)) * (1 if stream.below(2) else -1)
        years, months = divmod(12 * year + month - 1 + step, 12)
        return years, months + 1

    def birth(self, day: date) -> date:
        """Return the birth date for another: in the month that its month decides."""
        year, month = self.month(day.year, day.month)
        return self.in_month(day, year, month)

    def in_month(self, day: date, year: int, month: int) -> date:
        """Return a day of ``month`` that ``day`` decides, of the same day of the week."""
        first, length = monthrange(year, month)
        days = range(1 + (day.weekday() - first) % 7, length + 1, 7)
        return date(year, month, self._draw.of("day", day.isoformat()).pick(days))

    def anchor(self, value: str) -> None:
        """Decide by how many days the dates of the document move, from a value that stands for its person."""
        stream = self._draw.of("days", value)
        self.days = 7 * (5 + stream.below(48)) * (1 if stream.below(2) else -1)

    def shifted(self, day: date) -> date:
        """Return ``day`` moved as the others of the document."""
        if self.days is None:
            self.anchor(day.isoformat())
        try:
            return day + timedelta(days=self.days or 0)
        except OverflowError:
            return day - timedelta(days=self.days or 0)
