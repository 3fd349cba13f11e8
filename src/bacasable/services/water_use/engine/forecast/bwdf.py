"""The Battle of Water Demand Forecasting (Ferrara, 2024; CC-BY 4.0): ten districts, hourly, four weeks.

``BWDF_InflowData.xlsx`` has the mean litres a second of each hour, ``BWDF_WeatherData.xlsx`` the weather that
was observed, both by the clock of Rome, the hour of autumn twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.calendar import easter

PLACE = "Europe/Rome"
#: Mondays of the weeks to forecast: 82, 96, 107 and 114 of the data, whose first is 4 January 2021.
OFFICIAL_WEEKS = (date(2022, 7, 25), date(2022, 10, 31), date(2023, 1, 16), date(2023, 3, 6))
_INFLOW, _WEATHER = "BWDF_InflowData.xlsx", "BWDF_WeatherData.xlsx"
_SECONDS = 3600


@dataclass(frozen=True)
class Battle:
    """``history``: rows ``district, day, hour, litres``; ``weather``: ``day, hour, rain, ...``."""

    history: pl.DataFrame
    weather: pl.DataFrame


def read_battle(folder: Path) -> Battle:
    """Return the ten districts and the weather.

    Raises:
        Refused: the files are not there, or cannot be read for want of a library.
    """
    names, rows = _sheet(folder / _INFLOW)
    districts = [f"DMA {number}" for number in range(1, len(names))]
    inflow = pl.DataFrame(rows, schema=["time", *districts], orient="row", infer_schema_length=None).unpivot(
        index="time", variable_name="district", value_name="flow"
    )
    inflow = inflow.drop_nulls().with_columns(
        day=pl.col("time").dt.date(), hour=pl.col("time").dt.hour().cast(pl.Int64)
    )
    history = (
        inflow.group_by("district", "day", "hour")
        .agg(litres=pl.col("flow").sum() * _SECONDS)
        .sort("district", "day", "hour")
    )
    _names, rows = _sheet(folder / _WEATHER)
    weather = pl.DataFrame(
        rows,
        schema=["time", "rain", "temperature", "humidity", "wind"],
        orient="row",
        infer_schema_length=None,
    )
    weather = (
        weather.with_columns(day=pl.col("time").dt.date(), hour=pl.col("time").dt.hour().cast(pl.Int64))
        .group_by("day", "hour")
        .agg(pl.col("rain", "temperature", "humidity", "wind").mean())
        .sort("day", "hour")
    )
    return Battle(history, weather)


def _sheet(path: Path) -> tuple[list[str], list[tuple[object, ...]]]:
    try:
        from openpyxl import load_workbook
    except ModuleNotFoundError:
        raise Refused(N_("{name} is read with 'openpyxl': pip install openpyxl"), name=path.name) from None
    try:
        book = load_workbook(path, read_only=True)
    except OSError:
        raise Refused(
            N_("{name}: not found; DIR is the folder of the files of the Battle of Water Demand Forecasting"),
            name=path.name,
        ) from None
    lines = book.worksheets[0].iter_rows(values_only=True)
    names = [str(cell) for cell in next(lines)]
    return names, list(_rows(lines))


def _rows(lines: Iterator[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    for time, *cells in lines:
        values = (float(str(cell)) if cell is not None else float("nan") for cell in cells)
        # A clock on the wall, told as UTC so that no library moves it: its day and hour are used.
        yield (
            datetime.strptime(str(time), "%d/%m/%Y %H:%M").replace(tzinfo=UTC),
            *(None if value != value else value for value in values),
        )


def holidays_of_ferrara(years: range) -> frozenset[date]:
    """Return the public holidays of Italy in some years, and the day of the city's saint (3 November)."""
    fixed = ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (11, 3), (12, 8), (12, 25), (12, 26))
    return frozenset(
        day
        for year in years
        for day in (*(date(year, *each) for each in fixed), easter(year) + timedelta(days=1))
    )
