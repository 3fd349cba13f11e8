"""An opinion: the same for the same profile, at most five things that differ, and something for bad input."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn", reason="needs the extra 'jobs'")

import polars as pl

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.batch import advise_all, read_advice, write_profiles
from bacasable.services.job_advice.engine.counselling import Settings, advise
from bacasable.services.job_advice.engine.counselling.diagnosis import Rules, diagnose
from bacasable.services.job_advice.engine.counselling.signs import Sign
from bacasable.services.job_advice.engine.population.people import draw_people
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.engine.referential import Referential
from bacasable.services.job_advice.engine.scoring.scorer import HOURS, LIMITS, Scorer
from bacasable.services.job_advice.engine.scoring.weights import Weights
from bacasable.services.job_advice.engine.trace import Advice

DAY = date(2026, 11, 23)
PROFILE = Profile(
    targets=("X0205",), held=(Held("X0101", 40, 6), Held("X0104", 12, 50)), department="59", mobility_km=20
)


@pytest.fixture(scope="module")
def referential() -> Referential:
    return Referential.synthetic(day=DAY)


def given(referential: Referential, profile: Profile, **settings: Any) -> Advice:
    return advise(referential, profile, Settings(day=DAY, **settings))


def notes(advice: Advice) -> dict[str, Any]:
    return dict(advice.notes)


def test_the_same_profile_has_the_same_opinion_whatever_the_order(referential: Referential) -> None:
    numbers = referential.skills["ogr"].to_list()[5:60:5]
    one = replace(
        PROFILE, skills=frozenset(numbers), limits=frozenset(LIMITS[:3]), refused_hours=frozenset(HOURS[:3])
    )
    other = replace(
        one,
        held=one.held[::-1],
        skills=frozenset(reversed(numbers)),
        limits=frozenset(reversed(LIMITS[:3])),
        refused_hours=frozenset(reversed(HOURS[:3])),
    )
    again = Referential.synthetic(day=DAY)
    told = [json.dumps(given(base, one_).as_json()) for base, one_ in ((referential, one), (again, other))]
    assert told[0] == told[1]
    assert Advice.from_json(json.loads(told[0])) == given(referential, one)


def test_at_most_five_that_differ_for_anybody(referential: Referential) -> None:
    for profile in draw_people(referential, 60, 3).profiles:
        advice = given(referential, profile)
        assert len(advice.suggestions) <= 5 and len(
            {(one.kind, one.key) for one in advice.suggestions}
        ) == len(advice.suggestions)
        if len(advice.suggestions) == 5:
            assert max(Counter(one.kind for one in advice.suggestions).values()) < 5
        assert [one.rank for one in advice.suggestions] == list(range(1, len(advice.suggestions) + 1))
        assert all(one.factors for one in advice.suggestions)
    assert len(given(referential, PROFILE, most=2).suggestions) == 2
    with pytest.raises(ValueError, match="most"):
        Settings(most=6)


def test_what_is_wished_is_answered_first(referential: Referential) -> None:
    jobs = [one.key for one in given(referential, PROFILE).suggestions if one.kind == "occupation"]
    assert jobs[0] == "X0205"


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"targets": ("Z9999",)}, "occupation_unknown"),
        ({"held": (Held("M1805", 12, 0), *PROFILE.held)}, "occupation_unknown"),
        ({"diplomas": (Diploma(None, "RNCP1"),)}, "diploma_unknown"),
        ({"skills": frozenset({-1, -2})}, "skills_unknown"),
        ({"interests": ("astronomy",)}, "interests_unknown"),
        ({"department": None}, "territory_not_said"),
        ({"weekly_hours": 20}, "weekly_hours_not_in_tables"),
    ],
)
def test_what_is_not_known_is_noted_and_the_rest_advised(
    referential: Referential, change: dict[str, Any], note: str
) -> None:
    advice = given(referential, replace(PROFILE, **change))
    assert note in notes(advice) and advice.suggestions


def test_an_empty_profile_has_a_diagnosis_and_what_to_ask(referential: Referential) -> None:
    advice = given(referential, Profile())
    assert {"profile_empty", "synthetic"} <= set(notes(advice))
    assert advice.diagnosis.obstacle == "project" and {"held", "difficulties"} <= set(
        advice.diagnosis.missing
    )
    assert not [one for one in advice.suggestions if one.kind != "event"]


def test_a_territory_that_the_tables_do_not_have_takes_the_figures_of_the_country(
    referential: Referential,
) -> None:
    scorer = Scorer(referential, Weights.standard())
    scorer.departments = frozenset()
    from bacasable.services.job_advice.engine.scoring import person

    read = person.read(scorer, PROFILE)
    assert read.department is None and dict(read.notes)["territory_unknown"] == {"department": "59"}


def test_all_limits_at_once_are_said_and_something_is_still_advised(referential: Referential) -> None:
    profile = replace(PROFILE, limits=frozenset(LIMITS), refused_hours=frozenset(HOURS), mobility_km=0)
    advice = given(referential, profile)
    assert advice.diagnosis.obstacle == "constraints" and advice.suggestions
    contradictions = [values for code, values in advice.notes if code == "contradiction"]
    assert any(one["fields"] == ["targets", "limits"] for one in contradictions)
    without = given(referential, replace(profile, targets=()))
    kept = [one.key for one in without.suggestions if one.kind == "occupation"]
    scorer = Scorer.of(referential)
    assert "limits_rule_all_out" in notes(without) or not any(
        scorer.limits[scorer.places[one]].any() for one in kept
    )


@pytest.mark.parametrize(
    ("change", "obstacle"),
    [
        ({"targets": (), "difficulties": frozenset({"no_clear_project"})}, "project"),
        ({"applications_a_month": 1, "months_searching": 8, "interviews": 0}, "search"),
        ({"mobility_km": 5, "difficulties": frozenset({"no_transport", "no_childcare"})}, "constraints"),
    ],
)
def test_the_main_obstacle_rests_on_evidence(
    referential: Referential, change: dict[str, Any], obstacle: str
) -> None:
    diagnosis = given(referential, replace(PROFILE, held=(Held("X0205", 60, 1),), **change)).diagnosis
    assert diagnosis.obstacle == obstacle and 0 < diagnosis.sure <= 1
    assert all(one.fields for one in diagnosis.evidence[obstacle])


def test_rules_tell_nothing_where_nothing_points(referential: Referential) -> None:
    assert diagnose({}).obstacle is None and "difficulties" in diagnose({}).missing
    weak = diagnose({"months_since_held": Sign(70)})
    assert weak.obstacle is None and weak.sure == 0 and weak.evidence["skills"][0].rule == "long_since"
    slack = diagnose({"tension_of_target": Sign(1), "hiring_of_target": Sign(1)})
    assert slack.obstacle == "market" and slack.sure == 1
    fields = set(Profile().as_json())
    assert all(set(rule.fields) <= fields for rule in Rules.standard().rules)


def test_what_was_said_is_not_asked_for_again(referential: Referential) -> None:
    said = replace(PROFILE, department="976", mobility_km=0, moves_house=True, interviews=4)
    assert not set(given(referential, said).diagnosis.missing) & said.told()
    assert "mobility_km" in given(referential, replace(said, mobility_km=None)).diagnosis.missing
    assert "diplomas" not in Profile(diplomas=(Diploma(),)).told()


def test_a_path_prepares_before_it_applies(referential: Referential) -> None:
    seen = set()
    for profile in [PROFILE, *draw_people(referential, 40, 4).profiles]:
        path = given(referential, profile).path
        assert [one.order for one in path] == list(range(1, len(path) + 1))
        assert [one.starts_week for one in path] == sorted(one.starts_week for one in path)
        ends = {one.key: one.starts_week + one.weeks for one in path}
        for step in path:
            seen.add(step.because.split(":")[0])
            if step.because.startswith("applies_after:"):
                assert step.starts_week >= ends[step.because.split(":")[1]]
    assert {"prepares", "applies_after"} <= seen


def test_a_batch_stopped_goes_on_and_leaves_no_half_file(referential: Referential, tmp_path: Path) -> None:
    drawn = draw_people(referential, 25, 1).profiles
    source, folder = tmp_path / "profiles.parquet", tmp_path / "advice"
    write_profiles(source, drawn)
    broken = pl.read_parquet(source).vstack(
        pl.DataFrame({"id": ["x", "y"], "profile": ["[1]", '{"mobility_km": 5000}']})
    )
    broken.write_parquet(source)
    settings = Settings(day=DAY)

    def stop(done: int, _total: int) -> None:
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        advise_all(
            referential, source, folder, settings=settings, part=5, progress=stop, whole=True, processes=1
        )
    assert len(list(folder.glob("part-*"))) == 2 and not list(folder.glob(".part*"))
    told: list[tuple[int, int]] = []
    report = advise_all(
        referential, source, folder, settings=settings, part=5, whole=True, processes=1,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert (report.profiles, report.taken_over, report.refused) == (27, 10, 2) and told[-1] == (27, 27)
    rows = read_advice(folder).collect()
    assert rows["id"].to_list() == [*map(str, range(25)), "x", "y"]
    assert "mobility_km" in rows["refused"][26] and rows["keys"][26] is None
    for row in (3, 17):
        advice = given(referential, drawn[row])
        assert rows["keys"][row].to_list() == [one.key for one in advice.suggestions]
        assert Advice.from_json(json.loads(rows["trace"][row])) == advice
    with pytest.raises(Refused, match="another batch"):
        advise_all(referential, source, folder, settings=Settings(day=date(2026, 1, 1)), part=5, whole=True)


def test_a_file_that_holds_no_profiles_is_refused(referential: Referential, tmp_path: Path) -> None:
    source = tmp_path / "profiles.parquet"
    source.write_text("id,profile")
    with pytest.raises(Refused, match="no Parquet"):
        advise_all(referential, source, tmp_path / "advice")
    pl.DataFrame({"name": ["a"]}).write_parquet(source)
    with pytest.raises(Refused, match="id and profile"):
        advise_all(referential, source, tmp_path / "advice")
    with pytest.raises(Refused, match="no advice"):
        read_advice(tmp_path / "nowhere")
