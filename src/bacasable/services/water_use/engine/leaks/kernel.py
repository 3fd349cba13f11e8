"""The scan for flows that do not stop: one pass over each meter, with the last hours counted by value."""

import numba
import numpy as np
from numpy.typing import NDArray

#: Litres an hour above which values are counted together.
_MOST = 600


@numba.njit(cache=True, nogil=True)
def _band(counts: NDArray[np.int64], known: int, band: float) -> tuple[int, int, int, int, float]:
    """Return floor, hours in the band over it, below it (zeros apart), in the next band, mean of the band.

    The floor is the one with the most hours in its band, each hour below counting against six.
    """
    best = -1e18
    floor, inside, below = 0, 0, 0
    passed, seen = 0, 0
    value = 1
    while value < _MOST and seen <= 0.35 * known:
        if counts[value] > 0:
            end = min(_MOST, value + 1 + int(band * value))
            hours = 0
            for other in range(value, end + 1):
                hours += counts[other]
            if hours - 6.0 * passed > best:
                best = hours - 6.0 * passed
                floor, inside, below = value, hours, passed
        passed += counts[value]
        seen += counts[value]
        value += 1
    total, above = 0, 0
    end = min(_MOST, floor + 1 + int(band * floor))
    for other in range(floor, end + 1):
        total += other * counts[other]
    for other in range(end + 1, min(_MOST, end + 2 + int(band * floor)) + 1):
        above += counts[other]
    return floor, inside, below, above, total / max(1, inside)


@numba.njit(cache=True, nogil=True)
def _quiet(row: NDArray[np.int32], hour: int, length: int, floor: int, band: float, first: int) -> float:
    """Return the share of the known hours of one part of the day (6 from ``first``) that lie in the band."""
    end = floor + 1 + int(band * floor)
    known, inside = 0, 0
    for at in range(hour - length + 1, hour + 1):
        if first <= at % 24 < first + 6 and row[at] >= 0:
            known += 1
            if floor <= row[at] <= end:
                inside += 1
    return inside / known if known >= length // 16 else 0.0


@numba.njit(cache=True, nogil=True)
def _rises(row: NDArray[np.int32], hour: int, days: int, least: int, band: float) -> bool:
    """Whether the nights before an hour are each even, and none is lower than the one before it."""
    before = 0
    first = hour - hour % 24 - 24 * (days - 1) if hour % 24 >= 6 else hour - hour % 24 - 24 * days
    if first < 0:
        return False
    for night in range(days):
        known, low = 0, _MOST
        for at in range(first + 24 * night, first + 24 * night + 6):
            if row[at] >= 0:
                known += 1
                low = min(low, row[at])
        even = 0
        for at in range(first + 24 * night, first + 24 * night + 6):
            if row[at] >= 0 and row[at] <= low + 1 + int(band * low):
                even += 1
        if known < 4 or low < least or even < 4 or low < before:
            return False
        before = low
    return True


@numba.njit(cache=True, nogil=True)
def _begin(row: NDArray[np.int32], until: int, low: float, low_hours: int) -> int:
    """Return the first hour of the flow that runs at ``until``: after the low hours nearest before it."""
    nearest = np.full(low_hours, -1, dtype=np.int64)
    place = np.zeros(low_hours, dtype=np.int64)
    known, lows = 0, 0
    for hour in range(until, -1, -1):
        if row[hour] < 0:
            continue
        known += 1
        if row[hour] < low:
            for slot in range(low_hours - 1, 0, -1):
                nearest[slot], place[slot] = nearest[slot - 1], place[slot - 1]
            nearest[0], place[0] = known, hour
            lows += 1
            if lows >= low_hours and known - nearest[low_hours - 1] < 24:
                return place[low_hours - 1] + 1
    return 0


@numba.njit(cache=True, nogil=True)
def _keep(
    row: NDArray[np.float64], meter: int, first: int, last: int, litres: float, told: int, running: bool
) -> None:
    row[0], row[1], row[2], row[3], row[4] = meter, first, last, litres, told
    row[5] = 1.0 if running else 0.0


