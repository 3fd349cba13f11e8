"""A post of an edge, played on a simulated scene as fast as it goes, with all that it says."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.edge.post import Mode, Post
from bacasable.services.depth_events.engine.frames import Frame, Millimetres
from bacasable.services.depth_events.engine.messages import Message
from bacasable.services.depth_events.engine.modes import Intervention, LegalBasis, Statistics
from bacasable.services.depth_events.engine.simulator.episodes import Episode, episode
from bacasable.services.depth_events.engine.simulator.raster import Eye
from bacasable.services.depth_events.engine.simulator.world import World

#: A trial is played on this day, by a text that is none but a trial's.
DAY = date(2026, 1, 15)
_BASIS = LegalBasis("a trial: nobody is there", panel_generated_on=DAY)
_BEGINS_MS = 1_768_464_000_000


@dataclass
class Reel:
    """A source that a driver writes into one buffer, again and again, as through shared memory.

    ``mark`` may write into a raw frame before it is read: it is given the number of the frame.
    """

    sensor: str
    frames: Iterator[Millimetres]
    floor: Millimetres
    period_ms: int
    mark: Callable[[int, Millimetres], None] | None = None
    number: int = 0
    over: bool = False

    def __post_init__(self) -> None:
        """Set the buffer aside."""
        self._buffer = self.floor.copy()

    def read(self, timeout_s: float) -> Frame | None:
        """Return the next frame; None when the reel is over."""
        pixels = next(self.frames, None)
        if pixels is None:
            self.over = True
            return None
        self._buffer[:] = pixels
        if self.mark:
            self.mark(self.number, self._buffer)
        self.number += 1
        return Frame(self.sensor, _BEGINS_MS + (self.number - 1) * self.period_ms, self.number, self._buffer)

    def empty(self) -> Frame:
        """Return a frame of the empty room."""
        return Frame(self.sensor, _BEGINS_MS, 0, self.floor)

    def close(self) -> None:
        """Nothing is held."""


def mode_of(plan: SensorPlan) -> Mode:
    """Return the mode of a plan, as an edge makes it."""
    if plan.mode == "statistics":
        return Statistics(plan.key, plan.zones, plan.lines)
    return Intervention(plan.key, plan.zones, plan.events, _BASIS, DAY)


def plan_of(
    scene: Episode,
    setting: Setting,
    mode: str = "intervention",
    events: Collection[str] = ("fall", "intrusion", "wrong_way", "abandoned_object"),
) -> SensorPlan:
    """Return the plan of the sensor of a scene."""
    sensor = scene.sensors[0]
    return SensorPlan(
        sensor.key,
        sensor.key,
        "simulated",
        sensor.intrinsics,
        sensor.pose,
        sensor.area,
        setting,
        "statistics" if mode == "statistics" else "intervention",
        tuple(events) if mode == "intervention" else (),
        scene.scenario.zones,
        scene.scenario.lines,
    )


def reel_of(
    scene: Episode,
    hz: int,
    most: int | None = None,
    mark: Callable[[int, Millimetres], None] | None = None,
) -> Reel:
    """Return the frames of a scene, ``most`` of them at most."""
    sensor = scene.sensors[0]
    eye = Eye(sensor.intrinsics, sensor.pose)
    room = eye.room(scene.scenario.boxes)

    def frames() -> Iterator[Millimetres]:
        for number, moment in enumerate(World(scene.scenario, scene.seed, hz=hz).moments()):
            yield eye.measure(eye.see(room, moment.limbs), scene.seed * 100_003 + number)

    return Reel(sensor.key, islice(frames(), most), eye.measure(room, scene.seed), 1000 // hz, mark)


def small(seed: int, seconds: float, people_a_minute: float = 16.0) -> Episode:
    """Return a short scene at 64x48, what happens in it drawn together."""
    scene = episode(seed, 64, 48, people_a_minute)
    share = seconds / scene.scenario.seconds
    script = tuple(replace(one, at_s=one.at_s * share) for one in scene.scenario.script)
    return replace(scene, scenario=replace(scene.scenario, seconds=seconds, script=script))


def play(
    plan: SensorPlan, reel: Reel, make_mode: Callable[[SensorPlan], Mode] = mode_of
) -> Iterator[Sequence[Message]]:
    """Yield what a post says at each frame of a reel, and what it says at the end."""
    post = Post(plan, lambda _: reel, lambda: make_mode(plan))
    yield post.begin(_BEGINS_MS)
    now_s = 0.0
    while not reel.over:
        now_s += reel.period_ms / 1000
        yield post.step(_BEGINS_MS + round(now_s * 1000), now_s)
    yield post.stop(_BEGINS_MS + round(now_s * 1000))
