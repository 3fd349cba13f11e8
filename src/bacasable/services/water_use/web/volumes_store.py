"""Readings in Parquet as the duties reach them: exported, erased and expired for the days of one contract."""

from collections.abc import Container, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person, Record
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.processing import AFTER_CLOSING_DAILY, ASKED_HOURS, HOURS, KEPT_DAILY
from bacasable.services.water_use.web import linkage, running, sealed
from bacasable.services.water_use.web.models import Contract

#: How the digest of a contract begins whose names were erased: nothing joins it to volumes any more.
ERASED = "erased-"
#: Why an erasure leaves volumes by day while a contract runs, and indexes after it.
COMPARED = N_("the law compares volumes with three years, earlier occupants included (GDPR 17(3)(b))")


class VolumesStore:
    """The days, hours and indexes of meters, each found by the contract that ran then."""

    holds: tuple[str, ...] = ("meter", "daily", "hourly")

    def find(self, person: Person) -> Iterator[str]:
        """Yield a reference for each contract of the household that has volumes."""
        for contract in _contracts(person):
            if any(_rows(contract)) or any(_indexes(contract)):
                yield _named(contract)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the volumes of each contract of the household: days, hours where held, indexes."""
        for contract in _contracts(person):
            rows, indexes = _rows(contract), _indexes(contract)
            if not rows and not indexes:
                continue
            daily = [
                {
                    name: row[name]
                    for name in ("day", "total", "hours", "estimated", "kind", "flow", "district")
                }
                for row in rows
            ]
            hourly = {
                row["day"].isoformat(): [row[hour] for hour in HOURS] for row in rows if _has_hours(row)
            }
            told: dict[str, Any] = {
                "meter": sealed.meter_of(contract),
                "daily": {"days": daily, "indexes": indexes},
            }
            if hourly:
                told["hourly"] = hourly
            yield Record(_named(contract), told)

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase the hours of a contract that runs, the days of one that ended; indexes stay, and why."""
        erased: dict[str, int] = {}
        kept: dict[str, str] = {}
        for contract in _contracts(person):
            rows = _rows(contract)
            hours = sum(_has_hours(row) for row in rows)
            meter = sealed.meter_of(contract)
            if contract.closed_on is None:
                if hours:
                    running.readings().expire_hourly(_tomorrow(), only=(meter,))
                if rows:
                    kept["daily"] = COMPARED
            elif rows:
                running.readings().erase_between(meter, contract.opened_on, contract.closed_on)
                erased["daily"] = erased.get("daily", 0) + len(rows)
            if _indexes(contract):
                kept["daily"] = COMPARED
            if hours:
                erased["hourly"] = erased.get("hourly", 0) + hours
        return Erased(erased, kept)

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Forget hours past their window (24 months where asked for) and days past their retention."""
        today = now.astimezone(clock.zone()).date()
        asked = _who_asked()
        before = today - timedelta(days=running.settings().hourly_days)
        before_asked = _ago(today, ASKED_HOURS.months)
        oldest = _ago(today, KEPT_DAILY.whole.months)
        ended = _ended(_ago(today, AFTER_CLOSING_DAILY.months))
        readings, indexes = running.readings(), running.indexes()
        if dry_run:
            hours = _count_hours(before, asked) + _count_hours(before_asked, set())
            days = _count_days(oldest) + sum(len(_rows(contract)) for contract in ended)
        else:
            hours = readings.expire_hourly(before, asked).rows + readings.expire_hourly(before_asked).rows
            days = readings.drop_days(oldest) + indexes.drop(oldest)
            for contract in ended:
                last = contract.closed_on or date.max
                days += readings.erase_between(sealed.meter_of(contract), contract.opened_on, last)
        counts = {"hourly": hours, "daily": days}
        return Erased({name: count for name, count in counts.items() if count}, {})

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield nothing: volumes and pseudonyms hold no words."""
        yield from ()


def _contracts(person: Person) -> list[Contract]:
    number = person.identifiers.get("contract", "")
    if person.kind != "household" or not any(sign.isalnum() for sign in number):
        return []
    try:
        return list(Contract.objects.filter(number_digest=linkage.number_digest(number)))
    except Refused:  # the key was destroyed: nobody can be told any more
        return []


def _rows(contract: Contract) -> list[dict[str, Any]]:
    last = contract.closed_on or date.max
    rows = running.readings().export(sealed.meter_of(contract)).to_pylist()
    return [row for row in rows if contract.opened_on <= row["day"] <= last]


def _indexes(contract: Contract) -> list[dict[str, Any]]:
    last = contract.closed_on or date.max
    rows = running.indexes().export(sealed.meter_of(contract)).to_pylist()
    return [
        {name: row[name] for name in ("read_at", "index_litres", "kind")}
        for row in rows
        if contract.opened_on <= row["read_at"] <= last
    ]


def _has_hours(row: Mapping[str, Any]) -> bool:
    return any(row[hour] is not None for hour in HOURS)


def _who_asked() -> set[str]:
    """Return the meters whose household asked for its hours."""
    asked = Contract.objects.filter(consents__withdrawn_at=None, consents__isnull=False, closed_on=None)
    return {sealed.meter_of(contract) for contract in asked.distinct()}


def _ended(before: date) -> list[Contract]:
    """Return the contracts that ended so long ago that their days are due, and still have some."""
    return [
        contract
        for contract in Contract.objects.filter(closed_on__lte=before).exclude(
            number_digest__startswith=ERASED
        )
        if _rows(contract)
    ]


def _count_hours(before: date, keep: set[str]) -> int:
    table = running.readings().days()
    due = table.filter(table.day < before, table.kind == "hourly", ~table.meter.isin(sorted(keep) or [""]))
    return int(due.count().execute())


def _count_days(before: date) -> int:
    table = running.readings().days()
    return int(table.filter(table.day < before).count().execute())


def _ago(day: date, months: int) -> date:
    """Return the day so many months before, the 1st of the next month where that month has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)


def _tomorrow() -> date:
    return clock.now().astimezone(clock.zone()).date() + timedelta(days=1)


def _named(contract: Contract) -> str:
    return f"readings/{contract.public_id}"
