"""Incidents on simulated scenes: what begins one, what does not, and what bad frames do."""

from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bacasable.services.depth_events.engine.acquisition import Filter, Setting
from bacasable.services.depth_events.engine.evaluation.scoring import pairs
from bacasable.services.depth_events.engine.events import Change, Events, Incident
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.scene.watching import Sight, Watch
from bacasable.services.depth_events.engine.scene.zones import Line, Zone
from bacasable.services.depth_events.engine.simulator.episodes import episode
from bacasable.services.depth_events.engine.simulator.raster import Eye
from bacasable.services.depth_events.engine.simulator.scenario import Scripted, Traffic
from bacasable.services.depth_events.engine.simulator.truth import Happening
from bacasable.services.depth_events.engine.simulator.world import World

SETTING = Setting.parse("40x30@0.9")


def _changes(
    *script: Scripted, seed: int = 3, seconds: float = 30, people_a_minute: float = 0.0
) -> tuple[list[Change], list[Happening], int]:
    scene = episode(seed)
    traffic = Traffic(people_a_minute=people_a_minute, luggage=0, child=0, pram=0, wheelchair=0, dog=0)
    scenario = replace(scene.scenario, script=script, seconds=seconds, traffic=traffic, boxes=(), walls=())
    sensor = scene.sensors[0]
    eye = Eye(sensor.intrinsics, sensor.pose)
    room = eye.room()
    sieve = Filter(sensor.intrinsics, sensor.pose, SETTING, sensor.area)
    watch = Watch(SETTING, sensor.area, scenario.zones, scenario.lines)
    events = Events(sensor.key, scenario.zones)
    watch.learn(sieve.protect(Frame("hall", 0, 0, eye.measure(room, 1))))
    world = World(scenario, seed)
    changes, crossed = [], 0
    for number, moment in enumerate(world.moments()):
        raw = eye.measure(eye.see(room, moment.limbs), number + 1)
        sight = watch.look(sieve.protect(Frame("hall", moment.at_ms, number, raw)))
        crossed += int(sight.crossed.sum())
        changes += events.take(sight)
    return changes, list(world.truth()), crossed


def _new(changes: list[Change]) -> list[str]:
    return [change.incident.kind for change in changes if change.phase == "new"]


def test_a_fall_begins_and_ends_one_incident() -> None:
    changes, truth, _ = _changes(Scripted("fall", 5, 8, gets_up=True), seconds=55)
    falls = [change for change in changes if change.incident.kind == "fall"]
    assert [change.phase for change in falls if change.phase != "update"] == ["new", "end"]
    assert len({change.incident.id for change in falls}) == 1
    happened = next(one for one in truth if one.kind == "fall")
    assert happened.start_ms <= falls[0].incident.started_ms <= happened.start_ms + 6000


@pytest.mark.parametrize("what", ["sit", "bend", "squat", "tie_laces"])
def test_who_sits_bends_or_ties_laces_does_not_fall(what: str) -> None:
    changes, _, _ = _changes(Scripted(what, 3, 8), seconds=18)  # type: ignore[arg-type]
    assert "fall" not in _new(changes)


def test_who_goes_into_a_closed_zone_begins_one_intrusion() -> None:
    changes, _, _ = _changes(Scripted("intrude", 2, 5), seconds=20)
    assert _new(changes).count("intrusion") == 1


def test_who_goes_against_the_way_is_told() -> None:
    changes, _, crossed = _changes(Scripted("wrong_way", 2), seconds=12)
    assert _new(changes) == ["wrong_way"]
    assert crossed == 1


def test_what_is_left_behind_is_told_after_its_time() -> None:
    changes, truth, _ = _changes(Scripted("abandon", 2), seconds=50)
    left = [change.incident for change in changes if change.phase == "new"]
    assert [one.kind for one in left] == ["abandoned_object"]
    happened = next(one for one in truth if one.kind == "abandoned")
    assert left[0].started_ms - happened.start_ms >= 29_000


def test_an_empty_hall_tells_nothing() -> None:
    changes, _, crossed = _changes(seconds=20)
    assert (changes, crossed) == ([], 0)


def test_the_same_seed_is_the_same_run() -> None:
    scene = episode(12)
    short = replace(scene.scenario, seconds=15)
    runs = [[moment.limbs for moment in World(short, 5).moments()] for _ in range(2)]
    assert all(np.array_equal(*both) for both in zip(*runs, strict=True))
    assert episode(12).scenario == scene.scenario


