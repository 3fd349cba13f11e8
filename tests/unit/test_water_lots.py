"""The evaluation by lot finds the effect that was put there, sees harm, and claims nothing where none is."""

import numpy as np
import pytest

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.lots import draw, effect

SECRET = b"a secret of one evaluation"


def _homes(n: int, saved: float, low_users_rise: float = 0.0, seed: int = 1):
    rng = np.random.default_rng(seed)
    meters = [f"m{at}" for at in range(n)]
    before = np.exp(rng.normal(5.3, 0.6, n))
    told = draw(meters, SECRET, share=0.5)
    is_told = np.array([meter in told for meter in meters])
    after = before * np.exp(rng.normal(0.1, 0.3, n)) * np.where(is_told, 1 - saved, 1.0)
    low = before <= np.quantile(before, 0.25)
    after *= np.where(is_told & low, 1 + low_users_rise, 1.0)
    return dict(zip(meters, before, strict=True)), dict(zip(meters, after, strict=True)), told


def test_the_lot_is_stable_and_its_own():
    meters = [f"m{at}" for at in range(4000)]
    drawn = draw(meters, SECRET, share=0.3)
    assert 0.27 < len(drawn) / len(meters) < 0.33
    assert draw(meters[:100], SECRET, share=0.3) == drawn & set(meters[:100])
    assert draw(meters, SECRET, share=0.6) > drawn
    assert draw(meters, b"the secret of another one", share=0.3) != drawn


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_all_or_none_is_no_lot(share):
    with pytest.raises(Refused, match="some homes wait"):
        draw(["m"], SECRET, share=share)


def test_the_interval_holds_the_effect_that_was_put_there():
    held = 0
    for seed in range(40):
        found = effect(*_homes(1200, 0.06, seed=seed))
        held += found.low <= -6 <= found.high
    assert held >= 35


def test_no_effect_is_not_claimed_and_harm_is_seen():
    assert not effect(*_homes(3000, 0.0)).shown
    found = effect(*_homes(3000, 0.05, low_users_rise=0.25))
    assert found.low_users is not None
    assert found.low_users.seen
    assert found.low_users.percent > 10


def test_empty_homes_are_counted_out_and_few_homes_refused():
    before, after, told = _homes(400, 0.05)
    before["m0"] = 0.0
    assert effect(before, after, told).left_out == 1
    with pytest.raises(Refused, match="50 of each"):
        effect(dict(list(before.items())[:60]), after, told)
