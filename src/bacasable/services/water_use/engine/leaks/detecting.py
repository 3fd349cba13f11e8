"""Leaks in hours: what flows without a stop, from when, how much, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.leaks import kernel
from bacasable.services.water_use.engine.leaks.confidence import confidence
from bacasable.services.water_use.engine.leaks.rules import (
    BAND,
    KNOWN,
    LENGTHS,
    LOW_HOURS,
    LOW_SHARE,
    RULES,
    ZEROS,
)
from bacasable.services.water_use.engine.meters import Leak

#: Days of hours to give each night: the longest rule, and room to see the start. Meters that count by ten
#: litres need :data:`COARSE_HISTORY_DAYS`.
HISTORY_DAYS, COARSE_HISTORY_DAYS = 21, 60
#: A leak of which nothing has been read for so long is not seen any more.
_UNSEEN = timedelta(days=3)
#: What starts again so soon is the same leak: mended badly, or a valve that stuck for a while.
_SAME_AFTER_HOURS = 7 * 24
#: Hours put together where a meter counts by ten litres, on top of hours alone.
_COARSE_HOURS = 4


@dataclass(frozen=True)
class Flow:
    """A flow that did not stop: meter (row), first, last and telling hour (columns), litres an hour."""

    meter: int
    first: int
    last: int
    told: int
    litres_per_hour: float
    running: bool


def unread(hourly: NDArray[np.int32], estimated: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the hours without those that were estimated (-1): a volume spread evenly looks like a leak.

    Args:
        hourly: (meters, days * 24), litres, -1 where no value is known.
        estimated: (meters, days), bit h for hour h.
    """
    bits = (estimated[:, :, None] >> np.arange(24, dtype=np.int32)) & 1
    return np.where(bits.reshape(hourly.shape).astype(bool), np.int32(-1), hourly)


def flows(hourly: NDArray[np.int32]) -> list[Flow]:
    """Return the flows that did not stop, by meter and hour; one for each leak.

    Args:
        hourly: (meters, days * 24), whole litres, -1 where no value was read (see :func:`unread`).

    Raises:
        Refused: the hours are not those of whole days.
    """
    if hourly.ndim != 2 or hourly.shape[1] % 24:
        raise Refused(
            N_("hours of shape {shape}: a row for each meter, 24 columns for each day"),
            shape=str(hourly.shape),
        )
    litres = _litres_per_pulse(hourly)
    found: list[Flow] = []
    for quantum in np.unique(litres).tolist():
        rows = np.flatnonzero(litres == quantum)
        counted = np.where(hourly[rows] < 0, -1, hourly[rows] // quantum).astype(np.int32)
        found += _scanned(counted, rows, quantum, 1)
        if quantum > 1:
            found += _scanned(_together(counted, _COARSE_HOURS), rows, quantum, _COARSE_HOURS)
    return _merged(found)


def _litres_per_pulse(hourly: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return what each meter counts by: 10 where every hour is a multiple of it, else 1."""
    tens = ((hourly % 10 == 0) | (hourly < 0)).all(axis=1) & ((hourly > 0).sum(axis=1) >= 20)
    return np.where(tens, 10, 1)


def _together(hourly: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """Return hours added up by ``size``; not known where one of them is not."""
    parts = hourly.reshape(len(hourly), -1, size)
    return np.where((parts < 0).any(axis=2), -1, parts.sum(axis=2)).astype(np.int32)


def _scanned(values: NDArray[np.int32], rows: NDArray[np.int64], quantum: int, size: int) -> list[Flow]:
    """Return the flows of some meters, in litres and hours again."""
    rules = np.asarray(
        [
            (
                LENGTHS.index(rule.hours),
                rule.floor,
                rule.in_band,
                rule.below,
                rule.above,
                rule.quiet,
                rule.nights,
            )
            for rule in RULES
        ],
        dtype=np.float64,
    )
    room = len(values) + 1_000
    count = -1
    while count < 0:
        found = np.empty((room, 6))
        count = kernel.scan(
            values, rules, np.asarray(LENGTHS), np.asarray(KNOWN), ZEROS, BAND, LOW_HOURS, LOW_SHARE, found
        )
        room *= 4
    return [
        Flow(
            meter=int(rows[int(meter)]),
            first=int(first) * size,
            last=int(last) * size + size - 1,
            told=int(told) * size + size - 1,
            litres_per_hour=round(flow * quantum / size, 1),
            running=bool(running),
        )
        for meter, first, last, flow, told, running in found[:count]
    ]


def _merged(found: list[Flow]) -> list[Flow]:
    """Return flows of a meter that touch, or follow within days, as one: the longer one's litres an hour."""
    merged: list[Flow] = []
    for flow in sorted(found, key=lambda one: (one.meter, one.first, one.last)):
        before = merged[-1] if merged else None
        if before and before.meter == flow.meter and flow.first - before.last <= _SAME_AFTER_HOURS:
            longer = max(before, flow, key=lambda one: one.last - one.first)
            later = max(before, flow, key=lambda one: one.last)
            merged[-1] = Flow(
                flow.meter,
                before.first,
                later.last,
                min(before.told, flow.told),
                longer.litres_per_hour,
                later.running,
            )
        else:
            merged.append(flow)
    return merged


def detect(
    hourly: NDArray[np.int32], estimated: NDArray[np.int32], meters: Sequence[str], first_day: date
) -> list[Leak]:
    """Return the leaks of some days of hours, by meter and start.

    ``state`` is "open" while it runs at the last known hour, "unknown" where nothing was read for three days
    before the end, else "stopped".

    Args:
        hourly: (meters, days * 24), whole litres of the civil clock's hours, -1 where no value is known.
        estimated: (meters, days), bit h for hour h that was filled and not read.
        meters: the meter of each row.
        first_day: the day of the first 24 columns.

    Raises:
        Refused: shapes do not agree.
    """
    if len(meters) != len(hourly) or estimated.shape != (len(hourly), hourly.shape[1] // 24):
        raise Refused(
            N_("{meters} meters, hours of shape {hours}, estimates of shape {marks}: they disagree"),
            meters=len(meters),
            hours=str(hourly.shape),
            marks=str(estimated.shape),
        )
    begin = datetime.combine(first_day, time())
    end = begin + timedelta(hours=hourly.shape[1] - 1)
    leaks = []
    for flow in flows(unread(hourly, estimated)):
        last = begin + timedelta(hours=flow.last)
        state = "stopped" if not flow.running else "open" if end - last < _UNSEEN else "unknown"
        leaks.append(
            Leak(
                meter=meters[flow.meter],
                start=begin + timedelta(hours=flow.first),
                last_seen=last,
                litres_per_hour=flow.litres_per_hour,
                confidence=confidence(flow.litres_per_hour, flow.last - flow.first + 1),
                state=state,  # type: ignore[arg-type]
            )
        )
    return leaks
