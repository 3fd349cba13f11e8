"""A night: killed and taken up it gives what it would have given; a word said meanwhile counts the next."""

from datetime import date, timedelta

import polars as pl
import pytest

from bacasable.services.water_use.engine.city import simulate
from bacasable.services.water_use.engine.jobs import forget, hours_of, means_of, run
from bacasable.services.water_use.engine.jobs.excesses import of_indexes, of_month
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.engine.storage import HOURS, Indexes, Readings

DAYS = 64


@pytest.fixture(scope="module")
def town():
    return simulate(260, DAYS, 11, first_day=date(2025, 1, 1))


@pytest.fixture
def readings(town, tmp_path):
    kept = Readings(tmp_path / "readings")
    town.write(kept)
    return kept


def _night(town, readings, work, **asked):
    return run(readings, work, day=town.first_day + timedelta(days=DAYS - 1), homes=town.homes, **asked)


def test_hours_come_back_as_they_were_written(town, readings):
    first = town.first_day + timedelta(days=20)
    for district in town.districts:
        hours = hours_of(readings, district, first, first + timedelta(days=9))
        rows = [int(meter in hours.meters) for meter in town.true_homes.meter]
        wanted = {
            meter: town.hourly[row, 20 * 24 : 30 * 24]
            for row, meter in enumerate(town.true_homes.meter)
            if rows[row]
        }
        for row, meter in enumerate(hours.meters):
            assert (hours.hourly[row] == wanted[meter]).all()


def test_a_night_finds_leaks_publishes_the_month_and_forgets_old_hours(town, readings, tmp_path):
    made = _night(town, readings, tmp_path / "work")
    running = {town.true_homes.meter[leak.meter] for leak in town.leaks if leak.litres_per_hour >= 10
               and leak.first < (DAYS - 10) * 24 and leak.last >= DAYS * 24 - 24}  # fmt: skip
    assert running <= {leak.meter for leak in made.leaks}
    assert made.release is not None
    assert made.release.period == "2025-02"
    assert made.expired_rows > 0
    old = town.first_day + timedelta(days=DAYS - 31)
    held = pl.concat([pl.read_parquet(one.path) for one in readings.parts()], how="diagonal")
    assert held.filter(pl.col("day") < old)[list(HOURS)].null_count().min_horizontal().item() > 0
    assert held["total"].null_count() == 0


def test_a_night_that_was_killed_gives_what_it_would_have_given(town, readings, tmp_path):
    class Killed(Exception):
        pass

    def kill(step: str, done: int, _of: int) -> None:
        if step == "expiry" or done == 2:
            raise Killed

    work = tmp_path / "work"
    asked = {"objected": [town.homes[0].meter], "keep_hours": [town.homes[1].meter]}
    with pytest.raises(Killed):
        _night(town, readings, work, **asked, progress=kill)
    # an opt-out arrives while the night lies dead
    asked["objected"] = [town.homes[0].meter, town.homes[5].meter]
    again = _night(town, readings, work, **asked)
    assert again.resumed
    assert "count from the next one" in again.problems[0]

    other = Readings(tmp_path / "other")
    town.write(other)
    asked["objected"] = [town.homes[0].meter]
    whole = _night(town, other, tmp_path / "whole", **asked)
    assert not whole.resumed
    assert (again.leaks, again.release, again.expired_rows) == (
        whole.leaks,
        whole.release,
        whole.expired_rows,
    )
    forget(work, again.day)
    assert not list(work.iterdir())


def test_who_objects_is_in_no_cell(town, readings, tmp_path):
    # with fewer homes than k left, nothing is published
    made = _night(town, readings, tmp_path / "work", objected=[home.meter for home in town.homes[5:]])
    assert made.release is not None
    assert made.release.cells == ()


def test_a_month_is_published_once_and_an_excess_is_beside_its_history(town, readings, tmp_path):
    assert _night(town, readings, tmp_path / "one", published=["2025-02"]).release is None
    before = means_of(readings, "2025-02")
    meter = max(before, key=lambda one: before[one])
    rows = [
        {
            "meter": meter,
            "day": date(year, 2, day),
            "district": "elsewhere",
            "total": round(before[meter] / 3),
            "kind": "daily",
        }
        for year in (2023, 2024)
        for day in range(1, 29)
    ]
    readings.put(pl.DataFrame(rows))
    told = _night(town, readings, tmp_path / "two").excesses
    (found,) = [one for one in told if one.basis == "history"]
    assert (found.meter, found.count, found.first) == (meter, 2, date(2025, 2, 1))
    assert found.litres > 2 * found.average_litres
    # the others have no history: few are above twice what homes of their district and kind use
    assert 0 < len(told) - 1 < 0.1 * len(town.homes)


