"""What goes wrong in the city: leaks with their truth, values that are lost, values that are estimated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LeakKind:
    """How a kind of leak flows: litres an hour in the middle and spread (of the log), days before repair.

    ``share`` of all leaks; ``appliance`` says that the statutory notice leaves it out; ``grows_days`` until
    its full flow; ``seats`` the chance, each hour, that it stops for that hour (a flapper that falls right).
    """

    key: str
    share: float
    litres_per_hour: float
    spread: float
    days: float
    days_spread: float
    appliance: bool
    grows_days: float
    seats: float


#: Flows by kind: a dripping tap 4 litres an hour (35 m3 a year), a toilet 25 (220 m3), a thread of water 16
#: (140 m3) are what French water services repeat (fthsprl.be, avitec37.com, read 2026) [secondary]; a tap of
#: one drop a second loses 0.8 (18 litres a day, multimat.fr) [secondary]. Lengths are supposed: what is seen
#: and heard is repaired in days or weeks, a drip is left for months.
LEAK_KINDS = (
    LeakKind("toilet", 0.50, 12.0, 0.9, 18, 1.0, True, 2.0, 0.006),
    LeakKind("tap", 0.20, 2.0, 0.8, 45, 0.9, True, 10.0, 0.0),
    LeakKind("heater", 0.12, 4.0, 0.7, 30, 0.9, True, 5.0, 0.0),
    LeakKind("pipe", 0.18, 30.0, 1.1, 25, 0.9, False, 8.0, 0.0),
)
#: Leaks begun each year by home. Five to ten homes in a hundred lose 340 litres a day or more (EPA, quoted by
#: testhut.com) [secondary]; of the leaks here a third lose as much.
LEAKS_PER_HOME_YEAR = 0.10
#: Least and greatest flow that a leak of the city has, litres an hour.
LEAK_FLOWS = (0.5, 300.0)

#: Hours lost by a meter, middle of the homes, and spread (of the log). DAIAD lost 12 in a hundred in the
#: middle, a tenth of its meters more than half: a trial. A utility that reads by radio is taken at four.
_LOST = (0.04, 1.0)
_MOST_LOST = 0.6
#: Lengths of gaps in hours: (from, below, share).
_GAPS = ((1, 4, 0.70), (4, 25, 0.25), (25, 240, 0.05))
#: Share of gaps of a day or less that the utility fills evenly and marks as estimated.
_ESTIMATED = 0.25


@dataclass(frozen=True)
class TrueLeak:
    """A leak as it was: first and last hour (numbers from the first hour of the city), full flow.

    ``stops`` is True where it was repaired before the end of the readings.
    """

    meter: int
    kind: str
    first: int
    last: int
    litres_per_hour: float
    grows_hours: int
    stops: bool


def leaks(count: int, days: int, rng: np.random.Generator) -> list[TrueLeak]:
    """Return the leaks of ``count`` homes, in the order of homes; one at a time in a home."""
    kinds = {kind.key: kind for kind in LEAK_KINDS}
    names = list(kinds)
    shares = [kind.share for kind in LEAK_KINDS]
    found: list[TrueLeak] = []
    hours = days * 24
    for meter, number in enumerate(rng.poisson(LEAKS_PER_HOME_YEAR * days / 365, count)):
        free = 0
        for start in np.sort(rng.integers(0, hours, number)):
            kind = kinds[names[int(rng.choice(len(names), p=shares))]]
            flow = float(np.clip(rng.lognormal(np.log(kind.litres_per_hour), kind.spread), *LEAK_FLOWS))
            length = max(6, int(24 * rng.lognormal(np.log(kind.days), kind.days_spread)))
            grows = int(24 * rng.exponential(kind.grows_days))
            if start < free:
                continue
            last = min(int(start) + length - 1, hours - 1)
            found.append(
                TrueLeak(
                    meter, kind.key, int(start), last, round(flow, 2), grows, int(start) + length < hours
                )
            )
            free = int(start) + length + 24
    return found


def lose(hourly: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int32]:
    """Take away values in place (-1), fill some gaps evenly; return the estimated hours, a bit each.

    ``hourly`` has shape (meters, days * 24); what is returned (meters, days), bit h for hour h. The litres
    of a filled gap are those that the meter counted.
    """
    meters, hours = hourly.shape
    estimated = np.zeros((meters, hours // 24), dtype=np.int32)
    lost = np.clip(rng.lognormal(np.log(_LOST[0]), _LOST[1], meters), 0, _MOST_LOST)
    shares = [share for _, _, share in _GAPS]
    lengths = sum((low + high - 1) / 2 * share for low, high, share in _GAPS)
    for meter, number in enumerate(rng.poisson(lost * hours / lengths)):
        row = hourly[meter]
        starts = rng.integers(0, hours, number)
        kinds = rng.choice(len(_GAPS), number, p=shares)
        filled = rng.random(number) < _ESTIMATED
        for start, kind, fill in zip(starts, kinds, filled, strict=True):
            low, high, _ = _GAPS[kind]
            end = min(start + int(rng.integers(low, high)), hours)
            gap = row[start:end]
            if fill and kind < len(_GAPS) - 1 and (gap >= 0).all():
                marks = np.arange(1, len(gap) + 1) * int(gap.sum()) // len(gap)
                row[start:end] = np.diff(marks, prepend=0)
                for hour in range(start, end):
                    estimated[meter, hour // 24] |= np.int32(1 << (hour % 24))
            else:
                row[start:end] = -1
                for hour in range(start, end):
                    estimated[meter, hour // 24] &= ~np.int32(1 << (hour % 24))
    return estimated
