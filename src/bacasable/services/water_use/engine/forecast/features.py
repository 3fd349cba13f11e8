"""What models know of an hour of the next seven days: the calendar, the weather, and the weeks just past.

Everything is told relative to the robust week (:mod:`.shape`), so that one model serves all districts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.forecast.series import Grid
from bacasable.services.water_use.engine.forecast.shape import (
    SUNDAY,
    WEEK,
    WEEKS,
    Week,
    quiet_mean,
    week_at,
)

#: Days that must lie before the first hour that a model is shown: the shape of a week, and one week more.
LEAST_DAYS = (WEEKS + 1) * WEEK
#: The same days a year before, on the same days of the week.
_YEAR = 52 * WEEK
#: A departure from the robust week beyond this (of the log) is a burst or a dead meter: cut.
CUT = 0.6

NAMES = (
    "day_ahead", "hour", "weekday", "off", "off_before", "off_after", "weekday_or_sunday", "offs_last_week",
    "day_of_year", "district", "temperature", "warmest", "temperature_to_week", "temperature_to_five_weeks",
    "warmest_to_week", "three_days_to_week", "temperature_to_same_day", "temperature_to_hour", "rain",
    "rain_three_days", "rain_last_week", "rain_to_week", "rain_to_same_day", "rain_hour", "humidity_to_week",
    "wind", "last_day", "last_two_days", "last_three_days", "last_night", "last_three_nights", "level_to_one",
    "level_to_two", "level_to_all", "same_hour", "around_same_hour", "same_day", "same_hour_two_weeks",
    "around_last_day_hour", "three_days_hour", "week_hour", "usual_hour", "unsteady", "year_day", "year_week",
    "year_temperature", "year_hour",
)  # fmt: skip
DISTRICT = NAMES.index("district")


@dataclass(frozen=True)
class Days:
    """The weather by day: ``mean`` and ``warmest`` in degrees Celsius, ``rain`` as log(1 + mm), and more."""

    mean: NDArray[np.float64]
    warmest: NDArray[np.float64]
    rain: NDArray[np.float64]
    humidity: NDArray[np.float64]
    wind: NDArray[np.float64]


def days_of(grid: Grid) -> Days:
    """Return the weather of the grid by day; nan where none is known."""
    temperature, rain, humidity, wind = grid.weather
    warmest = np.where(np.isnan(temperature), -np.inf, temperature).max(axis=1)
    return Days(
        quiet_mean(temperature, 1),
        np.where(np.isinf(warmest), np.nan, warmest),
        np.log1p(np.maximum(quiet_mean(rain, 1) * 24, 0)),
        quiet_mean(humidity, 1),
        quiet_mean(wind, 1),
    )


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each hour with those beside it, within a day."""
    wide = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(1, 1)], mode="edge")
    return quiet_mean(np.stack([wide[..., :-2], wide[..., 1:-1], wide[..., 2:]]), 0)


