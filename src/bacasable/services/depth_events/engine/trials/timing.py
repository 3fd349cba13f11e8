"""How long a frame takes to become a message on a socket, in a station of many sensors."""

import socket
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.edge import warm_up
from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.edge.post import Post
from bacasable.services.depth_events.engine.messages import Topics, build
from bacasable.services.depth_events.engine.trials.playing import Reel, mode_of, plan_of, reel_of, small

_BEGINS_MS = 1_768_464_000_000


def latencies(
    setting: Setting, seed: int, sensors: int, rounds: int, hold: Callable[[], None] | None = None
) -> NDArray[np.float64]:
    """Return milliseconds from when frames are there to when all that one of them says is on a socket.

    All sensors have a frame at the same instant, ``rounds`` times: the last one waits for the others.
    ``hold`` is called for each frame: a sabotage may keep the edge waiting.
    """
    scene = small(seed, rounds / setting.hz + 1)
    plan = plan_of(scene, setting)
    warm_up(plan)
    raw = reel_of(scene, setting.hz, rounds)
    pixels = [frame.copy() for frame in raw.frames]
    floor = raw.floor
    posts = []
    for _ in range(sensors):
        reel = Reel(plan.key, iter(pixels), floor, 1000 // setting.hz)
        posts.append(Post(plan, partial(_given, reel), partial(mode_of, plan)))
    found = []
    topics = Topics("bacasable/trial")
    here, there = socket.socketpair()
    with here, there:
        there.setblocking(False)
        for step in range(rounds):
            now_s = (step + 1) / setting.hz
            begun = time.perf_counter()
            for post in posts:
                if hold:
                    hold()
                for message in post.step(_BEGINS_MS + round(now_s * 1000), now_s):
                    topic, payload = build(topics, message)
                    here.sendall(topic.encode() + payload)
                # The first frame opens the source: it is an installation, not a frame.
                if step:
                    found.append(1000 * (time.perf_counter() - begun))
            try:
                while there.recv(1 << 20):
                    continue
            except BlockingIOError:
                continue
    return np.array(found)


def _given(reel: Reel, _plan: SensorPlan) -> Reel:
    return reel
