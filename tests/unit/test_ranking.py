"""The ranking: what must hold whatever the scores are, and what it says of cases that we know."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.programme.committee.ranking import KEPT_RANKINGS, rank, rank_again

CRITERIA = ("benefit", "innovation", "maturity", "rights")
EXPERTS = ("e1", "e2", "e3")
DRAWS = 40  # enough for what is exact; the number of draws is not what is tested

sheet = st.fixed_dictionaries({}, optional={key: st.integers(1, 5) for key in CRITERIA})
complete = st.fixed_dictionaries({key: st.integers(1, 5) for key in CRITERIA})
weights = st.fixed_dictionaries({key: st.integers(0, 9) for key in CRITERIA}).filter(
    lambda w: any(w.values())
)


def grids(of=sheet, least=1):
    """Return a strategy of scored dossiers: ``{dossier: {expert: sheet}}``."""
    by_expert = st.dictionaries(st.sampled_from(EXPERTS), of, min_size=least, max_size=3)
    names = st.sampled_from([f"d{n}" for n in range(8)])
    return st.dictionaries(names, by_expert, min_size=1, max_size=8)


def shuffled(mapping, chance):
    items = list(mapping.items())
    chance.shuffle(items)
    return dict(items)


@given(weights, grids(), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_the_order_in_which_things_come_changes_nothing(given_weights, sheets, places, seed):
    chance = random.Random(seed)
    other = {
        dossier: {expert: shuffled(one, chance) for expert, one in shuffled(by_expert, chance).items()}
        for dossier, by_expert in shuffled(sheets, chance).items()
    }
    assert rank(given_weights, sheets, places, draws=DRAWS) == rank(
        shuffled(given_weights, chance), other, places, draws=DRAWS
    )


@given(weights, grids(), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_ranking_kept_is_the_one_that_would_be_computed(given_weights, sheets, places):
    computed = rank(given_weights, sheets, places, draws=DRAWS)
    assert rank_again(given_weights, sheets, places, draws=DRAWS) == computed
    assert rank_again(given_weights, sheets, places, draws=DRAWS) == computed


def test_a_ranking_is_kept_for_what_it_was_made_of_and_few_are_kept():
    sheets = {"one": {"e1": {"a": 4, "b": 2}}, "two": {"e1": {"a": 3, "b": 3}}}
    others = [
        ({"a": 2, "b": 1}, sheets, 1, {}),
        ({"a": 1, "b": 1}, sheets, 2, {}),
        ({"a": 1, "b": 1}, sheets, 1, {"seed": 4}),
        ({"a": 1, "b": 1}, sheets, 1, {"draws": DRAWS + 1}),
        ({"a": 1, "b": 1}, sheets, 1, {"concentration": 9.0}),
        ({"a": 1, "b": 1}, sheets | {"two": {"e1": {"a": 3, "b": 4}}}, 1, {}),
        ({"a": 1, "b": 1}, sheets | {"two": {"e2": {"a": 3, "b": 3}, "e1": {"a": 3}}}, 1, {}),
    ]
    kept = rank_again({"a": 1, "b": 1}, sheets, 1, draws=DRAWS)
    for given_weights, given_sheets, places, more in others:
        options = {"draws": DRAWS} | more
        found = rank_again(given_weights, given_sheets, places, **options)
        assert found == rank(given_weights, given_sheets, places, **options)
    assert rank_again({"b": 1, "a": 1}, dict(reversed(sheets.items())), 1, draws=DRAWS) is kept
    for seed in range(100, 100 + KEPT_RANKINGS):
        rank_again({"a": 1, "b": 1}, sheets, 1, draws=DRAWS, seed=seed)
    assert rank_again({"a": 1, "b": 1}, sheets, 1, draws=DRAWS) is not kept
    with pytest.raises(ValueError, match="out of range"):
        rank_again({"a": 1}, {}, 0)


@given(weights, grids(), st.integers(2, 50))
@settings(max_examples=60, deadline=None)
def test_a_common_factor_of_the_weights_changes_nothing(given_weights, sheets, factor):
    scaled = {key: weight * factor for key, weight in given_weights.items()}
    one, other = rank(given_weights, sheets, 2, draws=DRAWS), rank(scaled, sheets, 2, draws=DRAWS)
    assert [(d.key, d.rank, d.kept, d.kept_when, d.best_rank, d.worst_rank) for d in one.dossiers] == [
        (d.key, d.rank, d.kept, d.kept_when, d.best_rank, d.worst_rank) for d in other.dossiers
    ]


@given(weights, grids(complete), st.data())
@settings(max_examples=80, deadline=None)
def test_a_better_score_never_lowers_a_dossier(given_weights, sheets, data):
    before = rank(given_weights, sheets, 2, draws=DRAWS)
    dossier = data.draw(st.sampled_from(sorted(sheets)))
    expert = data.draw(st.sampled_from(sorted(sheets[dossier])))
    criterion = data.draw(st.sampled_from(CRITERIA))
    better = min(5, sheets[dossier][expert][criterion] + 1)
    raised = {**sheets, dossier: {**sheets[dossier], expert: sheets[dossier][expert] | {criterion: better}}}
    after = rank(given_weights, raised, 2, draws=DRAWS)
    assert after.of(dossier).rank <= before.of(dossier).rank
    assert after.of(dossier).kept >= before.of(dossier).kept
    for other in set(sheets) - {dossier}:
        assert after.of(other).rank >= before.of(other).rank


@given(weights, grids(), st.integers(1, 9))
@settings(max_examples=80, deadline=None)
def test_shares_are_shares(given_weights, sheets, places):
    ranking = rank(given_weights, sheets, places, draws=DRAWS)
    marked = [ranked for ranked in ranking.dossiers if ranked.rank is not None]
    for ranked in ranking.dossiers:
        assert 0 <= ranked.interval.low <= ranked.share <= ranked.interval.high <= 1
        assert (ranked.rank is None) == bool(ranked.unscored) == (ranked.mark is None)
    profiles = [tuple(ranked.spread[key].mean for key in CRITERIA if given_weights[key]) for ranked in marked]
    kept = sum(ranked.kept for ranked in marked)
    if len(set(profiles)) == len(profiles):  # equal profiles are tied in every draw, and all kept or none
        assert kept == DRAWS * min(places, len(marked))
    else:
        assert kept >= DRAWS * min(places, len(marked))


@given(weights, grids(), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_ranks_are_those_of_a_direct_count(given_weights, sheets, places):
    from fractions import Fraction

    ranking = rank(given_weights, sheets, places, draws=1)
    weighing = [key for key in CRITERIA if given_weights[key]]
    marks = {}
    for dossier, by_expert in sheets.items():
        values = {key: [s[key] for s in by_expert.values() if key in s] for key in weighing}
        if all(values.values()):
            marks[dossier] = sum(given_weights[key] * Fraction(sum(v), len(v)) for key, v in values.items())
    for ranked in ranking.dossiers:
        if ranked.key not in marks:
            assert ranked.rank is None
            continue
        assert ranked.rank == 1 + sum(mark > marks[ranked.key] for mark in marks.values())
        assert math.isclose(ranked.mark, marks[ranked.key] / sum(given_weights.values()))


def test_each_expert_left_out_moves_the_ranks_as_a_second_ranking_without_them_does():
    chance = random.Random(11)
    sheets = {
        f"d{n}": {expert: {key: chance.randint(1, 5) for key in CRITERIA} for expert in EXPERTS}
        for n in range(12)
    }
    given_weights = dict(zip(CRITERIA, (3, 2, 1, 4), strict=True))
    ranking = rank(given_weights, sheets, 3, draws=1)
    found = {key: [ranking.of(key).rank] for key in sheets}
    for expert in EXPERTS:
        rest = {key: {e: s for e, s in by.items() if e != expert} for key, by in sheets.items()}
        for ranked in rank(given_weights, rest, 3, draws=1).dossiers:
            found[ranked.key].append(ranked.rank)
    for key, ranks in found.items():
        assert (ranking.of(key).best_rank, ranking.of(key).worst_rank) == (min(ranks), max(ranks))


def test_the_same_seed_gives_the_same_shares_and_another_seed_others():
    chance = random.Random(3)
    sheets = {f"d{n}": {"e1": {key: chance.randint(1, 5) for key in CRITERIA}} for n in range(30)}
    given_weights = dict.fromkeys(CRITERIA, 1)
    one = rank(given_weights, sheets, 5, seed=1)
    assert one == rank(given_weights, sheets, 5, seed=1)
    assert [d.kept for d in one.dossiers] != [d.kept for d in rank(given_weights, sheets, 5, seed=2).dossiers]


def test_a_dossier_that_is_best_everywhere_stays_and_one_that_leans_on_one_criterion_does_not():
    sheets = {
        "best": {"e1": {"a": 5, "b": 5}},
        "lean": {"e1": {"a": 5, "b": 1}},
        "even": {"e1": {"a": 3, "b": 3}},
    }
    ranking = rank({"a": 1, "b": 1}, sheets, 2)
    assert [(d.key, d.rank) for d in ranking.dossiers] == [("best", 1), ("even", 2), ("lean", 2)]
    assert ranking.of("best").share == 1
    assert 0.3 < ranking.of("lean").share < 0.7
    assert ranking.of("lean").kept_when == {"a x0.5": False, "a x2": True, "b x0.5": True, "b x2": False}


def test_spread_is_told_and_missing_scores_are_not_filled_in():
    sheets = {"whole": {"e1": {"a": 1, "b": 4}, "e2": {"a": 5, "b": 4}}, "part": {"e1": {"a": 5}}}
    ranking = rank({"a": 1, "b": 1}, sheets, 1, draws=5)
    whole, part = ranking.of("whole"), ranking.of("part")
    assert (whole.spread["a"].range, whole.spread["a"].deviation, whole.widest) == (4, 2.0, 4)
    assert (whole.mark, whole.lowest, whole.highest) == (3.5, 2.5, 4.5)
    assert (part.rank, part.unscored, part.kept, ranking.dossiers[-1].key) == (None, ("b",), 0, "part")


def test_nothing_to_rank_is_an_empty_ranking():
    assert rank({"a": 1}, {}, 3).dossiers == ()
    assert rank({"a": 1}, {"d": {}}, 3).of("d").rank is None


@pytest.mark.parametrize(
    ("given_weights", "options"),
    [
        ({}, {}),
        ({"a": 0}, {}),
        ({"a": 2, "b": -1}, {}),
        ({"a": 1}, {"places": 0}),
        ({"a": 1}, {"draws": 0}),
        ({"a": 1}, {"draws": 10_001}),
        ({"a": 1}, {"concentration": 0}),
    ],
)
def test_what_cannot_be_computed_is_refused(given_weights, options):
    with pytest.raises(ValueError):
        rank(given_weights, {"d": {"e": {"a": 3}}}, **{"places": 1, **options})