def test_an_incident_holds_no_person() -> None:
    names = {one.name for one in fields(Incident)}
    assert names == {
        "kind", "sensor", "zone", "started_ms", "x_m", "y_m", "confidence",
        "updated_ms", "ended_ms", "facts", "id",
    }  # fmt: skip


def test_frames_out_of_order_and_a_clock_that_jumps_invent_nothing() -> None:
    scene = episode(2)
    sensor = scene.sensors[0]
    eye = Eye(sensor.intrinsics, sensor.pose)
    sieve = Filter(sensor.intrinsics, sensor.pose, SETTING, sensor.area)
    watch, events = Watch(SETTING, sensor.area, scene.scenario.zones), Events("hall", scene.scenario.zones)
    room = eye.room()
    told: list[Sight] = []
    for number, at_ms in enumerate([1000, 1100, 900, 1200, 10**9, 10**9 + 100, 5, 200]):
        sight = watch.look(sieve.protect(Frame("hall", at_ms, number, eye.measure(room, number))))
        told.append(sight)
        assert events.take(sight) == []
    assert all(later.at_ms > former.at_ms for former, later in pairwise(told))


def test_an_interruption_ends_what_is_open() -> None:
    events = Events("hall", (Zone("z", "forbidden", ((0, 0), (1, 0), (1, 1))),))
    none = np.zeros(1)
    sight = Sight(1000, 1, 0.1, none + 1, none + 3, none, 0, 0, np.zeros((1, 2), np.int64), (), ())
    assert _new(events.take(sight)) == ["intrusion"]
    assert [change.phase for change in events.interrupted(2000)] == ["end"]
    assert events.open == () and events.interrupted(3000) == []


def test_a_blind_frame_says_so() -> None:
    scene = episode(2)
    sensor = scene.sensors[0]
    sieve = Filter(sensor.intrinsics, sensor.pose, SETTING, sensor.area)
    assert sieve.protect(Frame("hall", 0, 0, np.zeros((120, 160), np.uint16))).valid_percent == 0


def test_two_who_go_in_together_are_one_incident_of_the_truth() -> None:
    truth = [Happening("intrusion", 1000, 4000, "z"), Happening("intrusion", 3000, 6000, "z")]
    alarm = Incident("intrusion", "hall", "z", 1800, 0, 0, 0.9)
    assert pairs([alarm], truth, "intrusion") == (1, 1, 1)
    late = replace(alarm, started_ms=60_000)
    assert pairs([alarm, late], truth, "intrusion") == (1, 2, 1)
    assert pairs([], truth, "intrusion") == (0, 0, 1)


def test_a_zone_with_crossed_edges_is_refused() -> None:
    with pytest.raises(ValueError, match="cross"):
        Zone("z", "forbidden", ((0, 0), (1, 1), (1, 0), (0, 1)))


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0.2, 2), st.floats(0.2, 2), st.floats(0, 6.28))
@settings(max_examples=50, deadline=None)
def test_a_turned_rectangle_holds_what_lies_inside(
    x: float, y: float, wide: float, deep: float, turn: float
) -> None:
    cos, sin = np.cos(turn), np.sin(turn)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = tuple((cos * wide * a - sin * deep * b, sin * wide * a + cos * deep * b) for a, b in signs)
    along, across = abs(cos * x + sin * y), abs(-sin * x + cos * y)
    if min(abs(along - wide), abs(across - deep)) > 1e-6:
        held = bool(Zone("z", "occupancy", corners).holds(np.array([x]), np.array([y]))[0])
        assert held == (along < wide and across < deep)


_COORDINATE = st.floats(0.01, 5) | st.floats(-5, -0.01)


@given(_COORDINATE, st.floats(-3, 3), _COORDINATE, st.floats(-3, 3))
@settings(max_examples=50, deadline=None)
def test_crossing_and_going_back_are_opposite(x: float, y: float, to_x: float, to_y: float) -> None:
    line = Line("l", (0.0, -1.0), (0.0, 1.0))
    met = y + (to_y - y) * x / (x - to_x) if (x > 0) != (to_x > 0) else None
    there, back = line.crossed((x, y), (to_x, to_y)), line.crossed((to_x, to_y), (x, y))
    assert there == -back
    if met is None or abs(abs(met) - 1) > 1e-6:
        # Seen from its start, left of this line is x < 0.
        assert there == (0 if met is None or abs(met) > 1 else 1 if to_x < 0 else -1)
