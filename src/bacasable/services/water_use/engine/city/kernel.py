"""The hours of homes, drawn one event after another: compiled, since a city draws some 50 million events.

A home has its own stream of chance (splitmix64, Steele, Lea and Flood 2014): it does not depend on the order
in which homes are drawn.
"""

import math

import numba
import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@numba.njit(cache=True, nogil=True, inline="always")
def _uniform(state: NDArray[np.uint64]) -> float:
    """Return the next number of a stream, from 0 to below 1."""
    state[0] += _GOLDEN
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = mixed ^ (mixed >> np.uint64(31))
    return float(mixed >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@numba.njit(cache=True, nogil=True)
def _normal(state: NDArray[np.uint64]) -> float:
    """Return a draw of the normal law (Box and Muller)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - _uniform(state)))
    return radius * math.cos(2.0 * math.pi * _uniform(state))


@numba.njit(cache=True, nogil=True)
def _poisson(state: NDArray[np.uint64], mean: float) -> int:
    """Return a draw of Poisson's law: by products when the mean is small, else by the normal law."""
    if mean <= 0.0:
        return 0
    if mean > 40.0:
        return max(0, round(mean + math.sqrt(mean) * _normal(state)))
    limit = math.exp(-mean)
    product = _uniform(state)
    count = 0
    while product > limit:
        count += 1
        product *= _uniform(state)
    return count


@numba.njit(cache=True, nogil=True)
def _add(flow: NDArray[np.float64], start: float, hours: float, litres: float) -> None:
    """Spread litres evenly over some hours from a start, both in hours from the first."""
    end = start + max(hours, 1e-6)
    hour = int(start)
    while hour < end and hour < len(flow):
        part = min(end, hour + 1.0) - max(start, float(hour))
        flow[hour] += litres * part / (end - start)
        hour += 1


@numba.njit(cache=True, nogil=True)
def draw_uses(
    seeds: NDArray[np.uint64],
    rates: NDArray[np.float64],
    litres: NDArray[np.float64],
    spread: NDArray[np.float64],
    hours_work: NDArray[np.float32],
    hours_off: NDArray[np.float32],
    empty: NDArray[np.bool_],
    off: NDArray[np.bool_],
    day_spread: float,
    valve: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> None:
    """Draw the uses of homes into ``flow``, shape (homes, hours), litres.

    ``rates`` (homes, uses) times a day; ``litres`` (homes, uses) and ``spread`` (uses,) of one; cumulated
    hours (uses, homes, 24) of working days and others; ``empty`` (homes, days); ``off`` (days,). The first
    use is the toilet, whose valve closes late where ``valve`` (homes, 3) has hours in the mean of its
    trickle, litres an hour, and the share of flushes that trickle.
    """
    homes, uses = rates.shape
    state = np.empty(1, dtype=np.uint64)
    for home in range(homes):
        state[0] = seeds[home]
        for day in range(len(off)):
            if empty[home, day]:
                continue
            mood = math.exp(day_spread * _normal(state) - 0.5 * day_spread * day_spread)
            for use in range(uses):
                rate = rates[home, use] * (1.15 if off[day] and use != 0 else 1.0) * mood
                for _ in range(_poisson(state, rate)):
                    at = _uniform(state)
                    shares = hours_off[use, home] if off[day] else hours_work[use, home]
                    hour = 0
                    while hour < 23 and shares[hour] < at:
                        hour += 1
                    volume = litres[home, use] * math.exp(spread[use] * _normal(state))
                    start = day * 24 + hour + 0.95 * _uniform(state)
                    _add(flow[home], start, 1.2 if volume > 40.0 else 0.1, volume)
                    if use == 0 and valve[home, 0] > 0.0 and _uniform(state) < valve[home, 2]:
                        closing = -valve[home, 0] * math.log(1.0 - _uniform(state))
                        _add(flow[home], start, closing, closing * valve[home, 1])


@numba.njit(cache=True, nogil=True)
def draw_cycles(
    seeds: NDArray[np.uint64],
    home_of: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    rate: NDArray[np.float64],
    litres: NDArray[np.float64],
    day_share: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> None:
    """Add spells of a device that fills by itself: ``rate`` fills an hour of ``litres`` from hour to hour.

    All arrays have shape (spells,); ``day_share`` is how much less it fills at night (0 not less, 1 not
    at all). The times between fills vary as those of use do: no two hours need be alike.
    """
    state = np.empty(1, dtype=np.uint64)
    for spell in range(len(home_of)):
        state[0] = seeds[spell]
        for hour in range(first[spell], last[spell] + 1):
            swing = 1.0 - day_share[spell] * (
                0.5 + 0.5 * math.cos(2.0 * math.pi * ((hour % 24) - 4.0) / 24.0)
            )
            for _ in range(_poisson(state, rate[spell] * swing)):
                flow[home_of[spell], hour] += litres[spell] * math.exp(0.25 * _normal(state))


@numba.njit(cache=True, nogil=True)
def draw_leaks(
    seeds: NDArray[np.uint64],
    home_of: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    full: NDArray[np.float64],
    grows: NDArray[np.int64],
    seats: NDArray[np.float64],
    flow: NDArray[np.float64],
) -> None:
    """Add leaks: from three tenths of the full flow to all of it, a tenth more at night (pressure)."""
    state = np.empty(1, dtype=np.uint64)
    for leak in range(len(home_of)):
        state[0] = seeds[leak]
        for hour in range(first[leak], last[leak] + 1):
            if seats[leak] > 0.0 and _uniform(state) < seats[leak]:
                continue
            grown = min(1.0, 0.3 + 0.7 * (hour - first[leak]) / max(1, grows[leak]))
            pressure = 1.0 + 0.05 * math.cos(2.0 * math.pi * ((hour % 24) - 3.0) / 24.0)
            flow[home_of[leak], hour] += full[leak] * grown * pressure


@numba.njit(cache=True, nogil=True)
def count(
    flow: NDArray[np.float64],
    begin: NDArray[np.float64],
    quantum: int,
    skipped: NDArray[np.bool_],
    doubled: NDArray[np.bool_],
    hourly: NDArray[np.int32],
) -> None:
    """Turn flows into what a meter shows, whole quanta, into ``hourly`` (homes, hours).

    ``begin`` (homes,) is the part of a quantum already turned. Hours that the clock skips get -1 and what
    was drawn in them goes to the next; hours that it shows twice count twice.
    """
    for home in range(len(flow)):
        index = begin[home] * quantum
        shown = 0
        for hour in range(flow.shape[1]):
            index += flow[home, hour] * (2.0 if doubled[hour] else 1.0)
            if skipped[hour]:
                hourly[home, hour] = -1
                continue
            now = int(index / quantum) * quantum
            hourly[home, hour] = now - shown
            shown = now
