"""Intervals of proportions, against published values and their own definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bacasable.privacy.intervals import clopper_pearson, wilson


def test_the_rule_of_three() -> None:
    """None of 2,000: the upper bound is 0.15 % at 95 %."""
    assert clopper_pearson(0, 2000).high == pytest.approx(0.0014967, abs=1e-7)
    assert clopper_pearson(2000, 2000).low == pytest.approx(1 - 0.0014967, abs=1e-7)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(5, 10, 0.187086, 0.812914), (1, 20, 0.001265, 0.248733), (37, 1_000_000, 2.6052e-05, 5.0999e-05)],
)
def test_published_values_of_clopper_and_pearson(successes: int, n: int, low: float, high: float) -> None:
    interval = clopper_pearson(successes, n)
    assert (interval.low, interval.high) == (pytest.approx(low, rel=1e-4), pytest.approx(high, rel=1e-4))


def _at_most(successes: int, n: int, share: float) -> float:
    """Return the probability of at most this many successes, by the definition."""
    return math.fsum(math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(successes + 1))


@given(st.integers(2, 60), st.data())
def test_each_bound_leaves_half_the_risk(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(1, n - 1))
    interval = clopper_pearson(successes, n, 0.9)
    assert _at_most(successes, n, interval.high) == pytest.approx(0.05, abs=1e-6)
    assert 1 - _at_most(successes - 1, n, interval.low) == pytest.approx(0.05, abs=1e-6)


@given(st.integers(0, 500), st.data())
def test_the_value_lies_within_both_intervals(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    for interval in (clopper_pearson(successes, n), wilson(successes, n)):
        share = successes / n if n else 0.5
        assert 0 <= interval.low <= share + 1e-12
        assert share - 1e-12 <= interval.high <= 1


def test_wilson() -> None:
    interval = wilson(5, 10)
    assert (interval.low, interval.high) == (
        pytest.approx(0.23659, abs=1e-5),
        pytest.approx(0.76341, abs=1e-5),
    )


@pytest.mark.parametrize(("successes", "n", "level"), [(-1, 3, 0.95), (4, 3, 0.95), (1, 3, 1.0)])
def test_impossible_counts_are_refused(successes: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match="give 0 <= successes <= n"):
        clopper_pearson(successes, n, level)
