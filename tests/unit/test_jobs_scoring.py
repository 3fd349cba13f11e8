"""Factors add up, weights mean what they say, and what a person refuses is kept."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="needs the extra 'jobs'")

import numpy as np

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.evaluation import mobility
from bacasable.services.job_advice.engine.population.people import draw_people
from bacasable.services.job_advice.engine.profiles import Diploma, Held, Profile
from bacasable.services.job_advice.engine.referential import Referential
from bacasable.services.job_advice.engine.scoring import occupations, person
from bacasable.services.job_advice.engine.scoring.aims import aims
from bacasable.services.job_advice.engine.scoring.gains import gains
from bacasable.services.job_advice.engine.scoring.kinship import KIN
from bacasable.services.job_advice.engine.scoring.scorer import LIMITS, Scorer
from bacasable.services.job_advice.engine.scoring.trainings import trainings
from bacasable.services.job_advice.engine.scoring.weights import SECTIONS, Weights
from bacasable.services.job_advice.engine.trace import Suggestion

DAY = date(2026, 11, 23)
GARDENER, PAINTER = "X0101", "X0205"
PROFILE = Profile(
    targets=(PAINTER,),
    held=(Held(GARDENER, 40, 6),),
    department="59",
    mobility_km=20,
    diplomas=(Diploma(3),),
    training_months=6,
)


@pytest.fixture(scope="module")
def referential() -> Referential:
    return Referential.synthetic(day=DAY)


def told(referential: Referential, profile: Profile, code: str, weights: Weights | None = None) -> Suggestion:
    scorer = Scorer.of(referential, weights)
    read = person.read(scorer, profile)
    scored = occupations.weigh(scorer, read)
    return occupations.suggestion(scorer, read, scored, scorer.places[code], 1)


def test_the_score_that_ranks_is_the_sum_of_the_factors_that_are_told(referential: Referential) -> None:
    scorer = Scorer.of(referential)
    for profile in draw_people(referential, 20, 5).profiles:
        read = person.read(scorer, profile)
        scored = occupations.weigh(scorer, read)
        for place in occupations.ranked(scored)[:12].tolist():
            one = occupations.suggestion(scorer, read, scored, place, 1)
            assert one.score == pytest.approx(scored.scores[place], abs=1e-9)
            assert all(0 <= factor.value <= 1 for factor in one.factors)
            assert all(factor.contribution == 0 for factor in one.factors if factor.missing)
        found = aims(read, scored)
        for one in [*gains(scorer, read, found, "skill"), *trainings(scorer, read, found, DAY)]:
            assert one.score == pytest.approx(sum(factor.contribution for factor in one.factors), abs=1e-9)


@pytest.mark.parametrize(
    "name", ["own_target", "core_missing", "tension_high", "skills_near", "experts_often"]
)
def test_without_a_factor_the_score_moves_by_what_it_says(referential: Referential, name: str) -> None:
    before = told(referential, replace(PROFILE, targets=()), PAINTER)
    if name == "own_target":
        before = told(referential, PROFILE, PAINTER)
    stated = next(factor.contribution for factor in before.factors if factor.name == name)
    section = "mobility" if name in KIN else "occupation"
    without = Weights.read(f"[{section}]\n{name} = 0".encode(), "ours.toml")
    after = told(
        referential, PROFILE if name == "own_target" else replace(PROFILE, targets=()), PAINTER, without
    )
    assert stated != 0 and after.score == pytest.approx(before.score - stated, abs=1e-9)
    assert without.digest != Weights.standard().digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[occupation]\ncharm = 1", "has no factor 'charm'"),
        ("[people]\nage = 1", "'people' is no part of the weights"),
        ("[occupation]\ncore_missing = 2", "its sign says"),
        ("[occupation]\nhiring = nan", "give a number"),
        ("[occupation]\nhiring = true", "give a number"),
        ("[occupation", "no TOML"),
    ],
)
def test_weights_that_mean_nothing_are_refused(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        Weights.read(text.encode(), "ours.toml")


def test_the_wage_is_shown_and_never_counted(referential: Referential) -> None:
    (wage,) = [one for one in told(referential, PROFILE, PAINTER).factors if one.name == "wage"]
    assert wage.contribution == 0 and "median_eur" in wage.facts and wage.rows


def test_a_factor_cites_the_year_and_the_level_of_the_figures(referential: Referential) -> None:
    tension = next(
        one for one in told(referential, PROFILE, PAINTER).factors if one.name.startswith("tension")
    )
    assert tension.fields == ("department",) and tension.rows[0].table == "tensions"
    assert tension.facts["level"] in ("department", "region", "country") and int(tension.facts["year"]) > 2000


def test_limits_rule_out_unless_wanted_and_then_count_against(referential: Referential) -> None:
    scorer = Scorer.of(referential)
    limit = LIMITS[int(scorer.limits.sum(axis=0).argmax())]
    against = {scorer.codes[place] for place in np.flatnonzero(scorer.limits[:, LIMITS.index(limit)])}
    wanted = sorted(against - {GARDENER})[0]
    profile = replace(PROFILE, targets=(wanted,), limits=frozenset({limit}))
    read = person.read(scorer, profile)
    found = aims(read, occupations.weigh(scorer, read))
    assert {scorer.codes[place] for place in found.candidates} & against == {wanted}
    assert 0 < found.ruled_out <= len(against - {wanted, GARDENER})
    (factor,) = [one for one in told(referential, profile, wanted).factors if one.name == "limits_met"]
    assert factor.contribution < 0 and factor.facts["limits"] == limit and factor.facts["contexts"]


def test_kilometres_between_departments(referential: Referential) -> None:
    market = Scorer.of(referential).market
    assert market.km("59", "59") == 0 and market.km("75", "XX") is None
    assert market.km("75", "13") == market.km("13", "75")
    assert 750 < (market.km("75", "13") or 0) < 950  # 775 by road


def test_a_training_leads_where_the_person_goes_and_says_what_is_against_it(referential: Referential) -> None:
    scorer = Scorer.of(referential)

    def offered(profile: Profile) -> list[Suggestion]:
        read = person.read(scorer, profile)
        return list(trainings(scorer, read, aims(read, occupations.weigh(scorer, read)), DAY))

    (best, *_) = offered(PROFILE)
    names = {one.name: one for one in best.factors}
    assert best.towards == PAINTER and names["leads_to_target"].contribution > 0
    assert 0 < names["covers_gap"].value <= 1 and names["covers_gap"].facts["blocks"]
    assert not any(one.key == best.key for one in offered(replace(PROFILE, diplomas=(Diploma(3, best.key),))))
    short = next(one for one in offered(replace(PROFILE, training_months=1)) if one.key == best.key)
    assert next(one for one in short.factors if one.name == "too_long").contribution < 0
    unsaid = next(one for one in offered(replace(PROFILE, training_months=None)) if one.key == best.key)
    assert next(one for one in unsaid.factors if one.name == "too_long").missing


def test_hidden_mobilities_cannot_tell_their_own_scores(referential: Referential) -> None:
    scorer = Scorer.of(referential)
    kinship, codes = scorer.kinship, scorer.codes
    before = mobility.cross_fitted(kinship, codes, scorer.weights.mobility)
    for place in (0, 20, 41):
        changed = kinship.links.copy()
        changed[place] = np.random.default_rng(place).random(len(codes)) < 0.3
        again = mobility.cross_fitted(replace(kinship, links=changed), codes, scorer.weights.mobility)
        assert np.array_equal(again[place], before[place])


def test_mobilities_are_found_better_than_by_chance(referential: Referential) -> None:
    found = mobility.of_base(referential)
    assert found["recall@10"] == found["whole"]["ours"]["value"]  # type: ignore[index]
    assert found["whole"]["ours"]["low"] > found["whole"]["random"]["high"]  # type: ignore[index]
    assert set(mobility.learnt(referential)) == set(KIN)


def test_recall_counts_the_links_among_the_first() -> None:
    links = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], bool)
    scores = np.array([[9, 2, 1], [1, 9, 2], [0, 0, 9]], np.float32)
    assert np.array_equal(mobility.recall(scores, links, 1), [0.5, 0.0, np.nan], equal_nan=True)


def test_every_weight_is_explained() -> None:
    text = (Path(__file__).parents[2] / "docs" / "explanation" / "job-advice.md").read_text("utf-8")
    weights = Weights.standard()
    for section in SECTIONS:
        for name, weight in getattr(weights, section).items():
            assert f"| `{name}` | {weight:g} |" in text, name
