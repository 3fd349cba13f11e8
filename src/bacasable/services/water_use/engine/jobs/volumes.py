"""Volumes of months, of meters that are read by the hour or the day."""

from typing import Any

import polars as pl

from bacasable.services.water_use.engine.storage import Readings

#: Days of a month that must be there for its mean to count: as in the core job.
ENOUGH_DAYS = 20
_SCHEMA = {"meter": pl.String, "year": pl.Int32, "period": pl.String, "litres": pl.Int64, "days": pl.UInt32}


def volumes_of(readings: Readings, months: set[str]) -> pl.DataFrame:
    """Return ``meter, year, period, litres, days``: a row a meter and month; ``period`` is ``03``."""
    parts = [
        pl.scan_parquet(one.path, hive_partitioning=False)
        .group_by("meter")
        .agg(
            litres=pl.col("total").sum(),
            days=pl.len(),
        )
        .with_columns(year=pl.lit(int(one.month[:4])), period=pl.lit(one.month[5:]))
        for one in readings.parts(months)
    ]
    if not parts:
        return pl.DataFrame(schema=_SCHEMA)
    # a meter that moved from one district to another within a month has a row in each
    return (
        pl.concat(parts)
        .group_by("meter", "year", "period")
        .agg(pl.col("litres", "days").sum())
        .sort("meter", "year", "period")
        .collect()
    )


def means_of(readings: Readings, month: str) -> dict[str, float]:
    """Return litres a day of each meter over a month, of those with days enough to speak of it."""
    volumes = volumes_of(readings, {month}).filter(pl.col("days") >= ENOUGH_DAYS)
    rows: list[dict[str, Any]] = volumes.select("meter", "litres", "days").to_dicts()
    return {row["meter"]: row["litres"] / row["days"] for row in rows}
