"""Hours of a district as arrays, from the rows of meters and days."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.water_use.engine.storage import HOURS, Readings


@dataclass(frozen=True)
class Hours:
    """Some days of a district: ``hourly`` (meters, days * 24), litres, -1 where none is known; ``estimated``
    (meters, days), a bit for each hour that was not read. Rows are those of ``meters``.
    """

    meters: tuple[str, ...]
    first_day: date
    hourly: NDArray[np.int32]
    estimated: NDArray[np.int32]


def hours_of(readings: Readings, district: str, first: date, last: date) -> Hours:
    """Return the hours of a district from a day to another, both counted: of meters that have any."""
    months = {f"{first + timedelta(days=number):%Y-%m}" for number in range((last - first).days + 1)}
    parts = [one.path for one in readings.parts(months) if one.district == district]
    days = (last - first).days + 1
    if not parts:
        return Hours((), first, np.zeros((0, days * 24), np.int32), np.zeros((0, days), np.int32))
    rows = (
        pl.concat([pl.scan_parquet(path, hive_partitioning=False) for path in parts])
        .filter(pl.col("day").is_between(first, last) & (pl.col("kind") == "hourly"))
        .select("meter", "day", "estimated", *HOURS)
        .collect()
    )
    names = rows["meter"].unique().sort()
    row = names.search_sorted(rows["meter"]).to_numpy()
    place = (rows["day"] - first).dt.total_days().to_numpy()
    hourly = np.full((len(names), days, 24), -1, dtype=np.int32)
    hourly[row, place] = rows.select(pl.col(HOURS).fill_null(-1)).to_numpy()
    estimated = np.zeros((len(names), days), dtype=np.int32)
    estimated[row, place] = rows["estimated"].to_numpy()
    return Hours(tuple(names), first, hourly.reshape(len(names), days * 24), estimated)


def totals_of(
    readings: Readings, district: str, first: date, last: date, *, but: frozenset[str]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the meters of a district but some, and their litres a day: (meters, days), -1 for none known.

    A day that is in part estimated counts as not known.
    """
    months = {f"{first + timedelta(days=number):%Y-%m}" for number in range((last - first).days + 1)}
    parts = [one.path for one in readings.parts(months) if one.district == district]
    days = (last - first).days + 1
    if not parts:
        return (), np.zeros((0, days), np.int64)
    rows = (
        pl.concat([pl.scan_parquet(path, hive_partitioning=False) for path in parts])
        .filter(pl.col("day").is_between(first, last) & (pl.col("estimated") == 0))
        .select("meter", "day", "total")
        .drop_nulls()
        .collect()
    )
    rows = rows.filter(~pl.col("meter").is_in(sorted(but)))
    names = rows["meter"].unique().sort()
    totals = np.full((len(names), days), -1, dtype=np.int64)
    place = (rows["day"] - first).dt.total_days().to_numpy()
    totals[names.search_sorted(rows["meter"]).to_numpy(), place] = rows["total"].to_numpy()
    return tuple(names), totals
