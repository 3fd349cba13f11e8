"""What the controls touch of the running service, the city that they try it on, and how they count."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from bacasable.compliance.control import Measurement
from bacasable.privacy.intervals import Interval, clopper_pearson

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.city import City
    from bacasable.services.water_use.engine.comparison import Ladder
    from bacasable.services.water_use.engine.trials.alike import Detect, Expect
    from bacasable.services.water_use.engine.trials.seen import View

#: The engine: its modules are what results rest on.
ENGINE = "bacasable.services.water_use.engine"
#: The trial: homes enough for intervals of some hundredths, two months.
HOMES, DAYS = 2400, 56


def _ladder() -> "Ladder":
    from bacasable.services.water_use.engine.comparison import shipped

    return shipped()


def _utility(city: "City", first: int, last: int) -> Any:
    from bacasable.services.water_use.engine.trials import seen

    return seen.leak_states(city, first, last)


def _paper(city: "City", first: int, last: int) -> Any:
    from bacasable.services.water_use.engine.trials import seen

    return seen.totals(city, first, last)


def _detect(*given: Any) -> Any:
    from bacasable.services.water_use.engine.leaks import detect

    return detect(*given)


def _learn(*given: Any, **named: Any) -> Any:
    from bacasable.services.water_use.engine.expected import learn

    return learn(*given, **named)


def _expect(model: Any, homes: Any) -> Any:
    _middle, low, high = model.expect_all(homes)
    return low, high


@dataclass(frozen=True)
class Subject:
    """What the controls touch.

    ``utility`` and ``paper`` are what an agent and the reader of a letter see of homes; ``ladder`` the rules
    of what is published; ``expires`` whether hours are forgotten; ``budgeted`` whether profiles spend a
    budget; ``detect`` finds leaks; ``learn`` and ``expect`` give the expected use of homes and its bounds.
    """

    utility: "View" = _utility
    paper: "View" = _paper
    ladder: "Callable[[], Ladder]" = _ladder
    expires: bool = True
    budgeted: bool = True
    detect: "Detect" = _detect
    learn: Callable[..., Any] = _learn
    expect: "Expect" = _expect


@lru_cache(maxsize=4)
def trial_city(seed: int, homes: int = HOMES, days: int = DAYS) -> "City":
    """Return the synthetic city of a trial."""
    from bacasable.services.water_use.engine.city import simulate

    return simulate(homes, days, seed)


def sample(city: "City") -> str:
    """Return the digest of what was measured on."""
    return sha256(city.hourly.tobytes()).hexdigest()


def counted(failed: int, n: int, seed: int, attacker: str, seen: str, **details: Any) -> Measurement:
    """Return a share of failures with its exact interval."""
    return measured(failed / n if n else 0.0, clopper_pearson(failed, n), n, seed, attacker, seen, **details)


def measured(
    value: float,
    interval: Interval,
    n: int,
    seed: int,
    attacker: str,
    seen: str,
    chance: float = 0.0,
    **details: Any,
) -> Measurement:
    """Return a value with its interval, on the sample of digest ``seen``."""
    return Measurement(value, n, interval, chance, seed, attacker, seen, details)
