"""A sensor that is unplugged, wrong, late or out of order: seen, said, recovered, nothing invented."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

pytest.importorskip("paho.mqtt", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.acquisition import Area, ProtectedFrame, Setting
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.edge.post import Post
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics, Pose
from bacasable.services.depth_events.engine.messages import (
    Calibration,
    Event,
    Health,
    Message,
    Occupancy,
    SensorState,
    Statistic,
)
from bacasable.services.depth_events.engine.modes import Intervention, LegalBasis, Statistics
from bacasable.services.depth_events.engine.scene.zones import Zone
from bacasable.services.depth_events.engine.sources import SourceLost

NOW_MS = 1_795_392_000_000
VIEW = Intrinsics.of_view(64, 48, 84)
CLOSED = Zone("closed", "forbidden", ((0.0, 0.0), (3.0, 0.0), (3.0, 2.0), (0.0, 2.0)))
FLOOR = np.full((48, 64), 3000, np.uint16)
#: Somebody stands in the middle of the floor, in the closed zone.
STANDS = FLOOR.copy()
STANDS[18:30, 26:38] = 1300


def plan(mode: str = "intervention", calibration: bool = False) -> SensorPlan:
    events = ("intrusion",) if mode == "intervention" else ()
    return SensorPlan(
        "hall", "Hall", "test:", VIEW, Pose.overhead(3.0, 1.5, 1.0), Area(0, 0, 3, 2),
        Setting.parse("40x30@0.9"), mode, events, (CLOSED,), calibration=calibration,
    )  # type: ignore[arg-type]  # fmt: skip


class Bench:
    """A post whose sensor gives what a test says; a tenth of a second goes by with each step."""

    def __init__(self, of: SensorPlan | None = None, watcher: object = None) -> None:
        self.next: list[Frame | Exception | None] = []
        self.opened = self.closed = 0
        self.now_s, self.number, self.sensor_ms = 1000.0, 0, NOW_MS
        of = of or plan()
        legal = LegalBasis("Code des transports, art. L.1632-2-1", "", date(2026, 1, 1))
        if of.mode == "intervention":
            make = lambda: Intervention("hall", of.zones, of.events, legal, date(2026, 11, 23))  # noqa: E731
        else:
            make = lambda: Statistics("hall", of.zones)  # type: ignore[assignment,return-value]  # noqa: E731
        self.post = Post(of, self._open, make, watcher)  # type: ignore[arg-type]
        self.post.begin(self.here_ms)

    @property
    def here_ms(self) -> int:
        return NOW_MS + round((self.now_s - 1000) * 1000)

    def _open(self, _: SensorPlan) -> "Bench":
        self.opened += 1
        return self

    def read(self, timeout_s: float) -> Frame | None:
        assert timeout_s == 0
        given = self.next.pop(0) if self.next else None
        if isinstance(given, Exception):
            raise given
        return given

    def close(self) -> None:
        self.closed += 1

    def show(
        self, shown: np.ndarray | Exception | None, times: int = 1, ahead_ms: int = 100
    ) -> list[Message]:
        told: list[Message] = []
        for _ in range(times):
            self.now_s += 0.1
            self.sensor_ms += ahead_ms
            self.number += 1
            if isinstance(shown, np.ndarray):
                self.next.append(Frame("hall", self.sensor_ms, self.number, shown))
            else:
                self.next.append(shown)
            told += self.post.step(self.here_ms, self.now_s)
            told += self.post.tick(self.here_ms, self.now_s)
        return told


def phases(told: list[Message]) -> list[str]:
    return [one.phase for one in told if isinstance(one, Event)]


def states(told: list[Message]) -> list[Health]:
    return [one.state for one in told if isinstance(one, SensorState)]


@pytest.fixture(scope="module")
def seen() -> Iterator[None]:
    """Compile once."""
    Bench().show(STANDS)
    yield


def intruded(bench: Bench) -> None:
    bench.show(FLOOR, 10)
    assert phases(bench.show(STANDS, 30)) == ["new"]


def test_an_intrusion_is_told_with_the_time_of_the_day_and_ended_when_the_sensor_is_unplugged(
    seen: None,
) -> None:
    bench = Bench()
    intruded(bench)
    told = bench.show(SourceLost("unplugged"))
    assert phases(told) == ["end"] and states(told) == ["silent"]
    (end,) = (one for one in told if isinstance(one, Event))
    assert abs(end.started_ms - (NOW_MS + 2000)) < 1500 and end.ended_ms and end.ended_ms <= bench.here_ms
    assert [one.people for one in told if isinstance(one, Occupancy)] == [None]
    assert bench.closed == 1
    # Plugged in again: well after five good frames, and the intrusion that goes on is a new incident.
    told = bench.show(FLOOR, 20)
    assert states(told) == ["ok"] and bench.opened == 2 and phases(told) == []


def test_a_source_that_cannot_be_opened_is_tried_less_and_less(seen: None) -> None:
    bench = Bench()
    tries = 0
    for _ in range(100):
        bench.next[:] = [SourceLost("no driver")]
        if bench.post.due_s <= bench.now_s:
            bench.post.step(bench.here_ms, bench.now_s)
            tries += 1
        bench.now_s += 1
    assert 5 <= tries <= 9 and bench.post.state == "silent"


@pytest.mark.parametrize(
    ("bad", "state"),
    [
        (np.full((240, 320), 3000, np.uint16), "invalid"),
        (np.zeros((48, 64), np.uint16), "invalid"),
        (RuntimeError("driver"), "silent"),
    ],
    ids=["another size", "all invalid", "a fault of the driver"],
)
def test_a_bad_frame_ends_what_is_open_and_good_ones_bring_the_sensor_back(
    bad: np.ndarray | Exception, state: str, seen: None
) -> None:
    bench = Bench()
    intruded(bench)
    told = bench.show(bad)
    assert phases(told) == ["end"] and states(told) == [state]
    assert phases(bench.show(bad, 3)) == []
    bench.now_s += 5
    told = bench.show(FLOOR, 12)
    assert states(told)[-1] == "ok" and phases(told) == []


def test_a_silent_sensor_is_said_once(seen: None) -> None:
    bench = Bench()
    intruded(bench)
    told = bench.show(None, 100)
    assert states(told) == ["silent"] and phases(told) == ["end"]


def test_frames_out_of_order_are_left_out_and_say_so_when_there_are_many(seen: None) -> None:
    bench = Bench()
    intruded(bench)
    told: list[Message] = []
    for _ in range(8):
        told += bench.show(STANDS, ahead_ms=-200)
        told += bench.show(STANDS, ahead_ms=300)
    assert states(told) == ["disordered"] and bench.post.dropped["order"] == 8
    assert phases(told) == []  # the intrusion goes on
    assert states(bench.show(STANDS, 40)) == ["ok"]


def test_one_frame_given_again_and_again_is_silence(seen: None) -> None:
    bench = Bench()
    intruded(bench)
    told = bench.show(STANDS, 100, ahead_ms=0)
    assert states(told) == ["disordered", "silent"] and phases(told) == ["end"]


@pytest.mark.parametrize("jump_ms", [-3_600_000, 3_600_000])
def test_a_clock_that_jumps_ends_incidents_and_the_time_told_stays_that_of_the_day(
    jump_ms: int, seen: None
) -> None:
    bench = Bench()
    intruded(bench)
    told = bench.show(STANDS, ahead_ms=jump_ms)
    assert phases(told)[0] == "end"
    told += bench.show(STANDS, 30)
    begun = [one for one in told if isinstance(one, Event) and one.phase == "new"]
    assert len(begun) == 1 and abs(begun[0].started_ms - bench.here_ms) < 4000
    assert any("clock is wrong" in one.reason for one in told if isinstance(one, SensorState))


def test_a_sensor_faster_than_its_setting_is_slowed_down(seen: None) -> None:
    bench = Bench()
    for _ in range(200):
        bench.now_s -= 0.09  # a hundred frames a second
        bench.show(FLOOR, ahead_ms=10)
    assert bench.post.frames == pytest.approx(20, abs=2)


def test_the_matrix_is_shown_only_where_it_is_allowed_and_for_so_long(seen: None) -> None:
    closed = Bench()
    assert not closed.post.look(3, closed.now_s)
    assert not any(isinstance(one, Calibration) for one in closed.show(FLOOR, 40))
    bench = Bench(plan(calibration=True))
    assert bench.post.look(3, bench.now_s)
    shown = [one for one in bench.show(STANDS, 60) if isinstance(one, Calibration)]
    assert 3 <= len(shown) <= 4
    heights = np.frombuffer(shown[-1].heights_mm, "<u2").reshape(shown[-1].rows, shown[-1].columns)
    assert heights.shape == (30, 40) and heights.max() <= 900


def test_a_blocked_sensor_tells_of_nobody_until_it_sees_again(seen: None) -> None:
    class Watcher:
        state: Health = "ok"

        def look(self, frame: ProtectedFrame) -> tuple[Health, str]:
            return self.state, "something stands before the sensor" if self.state != "ok" else ""

    watcher = Watcher()
    bench = Bench(watcher=watcher)
    intruded(bench)
    watcher.state = "blocked"
    told = bench.show(STANDS, 10)
    assert phases(told) == ["end"] and states(told) == ["blocked"]
    watcher.state = "ok"
    assert phases(bench.show(STANDS, 30)) == ["new"]


def test_what_counts_never_tells_an_event(seen: None) -> None:
    bench = Bench(plan("statistics"))
    told = bench.show(STANDS, 60)
    assert bench.post.frames == 60
    assert not any(isinstance(one, Event | Statistic) for one in told)
    # One person is too few to be told.
    assert all(one.people is None for one in told if isinstance(one, Occupancy))
