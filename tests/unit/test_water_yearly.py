"""Indexes read once or twice a year: what is wrong with one is told by its line, and makes no volume."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

pytest.importorskip("duckdb", reason="needs the extra 'water'")

from bacasable.services.water_use.engine.readings import QualityReport, import_file, mapping_of
from bacasable.services.water_use.engine.storage import Indexes, Readings

Line = tuple[str, datetime, int]
MAPPING = """
[columns]
meter = "meter"
time = "time"
index = "value"
kind = "kind"
[values]
district = "d"
grain = "index"
unit = "m3"
estimated = ["E"]
"""


def brought(
    folder: Path,
    lines: list[Line],
    indexes: Indexes,
    name: str = "export.csv",
    more: str = "",
    kind: str = "R",
) -> QualityReport:
    """Import lines, the last of them of a kind."""
    path = folder / name
    kinds = ["R"] * (len(lines) - 1) + [kind]
    with path.open("w", newline="") as file:
        rows = [(*line, one) for line, one in zip(lines, kinds, strict=True)]
        csv.writer(file, lineterminator="\n").writerows([("meter", "time", "value", "kind"), *rows])
    report = import_file(path, mapping_of(MAPPING + more), Readings(folder / "readings"), indexes=indexes)
    assert report.lines_read == len(lines) == report.used + report.left_out
    return report


def listed(report: QualityReport) -> dict[int, str]:
    assert report.listing is not None
    return {int(row["line"]): row["reason"] for row in csv.DictReader(report.listing.open())}


def yearly(meter: str, *values: int, first: int = 2022) -> list[Line]:
    """Return indexes in cubic metres, two a year."""
    return [
        (meter, datetime(first + number // 2, 1 + 6 * (number % 2), 5), value)
        for number, value in enumerate(values)
    ]


def test_what_is_wrong_with_two_indexes_a_year_is_told_line_by_line(tmp_path: Path) -> None:
    indexes = Indexes(tmp_path / "indexes")
    lines = [
        *yearly("replaced", 900, 960, 5, 64),
        *yearly("mistyped", 100, 1600, 220, 280),
        *yearly("low", 100, 16, 220),
        *yearly("absurd", 100, 10**6, 220),
        *yearly("last", 100, 10**6),
        *yearly("twice", 100, 160),
        ("twice", datetime(2022, 7, 5), 165),
        ("twice", datetime(2022, 7, 5), 165),
        *yearly("this", 100, 5040, 5090),
        *yearly("that", 5000, 140, 180),
    ]
    report = brought(tmp_path, lines, indexes)
    assert report.left_out == 10
    told = {lines[line - 2][0]: [] for line in listed(report)}
    for line, reason in listed(report).items():
        told[lines[line - 2][0]].append((lines[line - 2][2], reason))
    assert told == {
        "replaced": [(5, "reset")],
        "mistyped": [(1600, "glitch")],
        "low": [(16, "glitch")],
        "absurd": [(10**6, "glitch")],
        "last": [(10**6, "too_much")],
        "twice": [(160, "replaced"), (165, "same")],
        "this": [(5040, "swapped"), (5090, "swapped")],
        "that": [(140, "swapped"), (180, "swapped")],
    }
    found: dict[str, list[int]] = {}
    for volume in indexes.volumes():
        found.setdefault(volume.meter, []).append(volume.litres // 1000)
    assert found == {
        "replaced": [60, 59], "mistyped": [120, 60], "low": [120], "absurd": [120], "twice": [65]
    }  # fmt: skip
    assert report.litres == 604_000


def test_an_index_stored_before_is_mended_by_the_next_file_and_the_line_says_so(tmp_path: Path) -> None:
    indexes = Indexes(tmp_path / "indexes")
    lines = yearly("m", 1000, 1050, 105, 1150)
    first = brought(tmp_path, lines[:3], indexes)
    assert listed(first) == {4: "reset"}
    second = brought(tmp_path, lines[3:], indexes, name="next.csv")
    assert listed(second) == {2: "mends"} and second.written.changed == 1
    assert [volume.litres for volume in indexes.volumes("m")] == [50_000, 100_000]
    again = brought(tmp_path, lines[3:], indexes, name="again.csv")
    assert (again.written.new, again.written.changed, again.written.same) == (0, 0, 1)


def test_a_dial_that_turned_over_between_two_readings_a_year_loses_nothing(tmp_path: Path) -> None:
    indexes = Indexes(tmp_path / "indexes")
    lines = yearly("m", 9950, 30, 90, 150)
    more = "dial_digits = 4"
    report = brought(tmp_path, lines[:3], indexes, more=more)
    assert listed(report) == {3: "rollover"}
    for name in ("next.csv", "again.csv"):
        brought(tmp_path, lines[2:], indexes, more=more, name=name)
        assert [volume.litres for volume in indexes.volumes("m")] == [80_000, 60_000, 60_000]


def test_an_estimate_of_a_day_that_was_read_is_left_out(tmp_path: Path) -> None:
    indexes = Indexes(tmp_path / "indexes")
    lines = [*yearly("m", 100, 160), ("m", datetime(2022, 7, 5), 170)]
    report = brought(tmp_path, lines, indexes, kind="E")
    assert listed(report) == {4: "outdone"} and report.left_out == 1
    assert indexes.volumes("m")[0].litres == 60_000
