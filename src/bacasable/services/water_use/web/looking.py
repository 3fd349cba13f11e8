"""What pages read of one home: its volumes through the gate, its leaks, what it said of itself.

Only the days of its own contract are read: those of who lived there before, or lives there since, are theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.gate import Gate
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.rows import READING_JOURNAL
from bacasable.services.water_use.engine.meters import ENOUGH_DAYS, Declared, Volume
from bacasable.services.water_use.processing import HOURLY, HOURS, INDEXES, INFORM, PROCESSING, READINGS
from bacasable.services.water_use.web import linkage, running, sealed
from bacasable.services.water_use.web.models import Contract, HourlyConsent, Household, Incident


@dataclass(frozen=True)
class Day:
    """A day as it is shown: litres (None: no reading), whether some were estimated, hours where asked for."""

    day: date
    litres: int | None
    estimated: bool = False
    hours: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Month:
    """A month: litres of the days read, how many those are, and how many days it has within the contract."""

    first: date
    litres: int
    days_read: int
    days: int

    @property
    def is_whole(self) -> bool:
        """Whether each of its days was read."""
        return self.days_read == self.days


@dataclass(frozen=True)
class Totals:
    """What a paper code opens: the last two months, or the last periods between two indexes."""

    months: tuple[Month, ...]
    volumes: tuple[Volume, ...]


def gate() -> Gate:
    """Return the gate of the service: each reading is journalled before it happens."""
    return _gate()


@cache
def _gate() -> Gate:
    return Gate(PROCESSING, journal=READING_JOURNAL, pseudonyms=linkage.keys(), dpias=RECORDED_DPIAS)


def today() -> date:
    """Return the day it is at the water service."""
    return clock.now().astimezone(clock.zone()).date()


def days(contract: Contract, first: date, last: date) -> list[Day]:
    """Return each day from ``first`` to ``last`` of a contract, those without a reading too.

    Raises:
        NotYet: people here are real, and the impact assessment is due.
        Refused: the key that joins the home to its readings was destroyed.
    """
    first, last = _within(contract, first, last)
    rows = _rows(contract, INFORM.key, ("day", "total", "hours", "estimated", "kind"), first, last)
    found = {row["day"]: row for row in rows}
    return [_day(day, found.get(day)) for day in _every(first, last)]


def hours(contract: Contract, day: date) -> Day:
    """Return the hours of a day, for a household that asked for them.

    Raises:
        NotYet, Refused: as :func:`days`.
    """
    litres = hours_between(contract, day, day).get(day, (None,) * len(HOURS))
    known = [value for value in litres if value is not None]
    return Day(day, sum(known) if known else None, hours=litres)


def hours_between(contract: Contract, first: date, last: date) -> dict[date, tuple[int | None, ...]]:
    """Return the hours of each day that has some, for a household that asked for them; see :func:`days`."""
    first, last = _within(contract, first, last)
    rows = _rows(contract, HOURLY.key, ("day", *HOURS), first, last)
    found = {row["day"]: tuple(row[hour] for hour in HOURS) for row in rows}
    return {day: litres for day, litres in found.items() if any(value is not None for value in litres)}


def months(contract: Contract, count: int = 13) -> list[Month]:
    """Return the last months of a contract in order, this one included; see :func:`days`."""
    last = today()
    first = last.replace(day=1)
    for _ in range(count - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    found: dict[date, list[Day]] = {}
    for day in days(contract, first, last):
        found.setdefault(day.day.replace(day=1), []).append(day)
    return [
        Month(month, sum(day.litres or 0 for day in inside), _read(inside), len(inside))
        for month, inside in sorted(found.items())
        if _read(inside)
    ]


def volumes(contract: Contract) -> list[Volume]:
    """Return the volumes between two indexes of a contract, the last first.

    Raises:
        NotYet, Refused: as :func:`days`.
    """
    gate().admit(purpose=INFORM.key, data_set=INDEXES, fields=("daily",))
    found = running.indexes().volumes(sealed.meter_of(contract))
    return [
        volume
        for volume in sorted(found, key=lambda one: one.first, reverse=True)
        if contract.opened_on <= volume.first
        and (not contract.closed_on or volume.last <= contract.closed_on)
    ]


def totals(contract: Contract) -> Totals:
    """Return what is no finer than a month."""
    if contract.grain == "index":
        return Totals((), tuple(volumes(contract)[:4]))
    return Totals(tuple(reversed(months(contract, 2))), ())


def litres_a_day(contract: Contract) -> tuple[float, date] | None:
    """Return the mean litres a day of the last whole period, and its first day: of a month, or of an index.

    None where nothing was read yet. A month counts with twenty days read or more.
    """
    if contract.grain == "index":
        known = volumes(contract)
        if not known:
            return None
        length = (known[0].last - known[0].first).days + 1
        return known[0].litres / length, known[0].first
    for month in reversed(months(contract)):
        if month.first < today().replace(day=1) and month.days_read >= ENOUGH_DAYS:
            return month.litres / month.days_read, month.first
    return None


def last_reading(contract: Contract) -> date | None:
    """Return the day of the last reading of a contract, None where there is none yet."""
    meter = sealed.meter_of(contract)
    if contract.grain == "index":
        read = [volume.last + timedelta(days=1) for volume in volumes(contract)]
        return max(read, default=None)
    found: datetime | None = running.readings().last_reading(meter)
    if found is None or found.date() < contract.opened_on:
        return None
    # what ends at midnight is a reading of the day before
    return (found - timedelta(seconds=1)).date() if found.time() == time() else found.date()


def gaps(shown: Sequence[Day]) -> list[tuple[date, date]]:
    """Return the stretches of days without a reading: first and last of each."""
    found: list[tuple[date, date]] = []
    for day in shown:
        if day.litres is not None:
            continue
        if found and found[-1][1] == day.day - timedelta(days=1):
            found[-1] = (found[-1][0], day.day)
        else:
            found.append((day.day, day.day))
    return found


def leaks(contract: Contract) -> list[Incident]:
    """Return the leaks and unusual volumes of a contract, those that run first, then the last seen."""
    rows = contract.incidents.order_by("-last_seen")
    return sorted(rows, key=lambda row: row.state != "open")


def declared(contract: Contract, *, meter: str = "") -> Declared:
    """Return what is known of a home besides its water; what was not said is None.

    ``meter`` is how the home is called; by default as its contract is.
    """
    said = getattr(contract, "household", None) or Household()
    return Declared(
        meter=meter or str(contract.public_id),
        district=contract.district,
        dwelling=contract.dwelling or None,  # type: ignore[arg-type]
        members=said.members,
        garden=said.garden,
        pool=said.pool,
        dishwasher=said.dishwasher,
        surface_m2=contract.surface_m2,
    )


def hours_asked(contract: Contract) -> HourlyConsent | None:
    """Return the consent by which a household asked for its hours, None where there is none."""
    return contract.consents.filter(withdrawn_at=None).first()


def _rows(
    contract: Contract, purpose: str, fields: tuple[str, ...], first: date, last: date
) -> list[dict[str, Any]]:
    admitted = gate().admit(purpose=purpose, data_set=READINGS, fields=fields)
    if first > last:
        return []
    inside = {f"{day:%Y-%m}" for day in _every(first, last)}
    table = running.readings().days(months=inside)
    mine = table.filter(table.meter == sealed.meter_of(contract), table.day >= first, table.day <= last)
    return list(admitted.rows(mine))


def _within(contract: Contract, first: date, last: date) -> tuple[date, date]:
    return max(first, contract.opened_on), min(last, contract.closed_on or last)


def _every(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _day(day: date, row: dict[str, Any] | None) -> Day:
    """Return a day as it is shown: one whose hours are in part unknown or worked out says so as estimated."""
    if row is None or row["total"] is None:
        return Day(day, None)
    is_part = row["kind"] == "hourly" and (row["hours"] or 0) < 23
    return Day(day, int(row["total"]), is_part or bool(row["estimated"]))


def _read(shown: Iterable[Day]) -> int:
    return sum(day.litres is not None for day in shown)
