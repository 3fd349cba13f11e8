"""The night: one alert a leak from the night it is seen to the night it stops, and nothing half written."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from bacasable.compliance import clock
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison.placing import place
from bacasable.services.water_use.web import publishing, running, sealed
from bacasable.services.water_use.web.actions import household, night
from bacasable.services.water_use.web.models import Contract, Incident, Release, Run
from tests.services.water_homes import NOW, home, water

__all__ = ["water"]
YESTERDAY = NOW.date() - timedelta(days=1)


def _flow(contract: Contract, first: date, last: date, floor: int) -> None:
    """Put hours in which ``floor`` litres run under what people use."""
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    rows: dict[str, list[Any]] = {
        "meter": [sealed.meter_of(contract)] * len(days),
        "day": days,
        "district": ["Centre"] * len(days),
        "kind": ["hourly"] * len(days),
        "total": [150 + 24 * floor] * len(days),
    }
    for hour in range(24):
        rows[f"h{hour:02d}"] = [floor + (10 if 7 <= hour < 22 else 0)] * len(days)
    running.readings().put(pa.table(rows))


def _on(day: date) -> None:
    clock.set_source(lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(days=1))


@pytest.mark.usefixtures("water")
def test_a_leak_is_one_incident_from_its_first_night_to_its_last() -> None:
    contract = home()
    quiet = home("CT-0002", "A17-00043")
    _flow(contract, YESTERDAY - timedelta(days=6), YESTERDAY, 20)
    night.run_night()
    (leak,) = Incident.objects.all()
    assert (leak.contract, leak.state, leak.kind) == (contract, "open", "flow")
    assert 20 <= (leak.litres_per_hour or 0) <= 30  # the people's ten litres lie on it by day
    assert leak.start.astimezone(clock.zone()).date() == YESTERDAY - timedelta(days=6)

    for after in (1, 2):
        day = YESTERDAY + timedelta(days=after)
        _flow(contract, day, day, 20 if after == 1 else 22)
        _flow(quiet, day, day, 0)
        _on(day)
        night.run_night()
    (again,) = Incident.objects.all()
    assert (again.pk, again.last_seen > leak.last_seen) == (leak.pk, True)

    Incident.objects.update(state="explained", explained_as="repaired")
    for after in (3, 4, 5):
        day = YESTERDAY + timedelta(days=after)
        _flow(contract, day, day, 0)
        _on(day)
        night.run_night()
    # what the household said stays what it said
    assert [row.state for row in Incident.objects.all()] == ["explained"]


@pytest.mark.usefixtures("water")
def test_a_leak_that_stops_is_closed_and_one_that_is_read_no_more_is_not_to_be_seen() -> None:
    contract, silent = home(), home("CT-0002", "A17-00043")
    for each in (contract, silent):
        _flow(each, YESTERDAY - timedelta(days=6), YESTERDAY, 30)
    night.run_night()
    assert {row.state for row in Incident.objects.all()} == {"open"}
    day = YESTERDAY + timedelta(days=5)
    _flow(contract, YESTERDAY + timedelta(days=1), day, 0)
    _on(day)
    night.run_night()
    states = {row.contract_id: row.state for row in Incident.objects.all()}
    assert states == {contract.pk: "stopped", silent.pk: "unknown"}


@pytest.mark.usefixtures("water")
def test_what_ran_before_a_household_came_is_not_told_to_it() -> None:
    contract = home()
    _flow(contract, date(2026, 8, 1), date(2026, 8, 8), 40)
    _on(date(2026, 8, 12))
    night.run_night()
    assert not Incident.objects.exists()


@pytest.mark.usefixtures("water")
def test_the_night_is_done_once_and_closes_the_month_once() -> None:
    home()
    night.nightly()
    night.nightly()
    (done,) = Run.objects.all()
    assert (done.state, done.figures["day"], done.figures["homes"]) == ("done", YESTERDAY.isoformat(), 1)
    (release,) = Release.objects.all()
    # a home alone is in no cell, and the board is told why
    assert (release.period, release.suppressed) == ("2026-10", {"small": 5})
    _on(YESTERDAY + timedelta(days=1))
    night.nightly()
    assert Release.objects.count() == 1


@pytest.mark.usefixtures("water")
def test_a_night_that_fails_writes_nothing_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    contract = home()
    _flow(contract, YESTERDAY - timedelta(days=6), YESTERDAY, 20)

    def fails(*_args: Any, **_named: Any) -> None:
        raise OSError("/home/somebody: disk full")

    with monkeypatch.context() as patched:
        patched.setattr(night, "_publish", fails)
        with pytest.raises(OSError, match="disk full"):
            night.run_night()
    assert not Incident.objects.exists()
    assert [(run.state, run.error) for run in Run.objects.all()] == [("failed", "OSError")]
    # what was worked out is taken up
    assert night.run_night().figures["resumed"]
    assert Incident.objects.count() == 1


@pytest.mark.usefixtures("water")
def test_a_month_is_published_once_and_not_before_it_is_over() -> None:
    home()
    night.publish_month(month=date(2026, 10, 1))
    for month, said in ((date(2026, 10, 1), "was published"), (date(2026, 11, 1), "is not over yet")):
        with pytest.raises(Refused, match=said):
            night.publish_month(month=month)
    assert Release.objects.count() == 1


@pytest.mark.usefixtures("water")
def test_a_day_that_is_not_over_is_refused() -> None:
    with pytest.raises(Refused, match="is not over yet"):
        night.run_night(day=NOW.date())


@pytest.mark.usefixtures("water")
def test_a_home_read_by_index_is_told_by_the_night_and_the_letter_says_what_it_rests_on() -> None:
    homes = [home(f"CT-{number:04d}", f"A17-{number:05d}", grain="index") for number in range(12)]
    high = sealed.meter_of(homes[0])
    running.indexes().erase(high)
    read = [date(2026, 8, 10), date(2026, 11, 10)]
    running.indexes().put(
        pa.table({"meter": [high] * 2, "read_at": read, "index_litres": [0, 60_000], "kind": ["real"] * 2})
    )
    night.run_night()
    night.run_night()
    (found,) = Incident.objects.all()
    assert (found.contract, found.kind, found.litres) == (homes[0], "volume", 60_000)
    assert (found.average_litres, found.average_basis) == (13_800, "comparable")
    assert (found.first_day, found.last_day) == (read[0], date(2026, 11, 9))


@pytest.mark.usefixtures("water")
def test_a_town_read_by_index_alone_has_its_nights_and_the_comparison_of_its_year() -> None:
    homes = [home(f"CT-{number:04d}", f"A17-{number:05d}", grain="index") for number in range(14)]
    Contract.objects.update(opened_on=date(2024, 1, 1))
    Contract.objects.filter(pk=homes[13].pk).update(opened_on=date(2025, 6, 1))
    read = [date(2024, 11, 5), date(2025, 5, 5), date(2025, 11, 5), date(2026, 5, 5), date(2026, 11, 5)]
    for number, contract in enumerate(homes):
        meter = sealed.meter_of(contract)
        running.indexes().erase(meter)
        day_litres = 100 + 10 * number
        running.indexes().put(
            pa.table(
                {
                    "meter": [meter] * len(read),
                    "read_at": read,
                    "index_litres": [(day - read[0]).days * day_litres for day in read],
                    "kind": ["real"] * len(read),
                }
            )
        )
    household.object_to(contract=homes[0], purpose="compare", by=uuid.uuid4())
    assert not running.readings().parts()
    night.nightly()
    assert Run.objects.get().state == "done"
    (release,) = Release.objects.all()
    told = publishing.last("index")
    assert release.period == "2025" and told is not None
    # twelve homes: who objected and who came within the year are not among them
    assert told.cells[-1].variables == () and 150 < place(0, told.cells[-1]).median < 180
    assert all(cell.n <= 12 for cell in told.cells)
    night.run_night(day=NOW.date() - timedelta(days=2))
    assert Release.objects.count() == 1
