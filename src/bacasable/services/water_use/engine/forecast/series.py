"""Hours of districts as a grid: districts x days x 24, with the weather and the holidays of the same days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine import calendar

#: What a table of weather may tell of an hour; each may be missing. Degrees Celsius, millimetres, per cent,
#: kilometres an hour.
WEATHER = ("temperature", "rain", "humidity", "wind")
#: A flow below this share of the district's median is a meter that was silent, not water: no logarithm of it.
_LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Grid:
    """Hours known before a forecast, and what is known of the days of the forecast.

    ``logs`` (districts, days, 24): logarithm of the litres that an hour asked for, nan where not known.
    ``weather`` (4, days + ahead, 24): in the order of :data:`WEATHER`. ``off`` (days + ahead + 1): public
    holidays. Day 0 is ``first``, whose week day is ``weekdays[0]`` (0 is Monday).
    """

    districts: tuple[str, ...]
    first: date
    logs: NDArray[np.float64]
    weather: NDArray[np.float64]
    off: NDArray[np.bool_]
    weekdays: NDArray[np.int64]
    days_of_year: NDArray[np.int64]

    @property
    def days(self) -> int:
        """How many days are known."""
        return self.logs.shape[1]


def table_of(table: Any, wanted: Collection[str]) -> pl.DataFrame:
    """Return a table of Polars, Arrow or Ibis as one of Polars.

    Raises:
        Refused: a column is missing.
    """
    if hasattr(table, "to_pyarrow") and not isinstance(table, pl.DataFrame):
        table = table.to_pyarrow()
    found = table if isinstance(table, pl.DataFrame) else pl.DataFrame(pl.from_arrow(table))
    if missing := sorted(set(wanted) - set(found.columns)):
        raise Refused(N_("column '{name}' is missing from the table"), name=missing[0])
    return found


def grid_of(
    history: Any,
    weather: Any,
    at: date,
    ahead: int,
    place: str,
    holidays: Collection[date] | None,
) -> Grid:
    """Return the days strictly before ``at``, and the weather up to ``ahead`` days from it.

    Raises:
        Refused: a column is missing, an hour is none, or nothing is known before ``at``.
    """
    rows = table_of(history, ("district", "day", "hour", "litres")).filter(pl.col("day") < at)
    rows = rows.drop_nulls(("district", "day", "hour", "litres"))
    if rows.is_empty():
        raise Refused(N_("no hour of a district is known before {day}"), day=at.isoformat())
    _check_hours(rows)
    first: date = rows["day"].sort()[0]
    districts = tuple(sorted(rows["district"].cast(pl.String).unique()))
    days = (at - first).days
    litres = np.full((len(districts), days, 24), np.nan)
    numbers = {name: number for number, name in enumerate(districts)}
    where = np.asarray([numbers[name] for name in rows["district"].cast(pl.String)])
    litres[where, _since(rows, first), rows["hour"].to_numpy()] = rows["litres"].cast(pl.Float64).to_numpy()
    span = [first + timedelta(days=number) for number in range(days + ahead + 1)]
    for number, day in enumerate(span[:days]):
        doubled = calendar.change(day, place)[1]
        if doubled >= 0:
            litres[:, number, doubled] /= 2
    with np.errstate(invalid="ignore"):
        litres[litres < _LEAST_SHARE * _medians(litres)[:, None, None]] = np.nan
    return Grid(
        districts=districts,
        first=first,
        logs=np.log(litres),
        weather=_weather(weather, first, days + ahead),
        off=np.asarray([_is_off(day, holidays) for day in span]),
        weekdays=np.asarray([day.weekday() for day in span]),
        days_of_year=np.asarray([day.timetuple().tm_yday for day in span]),
    )


def _medians(litres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of what flowed in each district; 1 litre where nothing did."""
    return np.asarray([np.median(values[values > 0]) if (values > 0).any() else 1.0 for values in litres])


def _is_off(day: date, holidays: Collection[date] | None) -> bool:
    return day in (calendar.holidays(day.year) if holidays is None else holidays)


def _weather(table: Any, first: date, days: int) -> NDArray[np.float64]:
    values = np.full((len(WEATHER), days, 24), np.nan)
    if table is None:
        return values
    rows = table_of(table, ("day", "hour")).filter(
        pl.col("day").is_between(first, first + timedelta(days=days - 1))
    )
    _check_hours(rows)
    for number, name in enumerate(WEATHER):
        if name in rows.columns:
            place = (number, _since(rows, first), rows["hour"].to_numpy())
            values[place] = rows[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return values


def _check_hours(rows: pl.DataFrame) -> None:
    wrong = rows.filter(~pl.col("hour").is_between(0, 23))
    if wrong.height:
        raise Refused(N_("hour {hour} is none: hours are 0 to 23"), hour=wrong["hour"][0])


def _since(rows: pl.DataFrame, first: date) -> NDArray[np.int64]:
    return (rows["day"] - first).dt.total_days().to_numpy()
