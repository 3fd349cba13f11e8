"""Leaks in daily totals, cautiously: without hours, only a large flow that lasts is told from a full house.

Two weeks of days, each above what nineteen days of twenty were before and twice their middle. A pool, guests,
a garden in a dry month do the same: such a flag is worth a question, never a letter of its own.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Leak

#: Days that must all be high, days before them, least known of each.
_HIGH, _BEFORE = 14, 90
_HIGH_KNOWN, _BEFORE_KNOWN = 10, 45
#: Days of totals to give each night.
TOTALS_DAYS = _HIGH + _BEFORE
#: Least litres a day over the middle of before, and times that middle.
_OVER, _TIMES = 240, 2.0
#: Not measured: as likely as not.
_CONFIDENCE = 0.5


def detect_in_totals(totals: NDArray[np.int64], meters: Sequence[str], first_day: date) -> list[Leak]:
    """Return the leaks of which daily totals give a sign on the last day, at most one for each meter.

    Args:
        totals: (meters, days), litres a day, -1 where no value is known or a part of it is estimated.
        meters: the meter of each row.
        first_day: the day of the first column.

    Raises:
        Refused: fewer days than the two weeks and the three months that are compared.
    """
    if totals.ndim != 2 or totals.shape[1] < _HIGH + _BEFORE or len(meters) != len(totals):
        raise Refused(
            N_("daily totals of shape {shape}: a row for each of {meters} meters, {days} days or more"),
            shape=str(totals.shape),
            meters=len(meters),
            days=_HIGH + _BEFORE,
        )
    days = np.where(totals < 0, np.nan, totals.astype(np.float64))
    now, before = days[:, -_HIGH:], days[:, -_HIGH - _BEFORE : -_HIGH]
    enough = (np.isfinite(now).sum(axis=1) >= _HIGH_KNOWN) & (
        np.isfinite(before).sum(axis=1) >= _BEFORE_KNOWN
    )
    found = []
    end = datetime.combine(first_day, time()) + timedelta(hours=24 * totals.shape[1] - 1)
    for row in np.flatnonzero(enough).tolist():
        middle = float(np.nanmedian(before[row]))
        least = float(np.nanmin(now[row]))
        if least > max(np.nanquantile(before[row], 0.95), middle * _TIMES, middle + _OVER):
            flow = (float(np.nanmedian(now[row])) - middle) / 24
            start = datetime.combine(first_day + timedelta(days=totals.shape[1] - _HIGH), time())
            found.append(Leak(meters[row], start, end, round(flow, 1), _CONFIDENCE))
    return found
