"""What an attack returns, and how counts of successes become a risk with an interval.

The control-corrected risk and its interval are those of Giomi, Boenisch, Wehmeyer and Tasnádi, "A unified
framework for quantifying privacy risk in synthetic data", PoPETs 2023(2): (attack - control) / (1 - control)
on the centres of Wilson's intervals, their half-widths propagated to the first order as independent errors.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from statistics import NormalDist
from typing import Any

from bacasable.privacy.intervals import Interval, wilson
from bacasable.privacy.messages import N_, Refused

#: Told what is being done, how much of it is done, and out of how much.
Progress = Callable[[str, int, int], None]

_CORRECTED = N_("Wilson, corrected by a control")
_NOT_CORRECTED = N_("Wilson, without control")


@dataclass(frozen=True)
class Measured:
    """One measurement of an attack.

    ``value`` and ``interval`` in the unit that ``method`` names (a share between 0 and 1 unless it says
    bits); ``n`` trials behind it; ``baseline`` what chance alone gives in the same unit; ``sabotage`` the
    same measurement against unprotected data; ``void`` where the sabotage failed, so that the value proves
    nothing."""

    value: float
    interval: Interval
    n: int
    method: str
    baseline: float
    seed: int
    attacker: str
    sabotage: "Measured | None" = None
    void: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)

    def judged_by(self, sabotage: "Measured", worked: bool) -> "Measured":
        """Return this measurement with its sabotage: void where that has not ``worked``."""
        return replace(self, sabotage=sabotage, void=self.void or not worked)

    def beats_chance(self) -> bool:
        """Say whether ``details["successes"]`` in ``n`` exceed chance, and the corrected risk exceeds 0,
        surely.
        """
        rate = wilson(int(self.details["successes"]), self.n, self.interval.level)
        return self.interval.low > 0 and rate.low > self.baseline


def corrected_risk(
    successes: int,
    n: int,
    control: tuple[float, int] | None = None,
    level: float = 0.95,
) -> tuple[float, Interval]:
    """Return the risk (0 to 1) of ``successes`` in ``n`` attacks, above what a control group suffers.

    ``control`` holds the successes (not whole where they were corrected for size) and attacks against people
    who were not in the data."""
    rate, error = _centre_and_half(successes, n, level)
    if control is None:
        return successes / n if n else 0.0, replace(wilson(successes, n, level), method=_NOT_CORRECTED)
    chance, chance_error = _centre_and_half(*control, level)
    rest = 1 - chance
    risk = (rate - chance) / rest
    half = math.hypot(error / rest, chance_error * (rate - 1) / rest**2)
    return _in_range(risk), Interval(_in_range(risk - half), _in_range(risk + half), level, _CORRECTED)


def check_level(level: float) -> None:
    """Refuse a level of confidence that is not between 0 and 1.

    Raises:
        Refused: with the remedy.
    """
    if not 0 < level < 1:
        raise Refused("the level of confidence must lie between 0 and 1, both excluded; give 0.95")


def _centre_and_half(successes: float, n: int, level: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    centre = (successes + z * z / 2) / (n + z * z)
    # A corrected control may count a little more successes than attacks: no spread is left then.
    spread = max(0.0, successes * (n - successes) / n) if n else 0.0
    return centre, z / (n + z * z) * math.sqrt(spread + z * z / 4)


def _in_range(share: float) -> float:
    return min(1.0, max(0.0, share))
