"""Audits find what was planted, and find nothing where nothing was."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="needs the extra 'jobs'")

from bacasable.services.job_advice.engine.audits.congestion import congestion, gini
from bacasable.services.job_advice.engine.audits.disparity import distances, ratios
from bacasable.services.job_advice.engine.audits.proxies import proxy, table, words_of
from bacasable.services.job_advice.engine.profiles import Held, Profile

N = 3000
NAMES = ("women", "men")


def confounded(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return strata, sexes that differ by stratum, and what each stratum pays: 1,000 to 3,000."""
    rng = np.random.default_rng(seed)
    strata = rng.integers(0, 40, N)
    sex = (rng.random(N) < strata / 60 + 0.1).astype(np.int64)
    return strata, sex, 1000 + 50.0 * strata


def test_what_people_did_explains_is_not_in_the_corrected_ratio() -> None:
    strata, sex, pay = confounded()
    (found,) = ratios(pay, sex, NAMES, strata, seed=1)
    assert not found.uncorrected_interval.low < 1 < found.uncorrected_interval.high
    assert found.corrected == pytest.approx(1.0) and found.comparable > 0.9


def test_a_planted_gap_is_found_within_its_interval() -> None:
    strata, sex, pay = confounded()
    noise = np.random.default_rng(1).normal(1, 0.1, N)
    (found,) = ratios(np.where(sex == 0, 0.8, 1.0) * pay * noise, sex, NAMES, strata, seed=1)
    ratio = 0.8 if found.group == "women" else 1.25
    assert found.corrected == pytest.approx(ratio, rel=0.03)
    assert found.corrected_interval.low < ratio < found.corrected_interval.high
    assert not found.corrected_interval.low < 1 < found.corrected_interval.high


def test_small_groups_and_what_is_not_known_are_left_out() -> None:
    outcome = np.where(np.arange(N) % 3 == 0, np.nan, 1.0)
    group = np.minimum(np.arange(N) // 1450, 2)
    assert [one.group for one in ratios(outcome, group, ("a", "b", "few"), np.zeros(N, int), 1)] == ["a"]


def test_groups_that_nobody_is_comparable_in_have_no_corrected_ratio() -> None:
    sex = (np.arange(N) % 2).astype(np.int64)
    (found,) = ratios(np.ones(N), sex, NAMES, sex, seed=1)
    assert (found.corrected, found.comparable, found.uncorrected) == (None, 0.0, 1.0)


def test_a_distance_is_above_chance_only_where_groups_are_proposed_different_things() -> None:
    strata, sex, _pay = confounded()
    rng = np.random.default_rng(2)
    same = np.stack([(strata + rng.integers(0, 5, N)) % 40, (strata + rng.integers(5, 9, N)) % 40], axis=1)
    (alike,) = distances(same, sex, NAMES, strata, seed=3)
    assert alike.above_interval.low < 0.02 and alike.uncorrected > alike.corrected
    moved = np.where((sex == 0)[:, None] & (rng.random((N, 1)) < 0.3), 40, same)
    (apart,) = distances(moved, sex, NAMES, strata, seed=3)
    assert apart.above_interval.low > 0.15


def test_crowding_is_one_alike_and_falls_where_all_are_sent_to_one() -> None:
    held = np.random.default_rng(4).integers(0, 50, N)
    codes, jobs = tuple(f"X{at}" for at in range(50)), np.full(50, 1 / 50)
    alike = congestion(np.stack([held, (held + 1) % 50], axis=1), jobs, codes, seed=1)
    assert alike.spread_interval.low < 1 < alike.spread_interval.high and alike.per_job < 1.6
    few = congestion(held[:60, None], jobs, codes, seed=1)
    assert few.spread_interval.low < 1 < few.spread_interval.high
    one = congestion(np.stack([np.zeros(N, int), np.full(N, -1)], axis=1), jobs, codes, seed=1)
    assert one.spread_interval.high < 0.05 and (one.most_proposed, one.most_proposed_code) == (1, "X0")
    assert one.per_job == pytest.approx(50)
    with pytest.raises(ValueError, match="fewer than two people"):
        congestion(np.full((3, 2), -1), jobs, codes, seed=1)


def test_gini_is_nought_alike_and_nearly_one_on_one() -> None:
    assert gini(np.full(10, 3.0)) == pytest.approx(0)
    assert gini(np.array([0.0] * 99 + [5])) == pytest.approx(0.99)


def people_of(n: int, seed: int = 5) -> tuple[list[Profile], np.ndarray]:
    rng = np.random.default_rng(seed)
    women = rng.random(n) < 0.5
    held = np.where(rng.random(n) < 0.7, women.astype(int), rng.integers(0, 6, n))
    return [Profile(held=(Held(f"X{one}", int(rng.integers(1, 200))),)) for one in held], women


def test_what_was_done_tells_of_sex_and_a_field_that_leaks_is_found() -> None:
    profiles, women = people_of(700)
    words = [frozenset(words_of(one)) for one in profiles]
    proposals = table([{f"occupation X{index % 7}"} for index in range(len(words))])
    honest = proxy("sex", table(words), proposals, women, seed=1)
    assert 0.7 < honest.inputs < 0.95 and honest.proposals_interval.low < 0.5 < honest.proposals_interval.high
    assert honest.more_interval.low < 0.02
    titled = [one | {f"title: {woman}"} for one, woman in zip(words, women, strict=True)]
    told = table([{f"occupation W{int(woman)}"} for woman in women])
    leaked = proxy("sex", table(titled), told, women, seed=1)
    assert min(leaked.inputs, leaked.proposals) > 0.99
    assert proxy("sex", table(words), told, women, seed=1).more_interval.low > 0.02


def test_every_field_of_a_profile_is_looked_at() -> None:
    said = " ".join(words_of(Profile(department="75", held=(Held("X1", 24),), licence_b=True)))
    assert all(f"{name}" in said for name in ("department: 75", "held[0].occupation: X1", "licence_b: True"))
    assert {word.split(":")[0].split("[")[0].split(".")[0] for word in words_of(Profile())} == set(
        Profile().as_json()
    )


def test_people_alike_cannot_be_told_apart_and_are_refused() -> None:
    profiles, women = people_of(40)
    words = table([frozenset(words_of(one)) for one in profiles])
    with pytest.raises(ValueError, match="alike"):
        proxy("sex", words, words, np.zeros_like(women), seed=1)
