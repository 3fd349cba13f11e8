"""What flows at night and is no leak: softeners, devices that fill by themselves, valves that close late.

The shares of homes are set so that, of the homes without a leak, as many show three days in a row without an
hour at zero as of the DAIAD meters: 9 in 100 (8 of 89; counted by another rule 6 to 10 of 92), with three
such days, not in a row, in 13 of 100 (12 of 92), and 6 nights in 100 without a zero for the tenth home. Some
of these real meters surely leaked: the city takes all for harmless, which is the hard side for a detector.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.city.homes import Homes
from bacasable.services.water_use.engine.city.weather import Weather

#: Shares of homes: a softener (of houses), a device that fills by itself, a valve that closes late, somebody
#: who works at night, a watering timer (of gardens), a tap left to drip in frost (of houses).
SOFTENER, CYCLER, LATE_VALVE, NIGHT_SHIFT, TIMER, FROST = 0.06, 0.19, 0.08, 0.02, 0.15, 0.06
#: Hoses left open, a year and garden.
_HOSES = 0.04


@dataclass(frozen=True)
class Spells:
    """Spells of devices that fill by themselves, arrays of shape (spells,): see ``kernel.draw_cycles``."""

    home: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    fills_per_hour: NDArray[np.float64]
    litres: NDArray[np.float64]
    day_share: NDArray[np.float64]


def late_valves(homes: Homes, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return hours, litres an hour, share of flushes of valves that close late: (homes, 3), 0 for none."""
    count = len(homes)
    late = rng.random(count) < LATE_VALVE
    hours = np.clip(rng.gamma(2.0, 1.2, count), 0.3, 6)
    valve = np.column_stack((hours, rng.uniform(0.6, 5.0, count), rng.uniform(0.2, 1.0, count)))
    return np.asarray(np.where(late[:, None], valve, 0.0))


def cyclers(homes: Homes, weather: Weather, rng: np.random.Generator) -> Spells:
    """Return the spells of ice makers, humidifiers, filters, fountains: weeks on, weeks off."""
    days = len(weather.mean)
    rows: list[tuple[float, ...]] = []
    for home in np.flatnonzero(rng.random(len(homes)) < CYCLER).tolist():
        litres = rng.uniform(0.2, 1.2)
        fills = rng.gamma(2.5, 1.8)
        day_share = rng.choice((0.0, 0.2, 0.5))
        cooler = rng.random() < 0.3
        day = rng.exponential(60)
        while day < days:
            end = min(day + rng.lognormal(np.log(7), 0.9), days)
            if not cooler or weather.high[int(day)] > 24:
                last = int(end * 24) - 1
                rows.append((home, int(day * 24), last, fills, litres, day_share))
            day = end + rng.lognormal(np.log(60), 1.0)
    table = np.asarray(rows).reshape(-1, 6)
    whole = table[:, :3].astype(np.int64)
    return Spells(whole[:, 0], whole[:, 1], whole[:, 2], table[:, 3], table[:, 4], table[:, 5])


def scheduled(homes: Homes, weather: Weather, flow: NDArray[np.float64], rng: np.random.Generator) -> None:
    """Add to ``flow`` (homes, hours) what runs by the clock or the weather: softeners, gardens, frost."""
    days = len(weather.mean)
    dry = weather.dry()
    for home in np.flatnonzero(homes.house & (rng.random(len(homes)) < SOFTENER)).tolist():
        every, hour, litres = int(rng.integers(3, 8)), int(rng.integers(1, 4)), rng.uniform(60, 150)
        for day in range(int(rng.integers(0, every)), days, every):
            flow[home, day * 24 + hour] += 0.8 * litres
            flow[home, day * 24 + hour + 1] += 0.2 * litres
    timers = rng.random(len(homes)) < TIMER
    for home in np.flatnonzero(homes.garden).tolist():
        litres = rng.lognormal(np.log(90), 0.6)
        often = rng.uniform(0.08, 0.5)
        start = int(rng.integers(2, 6)) if timers[home] else int(rng.choice((7, 19, 20, 21)))
        length = int(rng.integers(1, 4)) if timers[home] else 1
        watered = dry & (rng.random(days) < (0.5 if timers[home] else often))
        for day in np.flatnonzero(watered).tolist():
            poured = litres * rng.lognormal(0, 0.3)
            flow[home, day * 24 + start : day * 24 + start + length] += poured / length
        for _ in range(rng.poisson(_HOSES * days / 365)):
            first = int(rng.integers(0, days * 24))
            flow[home, first : first + int(rng.integers(4, 40))] += rng.uniform(20, 300)
    for home in np.flatnonzero(homes.pool).tolist():
        for day in np.flatnonzero((weather.mean > 18) & (rng.random(days) < 0.12)).tolist():
            flow[home, day * 24 + 10 : day * 24 + 13] += rng.uniform(60, 250)
    frost = np.flatnonzero(weather.low < -3).tolist()
    for home in np.flatnonzero(homes.house & (rng.random(len(homes)) < FROST)).tolist():
        for day in frost:
            flow[home, day * 24 + 20 : day * 24 + 32] += rng.uniform(3, 15)
