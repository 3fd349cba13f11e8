"""What is told: identifiers that are nobody's, cells of enough people, counts that cannot alert."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import clopper_pearson
from bacasable.services.depth_events.controls.subject import ENGINE, Subject, counted, measured

#: Groups of 50 people who begin an incident at two sensors; windows of five minutes; scenes with an alert.
GROUPS, WINDOWS, SCENES = 12, 160, 200


def _nobodys(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.depth_events.engine.trials.outputs import GROUP, link

    subject: Subject = probe.engine
    found = link(seed, GROUPS, subject.named)
    made = measured(
        found.right / found.n,
        clopper_pearson(round(found.right), found.n),
        found.n,
        seed,
        "links incidents of two sensors by identifiers, confidence and facts, not by place and time",
        sha256(f"{seed} {GROUPS}".encode()).hexdigest(),
        chance=1 / GROUP,
        identifiers_seen_twice=found.repeated,
    )
    wrong = [f"a message has a field that it must not: {name}" for name in found.unknown]
    if found.repeated:
        wrong.append(f"{found.repeated} identifiers stand for two incidents")
    return replace(made, counterexamples=tuple(wrong))


def _enough(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.depth_events.engine.modes import LEAST_MINIMUM, Statistics
    from bacasable.services.depth_events.engine.trials.outputs import cells

    subject: Subject = probe.engine
    wanted = max(subject.minimum, LEAST_MINIMUM)

    def counting(zones: Any) -> Statistics:
        mode = Statistics("hall", zones, minimum=wanted, every_s=300)
        mode.minimum = subject.minimum
        return mode

    # What a cell needs is the contract's, whatever the service runs with.
    least = Subject().minimum
    found = cells(seed, WINDOWS, least, counting)
    made = counted(
        found.small_told,
        found.small,
        seed,
        "knows who came; reads what is told, and what is left of everybody without a zone",
        sha256(f"{seed} {WINDOWS} {least}".encode()).hexdigest(),
        minimum=subject.minimum,
        cells_told=found.told,
    )
    wrong = () if found.told else ("no cell was told: nothing could be read",)
    if found.small_told:
        wrong = (f"{found.small_told} cells of too few people are told, or can be subtracted",)
    return replace(made, counterexamples=wrong)


def _apart(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.depth_events.engine.modes import Statistics
    from bacasable.services.depth_events.engine.trials.outputs import alerts_of_counts

    subject: Subject = probe.engine
    counting = subject.counting or (lambda _: Statistics("hall", minimum=subject.minimum, every_s=300))
    raised, given, confused = alerts_of_counts(seed, SCENES, counting)
    made = counted(
        min(raised, given),
        given,
        seed,
        "shows what begins an alert to what counts; forges messages of one mode as the other's",
        sha256(f"{seed} {SCENES}".encode()).hexdigest(),
        alerts_in_intervention=given,
    )
    return replace(made, counterexamples=confused)


@contextlib.contextmanager
def _with_a_number(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.depth_events.engine.trials.outputs import by_person

    yield replace(probe, engine=replace(probe.engine, named=by_person))


@contextlib.contextmanager
def _of_anybody(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, minimum=0))


@contextlib.contextmanager
def _that_alert(probe: Probe) -> Iterator[Probe]:
    """Let what counts tell what begins, as alerts do."""
    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.trials.playing import mode_of, plan_of, small

    def counting(seed: int) -> Any:
        return mode_of(plan_of(small(seed, 30), Setting.parse("40x30@0.9")))

    yield replace(probe, engine=replace(probe.engine, counting=counting))


_SAID = (f"{ENGINE}.messages.bodies", f"{ENGINE}.messages.writing", f"{ENGINE}.edge.wording")

CONTROLS = (
    Control(
        key="no_person_identifier",
        title=N_("Nothing that is told is a person's number, or links what they did at two places"),
        unit=N_("share of incidents linked to the same person's at another sensor, among 50"),
        direction="at_most",
        threshold=0.06,
        maximum_age=timedelta(days=180),
        measure=_nobodys,
        sabotage=_with_a_number,
        depends_on=DependsOn(
            modules=(
                *_SAID,
                f"{ENGINE}.events.incidents",
                f"{ENGINE}.events.rules",
                f"{ENGINE}.trials.outputs",
            )
        ),
        description=N_(
            "Place and time are not given to the attacker: who knows where somebody was at a minute knows it."
        ),
    ),
    Control(
        key="cells_above_minimum",
        title=N_("No figure is told of fewer people than the minimum, nor can be subtracted"),
        unit=N_("share of cells of too few people that are told"),
        direction="at_most",
        threshold=0.03,
        maximum_age=timedelta(days=180),
        measure=_enough,
        sabotage=_of_anybody,
        depends_on=DependsOn(modules=(f"{ENGINE}.modes.statistics", f"{ENGINE}.trials.outputs")),
    ),
    Control(
        key="purposes_apart",
        title=N_("What counts cannot alert, and intervention does not start without its legal basis"),
        unit=N_("share of alerts of intervention that come out of statistics too"),
        direction="at_most",
        threshold=0.03,
        maximum_age=timedelta(days=180),
        measure=_apart,
        sabotage=_that_alert,
        depends_on=DependsOn(modules=(*_SAID, f"{ENGINE}.modes.statistics", f"{ENGINE}.modes.intervention")),
    ),
)
