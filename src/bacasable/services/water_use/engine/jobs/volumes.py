"""Volumes of months, as the core job works them out."""

from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from bacasable.services.water_use.engine import core
from bacasable.services.water_use.engine.meters import ENOUGH_DAYS
from bacasable.services.water_use.engine.storage import Readings

_SCHEMA = {"meter": pl.String, "year": pl.Int32, "period": pl.String, "litres": pl.Int64, "days": pl.Int32}


def volumes_of(
    readings: Readings, into: Path, months: Collection[str], engine: str = "duckdb"
) -> pl.DataFrame:
    """Return ``meter, district, year, period, litres, days``: a row a meter and month; ``period`` is ``03``.

    Args:
        into: where the core job keeps its months; killed, it goes on there.
        engine: what runs it, ``duckdb`` or ``pyspark``.
    """
    core.run_months(readings, into, months=sorted(months), engine=engine)
    rows = pl.DataFrame(core.results(into, "meters", sorted(months)))
    if not rows.width:
        return pl.DataFrame(schema={**_SCHEMA, "district": pl.String})
    return rows.select(
        "meter",
        "district",
        year=pl.col("month").str.slice(0, 4),
        period=pl.col("month").str.slice(5),
        litres="litres",
        days="days",
    ).cast(_SCHEMA)  # type: ignore[arg-type]


def means_in(volumes: pl.DataFrame, month: str) -> dict[str, float]:
    """Return litres a day of each meter over a month, of those with days enough to speak of it."""
    of_month = (pl.col("year") == int(month[:4])) & (pl.col("period") == month[5:])
    enough = volumes.filter(of_month & (pl.col("days") >= ENOUGH_DAYS)).sort("meter")
    return dict(enough.select("meter", pl.col("litres") / pl.col("days")).iter_rows())


def means_of(readings: Readings, month: str, engine: str = "duckdb") -> dict[str, float]:
    """Return :func:`means_in` of a month of readings; what it is made of is kept nowhere."""
    readings.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".months-", dir=readings.folder.parent) as into:
        return means_in(volumes_of(readings, Path(into), {month}, engine), month)
