"""Readings in their folder: what came last counts, nothing is half written, hours expire, totals stay."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb", reason="needs the extra 'water'")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.calendar import change, easter, holidays, off, offsets
from bacasable.services.water_use.engine.storage import HOURS, Indexes, Readings

MONDAY = date(2026, 3, 2)


def day(meter: str = "m", when: date = MONDAY, district: str = "d", **values: Any) -> dict[str, Any]:
    return {"meter": meter, "day": when, "district": district, **dict.fromkeys(HOURS, 1), **values}


def rows(*given_rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        list(given_rows), schema_overrides=dict.fromkeys(HOURS, pl.Int32), infer_schema_length=None
    )


def test_the_last_value_received_wins_and_is_counted(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    assert readings.put(rows(day())).new == 1
    assert readings.put(rows(day())).same == 1
    written = readings.put(rows(day(h03=7, h04=None)))
    assert (written.changed, written.corrected_hours) == (1, 1)
    stored = readings.export("m").to_pylist()[0]
    assert (stored["h03"], stored["h04"], stored["total"], stored["hours"]) == (7, 1, 30, 24)


def test_an_estimate_never_replaces_what_was_read(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    readings.put(rows(day()))
    written = readings.put(rows(day(h05=9, estimated=1 << 5)))
    assert (written.changed, written.kept_hours) == (0, 1)
    readings.put(rows(day(when=date(2026, 3, 3), h05=9, estimated=1 << 5)))
    readings.put(rows(day(when=date(2026, 3, 3), h05=2)))
    stored = readings.export("m").to_pylist()[1]
    assert (stored["h05"], stored["estimated"]) == (2, 0)


hour_sets = st.dictionaries(st.sampled_from(HOURS), st.integers(0, 50), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@given(st.lists(hour_sets, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_rows_that_do_not_contradict_each_other_may_come_in_any_order(
    pieces: list[dict[str, int]], random: Any
) -> None:
    truth: dict[str, int] = {}
    for piece in pieces:
        truth |= {hour: value for hour, value in piece.items() if hour not in truth}
    parts = [rows(day(**dict.fromkeys(HOURS) | {hour: truth[hour] for hour in piece})) for piece in pieces]
    shuffled = random.sample(parts, len(parts))
    import tempfile

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        in_order, out_of_order = Readings(Path(one)), Readings(Path(other))
        for part in parts:
            in_order.put(part)
        for part in (*shuffled, shuffled[0]):
            out_of_order.put(part)
        assert in_order.export("m").equals(out_of_order.export("m"))
        assert in_order.export("m")["total"].to_pylist() == [sum(truth.values())]


def test_a_moved_meter_is_in_one_district(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    readings.put(rows(day(), day(when=date(2026, 3, 3))))
    readings.put(rows(day(when=date(2026, 3, 3), district="été/2")))
    assert readings.export("m")["district"].to_pylist() == ["d", "été/2"]
    assert readings.meters() == {"m": "été/2"}
    assert sorted(readings.days().execute()["district"]) == ["d", "été/2"]


def test_hours_expire_but_for_those_who_keep_them(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    later = date(2026, 3, 3)
    readings.put(
        rows(
            day(h02=0),
            day(h02=4, when=later),
            day("asked", h02=0),
            day("running"),
            day("gap", h07=None, h08=None),
        )
    )
    gone = readings.expire_hourly(later, keep={"asked"})
    assert (gone.rows, gone.meters) == (3, 3)
    assert readings.expire_hourly(later, keep={"asked"}).rows == 0
    stored = {(row["meter"], row["day"]): row for row in readings.days().to_pyarrow().to_pylist()}
    assert stored["m", MONDAY]["h02"] is None and stored["m", MONDAY]["total"] == 23
    assert stored["m", MONDAY]["flow"] == 0 and stored["running", MONDAY]["flow"] == 1
    assert stored["gap", MONDAY]["flow"] is None and stored["gap", MONDAY]["hours"] == 22
    assert stored["m", later]["h02"] == 4 and stored["asked", MONDAY]["h02"] == 0


def test_a_meter_is_erased_whole(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    readings.put(rows(day(), day(when=date(2026, 4, 1)), day("other")))
    assert readings.erase("m") == 2
    assert readings.export("m").num_rows == 0 and readings.export("other").num_rows == 1
    assert readings.drop_days(date(2026, 3, 3)) == 1 and not readings.parts()


def test_the_last_reading_is_the_end_of_the_last_hour_read(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    readings.put(rows(day(), day(when=date(2026, 4, 1), **dict.fromkeys(HOURS[20:]), estimated=1 << 19)))
    assert readings.last_reading("m") == datetime(2026, 4, 1, 19)
    assert readings.last_reading("nobody") is None


@pytest.mark.parametrize(
    "wrong", [day(h00=-1), {"meter": "m", "day": MONDAY}, day(colour="red"), day(district="")]
)
def test_rows_that_cannot_be_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        Readings(tmp_path).put(rows(wrong))


def test_indexes_give_volumes_between_them(tmp_path: Path) -> None:
    indexes = Indexes(tmp_path)
    table = pl.DataFrame(
        {
            "meter": ["m", "m", "m"],
            "read_at": [date(2025, 1, 10), date(2025, 7, 10), date(2026, 1, 10)],
            "index_litres": [1000, 61000, 500],
            "kind": ["real", "estimated", "real"],
        }
    )
    assert indexes.put(table).new == 3 and indexes.put(table).same == 3
    (volume,) = indexes.volumes("m")
    assert (volume.first, volume.last, volume.litres, volume.estimated) == (
        date(2025, 1, 10), date(2025, 7, 9), 60000, True
    )  # fmt: skip
    read = table.filter(pl.col("kind") == "estimated").with_columns(kind=pl.lit("self"), index_litres=60000)
    assert indexes.put(read).changed == 1 and indexes.put(table[1:2]).changed == 0
    assert indexes.erase("m") == 3


def test_a_year_has_two_days_that_are_not_24_hours() -> None:
    assert change(date(2026, 3, 29)) == (2, -1) and change(date(2026, 10, 25)) == (-1, 2)
    assert change(date(2026, 3, 29), "Atlantic/Azores") == (0, -1)
    assert [added for _, added in offsets(date(2026, 1, 1), date(2026, 12, 31))] == [3600, 7200, 3600]


def test_holidays_of_france() -> None:
    assert easter(2025) == date(2025, 4, 20) and easter(2038) == date(2038, 4, 25)
    assert len(holidays(2026)) == 11 and len(holidays(2026, alsace_moselle=True)) == 13
    assert off(date(2026, 5, 25)) == "holiday" and off(date(2026, 5, 24)) == "weekend"
    assert off(MONDAY, [(MONDAY, MONDAY)]) == "school_holiday" and off(MONDAY) == "working"
