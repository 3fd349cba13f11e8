"""What is close to what, what changed between two versions, and the history drawn of a measurement."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.programme.recommendations import rules
from bacasable.programme.recommendations.matching import closeness, words
from bacasable.programme.recommendations.readings import difference
from bacasable.ui.charts import LineChart, Threshold, Value


def test_words_are_compared_without_case_accents_or_plural() -> None:
    assert words("Les Données CHIFFRÉES", "du fil") == words("donnee chiffree", "les")


def test_shared_matters_weigh_more_than_shared_words() -> None:
    text, other = words("encrypt the stored files"), words("encrypt the stored letters")
    by_words = closeness([], text, [], other)
    by_matters = closeness(
        ["security", "rights"], text, ["rights", "security"], words("quite another matter")
    )
    assert 0 < by_words < by_matters
    assert closeness(["a"], text, ["b"], words("nothing alike here")) == 0


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")), st.text(), st.text())
def test_closeness_is_the_same_both_ways(a: list[str], b: list[str], one: str, two: str) -> None:
    x, y = words(one), words(two)
    assert closeness(a, x, b, y) == closeness(b, y, a, x) >= 0


@given(st.text(alphabet="ab <>&'\n"), st.text(alphabet="ab <>&'\n"))
def test_a_difference_holds_the_new_text_and_escapes_it(before: str, after: str) -> None:
    shown = difference(before, after)
    kept = re.sub("</?ins>", "", re.sub("<del>.*?</del>", "", shown, flags=re.DOTALL))
    assert unescape(kept) == after
    assert "<" not in kept


def test_a_history_draws_threshold_chance_intervals_and_verdicts() -> None:
    chart = LineChart(
        id="h",
        title="History",
        values=[
            Value("day 1", 40, 36, 44, note="failed", kind="failed"),
            Value("day 2", 0, 0, 0.3, note="passed"),
        ],
        unit="%",
        threshold=Threshold(0.5, "at most"),
        reference=Threshold(0.1, "chance"),
    )
    drawn = chart.svg()
    for wanted in ("bac-chart-threshold", "bac-chart-reference", "bac-chart-whisker"):
        assert f'class="{wanted}"' in drawn
    assert drawn.count("bac-chart-dot--failed") == 1
    assert [row["note"] for row in chart.rows] == ["failed", "passed", "", ""]
    assert {"note", "interval"} <= {column["key"] for column in chart.columns}


@pytest.mark.parametrize("key", sorted(rules.MATTERS))
def test_matters_are_keys(key: str) -> None:
    assert rules.NAME.fullmatch(key)
    assert len(key) <= 60
