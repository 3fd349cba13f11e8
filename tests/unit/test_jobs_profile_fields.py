"""No field of a profile is asked for nothing: each changes what is advised, or why."""

from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import pytest

pytest.importorskip("sklearn", reason="the extra 'jobs' is not installed")

from bacasable.services.job_advice.engine.counselling import Settings, advise
from bacasable.services.job_advice.engine.counterfactuals import changes
from bacasable.services.job_advice.engine.profiles import Difficulty, Diploma, Held, Hours, Limit, Profile
from bacasable.services.job_advice.engine.referential import Referential
from bacasable.services.job_advice.engine.wording import sentences

DAY = Settings(day=date(2026, 1, 15))


@pytest.fixture(scope="module")
def tables() -> Referential:
    return Referential.synthetic(day=DAY.day)


def person(tables: Referential, number: int) -> Profile:
    codes, skills = tables.occupations["code"].to_list(), tables.skills["ogr"].to_list()
    return Profile(
        held=(Held(codes[number], 60, 30),),
        skills=frozenset(skills[number * 5 : number * 5 + 6]),
        diplomas=(Diploma(4),),
        department="44",
        mobility_km=20,
        training_months=6,
        weekly_hours=35,
        months_searching=14,
        applications_a_month=10,
        interviews=1,
        licence_b=True,
        moves_house=False,
    )


def told(tables: Referential, profile: Profile) -> dict[str, Any]:
    """Return the opinion without its notes: to repeat what was said is no use of it."""
    made = advise(tables, profile, DAY).as_json()
    del made["notes"]
    return made


def changed(tables: Referential) -> dict[str, list[Any]]:
    """Return for each field some other values."""
    codes, skills = tables.occupations["code"].to_list(), tables.skills["ogr"].to_list()
    return {
        "targets": [(codes[9],)],
        "held": [(Held(codes[0], 60, 240),), (Held(codes[0], 2, 30),)],
        "skills": [frozenset(skills[100:110])],
        "diplomas": [(Diploma(7),)],
        "interests": [("R",), ("S",)],
        "department": ["13"],
        "mobility_km": [100],
        "moves_house": [True],
        "licence_b": [False],
        "weekly_hours": [15],
        "refused_hours": [frozenset({one}) for one in get_args(Hours)],
        "limits": [frozenset({one}) for one in get_args(Limit)],
        "difficulties": [frozenset({one}) for one in get_args(Difficulty)],
        "training_months": [0, 1],
        "months_searching": [0],
        "applications_a_month": [60],
        "interviews": [20],
    }


@pytest.mark.parametrize("field", [one.name for one in fields(Profile)])
def test_each_value_that_a_page_asks_for_counts_for_somebody(tables: Referential, field: str) -> None:
    people = [person(tables, number) for number in range(12)]
    for value in changed(tables)[field]:
        assert any(told(tables, replace(one, **{field: value})) != told(tables, one) for one in people), (
            f"{field}={value} changes nothing"
        )


def test_a_training_with_more_hours_a_week_than_said_counts_less_and_says_so(tables: Referential) -> None:
    for number in range(20):
        part_time = replace(person(tables, number), weekly_hours=15)
        opinion = advise(tables, part_time, DAY)
        trainings = [one for one in opinion.suggestions if one.kind == "training"]
        against = [
            (one, factor)
            for one in trainings
            for factor in one.factors
            if factor.name == "too_many_hours" and factor.contribution < 0
        ]
        if against:
            break
    one, factor = against[0]
    assert factor.facts["most"] == 15 and factor.facts["weekly"] > 15
    said = [str(line.said) for line in sentences(opinion, one) if line.name == "too_many_hours"]
    assert said == [f"It takes {factor.facts['weekly']} hours a week; you said 15 at most."]
    more = [
        change
        for change in changes(tables, part_time, one, lambda where, who: advise(where, who, DAY))
        if change.field == "weekly_hours"
    ]
    assert more and all(change.after and change.after.score > change.before.score for change in more)
