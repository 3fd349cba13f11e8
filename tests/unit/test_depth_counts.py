"""Counts in crowds, nights in which nothing happens, and the crowd that they are measured on."""

import numpy as np
import pytest

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.evaluation.counting import count_crowd
from bacasable.services.depth_events.engine.evaluation.nights import Nights, false_alarms, ordinary
from bacasable.services.depth_events.engine.events import Events
from bacasable.services.depth_events.engine.scene.watching import Region, Sight
from bacasable.services.depth_events.engine.simulator.scenario import Scenario
from bacasable.services.depth_events.engine.simulator.throng import Throng, speed_at

SETTING = Setting.parse("40x30@0.9")


def test_a_crowd_is_counted_over_a_line_and_in_a_zone() -> None:
    counted = count_crowd(SETTING, 1.0, 3, width=80, height=60)
    told, truly = sum(counted.crossed), sum(counted.crossed_truly)
    assert truly > 60
    assert abs(told - truly) <= 0.15 * truly
    people = np.array(counted.people).mean(axis=0)
    assert people[0] == pytest.approx(people[1], rel=0.15)


def test_a_crowd_keeps_its_density_and_slows_down_as_it_thickens() -> None:
    throng = Throng(Scenario("crowd", 3, 6.0, 4.0), 2.0, 5)
    moments = list(throng.moments())
    assert {len(moment.place) for moment in moments} == {48}
    assert all((moment.place >= 0).all() and (moment.place[:, 0] < 6).all() for moment in moments)
    assert len(set(moments[-1].numbers)) == 48
    assert speed_at(0.3) > speed_at(1.0) > speed_at(3.0) > 0.1
    with pytest.raises(ValueError, match="square metre"):
        Throng(Scenario("crowd", 3), 9.0, 5)


def test_the_bound_of_no_false_alarm_is_that_of_poisson() -> None:
    none = Nights(0, 160.0, {})
    assert none.sensor_nights == 20
    assert none.upper_count == pytest.approx(3.689, abs=1e-3)
    assert none.a_station_night[1] == pytest.approx(36.9, abs=0.1)


def test_nights_hold_nothing_that_is_looked_for() -> None:
    whats = {one.what for seed in range(20) for one in ordinary(seed).scenario.script}
    assert not whats & {"fall", "abandon", "intrude", "wrong_way"}
    assert "sit_on_floor" in whats
    with pytest.raises(ValueError, match="nights"):
        false_alarms(SETTING, 1, 0.0)


def _sight(at_ms: int, **regions: tuple[Region, ...]) -> Sight:
    none = np.zeros(1)
    low, left = regions.get("low", ()), regions.get("left", ())
    return Sight(at_ms, 1, 0.1, none, none, none, 0, 0, np.zeros((1, 2), np.int64), low, left)


def _alarms(events: Events, sights: list[Sight]) -> list[tuple[str, int]]:
    return [
        (change.incident.kind, change.incident.started_ms)
        for sight in sights
        for change in events.take(sight)
        if change.phase == "new"
    ]


@pytest.mark.parametrize(("length", "width", "told"), [(1.3, 0.5, True), (0.75, 0.65, False)])
def test_who_lies_is_longer_than_broad_and_who_sits_on_the_ground_is_not(
    length: float, width: float, told: bool
) -> None:
    patch = [Region(1, 1, 0.4, length, width, 2000 + at, 220, True, 0.08, 0.1) for at in range(0, 3000, 250)]
    sights = [_sight(10_000 + 250 * at, low=(one,)) for at, one in enumerate(patch)]
    assert bool(_alarms(Events("hall"), sights)) == told


def test_a_suitcase_is_left_behind_once_nobody_stands_by() -> None:
    sights = []
    for at in range(0, 90_000, 1000):
        case = Region(1, 1, 0.2, 0.5, 0.4, at, 650, True, 0.0, 0.0, attended=at < 50_000)
        sights.append(_sight(at + 1, left=(case,)))
    ((kind, at_ms),) = _alarms(Events("hall"), sights)
    assert kind == "abandoned_object"
    assert 65_000 <= at_ms <= 75_000
