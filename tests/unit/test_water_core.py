"""The core job against the plain definition of each of its figures; its months against a killed process."""

import os
import signal
import statistics
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

pytest.importorskip("duckdb", reason="needs the extra 'water'")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.core import above_twice, district_hours, results, run_months
from bacasable.services.water_use.engine.readings import import_file, mapping_of
from bacasable.services.water_use.engine.storage import HOURS, Readings

FIRST, DAYS, METERS = date(2026, 2, 20), 25, 40


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Readings, dict[tuple[str, date], list[int | None]]]:
    """Return stored readings, and the same as lists: some leak, some days lack hours."""
    draw = np.random.default_rng(7)
    truth: dict[tuple[str, date], list[int | None]] = {}
    for meter in range(METERS):
        for day in range(DAYS):
            litres: list[int | None] = draw.poisson(3, 24).tolist()
            if meter % 5 == 0 and 5 <= day <= 5 + meter // 10:
                litres = [(one or 0) + 1 for one in litres]
            else:
                litres[3] = 0
            if day == meter % 11:
                litres[7:9] = [None, None]
            truth[f"m{meter:02d}", FIRST + timedelta(days=day)] = litres
    readings = Readings(tmp_path_factory.mktemp("readings"))
    readings.put(
        pl.DataFrame(
            [
                {
                    "meter": meter,
                    "day": day,
                    "district": f"d{int(meter[1:]) % 2}",
                    **dict(zip(HOURS, row, strict=True)),
                }
                for (meter, day), row in truth.items()
            ],
            infer_schema_length=None,
        )
    )
    return readings, truth