def departures(grid: Grid, start: int, week: Week) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how the last week and the one before departed from the robust week, (districts, 7, 24) each."""
    last = grid.logs[:, start - WEEK : start] - week.usual
    off = np.flatnonzero(grid.off[start - WEEK : start])
    last[:, off] = grid.logs[:, start - WEEK + off] - week.usual[:, [week.sunday]]
    before = grid.logs[:, start - 2 * WEEK : start - WEEK] - week.usual
    return np.clip(last, -CUT, CUT), np.clip(before, -CUT, CUT)


def features(grid: Grid, days: Days, start: int) -> tuple[Week, NDArray[np.float32]]:
    """Return the robust week from day ``start`` and (districts, 7, 24, features) in the order of NAMES."""
    week = week_at(grid, start)
    last, before = departures(grid, start, week)
    found: dict[str, NDArray[np.float64]] = {}
    ahead = np.arange(start, start + WEEK)
    past = slice(start - WEEK, start)

    def by_day(name: str, values: NDArray) -> None:
        found[name] = np.asarray(values, dtype=np.float64)[None, :, None]

    def by_district(name: str, values: NDArray) -> None:
        found[name] = np.asarray(values, dtype=np.float64)[:, None, None]

    def three(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.stack([values[ahead - 2], values[ahead - 1], values[ahead]]).mean(axis=0)

    by_day("day_ahead", np.arange(WEEK))
    found["hour"] = np.arange(24, dtype=np.float64)[None, None]
    by_day("weekday", grid.weekdays[ahead])
    by_day("off", grid.off[ahead])
    by_day("off_before", grid.off[ahead - 1])
    by_day("off_after", grid.off[ahead + 1])
    by_day("weekday_or_sunday", np.where(grid.off[ahead], SUNDAY, grid.weekdays[ahead]))
    found["offs_last_week"] = np.full((1, 1, 1), grid.off[past].sum(), dtype=np.float64)
    by_day("day_of_year", grid.days_of_year[ahead])
    by_district("district", np.arange(len(grid.districts)))

    mean_week, warmest_week = quiet_mean(days.mean[past], 0), quiet_mean(days.warmest[past], 0)
    rain_week = quiet_mean(days.rain[past], 0)
    by_day("temperature", days.mean[ahead])
    by_day("warmest", days.warmest[ahead])
    by_day("temperature_to_week", days.mean[ahead] - mean_week)
    by_day("temperature_to_five_weeks", days.mean[ahead] - quiet_mean(days.mean[start - 35 : start], 0))
    by_day("warmest_to_week", days.warmest[ahead] - warmest_week)
    by_day("three_days_to_week", three(days.mean) - mean_week)
    by_day("temperature_to_same_day", days.mean[ahead] - days.mean[ahead - WEEK])
    found["temperature_to_hour"] = (grid.weather[0, ahead] - quiet_mean(grid.weather[0, past], 0))[None]
    by_day("rain", days.rain[ahead])
    by_day("rain_three_days", three(days.rain))
    found["rain_last_week"] = np.full((1, 1, 1), rain_week)
    by_day("rain_to_week", days.rain[ahead] - rain_week)
    by_day("rain_to_same_day", days.rain[ahead] - days.rain[ahead - WEEK])
    found["rain_hour"] = np.log1p(np.maximum(grid.weather[1, ahead], 0))[None]
    by_day("humidity_to_week", days.humidity[ahead] - quiet_mean(days.humidity[past], 0))
    by_day("wind", days.wind[ahead])

    day_means = quiet_mean(last, 2)
    by_district("last_day", day_means[:, -1])
    by_district("last_two_days", quiet_mean(day_means[:, -2:], 1))
    by_district("last_three_days", quiet_mean(day_means[:, -3:], 1))
    by_district("last_night", quiet_mean(last[:, -1, 1:5], 1))
    by_district("last_three_nights", quiet_mean(last[:, -3:, 1:5], (1, 2)))
    by_district("level_to_one", week.levels[:, -1] - week.levels[:, -2])
    by_district("level_to_two", week.levels[:, -1] - week.levels[:, -3:-1].mean(axis=1))
    by_district("level_to_all", week.levels[:, -1] - week.levels[:, :-1].mean(axis=1))
    found["same_hour"] = last
    found["around_same_hour"] = _smooth(last)
    found["same_day"] = day_means[:, :, None]
    found["same_hour_two_weeks"] = before
    found["around_last_day_hour"] = _smooth(last[:, -1])[:, None]
    found["three_days_hour"] = quiet_mean(last[:, -3:], 1)[:, None]
    found["week_hour"] = quiet_mean(last, 1)[:, None]
    found["usual_hour"] = week.usual - quiet_mean(week.usual, 2)[:, :, None]
    found["unsteady"] = np.abs(last - before) / 2
    _year_before(grid, days, start, found)

    shape = (len(grid.districts), WEEK, 24)
    return week, np.stack([np.broadcast_to(found[name], shape).astype(np.float32) for name in NAMES], axis=-1)


def _year_before(grid: Grid, days: Days, start: int, found: dict[str, NDArray[np.float64]]) -> None:
    """Add what the same week of last year did, beside the weeks that came before it."""
    then = start - _YEAR
    if then < LEAST_DAYS - WEEK:
        found |= dict.fromkeys(
            ("year_day", "year_week", "year_temperature", "year_hour"), np.full((1, 1, 1), np.nan)
        )
        return
    came = grid.logs[:, then : then + WEEK] - week_at(grid, then).expected
    came = np.clip(came, -CUT, CUT)
    found["year_day"] = quiet_mean(came, 2)[:, :, None]
    found["year_week"] = quiet_mean(came, (1, 2))[:, None, None]
    warmer = quiet_mean(days.mean[then : then + WEEK], 0) - quiet_mean(days.mean[then - WEEK : then], 0)
    found["year_temperature"] = np.full((1, 1, 1), warmer)
    found["year_hour"] = quiet_mean(came, 1)[:, None]
