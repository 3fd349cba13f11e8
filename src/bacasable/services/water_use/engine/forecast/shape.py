"""What a week looks like: the trivial forecast, and the robust week from which models start.

Both take five weeks, or those that there are. In the second, public holidays are left out of what a week day
looks like, and are forecast as Sundays.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.forecast.series import Grid

WEEK = 7
#: Weeks from which the shape of a week is taken.
WEEKS = 5
SUNDAY = 6


def quiet_mean(values: NDArray[np.float64], axis: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Return the mean of what is known; nan where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=axis))


def quiet_median(values: NDArray[np.float64], axis: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Return the median of what is known; nan where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=axis))


def _weeks_before(logs: NDArray[np.float64], start: int) -> NDArray[np.float64]:
    """Return (districts, weeks, 7, 24): the whole weeks before day ``start``, five at most."""
    weeks = min(WEEKS, start // WEEK)
    return logs[:, start - weeks * WEEK : start].reshape(len(logs), weeks, WEEK, 24)


def trivial(grid: Grid, start: int) -> NDArray[np.float64]:
    """Return litres (districts, 7, 24) from day ``start``: median shape of five weeks x mean of the last.

    An hour never known in five weeks takes the mean of the week; nan where the last week has no value.
    """
    weeks = np.exp(_weeks_before(grid.logs, start))
    level = quiet_mean(weeks, (2, 3))
    shape = quiet_median(weeks / level[:, :, None, None], 1)
    return np.where(np.isnan(shape), 1.0, shape) * level[:, -1, None, None]


@dataclass(frozen=True)
class Week:
    """The robust week that follows day ``start`` if nothing changes, as logarithms.

    ``expected`` (districts, 7, 24) with holidays as Sundays; ``usual`` the same without them; ``levels``
    (districts, weeks) of each past week beside the usual one.
    """

    expected: NDArray[np.float64]
    usual: NDArray[np.float64]
    levels: NDArray[np.float64]
    sunday: int


def week_at(grid: Grid, start: int) -> Week:
    """Return the robust week from day ``start``."""
    raw = _weeks_before(grid.logs, start)
    weeks = raw.shape[1]
    ordinary = np.where(grid.off[start - weeks * WEEK : start].reshape(1, weeks, WEEK, 1), np.nan, raw)
    levels = quiet_median(ordinary - quiet_median(ordinary, 1)[:, None], (2, 3))
    levels = np.where(np.isnan(levels), 0.0, levels)
    usual = quiet_median(ordinary - levels[:, :, None, None], 1)
    for instead in (
        quiet_median(raw - levels[:, :, None, None], 1),
        quiet_mean(usual, 1)[:, None, :],
        quiet_median(raw, (1, 2, 3))[:, None, None],
    ):
        usual = np.where(np.isnan(usual), instead, usual)
    usual = usual + levels[:, -1, None, None]
    sunday = int(np.flatnonzero(grid.weekdays[start : start + WEEK] == SUNDAY)[0])
    off = grid.off[start : start + WEEK]
    expected = np.where(off[None, :, None], usual[:, sunday, None, :], usual)
    return Week(expected, usual, levels, sunday)
