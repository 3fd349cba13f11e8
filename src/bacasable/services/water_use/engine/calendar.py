"""Days and hours as a household lives them: the civil clock of a place, its two changes a year, its holidays.

A day has 24 slots, 0 to 23, one for each hour that the clock shows. On the day of spring one slot does not
exist (23 hours pass); on the day of autumn one slot lasts two hours (25 pass).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bacasable.privacy.messages import N_, Refused

#: Where nothing else is said.
PARIS = "Europe/Paris"


def zone(name: str) -> ZoneInfo:
    """Return a time zone by its name, such as ``Europe/Paris``.

    Raises:
        Refused: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            N_("time zone '{name}' is not known; write one such as 'Europe/Paris' or 'UTC'"), name=name
        ) from None


@cache
def change(day: date, place: str = PARIS) -> tuple[int, int]:
    """Return the hour that the clock skips and the hour that it shows twice on a day, -1 where none.

        change(date(2026, 3, 29))   # (2, -1)
        change(date(2026, 10, 25))  # (-1, 2)

    Zones that change by less than an hour, or at midnight, are read by the hour in which the change falls.
    """
    where = zone(place)
    start = datetime.combine(day, datetime.min.time(), where)
    before, after = start.utcoffset(), (start + timedelta(days=1)).utcoffset()
    if before == after or before is None or after is None:
        return -1, -1
    instant = start.astimezone(UTC)
    while instant.astimezone(where).utcoffset() == before:
        instant += timedelta(minutes=15)
    # At the change the clock leaps from `left` to the local time of `instant`.
    left = (instant + before).hour
    return (left, -1) if after > before else (-1, instant.astimezone(where).hour)


@cache
def offsets(first: date, last: date, place: str = PARIS) -> tuple[tuple[int, int], ...]:
    """Return when the distance to UTC changes: (instant, seconds since 1970; seconds to add from then on).

    The first pair stands for all that is earlier; days are those of UTC, both included.
    """
    where = zone(place)

    def distance(instant: datetime) -> int:
        return int((instant.astimezone(where).utcoffset() or timedelta()).total_seconds())

    at = datetime.combine(first, datetime.min.time(), UTC)
    end = datetime.combine(last, datetime.min.time(), UTC) + timedelta(days=1)
    known = distance(at)
    found = [(int(at.timestamp()), known)]
    while at < end:
        following = at + timedelta(days=1)
        if distance(following) != known:
            instant = at
            while distance(instant) == known:
                instant += timedelta(minutes=15)
            known = distance(instant)
            found.append((int(instant.timestamp()), known))
        at = following
    return tuple(found)


@cache
def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - correction + 15) % 30
    more, remaining = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * more - epact - remaining) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int, alsace_moselle: bool = False) -> dict[date, str]:
    """Return the public holidays of France in a year, with their French names (Code du travail, L.3133-1).

    ``alsace_moselle`` adds the two of L.3134-13.
    """
    sunday = easter(year)
    days = {
        date(year, 1, 1): "Jour de l’an",
        sunday + timedelta(days=1): "Lundi de Pâques",
        date(year, 5, 1): "Fête du Travail",
        date(year, 5, 8): "Victoire 1945",
        sunday + timedelta(days=39): "Ascension",
        sunday + timedelta(days=50): "Lundi de Pentecôte",
        date(year, 7, 14): "Fête nationale",
        date(year, 8, 15): "Assomption",
        date(year, 11, 1): "Toussaint",
        date(year, 11, 11): "Armistice 1918",
        date(year, 12, 25): "Noël",
    }
    if alsace_moselle:
        days |= {sunday - timedelta(days=2): "Vendredi saint", date(year, 12, 26): "Saint-Étienne"}
    return days


def off(day: date, school_holidays: Iterable[tuple[date, date]] = ()) -> str:
    """Return what sort of day it is: ``holiday``, ``weekend``, ``school_holiday`` or ``working``.

    ``school_holidays`` are periods, first and last day included: they change by decree each year, and are
    the utility's to give.
    """
    if day in holidays(day.year):
        return "holiday"
    if day.weekday() >= 5:
        return "weekend"
    return "school_holiday" if any(first <= day <= last for first, last in school_holidays) else "working"


def days_between(first: date, last: date) -> list[date]:
    """Return the days from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