def cohorts() -> pa.Table:
    names = [f"m{number:02d}" for number in range(METERS)]
    return pa.table({"meter": names * 2, "cohort": ["all"] * METERS + ["half", "other"] * (METERS // 2)})


def test_each_figure_is_what_it_is_defined_to_be(made: Any, tmp_path: Path) -> None:
    readings, truth = made
    ran = run_months(readings, tmp_path, cohorts=cohorts())
    assert ran.made == ("2026-02", "2026-03")
    days = {(row["meter"], row["day"]): row for row in results(tmp_path, "daily").to_pylist()}
    assert days.keys() == truth.keys()
    running = set()
    for key, row in truth.items():
        known = [one for one in row if one is not None]
        assert days[key]["litres"] == sum(known) and days[key]["hours"] == len(known)
        assert days[key]["night_minimum"] == min(one for one in row[1:5] if one is not None)
        assert days[key]["flow"] == (min(known) if len(known) >= 23 else None)
        if days[key]["flow"]:
            running.add(key)
    for row in results(tmp_path, "meters").to_pylist():
        mine = [day for meter, day in truth if meter == row["meter"] and f"{day:%Y-%m}" == row["month"]]
        three = any(
            all((row["meter"], day - timedelta(days=back)) in running for back in range(3)) for day in mine
        )
        assert (row["days"], row["continuous"]) == (len(mine), three), row["meter"]
        assert row["litres"] == sum(days[row["meter"], day]["litres"] for day in mine)
    for row in results(tmp_path, "districts", ["2026-03"]).to_pylist():
        mine = [
            one
            for (meter, day), one in truth.items()
            if day == row["day"] and f"d{int(meter[1:]) % 2}" == row["district"]
        ]
        assert [row[hour] for hour in HOURS] == [sum(one[hour] or 0 for one in mine) for hour in range(24)]
        assert (row["meters"], row["hours"]) == (20, sum(one is not None for each in mine for one in each))


def test_quantiles_count_homes_with_enough_days(made: Any, tmp_path: Path) -> None:
    _, truth = made
    draw = {meter: 30 * (1 + int(meter[1:])) for meter, _ in truth}
    january = [
        {"meter": meter, "day": date(2026, 1, day), "district": "d", "total": litres, "kind": "daily"}
        for meter, litres in draw.items() for day in range(1, 32) if meter != "m39" or day < 10
    ]  # fmt: skip
    own = Readings(tmp_path / "readings")
    own.put(pl.DataFrame(january))
    run_months(own, tmp_path / "out", cohorts=cohorts())
    found = {row["cohort"]: row for row in results(tmp_path / "out", "cohorts").to_pylist()}
    assert (found["all"]["n"], found["half"]["n"], found["other"]["n"]) == (39, 20, 19)
    means = sorted(litres for meter, litres in draw.items() if meter != "m39")
    expected = statistics.quantiles(means, n=10, method="inclusive")
    assert [found["all"][f"q{level}0"] for level in range(1, 10)] == [int(one + 1e-6) for one in expected]


def test_a_volume_is_held_against_three_years_of_the_same_period(tmp_path: Path) -> None:
    rows = [
        ("a", 2023, "H1", 100, 181), ("a", 2024, "H1", 100, 182), ("a", 2025, "H1", 130, 181),
        ("a", 2026, "H1", 221, 181), ("a", 2022, "H1", 10**6, 181), ("a", 2026, "H2", 999, 184),
        ("b", 2025, "H1", 50, 181), ("b", 2026, "H1", 100, 181),
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True))
    volumes = pa.table(dict(zip(("meter", "year", "period", "litres", "days"), columns, strict=True)))
    found = {(row["meter"], row["year"]): row for row in above_twice(tmp_path, volumes=volumes).to_pylist()}
    assert (found["a", 2026]["years"], found["a", 2026]["average_litres"], found["a", 2026]["above"]) == (
        3,
        109,
        True,
    )
    assert not found["b", 2026]["above"], "twice is not above twice"
    assert ("b", 2025) not in found


def test_only_what_changed_is_made_again(made: Any, tmp_path: Path) -> None:
    readings, _ = made
    own = Readings(tmp_path / "readings")
    for month in ("2026-02", "2026-03"):
        own.put(readings.days(months={month}).drop("month").to_pyarrow())
    out = tmp_path / "out"
    assert len(run_months(own, out, cohorts=cohorts()).made) == 2
    assert run_months(own, out, cohorts=cohorts()).kept == ("2026-02", "2026-03")
    own.put(pl.DataFrame({"meter": ["m00"], "day": [date(2026, 3, 5)], "district": ["d0"], "h00": [90]}))
    assert run_months(own, out, cohorts=cohorts()).made == ("2026-03",)
    own.put(pl.DataFrame({"meter": ["m00"], "day": [date(2026, 2, 28)], "district": ["d0"], "h00": [90]}))
    assert run_months(own, out, cohorts=cohorts()).made == ("2026-02", "2026-03"), "March looks back"
    assert run_months(own, out).made == ("2026-02", "2026-03"), "other cohorts"


def test_hours_of_districts_have_a_row_each(made: Any, tmp_path: Path) -> None:
    readings, _ = made
    run_months(readings, tmp_path, months=["2026-03"])
    import ibis

    rows = district_hours(ibis.memtable(results(tmp_path, "districts"))).to_pyarrow().to_pylist()
    assert len(rows) == 2 * 16 * 24 and {row["hour"] for row in rows} == set(range(24))


def test_an_engine_that_is_not_there_is_refused(made: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="duckdb, pyspark"):
        run_months(made[0], tmp_path, engine="abacus")


KILLED = """
import sys
from pathlib import Path
from tests.unit.test_water_core import a_night
a_night(Path(sys.argv[1]), lambda *said: (print(*said, flush=True), sys.stdin.readline()))
"""


class Cut(Exception):
    """The night ends here."""


def a_night(folder: Path, told: Any) -> tuple[bool, tuple[str, ...]]:
    """Import the export of a folder, and make the months; return whether it went on, and the months made."""
    readings = Readings(folder / "readings")
    mapping = mapping_of('[columns]\nmeter = "m"\ntime = "t"\nindex = "i"\n[values]\ndistrict = "d"')
    report = import_file(folder / "export.csv", mapping, readings, progress=told)
    return report.resumed, run_months(readings, folder / "out", progress=told).made


def killed_at(folder: Path, step: str) -> None:
    """Run a night in a process of its own, and kill it when it tells a step: SIGKILL, no last word."""
    command = [sys.executable, "-c", KILLED, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        for line in process.stdout:
            if line.startswith(step):
                os.kill(process.pid, signal.SIGKILL)
                return
            process.stdin.write("\n")
            process.stdin.flush()
    raise AssertionError(f"{step} was not told")


def test_a_killed_night_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut while reading, killed while storing and between two months: all is as after a night left alone."""
    lines = ["m,t,i"]
    for hour in range(24 * 70):
        at = f"{FIRST + timedelta(days=hour // 24)} {hour % 24:02d}:00:00"
        lines += [f"{meter},{at},{1000 + 3 * hour * (1 + number)}" for number, meter in enumerate("abc")]
    for place in ("killed", "alone"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "export.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.setattr("bacasable.services.water_use.engine.readings.blocks._BYTES", 50_000)

    def cut(step: str, share: float, *_: Any) -> None:
        if step == "read" and share > 0.5:
            raise Cut

    with pytest.raises(Cut):
        a_night(tmp_path / "killed", cut)
    killed_at(tmp_path / "killed", "store")
    killed_at(tmp_path / "killed", "2026-03")
    resumed, made = a_night(tmp_path / "killed", lambda *said: None)
    assert (resumed, made) == (False, ("2026-04",)), "the import was over, and two months were made"
    a_night(tmp_path / "alone", lambda *said: None)
    for one in ("readings", "out"):
        for path in sorted((tmp_path / "alone" / one).rglob("*.parquet")):
            other = tmp_path / "killed" / path.relative_to(tmp_path / "alone")
            assert pl.read_parquet(path, hive_partitioning=False).equals(
                pl.read_parquet(other, hive_partitioning=False)
            ), path.name
