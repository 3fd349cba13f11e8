"""What the controls touch of the running service, and how they count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bacasable.compliance.control import Measurement
from bacasable.privacy.intervals import Interval, clopper_pearson
from bacasable.services.depth_events.processing import labels

#: The engine: its modules are what results rest on.
ENGINE = "bacasable.services.depth_events.engine"


@dataclass(frozen=True)
class Subject:
    """What the controls touch.

    ``setting`` is that of the sensors; ``label`` says what an output may be called, as pages do; ``minimum``
    how many people a cell needs; ``sensors`` how many the station has. ``galleries`` of 50 people and
    ``scenes`` of two minutes are how much is tried: more give shorter intervals. ``keeps``, ``named``,
    ``counting`` and ``hold`` say nothing but in a sabotage.
    """

    setting: str = "40x30@0.9"
    label: Callable[..., str] = labels.label
    minimum: int = 11
    sensors: int = 200
    galleries: int = 2
    scenes: int = 8
    keeps: bool = False
    named: Callable[[Any, int], Any] | None = None
    counting: Callable[..., Any] | None = None
    hold: Callable[[], None] | None = None


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
