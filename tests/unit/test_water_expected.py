"""Expected use: an interval that holds what it says, sources kept only for what they gain, no home named."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra 'water' is not installed")

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.expected import Ledger, judge, learn, row_of
from bacasable.services.water_use.engine.meters import Declared


def _homes(count: int, seed: int, garden: float = 0.5) -> list[dict[str, object]]:
    """Return homes whose garden counts and whose dishwasher does not."""
    rng = np.random.default_rng(seed)
    members = rng.integers(1, 6, count)
    has_garden, dishwasher = rng.random(count) < 0.4, rng.random(count) < 0.5
    # Small households differ more from each other than large ones.
    noise = rng.standard_t(4, count) * (0.5 / np.sqrt(members))
    litres = 90 * members**0.8 * np.exp(garden * has_garden + noise)
    return [
        {
            "litres": float(litres[number]),
            "members": int(members[number]),
            "garden": bool(has_garden[number]),
            "dishwasher": bool(dishwasher[number]),
        }
        for number in range(count)
    ]


def _inside(rows: list[dict[str, object]], judged: list[dict[str, object]]) -> np.ndarray:
    _expected, low, high = learn(rows, candidates=("garden",), seed=1).expect_all(judged)
    litres = np.asarray([float(str(row["litres"])) for row in judged])
    return (low <= litres) & (litres <= high)


def test_the_interval_holds_nine_homes_of_ten_with_sixty_homes_to_learn_from() -> None:
    judged = _homes(500, 2)
    assert np.mean([_inside(_homes(60, 10 + seed), judged).mean() for seed in range(8)]) == pytest.approx(
        0.9, abs=0.035
    )


def test_the_interval_holds_nine_homes_of_ten_of_every_size() -> None:
    judged = _homes(4_000, 2)
    inside = _inside(_homes(800, 1), judged)
    assert inside.mean() == pytest.approx(0.9, abs=0.025)
    members = np.asarray([row["members"] for row in judged])
    for size in range(1, 6):
        assert inside[members == size].mean() == pytest.approx(0.9, abs=0.05), size


def test_a_source_is_kept_for_what_it_gains_and_dropped_else() -> None:
    model = learn(_homes(500, 3), candidates=("dishwasher", "garden", "pool"), seed=1)
    entries = {entry.source: entry for entry in model.ledger.entries}
    assert entries["garden"].kept
    assert entries["garden"].low > 0
    assert not entries["dishwasher"].kept
    assert (entries["pool"].said, entries["pool"].kept) == (0, False)
    assert model.names == ("members", "garden")
    assert Ledger.from_json(model.ledger.as_json()) == model.ledger
    with_garden, without = (model.expect({"members": 3, "garden": has}) for has in (True, False))
    assert with_garden.litres > 1.3 * without.litres


def test_homes_that_said_nothing_are_expected_with_an_interval_and_those_unlived_in_teach_nothing() -> None:
    rows = _homes(200, 4, garden=0.0)
    model = learn([*rows, *({"litres": 0.0, "members": 4} for _ in range(100))], candidates=(), seed=1)
    assert model.ledger.homes <= 200
    said, unsaid = model.expect({"members": 4}), model.expect({})
    assert 200 < said.litres < 350
    assert unsaid.low < unsaid.litres < unsaid.high


def test_a_home_alone_with_its_answers_does_not_bend_what_others_are_expected_to_use() -> None:
    rows = _homes(100, 5, garden=0.0)
    before = learn(rows, candidates=(), seed=1).expect({"members": 2}).litres
    leaking = [{"litres": 50_000.0, "members": 2}, *rows]
    assert learn(leaking, candidates=(), seed=1).expect({"members": 2}).litres == pytest.approx(
        before, rel=0.05
    )


def test_loss_is_how_far_a_home_is_off_and_hides_who_was_learned_from() -> None:
    seen, unseen = _homes(400, 6), _homes(400, 7)
    model = learn(seen, seed=1)
    assert model.loss({**seen[0], "litres": model.expect(seen[0]).litres}) == pytest.approx(0, abs=1e-9)
    inside, outside = ([model.loss(row) for row in rows] for rows in (seen, unseen))
    assert np.median(inside) == pytest.approx(np.median(outside), rel=0.2)


def test_nested_judgement_learns_without_the_home_it_judges() -> None:
    judged = judge(_homes(60, 8), candidates=("garden",), seed=1, most_folds=12)
    assert judged.homes == 60
    assert 0.1 < judged.median_error < 0.5
    assert judged.error_interval.low <= judged.median_error <= judged.error_interval.high
    assert judged.kept["members"] == 12


def test_too_few_homes_or_a_value_that_no_home_has_are_refused() -> None:
    with pytest.raises(Refused, match="too few"):
        learn(_homes(10, 1))
    with pytest.raises(Refused, match="members"):
        learn([{"litres": 200.0, "members": 0}] * 40)
    with pytest.raises(Refused, match="litres"):
        learn([{"members": 2}] * 40)
    with pytest.raises(Refused, match="level"):
        learn(_homes(40, 1), level=1.0)


def test_a_row_says_what_was_declared_and_not_whose_it_is() -> None:
    row = row_of(Declared("w1-secret", "Nord", members=3, garden=True), 320.0)
    assert row["members"] == 3
    assert row["garden"] is True
    assert row["pool"] is None
    assert "w1-secret" not in str(row)
