"""The attackers of the controls read what is there to be read, and nothing where there is nothing."""

import numpy as np

from bacasable.services.water_use.engine.comparison import shipped
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.engine.trials import readers, releases


def test_a_habit_in_the_curve_is_read_and_a_constant_tells_nothing():
    rng = np.random.default_rng(5)
    early = rng.random(800) < 0.5
    curves = rng.poisson(3, (800, 24)).astype(float)
    curves[early, 6] += 4
    found = readers.read("wake", curves, early, seed=1)
    assert found.area > 0.85
    assert found.interval.low > 0.8
    nothing = readers.read("wake", np.zeros((800, 1)), early, seed=1)
    assert nothing.area == 0.5
    assert nothing.interval.high < 0.6


def test_two_periods_of_one_home_are_linked_by_its_profile_and_not_by_what_is_equal():
    rng = np.random.default_rng(5)
    habits = rng.gamma(1.0, 8.0, (60, 24))
    one, two = (rng.poisson(habits * 14) / 14 for _period in range(2))
    assert readers.linked(one, two) > 40
    assert readers.linked(np.ones((60, 3)), np.ones((60, 3))) == 1.0


def test_subtraction_finds_small_groups_where_nobody_checked_and_none_where_rules_hold():
    rng = np.random.default_rng(5)
    homes = [
        Declared(
            f"m{at}",
            "d",
            rng.choice(["flat", "house"]).item() if rng.random() < 0.9 else None,
            int(rng.integers(1, 7)),
            bool(rng.random() < 0.3) if rng.random() < 0.6 else None,
        )
        for at in range(400)
    ]
    months = [
        (
            f"2026-{month:02d}",
            [home for home in homes if rng.random() < 0.95],
            {home.meter: float(rng.gamma(4, 60)) for home in homes},
        )
        for month in range(1, 13)
    ]
    held = releases.year(months, shipped(), shipped().k, shipped().dominance)
    assert (held.small, held.smallest >= 11, held.dominated) == (0, True, 0)
    assert held.groups > 100
    open_ = releases.year(months, releases.unguarded(shipped()), shipped().k, shipped().dominance)
    assert open_.small > 50 and open_.dominated > 5
