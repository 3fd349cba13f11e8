"""A control measures one promise on the running service, and proves that it could have seen it broken.

Each run measures twice: as the service is, and with the protection switched off (the sabotage). Sabotaged,
the measurement must clearly fail the threshold; if it does not, the instrument sees nothing and the run is
``void``, whatever the first measurement said.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from bacasable.compliance import clock
from bacasable.compliance.canonical import digest
from bacasable.compliance.processing import Processing
from bacasable.compliance.sources import source_digest
from bacasable.compliance.store import Store
from bacasable.privacy.intervals import Interval

Direction = Literal["at_most", "at_least"]
Verdict = Literal["passed", "failed", "void"]
Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Measurement:
    """What was measured, with all that is needed to believe it or not.

    ``value`` is in the control's unit over ``n`` trials; ``chance`` is the value that luck alone would give;
    ``attacker`` names who tried, with what; ``sample_sha256`` pins what was measured. A counterexample
    fails the control whatever the interval says (a file found in clear is one too many).
    ``details`` are scalars, never personal data.
    """

    value: float
    n: int
    interval: Interval
    chance: float
    seed: int
    attacker: str
    sample_sha256: str
    details: Mapping[str, Scalar] = field(default_factory=dict)
    counterexamples: tuple[str, ...] = ()


@dataclass(frozen=True)
class DependsOn:
    """What a result rests on besides the data: a change in one of these sends it back to be measured again.

    ``modules`` are dotted names: digested with what they import (see :func:`sources.source_digest`), of a
    package all that it holds.
    ``settings`` are keys of the probe's settings, ``releases`` names of models or corpora with their version.
    """

    modules: tuple[str, ...]
    settings: tuple[str, ...] = ()
    releases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Probe:
    """What a control may touch: the service's engine, its stores, an HTTP client, its home. No framework.

    ``settings`` are the values that ``DependsOn.settings`` may name; never a secret.
    """

    declaration: Processing
    home: Path
    engine: Any = None
    stores: Mapping[str, Store] = field(default_factory=dict)
    client: Any = None
    settings: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """One promise, how it is measured, and how it is broken on purpose.

    ``measure(probe, seed)`` returns a measurement; ``sabotage(probe)`` is a context that lends a probe with
    the protection off and cleans up. A result passes when the unfavourable bound of its interval keeps to the
    threshold; the sabotage must break it even by its favourable bound.
    """

    key: str
    title: str
    unit: str
    direction: Direction
    threshold: float
    maximum_age: timedelta
    measure: Callable[[Probe, int], Measurement]
    sabotage: Callable[[Probe], AbstractContextManager[Probe]]
    depends_on: DependsOn
    description: str = ""


@dataclass(frozen=True)
class Run:
    """A control run once: both measurements, the verdict and its reason, digests of what it rests on."""

    service: str
    control: str
    title: str
    unit: str
    direction: Direction
    threshold: float
    measured_at: datetime
    finished_at: datetime
    measurement: Measurement
    sabotage: Measurement
    verdict: Verdict
    depends_on: Mapping[str, str]
    declaration_sha256: str
    software: str = field(default_factory=lambda: f"bacasable {version('bacasable')}")


def keeps(direction: Direction, threshold: float, measured: Measurement) -> bool:
    """Say whether the promise is kept: the unfavourable bound within the threshold, no counterexample."""
    if measured.counterexamples:
        return False
    if direction == "at_most":
        return measured.interval.high <= threshold
    return measured.interval.low >= threshold


def clearly_breaks(direction: Direction, threshold: float, measured: Measurement) -> bool:
    """Say whether the promise is broken even by the favourable bound: a small sample is not enough."""
    if direction == "at_most":
        return measured.interval.low > threshold
    return measured.interval.high < threshold


def judge(direction: Direction, threshold: float, measurement: Measurement, sabotage: Measurement) -> Verdict:
    """Return the verdict that both measurements give; the one place where it is decided."""
    if measurement.n == 0 or not clearly_breaks(direction, threshold, sabotage):
        return "void"
    return "passed" if keeps(direction, threshold, measurement) else "failed"


def run(control: Control, probe: Probe, seed: int) -> Run:
    """Measure as it is, measure sabotaged, judge. Errors of the control itself are raised, never judged.

    Raises:
        LookupError: the control depends on a module or a setting that is not there.
    """
    rests_on = dependencies(control.depends_on, probe)
    started = clock.now()
    measurement = control.measure(probe, seed)
    with control.sabotage(probe) as unprotected:
        sabotaged = control.measure(unprotected, seed)
    return Run(
        service=probe.declaration.service,
        control=control.key,
        title=control.title,
        unit=control.unit,
        direction=control.direction,
        threshold=control.threshold,
        measured_at=started,
        finished_at=clock.now(),
        measurement=measurement,
        sabotage=sabotaged,
        verdict=judge(control.direction, control.threshold, measurement, sabotaged),
        depends_on=rests_on,
        declaration_sha256=probe.declaration.digest(),
    )


def dependencies(depends_on: DependsOn, probe: Probe) -> dict[str, str]:
    """Return the SHA-256 of each thing that a result rests on, by name (``module:...``, ``setting:...``).

    Raises:
        LookupError: a module or setting that is not there, with the remedy.
    """
    found = {"declaration": probe.declaration.digest()}
    for name in depends_on.modules:
        found[f"module:{name}"] = source_digest(name)
    for name in depends_on.settings:
        if name not in probe.settings:
            raise LookupError(
                f"{probe.declaration.service}: a control depends on setting '{name}', which its probe does "
                "not give; add it to the probe's settings or drop it from depends_on"
            )
        found[f"setting:{name}"] = digest(probe.settings[name])
    for name, release in depends_on.releases.items():
        found[f"release:{name}"] = digest(release)
    return found
