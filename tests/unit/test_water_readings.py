"""A utility's export into the storage: each line used, or named with its reason; nothing lost on the way."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb", reason="needs the extra 'water'")

import itertools

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.readings import QualityReport, Verdict, import_file, mapping_of
from bacasable.services.water_use.engine.storage import HOURS, Indexes, Readings

START = datetime(2026, 3, 2)
PLAIN = '[columns]\nmeter = "meter"\ntime = "time"\n{kind} = "value"\n[values]\ndistrict = "d"\n{more}'
Line = tuple[str, datetime | str, Any]


def brought(
    folder: Path,
    lines: list[Line],
    kind: str = "index",
    more: str = "",
    name: str = "export.csv",
    **options: Any,
) -> tuple[QualityReport, dict[tuple[str, date], dict[str, Any]]]:
    """Import lines; return the report, and the rows stored by meter and day."""
    path = folder / name
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([("meter", "time", "value"), *lines])
    readings = Readings(folder / "readings")
    report = import_file(path, mapping_of(PLAIN.format(kind=kind, more=more)), readings, **options)
    assert report.lines_read == len(lines) == report.used + report.left_out
    return report, stored(readings)


def stored(readings: Readings) -> dict[tuple[str, date], dict[str, Any]]:
    return {(row["meter"], row["day"]): row for row in readings.days().to_pyarrow().to_pylist()}


def dial(values: list[Any], meter: str = "m", start: datetime = START) -> list[Line]:
    return [(meter, start + timedelta(hours=hour), value) for hour, value in enumerate(values)]


def listed(report: QualityReport) -> dict[int, str]:
    assert report.listing is not None
    return {int(row["line"]): row["reason"] for row in csv.DictReader(report.listing.open())}


def hours(row: dict[str, Any]) -> list[int | None]:
    return [row[hour] for hour in HOURS]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, 400), min_size=2, max_size=70),
    st.sets(st.integers(0, 69), max_size=20),
    st.integers(0, 99_999),
)
def test_the_volumes_of_a_dial_are_what_it_turned(turns: list[int], missing: set[int], first: int) -> None:
    """Gaps, and the dial's last number, lose no litre: the sum is the last index less the first."""
    import tempfile

    shown, total = [], first
    for turn in turns:
        total += turn
        shown.append(total)
    lines = [line for hour, line in enumerate(dial([one % 100_000 for one in shown])) if hour not in missing]
    if len(lines) < 2:
        return
    kept = [one for hour, one in enumerate(shown) if hour not in missing]
    with tempfile.TemporaryDirectory() as place:
        report, days = brought(Path(place), lines, more="dial_digits = 5")
    # Of less than 20 litres back nobody can tell whether the dial turned over: no gap here is that long.
    assert report.litres == sum(row["total"] for row in days.values()) == kept[-1] - kept[0]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=60, max_size=60),
    st.lists(st.integers(1, 59), max_size=4),
    st.randoms(),
)
def test_files_in_any_order_give_what_one_file_gives(turns: list[int], cuts: list[int], random: Any) -> None:
    import tempfile

    shown = [1000 + sum(turns[: hour + 1]) for hour in range(60)]
    edges = [0, *sorted(set(cuts)), 60]
    pieces = [dial(shown)[start:end] for start, end in itertools.pairwise(edges)]
    random.shuffle(pieces)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        _, whole = brought(Path(one), dial(shown))
        for number, piece in enumerate(pieces):
            _, parts = brought(Path(other), piece, name=f"{number}.csv")
        brought(Path(other), pieces[0], name="again.csv")
        assert parts == whole == stored(Readings(Path(other) / "readings"))


