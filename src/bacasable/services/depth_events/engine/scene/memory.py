"""What each cell of a floor remembers, and from when on something is high, low, still or fast."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.float32]
Clock = NDArray[np.int64]

#: Columns of a person in mind: place, speed (m/s), since and last (ms), against the way and running (ms),
#: whether there is one, where they began to go against the way.
X, Y, VX, VY, SINCE, LAST, AGAINST, RUNS, ALIVE, FROM_X, FROM_Y = range(11)
#: Places of the last moments follow: how many there are in all, then x, y and time (ms) of each.
SEEN = 11
TRAIL = 8
PERSON = SEEN + 1 + 3 * TRAIL
REGION = 11
#: A direction is read off the places of this long (ms).
FIT_MS = 850
EXCLUDED_BIT = 63
#: The way (radians) of a zone that has none: compiled with fast mathematics, nan would not be told.
NO_WAY = 100.0
#: Nobody is kept in mind longer than this without being seen (ms), nor their direction told for longer.
COAST_MS, MEMORY_MS = 400, 3000
LOW_EACH_MS, LEFT_EACH_MS = 250, 1000


class Maps(NamedTuple):
    """What each cell remembers; (rows, columns) each."""

    static: Grid
    likely: Grid
    likely_since: Clock
    likely_last: Clock
    low_since: Clock
    low_last: Clock
    tall_last: Clock
    tall_since: Clock
    mass: Grid
    blurred: Grid
    label: NDArray[np.int32]
    centres: Grid
    members: NDArray[np.uint64]


class Limits(NamedTuple):
    """What is high, low, still or fast; millimetres, milliseconds, metres, metres a second."""

    margin_mm: float
    tall_mm: float
    low_from_mm: float
    low_to_mm: float
    same_mm: float
    absorbed_ms: float
    blink_ms: float
    hidden_ms: float
    low_ms: float
    left_ms: float
    low_m2: float
    left_m2: float
    attends_ms: float
    attends_m: float
    reach_m: float
    against: float
    against_m: float
    running: float
    fast: float
    before_ms: float


def limits(tall_mm: float, step_mm: int) -> Limits:
    """Return the limits for heights from ``tall_mm`` on that tell a person, in steps of ``step_mm``."""
    return Limits(
        margin_mm=max(110.0, 1.0 * step_mm),
        tall_mm=tall_mm,
        low_from_mm=max(90.0, float(step_mm)),
        low_to_mm=min(560.0, tall_mm - 150.0),
        same_mm=max(180.0, 1.1 * step_mm),
        absorbed_ms=900_000.0,
        blink_ms=900.0,
        hidden_ms=4000.0,
        low_ms=1500.0,
        left_ms=20_000.0,
        low_m2=0.20,
        left_m2=0.05,
        attends_ms=2500.0,
        attends_m=0.75,
        reach_m=0.50,
        against=0.42,
        against_m=0.55,
        running=2.6,
        fast=2.0,
        before_ms=3500.0,
    )