@numba.njit(cache=True, nogil=True)
def scan(
    hourly: NDArray[np.int32],
    rules: NDArray[np.float64],
    lengths: NDArray[np.int64],
    needed: NDArray[np.int64],
    zeros_share: float,
    band: float,
    low_hours: int,
    low_share: float,
    found: NDArray[np.float64],
) -> int:
    """Fill ``found`` with flows that did not stop; return how many, or -1 if it has too few rows.

    ``hourly`` (meters, hours) has -1 where a value is not known; ``needed`` the hours that must be known for
    each length; ``rules`` (rules, 7): place in ``lengths``
    and the other fields of a :class:`Rule`. A row of ``found``: meter, first hour, last hour, litres an hour
    (mean), hour at which it was told, 1 where it still runs at the last known hour.
    """
    meters, hours = hourly.shape
    count = 0
    counts = np.zeros((len(lengths), _MOST + 1), dtype=np.int64)
    known = np.zeros(len(lengths), dtype=np.int64)
    lows = np.zeros(low_hours, dtype=np.int64)
    lows_at = np.zeros(low_hours, dtype=np.int64)
    for meter in range(meters):
        row = hourly[meter]
        counts[:] = 0
        known[:] = 0
        running = False
        start, told, last, floor, seen = 0, 0, 0, 0.0, 0
        total, parts = 0.0, 0
        for hour in range(hours):
            value = row[hour]
            if value >= 0:
                for size in range(len(lengths)):
                    counts[size, min(value, _MOST)] += 1
                    known[size] += 1
            for size in range(len(lengths)):
                if hour >= lengths[size]:
                    gone = row[hour - lengths[size]]
                    if gone >= 0:
                        counts[size, min(gone, _MOST)] -= 1
                        known[size] -= 1
            if running and value >= 0:
                seen += 1
                if value < max(1.0, low_share * floor):
                    for slot in range(low_hours - 1):
                        lows[slot], lows_at[slot] = lows[slot + 1], lows_at[slot + 1]
                    lows[low_hours - 1], lows_at[low_hours - 1] = seen, hour
                    if lows[0] > 0 and seen - lows[0] < 24:
                        if count >= len(found):
                            return -1
                        _keep(found[count], meter, start, lows_at[0] - 1, total / max(1, parts), told, False)
                        count += 1
                        running = False
                else:
                    last = hour
            if hour % 3 != 2:
                continue
            if running:
                if known[0] >= needed[0]:
                    now, _, _, _, mean = _band(counts[0], known[0], band)
                    floor = 0.5 * floor + 0.5 * now
                    total += mean
                    parts += 1
                continue
            for size in range(len(lengths)):
                if known[size] < needed[size] or counts[size, 0] > zeros_share * known[size]:
                    continue
                now, inside, below, above, mean = _band(counts[size], known[size], band)
                for rule in range(len(rules)):
                    if (
                        int(rules[rule, 0]) == size
                        and now >= rules[rule, 1]
                        and inside >= rules[rule, 2] * known[size]
                        and below <= rules[rule, 3] * known[size]
                        and above <= rules[rule, 4] * inside
                        and (rules[rule, 6] == 0 or _rises(row, hour, int(rules[rule, 6]), 3, band))
                        and (
                            rules[rule, 5] <= 0.0
                            or _quiet(row, hour, lengths[size], now, band, 0) >= rules[rule, 5]
                            or _quiet(row, hour, lengths[size], now, band, 9) >= rules[rule, 5]
                        )
                    ):
                        begin = _begin(row, hour, max(1.0, low_share * now), low_hours)
                        # What ran and stopped inside of the hours watched is not this flow.
                        if hour - begin + 1 >= lengths[size] - 6:
                            running = True
                            start, told, floor, seen, last = begin, hour, float(now), 0, hour
                            total, parts = mean, 1
                            lows[:] = 0
                        break
                if running:
                    break
        if running:
            if count >= len(found):
                return -1
            _keep(found[count], meter, start, last, total / max(1, parts), told, True)
            count += 1
    return count