def test_a_dial_that_lies_is_told_from_one_that_is_replaced(tmp_path: Path) -> None:
    report, days = brought(
        tmp_path,
        [
            *dial([100, 110, 120, 10**9, 130, 140], "leap"),
            *dial([5000, 5010, 3, 13, 23], "new"),
            *dial([100, 110, 108, 108, 115], "back"),
        ],
    )
    assert listed(report) == {5: "glitch", 6: "after_gap", 10: "reset", 15: "backflow", 16: "backflow"}
    assert hours(days["leap", START.date()])[:5] == [10, 10, 5, 5, 10]
    assert days["leap", START.date()]["estimated"] == 0b1100
    assert hours(days["new", START.date()])[:4] == [10, None, 10, 10]
    assert hours(days["back", START.date()])[:4] == [10, 0, 0, 5]


def test_two_meters_swapped_are_held_back(tmp_path: Path) -> None:
    one, other = [1000 + 5 * hour for hour in range(10)], [90_000 + 7 * hour for hour in range(10)]
    lines = [*dial([*one[:5], *other[5:]], "a"), *dial([*other[:5], *one[5:]], "b"), *dial([10] * 10, "c")]
    report, days = brought(tmp_path, lines)
    assert report.counts[Verdict.SWAPPED] == 10
    assert hours(days["a", START.date()])[:6] == [5, 5, 5, 5, None, None]
    assert days["c", START.date()]["hours"] == 9
    assert {number for number, reason in listed(report).items() if reason == "swapped"} == {
        *range(7, 12),
        *range(17, 22),
    }


def test_the_same_hour_twice_keeps_the_last_received(tmp_path: Path) -> None:
    lines = [*dial([3, 4, 5]), ("m", START, 3), ("m", START + timedelta(hours=1), 9)]
    report, days = brought(tmp_path, lines, "volume")
    assert hours(days["m", START.date()])[:3] == [3, 9, 5]
    assert listed(report) == {3: "replaced", 5: "same"}


def test_a_month_missing_is_one_line_and_no_hour_is_made_up(tmp_path: Path) -> None:
    later = START + timedelta(days=31)
    lines = [("m", START, 1000), ("m", START + timedelta(hours=1), 1010), ("m", later, 1754)]
    report, days = brought(tmp_path, lines)
    assert listed(report) == {4: "after_gap"} and report.litres == 754
    whole = days["m", date(2026, 3, 10)]
    assert whole["kind"] == "daily" and hours(whole) == [None] * 24 and whole["total"] == 24
    _, days = brought(tmp_path, [("v", START, 5), ("v", later, 6)], "volume", name="volumes.csv")
    assert [row["total"] for (meter, _), row in days.items() if meter == "v"] == [5, 6]


def test_more_than_a_pipe_lets_through_and_less_than_nothing(tmp_path: Path) -> None:
    report, days = brought(tmp_path, dial([3, 10**9, -1, 4]), "volume")
    assert listed(report) == {3: "too_much", 4: "below_zero", 5: "after_hole"}
    assert hours(days["m", START.date()])[:4] == [3, None, None, 4]


def test_latin_1_decimal_commas_and_lines_that_are_none(tmp_path: Path) -> None:
    text = (
        "Compteur;Date;Index;Secteur\n"
        "é1;02/03/2026 00:00;1 234,500;nord\n"
        "é1;02/03/2026 01:00;1 234,515;nord\n"
        "\n"
        "é1;02/03/2026 02:00;douze;nord\n"
        "é1;02/13/2026 02:00;1 234,6;nord\n"
        "é1;02/03/2026 02:00;1 234,6\n"
        ";02/03/2026 02:00;1 234,6;nord\n"
        "é1;02/03/2199 02:00;1 234,6;nord\n"
        "é1;02/03/2026 02:00;1 234,52;sud"
    )
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode("latin-1"))
    mapping = mapping_of(
        '[file]\nseparator = ";"\nencoding = "latin-1"\ndecimal = ","\n'
        '[columns]\nmeter = "Compteur"\ntime = "Date"\nindex = "Index"\ndistrict = "Secteur"\n'
        '[values]\nunit = "m3"\ntime_format = "%d/%m/%Y %H:%M"\n'
    )
    report = import_file(path, mapping, Readings(tmp_path / "readings"))
    assert listed(report) == dict.fromkeys(range(4, 10), "unreadable")
    row = stored(Readings(tmp_path / "readings"))["é1", START.date()]
    assert (hours(row)[:2], row["district"]) == ([15, 5], "sud")
    assert any("9 lines" in line for line in report.lines())