def test_homes_read_twice_a_year_are_held_against_their_years_or_comparable_homes(tmp_path):
    day = date(2026, 7, 10)
    read = [date(2023, 7, 1), date(2024, 7, 1), date(2025, 1, 1), date(2025, 7, 1), date(2026, 1, 1),
            date(2026, 7, 1)]  # fmt: skip
    # cubic metres between two readings, the first over a whole year
    volumes_of = {
        "steady": [100, 50, 50, 50, 50],
        "leak": [100, 50, 50, 50, 160],
        "guessed": [100, 50, 50, 50, 160],
    }
    rows = []
    for meter, volumes in volumes_of.items():
        index = 0
        for at, since in zip(read, [0, *volumes], strict=True):
            index += since * 1000
            kind = "estimated" if meter == "guessed" and at == read[-1] else "real"
            rows.append({"meter": meter, "read_at": at, "index_litres": index, "kind": kind})
    for number in range(12):
        rows += [{"meter": f"new{number}", "read_at": at, "index_litres": litres * 1000, "kind": "real"}
                 for at, litres in zip(read[-2:], (0, 300 if number == 0 else 60), strict=True)]  # fmt: skip
    indexes = Indexes(tmp_path)
    indexes.put(pl.DataFrame(rows))
    homes = [
        Declared(meter, "d", "flat") for meter in (*volumes_of, *(f"new{number}" for number in range(12)))
    ]
    found = {one.meter: one for one in of_indexes(indexes, homes, day)}
    assert set(found) == {"leak", "new0"}
    assert (found["leak"].litres, found["leak"].basis) == (160_000, "history")
    assert 49_000 < found["leak"].average_litres < 52_000
    assert (found["new0"].basis, found["new0"].count) == ("comparable", 14)
    # two months later the index is too old to be told of
    assert of_indexes(indexes, homes, day + timedelta(days=70)) == []
    # alone of its kind, a home without a history is not judged
    alone = [Declared("new0", "d", "house"), *homes[1:3]]
    assert "new0" not in {one.meter for one in of_indexes(indexes, alone, day)}


def test_a_month_without_history_is_held_against_comparable_homes():
    first, homes = date(2026, 10, 1), [Declared(f"m{number}", "d", "flat") for number in range(12)]
    volumes = pl.DataFrame(
        {
            "meter": [home.meter for home in homes],
            "year": [2026] * 12,
            "period": ["10"] * 12,
            "litres": [31_000, *[10_000] * 11],
            "days": [31] * 12,
        },
        schema_overrides={"year": pl.Int32, "days": pl.Int32},
    )
    (found,) = of_month(volumes, "2026-10", homes)
    assert (found.meter, found.average_litres, found.basis, found.count) == ("m0", 10_000, "comparable", 11)
    assert (found.first, found.last) == (first, date(2026, 10, 31))
    # ten are too few, and nothing is said of a home whose kind is not known
    assert of_month(volumes.head(11), "2026-10", homes) == []
    assert of_month(volumes, "2026-10", [Declared("m0", "d"), *homes[1:]]) == []


def test_a_meter_that_gives_totals_alone_is_watched_too(town, readings, tmp_path):
    end = town.first_day + timedelta(days=DAYS - 1)
    days = [end - timedelta(days=back) for back in range(110)]
    rows = pl.DataFrame(
        {
            "meter": ["total"] * len(days),
            "day": days,
            "district": ["elsewhere"] * len(days),
            "total": [900 if end - day < timedelta(days=14) else 200 + day.day % 5 for day in days],
            "kind": ["daily"] * len(days),
        }
    )
    readings.put(rows)
    (found,) = [leak for leak in _night(town, readings, tmp_path / "work").leaks if leak.meter == "total"]
    assert 25 < found.litres_per_hour < 32
    assert found.confidence <= 0.5
