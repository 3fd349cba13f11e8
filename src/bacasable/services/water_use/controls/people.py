"""People of households: are all sizes served alike, and does a model betray who it learned from?"""

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
    from bacasable.services.water_use.engine.trials.alike import OfSize

#: Homes enough that the rarest size has its hundred.
_HOMES, _DAYS = 6000, 28


def _worst(found: "list[OfSize]", seed: int, what: str) -> Measurement:
    """Return the size that is served worst, by the favourable and the unfavourable bound of its share."""
    worst = min(found, key=lambda each: clopper_pearson(each.served, each.homes).low)
    return measured(
        worst.served / worst.homes,
        clopper_pearson(worst.served, worst.homes),
        worst.homes,
        seed,
        f"{what}; the worst served: households of {worst.size}",
        sample(trial_city(seed, _HOMES, _DAYS)),
        homes="synthetic",
        **{f"of {each.size}": round(each.served / each.homes, 3) for each in found if each.homes},
    )


def _leaks_alike(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.water_use.engine.trials import alike

    subject: Subject = probe.engine
    found = alike.leaks(trial_city(seed, _HOMES, _DAYS), subject.detect, seed)
    return _worst(found, seed, f"{alike.PLANTED} leaks planted in each size of household")


def _expected_alike(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.water_use.engine.trials import alike

    subject: Subject = probe.engine
    found = alike.expected(trial_city(seed, _HOMES, _DAYS), subject.learn, subject.expect, seed)
    return _worst(found, seed, "homes that were not learned from, beside their interval of 90 %")


def _members(probe: Probe, seed: int) -> Measurement:
    from bacasable.privacy.attacks.membership import membership
    from bacasable.services.water_use.engine.trials import alike

    subject: Subject = probe.engine
    city = trial_city(seed, _HOMES, _DAYS)
    found = membership(*alike.losses(city, subject.learn, seed), attacker="loss", seed=seed)
    return measured(
        found.value,
        found.interval,
        found.n,
        seed,
        "takes homes of which the model is hardly off for those it learned from",
        sample(city),
        chance=0.5,
        homes="synthetic",
    )


@contextlib.contextmanager
def _leaks_by_share(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.water_use.engine.trials import alike

    yield replace(probe, engine=replace(probe.engine, detect=alike.of_share(probe.engine.detect)))


@contextlib.contextmanager
def _one_width(probe: Probe) -> Iterator[Probe]:
    yield replace(probe, engine=replace(probe.engine, expect=_half_as_wide))


def _half_as_wide(model: "object", homes: "object") -> "object":
    """Return intervals of half their width: what a model says that is too sure of itself."""
    import numpy as np

    middle, low, high = model.expect_all(homes)  # type: ignore[attr-defined]
    return np.sqrt(middle * low), np.sqrt(middle * high)


@contextlib.contextmanager
def _by_heart(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.water_use.engine.trials import alike

    yield replace(probe, engine=replace(probe.engine, learn=alike.by_heart))


_MODEL = (f"{ENGINE}.expected.model", f"{ENGINE}.expected.fitting", f"{ENGINE}.trials.alike")

CONTROLS = (
    Control(
        key="leaks_found_alike",
        title=N_("Leaks are found in households of every size"),
        unit=N_("share of planted leaks that are found, in the size of household that is served worst"),
        direction="at_least",
        threshold=0.8,
        maximum_age=timedelta(days=365),
        measure=_leaks_alike,
        sabotage=_leaks_by_share,
        depends_on=DependsOn(
            modules=(f"{ENGINE}.leaks.detecting", f"{ENGINE}.leaks.rules", f"{ENGINE}.trials.alike")
        ),
    ),
    Control(
        key="expected_use_alike",
        title=N_("The interval of expected use holds for households of every size"),
        unit=N_("share of homes in their interval of 90 %, in the size of household that is served worst"),
        direction="at_least",
        threshold=0.75,
        maximum_age=timedelta(days=365),
        measure=_expected_alike,
        sabotage=_one_width,
        depends_on=DependsOn(modules=_MODEL),
    ),
    Control(
        key="learned_homes_not_told",
        title=N_("The model of expected use does not tell which homes it learned from"),
        unit=N_("area under the curve of the attack on its loss (0.5 is chance)"),
        direction="at_most",
        threshold=0.55,
        maximum_age=timedelta(days=365),
        measure=_members,
        sabotage=_by_heart,
        depends_on=DependsOn(modules=_MODEL),
    ),
)
