"""The miss bound holds its level where misses come together, and groups are compared as Newcombe did."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.bounds import (
    ALL,
    Document,
    compare_groups,
    miss_bound,
    miss_bounds,
    tally,
)
from bacasable.privacy.redaction.spans import Span


def page(present: int = 1, missed: int = 0, cluster: str = "") -> Document:
    """Return a document of exactly one page."""
    return Document(1_800, {"NIR": present}, {"NIR": missed}, cluster)


def test_nothing_missed_is_the_rule_of_three() -> None:
    bound = miss_bound([page()] * 1_000, "NIR")
    assert bound.estimate == 0
    assert bound.bound == pytest.approx(10_000 * -math.log(0.05) / 1_000, rel=1e-9)


@pytest.mark.parametrize(
    ("missed", "expected"),
    # Exact upper bounds of a Poisson mean at 95 %, one-sided (Garwood 1936, table).
    [(1, 4.743865), (2, 6.295794), (5, 10.513035), (20, 29.062021)],
)
def test_single_misses_give_the_exact_poisson_bound(missed: int, expected: float) -> None:
    documents = [page(missed=1)] * missed + [page()] * (500 - missed)
    assert miss_bound(documents, "NIR").bound == pytest.approx(10_000 * expected / 500, rel=1e-6)


def test_misses_that_come_together_widen_the_bound() -> None:
    scattered = [page(present=5, missed=1)] * 10 + [page(present=5)] * 490
    together = [page(present=5, missed=5)] * 2 + [page(present=5)] * 498
    assert miss_bound(together, "NIR").bound > miss_bound(scattered, "NIR").bound


def test_letters_of_one_template_count_as_one_cluster() -> None:
    alone = miss_bound([page()] * 100, "NIR")
    alike = miss_bound([page(cluster=str(n % 5)) for n in range(100)], "NIR")
    assert (alone.clusters, alike.clusters) == (100, 5)
    assert alike.bound == pytest.approx(20 * alone.bound)


def test_bound_holds_its_level_on_clustered_misses() -> None:
    """400 samples of 150 pages; a fifth of the pages that hold identifiers miss all of theirs or none."""
    chance = random.Random(5)
    truth, held = 10_000 * 0.02 * 2.5, 0
    for _ in range(400):
        documents = []
        for _ in range(150):
            present = chance.choice([1, 2, 3, 4])
            documents.append(page(present, present if chance.random() < 0.02 else 0))
        held += miss_bound(documents, "NIR").bound >= truth
    assert held >= 376


def test_a_type_absent_from_the_sample_has_no_bound() -> None:
    bound = miss_bound([page()] * 10, "IBAN")
    assert math.isinf(bound.bound)
    assert "no bound" in bound.sentence()


def test_all_types_come_last_and_add_up() -> None:
    documents = [Document(900, {"NIR": 1, "IBAN": 2}, {"IBAN": 1}), Document(900, {"NIR": 1})]
    *single, whole = miss_bounds(documents)
    assert [one.type for one in single] == ["IBAN", "NIR"]
    assert (whole.type, whole.present, whole.missed, whole.pages) == (ALL, 4, 1, 1.0)


def test_sentence_says_what_it_rests_on() -> None:
    said = miss_bound([page()] * 1_000, "NIR").sentence()
    assert (
        said
        == "NIR: at most 30 missed per 10,000 pages at 95% (0 of 1000 missed in 1,000 pages, 1000 clusters)"
    )


def test_a_piece_left_readable_is_a_miss_and_a_blank_is_not() -> None:
    text = "Jean NGUYEN et Awa Sow"
    gold = [Span(0, 11, "PERSON", 1), Span(15, 22, "PERSON", 1)]
    assert tally(text, gold, [Span(0, 4, "PERSON", 1), Span(5, 11, "LOCATION", 1)]).missed == {"PERSON": 1}
    assert tally(text, gold, [Span(0, 22, "PERSON", 1)]).missed == {}
    assert tally(text, gold, [Span(0, 11, "PERSON", 1), Span(15, 21, "PERSON", 1)]).missed == {"PERSON": 1}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.floats(0.5, 0.999))
def test_bound_lies_above_the_estimate_and_grows_with_the_level(misses: list[int], level: float) -> None:
    documents = [page(present=3, missed=missed) for missed in misses]
    bound = miss_bound(documents, "NIR", level=level)
    assert bound.bound >= bound.estimate
    assert miss_bound(documents, "NIR", level=(1 + level) / 2).bound > bound.bound


@pytest.mark.parametrize(
    ("documents", "level", "characters"),
    [([], 0.95, 1_800), ([Document(0, {})], 0.95, 1_800), ([page()], 1.0, 1_800), ([page()], 0.95, 0)],
)
def test_empty_samples_and_absurd_levels_are_refused(
    documents: list[Document], level: float, characters: int
) -> None:
    with pytest.raises(Refused):
        miss_bound(documents, "NIR", level=level, page_characters=characters)


def test_more_missed_than_present_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 missed of 1 present"):
        page(present=1, missed=2)


def test_difference_of_recalls_agrees_with_newcombe() -> None:
    """Newcombe (1998), table II, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    comparison = compare_groups({"a": [(56, 70)], "b": [(48, 80)]}, reference="b")
    (difference,) = comparison.differences
    assert difference.difference == pytest.approx(0.2)
    assert (difference.interval.low, difference.interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert not difference.worse


def test_a_group_recalled_less_is_said_to_be_worse() -> None:
    comparison = compare_groups({"French": [(980, 1_000)], "foreign": [(850, 1_000)]})
    (difference,) = comparison.differences
    assert (difference.group, difference.reference, difference.worse) == ("foreign", "French", True)


def test_names_missed_together_widen_the_interval() -> None:
    scattered = [(9, 10)] * 20
    together = [(10, 10)] * 18 + [(0, 10)] * 2
    (alone,) = compare_groups({"lower": scattered}).groups
    (alike,) = compare_groups({"lower": together}).groups
    assert (alone.recall, alike.recall) == (0.9, 0.9)
    assert (alone.design_effect, round(alike.design_effect, 1)) == (1.0, 10.5)
    assert alike.interval.low < alone.interval.low


def test_an_empty_group_says_nothing() -> None:
    (difference,) = compare_groups({"French": [(9, 10)], "foreign": []}).differences
    assert (difference.interval.low, difference.interval.high, difference.worse) == (-1.0, 1.0, False)


@pytest.mark.parametrize(("counts", "reference"), [({}, ""), ({"French": [(1, 1)]}, "other")])
def test_groups_that_are_not_there_are_refused(
    counts: dict[str, list[tuple[int, int]]], reference: str
) -> None:
    with pytest.raises(Refused):
        compare_groups(counts, reference=reference)
