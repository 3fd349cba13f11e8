"""People: does a person decide, who is proposed what, does advice tell who somebody is?"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import Interval, clopper_pearson
from bacasable.services.job_advice.controls.subject import (
    ENGINE,
    OPINION,
    Subject,
    counted,
    measured,
    shipped,
)

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.audits.proposals import Proposals
    from bacasable.services.job_advice.engine.trials.people import Trial

#: Synthetic services, one in two careful; and people who are advised for their pages.
SERVICES, PAGES = 160, 12
#: Synthetic people of the audits: ratios between groups are known to some hundredths.
PEOPLE = 1500
#: Titles that are told in both genders.
TWINS = 600
#: Pairs of CVs of one career, of a woman and a man of another name, age, origin and family.
CVS = 120
#: Draws of the bootstrap of ratios.
DRAWS = 200


def _decided(probe: Probe, seed: int) -> Measurement:
    """Let synthetic services act on what the pages offer; is their way told right by the indicators?"""
    from bacasable.services.job_advice.engine.indicators import indicators, way_of
    from bacasable.services.job_advice.engine.trials import advisers
    from bacasable.services.job_advice.engine.trials.people import trial

    subject: Subject = probe.engine
    told = trial(subject.referential, subject.advise, PAGES, seed)
    pages = [page for advice in told.advices if (page := subject.page(advice)).items]
    faults = sorted({fault for page in pages for fault in page.faults()})
    right = by_rate = 0
    ways = dict.fromkeys(advisers.WAYS, 0)
    for number in range(SERVICES):
        way: advisers.Way = "careful" if number % 2 else ("hurried", "automatic")[number // 2 % 2]
        acts = advisers.service("trial", way, pages, [seed, number])
        seen = indicators(acts, service="trial", month=advisers.MONTH, today=advisers.TODAY)
        true = "decides" if way == "careful" else "follows"
        is_right = way_of(seen).way == true
        by_rate += ("follows" if seen.retained.value >= 0.75 else "decides") == true
        ways[way] += is_right
        # what indicators say of a page that pulls towards acceptance is no sign that people decide
        right += is_right and not faults
    return measured(
        right / SERVICES,
        clopper_pearson(right, SERVICES),
        SERVICES,
        seed,
        "reads, from the indicators of a month alone, whether a service decides or follows",
        sha256(f"{told.digest()} {SERVICES}".encode()).hexdigest(),
        chance=0.5,
        advisers="simulated",
        pages=len(pages),
        deviation_costs=faults[0] if faults else "the same as to follow",
        by_retention_alone=round(by_rate / SERVICES, 3),
        **{f"{way} services told right": found for way, found in ways.items()},
    )


def _alike(probe: Probe, seed: int) -> Measurement:
    """Compare what groups are proposed, among people who held the same and know the same."""
    from bacasable.services.job_advice.engine.audits.auditing import audited, fairness, worst

    told = _trial(probe, seed)
    proposed = _proposed(probe, told, seed)
    found = audited(told.people, proposed, told.market, told.regions(), seed, draws=DRAWS)
    lowest = worst(found)
    ratio = lowest.ratio
    return measured(
        lowest.value,
        Interval(lowest.low, lowest.high, 0.95, "Poisson bootstrap over people, lowest of the bounds"),
        PEOPLE,
        seed,
        f"compares groups; the farthest: {ratio.group} and {ratio.reference} in {lowest.outcome}",
        told.digest(),
        chance=1.0,
        people="synthetic",
        uncorrected=round(ratio.uncorrected, 3),
        comparable=round(ratio.comparable, 3),
        **{
            f"{attribute}, {name}": round(min((fairness(one)[0] for one in each), default=1.0), 3)
            for attribute, by_outcome in found.items()
            for name, each in by_outcome.items()
        },
    )


def _crowd(probe: Probe, seed: int) -> Measurement:
    from bacasable.services.job_advice.engine.audits.congestion import congestion

    told = _trial(probe, seed)
    proposed = _proposed(probe, told, seed)
    found = congestion(proposed.occupation, told.people.marginals.held, proposed.codes, seed)
    return measured(
        found.spread,
        found.spread_interval,
        PEOPLE,
        seed,
        "draws two people, and looks whether they are proposed the same occupation",
        told.digest(),
        people="synthetic",
        gini=round(found.gini, 3),
        most_proposed=f"{found.most_proposed_code}, to {found.most_proposed:.1%} of people",
        most_per_job=f"{found.per_job_code}, {found.per_job:.1f} times its part of the jobs",
        occupations=found.occupations,
        same_for_two=round(found.same, 4),
        same_job_for_two=round(found.same_jobs, 4),
    )


def _guessed(probe: Probe, seed: int) -> Measurement:
    """Guess sex, and being fifty, from what the scorer is told and from that and what it proposes."""
    from bacasable.services.job_advice.engine.audits.auditing import guessed

    told = _trial(probe, seed)
    found = guessed(told.people, _proposed(probe, told, seed), seed)
    worst = max(found.values(), key=lambda one: one.more_interval.high)
    return measured(
        worst.more,
        worst.more_interval,
        worst.n,
        seed,
        f"guesses {worst.attribute}; {worst.attacker}",
        told.digest(),
        people="synthetic",
        **{f"{name}, from inputs": round(one.inputs, 3) for name, one in found.items()},
        **{f"{name}, from proposals": round(one.proposals, 3) for name, one in found.items()},
        **{f"{name}, more than inputs": round(one.more, 3) for name, one in found.items()},
    )


def _flipped(probe: Probe, seed: int) -> Measurement:
    """Tell the same jobs in their masculine and their feminine form; compare opinions whole."""
    from bacasable.services.job_advice.engine.audits import flips
    from bacasable.services.job_advice.engine.trials import curricula

    subject: Subject = probe.engine
    tables = subject.referential()
    twins = flips.title_twins(tables, TWINS, seed)
    found = flips.flipped(tables, subject.code(tables), subject.advise, twins, seed)
    pairs = curricula.twins(twins, CVS, seed)
    otherwise = flips.read_otherwise(lambda text: subject.read(tables, text), pairs)
    made = counted(
        found.changed + otherwise,
        found.n + len(pairs),
        seed,
        "tells the same jobs in the other gender; compares candidates, and all that is advised and why",
        sha256(repr((twins, pairs)).encode()).hexdigest(),
        first=", ".join(found.first),
        cvs=len(pairs),
        cvs_read_otherwise=otherwise,
        unsteady=found.unsteady,
    )
    there = flips.protected_fields()
    wrong = [f"a profile has fields that it must not: {', '.join(there)}"] if there else []
    if found.unsteady:
        wrong.append(f"{found.unsteady} profiles were given two opinions")
    return replace(made, counterexamples=tuple(wrong))


def _trial(probe: Probe, seed: int) -> "Trial":
    from bacasable.services.job_advice.engine.trials.people import trial

    subject: Subject = probe.engine
    return trial(subject.referential, subject.advise, PEOPLE, seed)


def _proposed(probe: Probe, told: "Trial", seed: int) -> "Proposals":
    made: Proposals = probe.engine.proposed(told, seed)
    return made


@contextlib.contextmanager
def _dear_to_deviate(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.trials.advisers import costlier

    page = probe.engine.page
    yield replace(probe, engine=replace(probe.engine, page=lambda advice: costlier(page(advice))))


@contextlib.contextmanager
def _told_who_is_a_woman(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.audits.proposals import steered

    def proposed(told: "Trial", seed: int) -> "Proposals":
        return steered(told.proposals, told.people, told.market, seed)

    yield replace(probe, engine=replace(probe.engine, proposed=proposed))


@contextlib.contextmanager
def _all_to_the_largest(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.audits.proposals import crowded

    def proposed(told: "Trial", seed: int) -> "Proposals":
        return crowded(told.proposals, told.people)

    yield replace(probe, engine=replace(probe.engine, proposed=proposed))


@contextlib.contextmanager
def _titles_as_written(probe: Probe) -> Iterator[Probe]:
    from bacasable.services.job_advice.engine.trials.gendered import masculine_only

    yield replace(probe, engine=replace(probe.engine, code=masculine_only))


_AUDITED = (
    f"{ENGINE}.profiles",
    f"{ENGINE}.population.people",
    f"{ENGINE}.population.invented",
    f"{ENGINE}.audits.proposals",
)
#: What people are invented with, and advised with.
_FILES = {**OPINION, **shipped("population/invented.toml")}

CONTROLS = (
    Control(
        key="deviation_possible_and_used",
        title=N_(
            "To deviate costs what it costs to follow, and indicators tell who decides from who follows"
        ),
        unit=N_("share of simulated services whose way is told right, on pages that leave the choice"),
        direction="at_least",
        threshold=0.9,
        maximum_age=timedelta(days=90),
        measure=_decided,
        sabotage=_dear_to_deviate,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.indicators.acts",
                f"{ENGINE}.indicators.services",
                f"{ENGINE}.indicators.ways",
                f"{ENGINE}.trials.advisers",
            )
        ),
        description=N_(
            "Simulated advisers, careful, hurried and automatic: it shows that the control tells them apart, "
            "and nothing of how real advisers decide."
        ),
    ),
    Control(
        key="flips_change_nothing",
        title=N_("The same person of the other sex gets the same advice, to the bit"),
        unit=N_("share of twins who are shown other candidates, or advised otherwise"),
        direction="at_most",
        threshold=0.03,
        maximum_age=timedelta(days=180),
        measure=_flipped,
        sabotage=_titles_as_written,
        depends_on=DependsOn(
            modules=(
                f"{ENGINE}.profiles",
                f"{ENGINE}.coding.neutral",
                f"{ENGINE}.coding.titles",
                f"{ENGINE}.counselling.advising",
                f"{ENGINE}.audits.flips",
            ),
            releases={**OPINION, **shipped("coding/abbreviations.toml", "private_life.toml")},
        ),
        description=N_(
            "A profile has no field for a protected attribute, and one profile has one opinion, exactly. "
            "What is left are words: titles in both genders, whole and cut, and CVs of twins."
        ),
    ),
    Control(
        key="proxies_audited",
        title=N_("What is proposed tells no more of sex and age than what people did"),
        unit=N_("area under the curve that proposals add to that of the scorer's inputs"),
        direction="at_most",
        threshold=0.04,
        maximum_age=timedelta(days=180),
        measure=_guessed,
        sabotage=_told_who_is_a_woman,
        depends_on=DependsOn(modules=(*_AUDITED, f"{ENGINE}.audits.proxies"), releases=_FILES),
        description=N_(
            "Inputs tell of sex and age, as the labour market does: how much is in the details. A scorer "
            "that knew more than its inputs would add to it."
        ),
    ),
    Control(
        key="disparate_impact",
        title=N_(
            "People who did and know the same are proposed alike, whatever their sex, age and territory"
        ),
        unit=N_("lowest ratio between groups, of wage, gain in wage and tension of what is proposed"),
        direction="at_least",
        threshold=0.8,
        maximum_age=timedelta(days=180),
        measure=_alike,
        sabotage=_told_who_is_a_woman,
        depends_on=DependsOn(
            modules=(*_AUDITED, f"{ENGINE}.audits.disparity", f"{ENGINE}.audits.outcomes"), releases=_FILES
        ),
        description=N_(
            "Ratios are corrected for the occupation held and the diploma; those that are not are beside. "
            "0.8 is the four-fifths rule of thumb, no line of the law."
        ),
    ),
    Control(
        key="congestion",
        title=N_("Advice does not send everybody to the same occupations"),
        unit=N_("chance that two jobs are the same occupation, over that of proposals to two people"),
        direction="at_least",
        threshold=0.5,
        maximum_age=timedelta(days=180),
        measure=_crowd,
        sabotage=_all_to_the_largest,
        depends_on=DependsOn(modules=(*_AUDITED, f"{ENGINE}.audits.congestion"), releases=_FILES),
    ),
)
