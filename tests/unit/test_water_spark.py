"""The core job on a local session of Spark gives what DuckDB gives, row by row."""

import importlib.util
import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.requirements import need_program

pytest.importorskip("duckdb", reason="needs the extra 'water'")

from bacasable.services.water_use.engine.core import RESULTS, PySpark, above_twice, results, run_months
from bacasable.services.water_use.engine.storage import HOURS, Readings


def need_spark() -> None:
    """Skip without Java or PySpark; with ``BACASABLE_REQUIRE=all``, fail."""
    need_program("java")
    if importlib.util.find_spec("pyspark") is None:
        reason = "PySpark is not installed: make spark"
        if os.environ.get("BACASABLE_REQUIRE") == "all":
            pytest.fail(reason)
        pytest.skip(reason)


def test_spark_and_duckdb_agree(tmp_path: Path) -> None:
    need_spark()
    draw = np.random.default_rng(3)
    readings = Readings(tmp_path / "readings")
    days = [date(2026, 2, 6) + timedelta(days=day) for day in range(25)]
    meters = [f"m{number:02d}" for number in range(30)]
    litres = draw.poisson(2, (len(meters) * len(days), 24))
    litres[: len(days)] += 1
    readings.put(
        pl.DataFrame(
            {
                "meter": np.repeat(meters, len(days)), "day": days * len(meters),
                "district": np.repeat([f"d {number % 3}/é" for number in range(30)], len(days)),
                **{hour: litres[:, place] for place, hour in enumerate(HOURS)},
            }
        ).with_columns(pl.when(pl.col("h05") > 4).then(pl.col("h05")).alias("h05"))
    )  # fmt: skip
    cohorts = pl.DataFrame({"meter": meters * 2, "cohort": ["all"] * 30 + ["a", "b", "c"] * 10}).to_arrow()
    history = pl.DataFrame(
        [
            {
                "meter": meter, "year": year, "period": "02", "days": 23,
                "litres": int(draw.integers(500, 1700)),
            }
            for meter in meters for year in (2023, 2024, 2025)
        ]
    ).to_arrow()  # fmt: skip
    spark = PySpark()
    try:
        run_months(readings, tmp_path / "spark", cohorts=cohorts, engine=spark)
        above = above_twice(tmp_path / "spark", volumes=history, engine=spark)
    finally:
        spark.session.stop()
    run_months(readings, tmp_path / "duckdb", cohorts=cohorts)
    compared = {
        name: (results(tmp_path / "spark", name), results(tmp_path / "duckdb", name)) for name in RESULTS
    }
    compared["above"] = (above, above_twice(tmp_path / "duckdb", volumes=history))
    for name, (theirs, ours) in compared.items():
        columns = ours.column_names
        assert sorted(theirs.column_names) == sorted(columns)
        one, other = (pl.DataFrame(table.select(columns)).sort(columns) for table in (theirs, ours))
        assert one.height and one.equals(other), name
