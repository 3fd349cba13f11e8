"""The forecast of districts, and which of the two is served: the model's, or the trivial one."""

import math
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine import calendar
from bacasable.services.water_use.engine.forecast.features import LEAST_DAYS, days_of, features
from bacasable.services.water_use.engine.forecast.models import learn
from bacasable.services.water_use.engine.forecast.series import Grid, grid_of
from bacasable.services.water_use.engine.forecast.shape import WEEK, trivial
from bacasable.services.water_use.engine.meters import Forecast

HOURS_AHEAD = 7 * 24
#: Past weeks on which the two are compared, none of which the compared model has learned from.
PAST_WEEKS = 6
#: Days of departures that a model needs to learn from.
_LEAST_LEARNED = 8 * WEEK


def mape(forecast: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """Return the mean error (absolute, over truth; %) of hours known and above zero; nan without any."""
    known = np.isfinite(truth) & np.isfinite(forecast) & (truth > 0)
    if not known.any():
        return math.nan
    return float(100 * np.mean(np.abs(forecast[known] - truth[known]) / truth[known]))


def fit_forecast(
    history: Any,
    weather: Any = None,
    *,
    at: date,
    place: str = calendar.PARIS,
    holidays: Collection[date] | None = None,
    seed: int = 1,
) -> list[Forecast]:
    """Return the forecast of each district for 168 hours from midnight of ``at``, as the clock there has it.

    The model is served where, over the six weeks before ``at``, a model that had not seen them erred less
    than the trivial forecast; elsewhere, and where history is too short to tell, the trivial one is. A
    district of which nothing is known in one of the last two weeks has no forecast: it is not in the list.

    Args:
        history: rows ``district, day, hour, litres`` (as ``core.district_hours`` gives them), an hour of
            autumn that came twice summed in its row; hours may be missing. What is from ``at`` on is not
            looked at. An hour in which few meters told reads as little water: the caller's to leave out.
        weather: rows ``day, hour`` and any of ``temperature`` (degrees Celsius), ``rain`` (mm), ``humidity``
            (%), ``wind`` (km/h), for past days and, as forecast, for the seven to come; None without.
        at: first day of the forecast.
        place: time zone of the districts.
        holidays: public holidays; those of France if None.
        seed: of what is drawn; the same gives the same forecast.

    Raises:
        Refused: a column is missing, or no district is known before ``at``.
    """
    grid = grid_of(history, weather, at, WEEK, place, holidays)
    if grid.days < 2 * WEEK:
        return []
    days = days_of(grid)
    start = grid.days
    base = trivial(grid, start)
    litres = base
    past, past_base = _past(grid, seed)
    model = learn(grid, days, start, seed) if np.isfinite(past).any() else None
    if model is not None:
        week, shown = features(grid, days, start)
        litres = np.exp(week.expected + model.departures(shown))
    slots = _slots(at, place)
    begin = datetime.combine(at, datetime.min.time(), calendar.zone(place))
    found = []
    for number, district in enumerate(grid.districts):
        if not (np.isfinite(base[number]).all() and np.isfinite(trivial(grid, start - WEEK)[number]).all()):
            continue
        better = bool(np.isfinite(litres[number]).all() and past[number] < past_base[number])
        own = litres[number] if np.isfinite(litres[number]).all() else base[number]
        found.append(
            Forecast(
                district=district,
                start=begin,
                litres=_rounded(own, slots),
                baseline_litres=_rounded(base[number], slots),
                used="model" if better else "baseline",
                past_mape=float(past[number] if np.isfinite(past[number]) else past_base[number]),
                past_baseline_mape=float(past_base[number]),
            )
        )
    return found


def _past(grid: Grid, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the error of the model (nan: too little to learn from) and of the trivial one, by district."""
    weeks = min(PAST_WEEKS, grid.days // WEEK - 1)
    first = grid.days - weeks * WEEK
    days = days_of(grid)
    model = learn(grid, days, first, seed) if first >= LEAST_DAYS + _LEAST_LEARNED else None
    shape = (weeks, len(grid.districts))
    found, base = np.full(shape, np.nan), np.full(shape, np.nan)
    for number, start in enumerate(range(first, grid.days, WEEK)):
        truth = np.exp(grid.logs[:, start : start + WEEK])
        plain = trivial(grid, start)
        said = None
        if model is not None:
            week, shown = features(grid, days, start)
            said = np.exp(week.expected + model.departures(shown))
        for district in range(len(grid.districts)):
            base[number, district] = mape(plain[district], truth[district])
            if said is not None:
                found[number, district] = mape(said[district], truth[district])
    both = np.isfinite(base).any(axis=0)
    return _means(found, both), _means(base, both)


def _means(errors: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    means = np.full(errors.shape[1], np.nan)
    for number in np.flatnonzero(known & np.isfinite(errors).any(axis=0)):
        means[number] = np.nanmean(errors[:, number])
    return means


def _slots(at: date, place: str) -> list[tuple[int, int]]:
    """Return the day ahead and the hour of the clock of each of the 168 hours that pass from ``at`` on.

    After the change of spring the last of them is the first of the eighth day: forecast as that of the same
    day a week before it.
    """
    where = calendar.zone(place)
    begin = datetime.combine(at, datetime.min.time(), where).astimezone(UTC)
    clock = [(begin + timedelta(hours=number)).astimezone(where) for number in range(HOURS_AHEAD)]
    return [((hour.date() - at).days % WEEK, hour.hour) for hour in clock]


def _rounded(litres: NDArray[np.float64], slots: list[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(round(float(litres[slot])) for slot in slots)
