"""What water is drawn for in a home: how often, how much, when; each figure with where it comes from.

Frequencies and volumes are those of pySIMDEUM's tables for the Netherlands (Blokker, Vreeburg and van Dijk,
"Simulating residential water demand with a stochastic end-use model", J. Water Resour. Plann. Manage. 136(1),
2010), toilets counted at home only (7 of 10). Showers are shorter than there: 33 litres, as in the WEUSEDTO
flat (4.9 litres a minute in the middle, 12 to 35 litres). Hours are shaped on the profile of the DAIAD homes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: A hump of use in the day: (weight, hour or "wake" or "bed", hours after it, spread in hours).
Hump = tuple[float, str | float, float, float]


@dataclass(frozen=True)
class Use:
    """One end use: times a day by member and by home, litres in the middle, spread (of the log), hours.

    ``daytime`` weighs the hours in which the home is awake and somebody is there; ``night`` those of sleep.
    """

    key: str
    by_member: float
    by_home: float
    litres: float
    spread: float
    humps: tuple[Hump, ...]
    daytime: float
    night: float


USES = (
    Use("toilet", 3.9, 0.0, 6.0, 0.25, ((0.65, "wake", 0.4, 0.8), (0.35, "bed", -0.8, 0.9)), 0.28, 0.045),
    Use("shower", 0.72, 0.0, 29.0, 0.50, ((0.95, "wake", 0.8, 0.9), (0.7, "bed", -2.8, 1.5)), 0.17, 0.0),
    Use("basin", 2.6, 0.0, 1.1, 0.80, ((0.7, "wake", 0.6, 0.8), (0.4, "bed", -0.8, 0.9)), 0.20, 0.012),
    Use(
        "kitchen",
        0.3,
        6.5,
        2.9,
        0.95,
        ((0.6, "wake", 1.0, 1.0), (1.0, 13.8, 0.0, 1.5), (1.1, 20.7, 0.0, 1.3)),
        0.17,
        0.003,
    ),
    Use("laundry", 0.25, 0.0, 48.0, 0.25, ((0.6, "wake", 3.0, 1.8), (0.5, 18.0, 0.0, 2.0)), 0.28, 0.002),
    Use("dishwasher", 0.13, 0.10, 13.0, 0.20, ((1.6, 21.7, 0.0, 1.0), (0.7, 15.0, 0.0, 1.0)), 0.05, 0.012),
)

#: How much more often homes of 1 to 6 members draw than the sum of the above: fitted to the DAIAD medians.
FREQUENCY_BY_MEMBERS = (0.0, 0.85, 1.16, 0.99, 0.95, 1.06, 1.06)

#: Share of homes that have a dishwasher, by members (pySIMDEUM, Netherlands).
DISHWASHER_BY_MEMBERS = (0.0, 0.40, 0.63, 0.76, 0.84, 0.78, 0.78)

_SLOTS = np.arange(24) + 0.5


def hours_of(
    use: Use, wake: NDArray[np.float64], bed: NDArray[np.float64], away: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return the cumulated shares of a use over the 24 hours of a day, shape (homes, 24).

    ``wake`` and ``bed`` are hours of the clock (bed may be past 24), shape (homes,); ``away`` the share of
    the home that is out from two hours after waking to 17:30.
    """
    weights = np.zeros((len(wake), 24))
    awake = ((_SLOTS - wake[:, None]) % 24) < ((bed - wake)[:, None] % 24)
    weights += np.where(awake, use.daytime, use.night)
    for weight, at, after, spread in use.humps:
        centre = {"wake": wake, "bed": bed}[at] if isinstance(at, str) else np.full(len(wake), at)
        distance = (_SLOTS - (centre + after)[:, None] + 12) % 24 - 12
        weights += weight * np.exp(-0.5 * (distance / spread) ** 2) / spread
    out = ((wake + 1.8)[:, None] < _SLOTS) & (_SLOTS < 17.5)
    weights *= np.where(out, 1 - away[:, None], 1.0)
    shares = np.cumsum(weights, axis=1)
    return (shares / shares[:, -1:]).astype(np.float32)
