"""The edge at work: many sensors in one loop of one process, one connection to the broker.

A loop and not a thread a sensor: a frame takes 60 microseconds, so 200 sensors at 10 Hz keep a core busy for
an eighth of the time, and threads would only take turns.
"""

import gc
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from bacasable.exchange.mqtt import Client, Waits, Will
from bacasable.exchange.outbox import Bounds
from bacasable.services.depth_events.engine.acquisition import Filter
from bacasable.services.depth_events.engine.edge.configuration import Configuration
from bacasable.services.depth_events.engine.edge.discovery import discovery
from bacasable.services.depth_events.engine.edge.measuring import Figures, Latency, serve
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.edge.post import Mode, Post
from bacasable.services.depth_events.engine.edge.reading import OpenSource, OpenWatcher
from bacasable.services.depth_events.engine.edge.webhooks import Webhooks
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.messages import (
    Availability,
    Calibration,
    CalibrationAsked,
    Event,
    Message,
    Occupancy,
    SensorState,
    Statistic,
    build,
    parse,
)
from bacasable.services.depth_events.engine.modes import Intervention, Statistics
from bacasable.services.depth_events.engine.scene.watching import Watch

log = logging.getLogger(__name__)
#: Seconds that the loop rests when no sensor had a frame, and between two looks at time itself.
_REST_S, _TICK_S = 0.002, 0.5
_MOST_ASKED = 16


class Edge:
    """The sensors of a configuration. ``run`` until ``stop`` (from a signal or another thread).

    ``open_source`` opens the source of a sensor, ``open_watcher`` what watches its health.

    Raises:
        ValueError: a mode that may not start, or a webhook's secret that is too short.
        OSError: a secret cannot be read.
    """

    def __init__(
        self,
        configuration: Configuration,
        open_source: OpenSource,
        open_watcher: OpenWatcher | None = None,
        bounds: Bounds | None = None,
        waits: Waits | None = None,
    ) -> None:
        self.configuration = configuration
        topics = configuration.topics
        self._offline = build(topics, Availability(False))
        self.client = Client(
            configuration.broker,
            f"bacasable-edge-{configuration.station.key}",
            Will(*self._offline),
            bounds,
            waits,
        )
        self.webhooks = Webhooks(configuration.webhooks)
        self.latency = Latency()
        self.posts = [
            Post(
                plan,
                open_source,
                _mode_of(plan, configuration),
                open_watcher(plan) if open_watcher else None,
            )
            for plan in configuration.sensors
        ]
        self._by_key = {post.plan.key: post for post in self.posts}
        self._asked: deque[CalibrationAsked] = deque(maxlen=_MOST_ASKED)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until :meth:`stop`: then incidents that go on are ended, and the station is told offline."""
        warm_up(self.configuration.sensors[0])
        configuration, client = self.configuration, self.client
        server = None
        if configuration.metrics_port:
            figures = Figures(self.posts, client, self.webhooks, self.latency)
            server, _ = serve(figures, configuration.metrics_port)
        client.keep(*build(configuration.topics, Availability(True)))
        if configuration.home_assistant:
            for topic, payload in discovery(configuration):
                client.keep(topic, payload)
        for post in self.posts:
            self._tell(post.begin(_here_ms()))
        client.subscribe(configuration.topics.asked_calibrations, self._ask, retained=False)
        client.start()
        self.webhooks.start()
        # What was loaded stays: the collector need not walk through it while frames wait.
        gc.collect()
        gc.freeze()
        try:
            self._loop()
        finally:
            for post in self.posts:
                self._tell(post.stop(_here_ms()))
            client.keep(*self._offline)
            self.webhooks.stop()
            client.stop()
            if server is not None:
                server.shutdown()
                server.server_close()
            gc.unfreeze()

    def stop(self) -> None:
        """Let :meth:`run` come to its end."""
        self._stopping.set()

    def _loop(self) -> None:
        clock, posts = time.monotonic, self.posts
        tick_s = 0.0
        while not self._stopping.is_set():
            worked = False
            for post in posts:
                now_s = clock()
                if post.due_s <= now_s:
                    seen = post.frames
                    told = post.step(_here_ms(), now_s)
                    worked = worked or post.frames != seen
                    if told:
                        self._tell(told)
                        self.latency.add(clock() - now_s)
            now_s = clock()
            if now_s >= tick_s:
                tick_s = now_s + _TICK_S
                self._tick(now_s)
            if not worked:
                self._stopping.wait(_REST_S)

    def _tick(self, now_s: float) -> None:
        here_ms = _here_ms()
        while self._asked:
            asked = self._asked.popleft()
            post = self._by_key.get(asked.sensor)
            if post is None or not post.look(asked.seconds, now_s):
                log.warning("calibration of %s is not allowed by the configuration", asked.sensor)
        for post in self.posts:
            self._tell(post.tick(here_ms, now_s))

    def _ask(self, topic: str, payload: bytes) -> None:
        try:
            asked = parse(topic, payload)
        except ValueError as wrong:
            log.warning("a message was refused: %s", wrong)
            return
        if isinstance(asked, CalibrationAsked):
            self._asked.append(asked)

    def _tell(self, told: list[Message]) -> None:
        for message in told:
            topic, payload = build(self.configuration.topics, message)
            match message:
                case Event():
                    self.client.publish(topic, payload)
                    self.webhooks.tell(message)
                case Statistic():
                    self.client.publish(topic, payload, "statistic")
                case Calibration():
                    self.client.publish(topic, payload, "fleeting")
                case SensorState() | Occupancy():
                    self.client.keep(topic, payload)


def _mode_of(plan: SensorPlan, configuration: Configuration) -> Callable[[], Mode]:
    def make() -> Mode:
        if plan.mode == "statistics":
            return Statistics(plan.key, plan.zones, plan.lines, configuration.minimum, configuration.every_s)
        today = datetime.now(tz=UTC).date()
        return Intervention(plan.key, plan.zones, plan.events, configuration.legal, today)

    return make


def warm_up(plan: SensorPlan) -> None:
    """Compile, or read from the cache, what a first frame would wait for; nothing of it is kept."""
    view = plan.intrinsics
    sieve = Filter(view, plan.pose, plan.setting, plan.area)
    watch = Watch(plan.setting, plan.area, plan.zones, plan.lines)
    floor = np.full((view.height, view.width), 2500, dtype=np.uint16)
    floor[: view.height // 2] = 1200
    for number in range(3):
        watch.look(sieve.protect(Frame(plan.key, 1 + 100 * number, number, floor)))


def _here_ms() -> int:
    return round(time.time() * 1000)
