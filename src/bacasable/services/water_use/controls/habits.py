"""What is read of habits: by the utility, and by who finds a letter."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import clopper_pearson
from bacasable.services.water_use.controls.subject import ENGINE, Subject, measured, sample, trial_city

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.trials.readers import Reading
    from bacasable.services.water_use.engine.trials.seen import View

#: Homes that are linked from a fortnight to the next: as many as one agent follows.
LINKED_HOMES = 800


def _readings(view: "View", seed: int, grain: int, skipped: tuple[str, ...] = ()) -> "list[Reading]":
    from bacasable.services.water_use.engine.trials import readers, seen

    city = trial_city(seed)
    found = []
    for habit in seen.habits(city, seed):
        if habit.name in skipped:
            continue
        if habit.day[0] < 0:
            table = view(city, 0, seen.MONTH)
        else:
            table = seen.about_days(view, city, habit.day, grain)
        found.append(readers.read(habit.name, table, habit.truth, seed))
    return found


def _worst(found: "list[Reading]", seed: int) -> Measurement:
    worst = max(found, key=lambda reading: reading.interval.high)
    return measured(
        worst.area,
        worst.interval,
        worst.n,
        seed,
        f"{worst.attacker}, trained on half of the homes, asks: {worst.habit}",
        sample(trial_city(seed)),
        chance=0.5,
        homes="synthetic",
        **{reading.habit: round(reading.area, 3) for reading in found},
    )


def _by_utility(probe: Probe, seed: int) -> Measurement:
    subject: Subject = probe.engine
    return _worst(_readings(subject.utility, seed, 1), seed)


def _on_paper(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.water_use.engine.trials import seen

    subject: Subject = probe.engine
    grain = 1 if subject.paper is seen.curves else seen.MONTH
    # the total of a month is what a letter is for; that it tells of large households is said in the notice
    return _worst(_readings(subject.paper, seed, grain, skipped=("large household",)), seed)


def _linked(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.water_use.engine.trials import readers, seen

    subject: Subject = probe.engine
    city = trial_city(seed)
    one = subject.utility(city, 0, seen.FORTNIGHT)[:LINKED_HOMES]
    two = subject.utility(city, seen.FORTNIGHT, 2 * seen.FORTNIGHT)[:LINKED_HOMES]
    found = readers.linked(one, two)
    return measured(
        found / LINKED_HOMES,
        clopper_pearson(round(found), LINKED_HOMES),
        LINKED_HOMES,
        seed,
        "nearest of what is seen in two fortnights under two pseudonyms",
        sample(city),
        chance=1 / LINKED_HOMES,
        homes="synthetic",
    )


def _singled_out(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.water_use.engine.trials import points, seen

    subject: Subject = probe.engine
    city = trial_city(seed)
    curves = subject.utility is seen.curves
    found, tried = points.alone(
        city, points.of_curves(city) if curves else points.of_flows(seen.shown_flows(city)), seed
    )
    return measured(
        found / tried,
        clopper_pearson(found, tried),
        tried,
        seed,
        f"knows {points.POINTS} notable hours of a home to the litre, and looks for who had them",
        sample(city),
        chance=1 / tried,
        homes="synthetic",
    )


@contextlib.contextmanager
def _utility_sees_curves(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.water_use.engine.trials import seen

    yield replace(probe, engine=replace(probe.engine, utility=seen.curves))


@contextlib.contextmanager
def _paper_opens_curves(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.water_use.engine.trials import seen

    yield replace(probe, engine=replace(probe.engine, paper=seen.curves))


_SEEN = (f"{ENGINE}.trials.seen", f"{ENGINE}.trials.readers", f"{ENGINE}.city.town")

CONTROLS = (
    Control(
        key="habits_not_readable",
        title=N_("What the utility sees tells no habit: large household, absence, hour of rising"),
        unit=N_("area under the curve of the best attacker, on the habit that is read best (0.5 is chance)"),
        direction="at_most",
        threshold=0.6,
        maximum_age=timedelta(days=180),
        measure=_by_utility,
        sabotage=_utility_sees_curves,
        depends_on=DependsOn(modules=(*_SEEN, f"{ENGINE}.leaks.detecting")),
    ),
    Control(
        key="habits_not_on_paper",
        title=N_("A letter, or a paper code, tells neither the days of absence nor the hour of rising"),
        unit=N_("area under the curve of the best attacker, on the habit that is read best (0.5 is chance)"),
        direction="at_most",
        threshold=0.65,
        maximum_age=timedelta(days=180),
        measure=_on_paper,
        sabotage=_paper_opens_curves,
        depends_on=DependsOn(modules=_SEEN),
    ),
    Control(
        key="nobody_singled_out",
        title=N_("Four hours known of a home do not single it out in what the utility sees"),
        unit=N_("share of homes that are singled out"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=180),
        measure=_singled_out,
        sabotage=_utility_sees_curves,
        depends_on=DependsOn(modules=(*_SEEN, f"{ENGINE}.trials.points", f"{ENGINE}.leaks.detecting")),
    ),
    Control(
        key="two_periods_not_linked",
        title=N_("A home is not found again from one fortnight to the next by what the utility sees"),
        unit=N_("share of homes that are linked"),
        direction="at_most",
        threshold=0.05,
        maximum_age=timedelta(days=180),
        measure=_linked,
        sabotage=_utility_sees_curves,
        depends_on=DependsOn(modules=(*_SEEN, f"{ENGINE}.leaks.detecting")),
    ),
)