def test_a_time_that_is_none_is_refused_by_its_line_without_a_format_too(tmp_path: Path) -> None:
    lines: list[Line] = [("m", "hier soir", 1), *dial([3, 4, 5]), ("m", "2026-13-41 00:00", 2)]  # type: ignore[list-item]
    report, days = brought(tmp_path, lines, "volume")
    assert listed(report) == {2: "unreadable", 6: "unreadable"}
    assert hours(days["m", START.date()])[:3] == [3, 4, 5]


def test_the_mapping_that_is_shipped_reads_the_layout_of_the_daiad_files(tmp_path: Path) -> None:
    path = tmp_path / "swm_trialA_clean.csv"
    lines = [
        "k1;01/03/2016 01:19:43;399990;0",
        "k1;01/03/2016 02:19:43;4e+05;10",
        "k1;01/03/2016 03:19:43;400004;4",
    ]
    path.write_text("\n".join(["user.key;datetime;meter.reading;diff", *lines]))
    shipped = Path(__file__).parents[2] / "examples" / "readings" / "daiad.toml"
    report = import_file(path, mapping_of(shipped.read_text()), Readings(tmp_path / "readings"))
    assert (report.used, report.left_out) == (3, 0)
    assert stored(Readings(tmp_path / "readings"))["k1", date(2016, 3, 1)]["total"] == 14


SPRING, AUTUMN = datetime(2026, 3, 29), datetime(2025, 10, 26)


def test_the_hour_that_the_clock_skips_is_no_gap(tmp_path: Path) -> None:
    lines = [*dial([4, 4], start=SPRING), *dial([4, 4], start=SPRING + timedelta(hours=3))]
    report, days = brought(tmp_path, lines, "volume")
    assert hours(days["m", SPRING.date()])[:5] == [4, 4, None, 4, 4] and report.listing is None
    shown = [*dial([10, 20], "i", SPRING), *dial([30, 40], "i", SPRING + timedelta(hours=3))]
    report, days = brought(tmp_path, shown, name="indexes.csv")
    assert hours(days["i", SPRING.date()])[:4] == [10, 10, None, 10] and report.listing is None
    report, _ = brought(tmp_path, [("m", SPRING + timedelta(hours=2), 4)], "volume", name="never.csv")
    assert listed(report) == {2: "no_such_hour"}


def test_the_hour_that_the_clock_shows_twice_is_summed(tmp_path: Path) -> None:
    doubled = [AUTUMN + timedelta(hours=hour) for hour in (0, 1, 2, 2, 3)]
    report, days = brought(tmp_path, [("m", when, 4) for when in doubled], "volume")
    assert hours(days["m", AUTUMN.date()])[:4] == [4, 4, 8, 4] and report.listing is None
    report, days = brought(
        tmp_path, [("i", when, 10 * step) for step, when in enumerate(doubled)], name="indexes.csv"
    )
    assert hours(days["i", AUTUMN.date()])[:4] == [10, 10, 20, None] and report.listing is None


