"""Words: is anything called anonymous where cameras film too?"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.depth_events.controls.subject import Subject, counted
from bacasable.services.depth_events.processing.labels import Overlap

#: Outputs of filmed places that are looked at: none of them called anonymous is below 0.5 % at 95 %.
OUTPUTS = 600
_SENSORS, _ZONES = ("hall", "gate", "stairs"), ("", "north", "south")
_FIRST = date(2026, 1, 1)


def _honoured(probe: Probe, seed: int) -> Measurement:
    """Draw registers of filmed zones; ask what outputs may be called; look day by day who filmed."""
    subject: Subject = probe.engine
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    wrong = looked = anonymous = needless = 0
    drawn = sha256()
    while looked < OUTPUTS:
        register = tuple(_overlap(dice) for _ in range(dice.randint(0, 4)))
        sensor, zone = dice.choice(_SENSORS), dice.choice(_ZONES)
        first = _FIRST + timedelta(days=dice.randrange(120))
        last = first + timedelta(days=dice.randrange(10))
        said = subject.label(register, sensor, zone, "statistics", first, last)
        days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
        is_filmed = any(_films(line, sensor, zone, day) for line in register for day in days)
        drawn.update(repr((register, sensor, zone, first, last)).encode())
        if is_filmed:
            looked += 1
            wrong += said == "anonymous"
        else:
            anonymous += said == "anonymous"
            needless += said != "anonymous"
    made = counted(
        wrong,
        looked,
        seed,
        "looks day by day in the register whether a camera filmed the place",
        drawn.hexdigest(),
        registers="synthetic",
        not_filmed_and_called_anonymous=anonymous,
        not_filmed_and_not_called_so=needless,
    )
    alerts = subject.label((), "hall", "", "intervention", _FIRST, _FIRST)
    return replace(made, counterexamples=("alerts are called anonymous",) if alerts == "anonymous" else ())


def _overlap(dice: Random) -> Overlap:
    begins = _FIRST + timedelta(days=dice.randrange(120))
    ends = begins + timedelta(days=dice.randrange(30)) if dice.random() < 0.7 else None
    return Overlap(dice.choice(_SENSORS), dice.choice(_ZONES), "cameras of a trial", begins, ends)


def _films(line: Overlap, sensor: str, zone: str, day: date) -> bool:
    """Return whether a line of the register says that a place is filmed on a day."""
    if line.sensor != sensor or day < line.from_on or (line.until_on is not None and day > line.until_on):
        return False
    # All that a sensor sees holds each of its zones, and each of its zones is part of it.
    return "" in (zone, line.zone) or zone == line.zone


@contextlib.contextmanager
def _without_register(probe: Probe) -> Iterator[Probe]:
    """Forget the register: what counts is called anonymous, whoever films."""
    label = probe.engine.label
    yield replace(probe, engine=replace(probe.engine, label=lambda _register, *given: label((), *given)))


CONTROLS = (
    Control(
        key="cctv_overlap_honoured",
        title=N_("Nothing is called anonymous where cameras film the same place"),
        unit=N_("share of outputs of filmed places that are called anonymous"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_honoured,
        sabotage=_without_register,
        depends_on=DependsOn(modules=("bacasable.services.depth_events.processing.labels",)),
        description=N_("It rests on the register: a camera that nobody wrote down there is not known."),
    ),
)
