"""Attackers find people where people are shown, nothing where nothing is, and learn before they are asked."""

import numpy as np
import pytest

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.attackers import Scale, reidentify
from bacasable.services.depth_events.engine.attackers.learning import Adaptive, Whitened, distances, firsts
from bacasable.services.depth_events.engine.attackers.matching import _interval
from bacasable.services.depth_events.engine.attackers.observing import FEATURES, SHAPE, features, shape
from bacasable.services.depth_events.engine.attackers.places import PLACES, places
from bacasable.services.depth_events.engine.attackers.walks import Gate, Walk, passages, people, sensors

SMALL = Scale(others=20, each=2, galleries=1, asked=1)


def test_attackers_name_who_is_shown_whole_and_hardly_anybody_under_a_cap() -> None:
    shown, capped, blind = reidentify(
        [Setting.parse(one) for one in ("80x60", "40x30@0.9", "2x2@0.3")], 3, SMALL
    )
    names = ("features", "learned", "linkage")
    assert sum(shown[name].r1 for name in names) > 2 * sum(capped[name].r1 for name in names)
    for name in names:
        assert shown[name].interval.low > shown[name].chance
        assert capped[name].interval.low <= capped[name].r1 <= capped[name].interval.high
        assert blind[name].r1 < 0.15
    assert shown["learned"].n == 50 and shown["learned"].chance == 1 / 50


def test_the_same_seed_draws_the_same_walks_and_galleries_are_of_other_people() -> None:
    def read(walk: Walk) -> np.ndarray:
        return np.array([walk.heights_mm.sum(), len(walk.heights_mm)], dtype=float)

    gate = [Gate(sensors(64, 48)[0], [Setting.parse("40x30")]) for _ in range(2)]
    first, again = (passages(one, people(2, 5), 2, 9, read)[0] for one in gate)
    assert np.array_equal(first, again) and first.shape == (2, 2, 2)
    assert {one.stature_m for one in people(20, 5)}.isdisjoint({one.stature_m for one in people(20, 6)})


def test_a_setting_of_fewer_frames_a_second_sees_fewer_of_the_same_walk() -> None:
    gate = Gate(sensors(64, 48)[0], [Setting.parse(one) for one in ("40x30", "40x30,5Hz", "40x30,15Hz")])
    walks = gate.pass_by(people(1, 5)[0], np.random.default_rng(1))
    whole, half, more = (len(walk.heights_mm) for walk in walks)
    assert abs(half - whole / 2) <= 1 and abs(more - 1.5 * whole) <= 2


def test_nothing_is_read_where_nothing_was_seen() -> None:
    walk = Walk(np.zeros((20, 6, 8), np.uint16), (0.5, 0.5), 10)
    assert not places(walk).any() and not features(walk).any() and not shape(walk).any()
    assert (len(places(walk)), len(features(walk)), len(shape(walk))) == (PLACES, FEATURES, SHAPE)


def test_pace_is_read_off_a_disc_that_moves() -> None:
    heights = np.zeros((30, 30, 40), np.uint16)
    for frame in range(30):
        heights[frame, 14:17, frame + 3 : frame + 6] = 900
    assert places(Walk(heights, (0.1, 0.1), 10))[0] == pytest.approx(1.0, abs=0.01)


def _rows(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return walks of people who differ in what only one kind of reading tells."""
    own = rng.normal(size=(count, 1, 3))
    walks = np.concatenate(
        [rng.normal(size=(count, 3, 4)), own + 0.05 * rng.normal(size=(count, 3, 3))], axis=2
    )
    return walks[:, 0], walks


def test_the_adaptive_attacker_finds_which_readings_tell() -> None:
    rng = np.random.default_rng(4)
    _, walks = _rows(rng, 150)
    parts = {"features": slice(0, 4), "pace": slice(4, 7), "places": slice(4, 7), "shape": slice(0, 4)}
    attacker = Adaptive(walks, parts)
    known, asked = _rows(rng, 50)
    right = firsts(distances(attacker, known, asked[:, 1]), np.arange(50))
    assert attacker.way.readings != "features"
    assert right.mean() > 0.8


def test_readings_that_are_alike_leave_an_attacker_to_chance() -> None:
    rows = np.ones((10, 2, 3))
    far = distances(Whitened(rows), rows[:, 0], rows[:, 1])
    assert firsts(far, np.arange(10)).mean() == pytest.approx(0.1)


def test_an_interval_counts_people_rather_than_their_walks() -> None:
    alike = np.repeat([1.0, 0.0, 0.0, 0.0, 0.0], 10)
    apart = np.full(50, 0.2)
    wide, narrow = _interval(alike, 200), _interval(apart, 200)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)
    assert _interval(np.zeros(50), 200).high > 0.01