@pytest.mark.parametrize("written", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S+00:00", "%Y-%m-%d %H:%M:%S"])
def test_instants_become_hours_of_the_place(tmp_path: Path, written: str) -> None:
    lines: list[Line] = [
        ("m", (AUTUMN - timedelta(hours=2) + timedelta(hours=hour)).strftime(written), 1 + hour)
        for hour in range(25)
    ]
    _, days = brought(tmp_path, lines, "volume", 'time_zone = "UTC"')
    row = days["m", AUTUMN.date()]
    assert hours(row) == [1, 2, 3 + 4, *range(5, 26)] and row["total"] == sum(range(1, 26))


def test_quarters_of_an_hour_and_ends_of_hours(tmp_path: Path) -> None:
    quarters: list[Line] = [("q", START + timedelta(minutes=15 * step), 2) for step in range(7)]
    report, days = brought(tmp_path, quarters, "volume", "minutes = 15")
    assert hours(days["q", START.date()])[:3] == [8, 6, None] and days["q", START.date()]["estimated"] == 2
    assert listed(report) == {8: "part_of_hour"}
    ends: list[Line] = [("e", START + timedelta(hours=hour), hour) for hour in range(1, 25)]
    _, days = brought(tmp_path, ends, "volume", 'stamped = "end"', name="ends.csv")
    assert hours(days["e", START.date()]) == list(range(1, 25)) and ("e", date(2026, 3, 3)) not in days


def test_thousandths_are_carried_over(tmp_path: Path) -> None:
    _, days = brought(tmp_path, dial([0.4] * 24), "volume")
    assert days["m", START.date()]["total"] == 9 and set(hours(days["m", START.date()])) == {0, 1}


def test_days_and_two_indexes_a_year(tmp_path: Path) -> None:
    nights: list[Line] = [("m", START + timedelta(days=day, hours=2), 100 * day) for day in range(4)]
    _, days = brought(tmp_path, nights, more='grain = "day"')
    assert [row["total"] for row in days.values()] == [100, 100, 100] and days["m", START.date()][
        "kind"
    ] == "daily"
    indexes = Indexes(tmp_path / "indexes")
    lines: list[Line] = [
        ("m", datetime(2025, 6, 1), 5000),
        ("m", datetime(2025, 12, 1), 65000),
        ("m", datetime(2026, 1, 1), -5),
    ]
    report, _ = brought(tmp_path, lines, more='grain = "index"', name="two.csv", indexes=indexes)
    assert indexes.volumes("m")[0].litres == 60000 and listed(report) == {4: "below_zero"}


def test_a_meter_that_may_not_be_read_is_left_out_by_its_lines(tmp_path: Path) -> None:
    lines = [*dial([1, 2, 3], "objects"), *dial([1, 2, 3], "serial")]
    report, days = brought(
        tmp_path, lines, naming=lambda serials: [None if one == "objects" else f"P-{one}" for one in serials]
    )
    assert {meter for meter, _ in days} == {"P-serial"}
    assert listed(report) == dict.fromkeys((2, 3, 4), "not_admitted")


@pytest.mark.parametrize(
    "wrong",
    [
        '[columns]\nmeter="a"\ntime="b"\n[values]\ndistrict="d"', '[columns]\nindex="a"\ntime="b"',
        PLAIN.format(kind="index", more='unit = "pint"'),
        PLAIN.format(kind="index", more='time_zone = "Paris"'),
        PLAIN.format(kind="index", more="colour = 1"), PLAIN.format(kind="index", more='minutes = "60"'),
        "[file]\nencoding = 'klingon'\n" + PLAIN.format(kind="index", more=""), "[columns",
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_read_by_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        mapping_of(wrong)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("a,b,c\n1,2,3\n")
    with pytest.raises(Refused, match="no column 'meter'; its columns are: a, b, c"):
        import_file(path, mapping_of(PLAIN.format(kind="index", more="")), Readings(tmp_path / "r"))


def test_parquet_is_read_by_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    frame = pl.DataFrame(
        {
            "meter": ["m"] * 4,
            "time": [START + timedelta(hours=hour) for hour in range(4)],
            "value": [10, 20, None, 45],
        }
    )
    frame.write_parquet(path)
    report = import_file(path, mapping_of(PLAIN.format(kind="index", more="")), Readings(tmp_path / "r"))
    assert listed(report) == {3: "unreadable", 4: "after_gap"} and report.litres == 35


def test_a_column_of_a_kind_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.parquet"
    pl.DataFrame({"meter": ["m"], "time": [START], "value": [[1]]}).write_parquet(path)
    with pytest.raises(Refused, match="cannot be read as Parquet"):
        import_file(path, mapping_of(PLAIN.format(kind="volume", more="")), Readings(tmp_path / "r"))
