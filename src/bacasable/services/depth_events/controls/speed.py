"""Time: is an alert on its way soon after the frame that shows it?"""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.privacy.intervals import wilson
from bacasable.services.depth_events.controls.subject import ENGINE, Subject, measured

#: Frames of each sensor; after how many milliseconds a message is late.
ROUNDS, LATE_MS = 8, 200


def _late(probe: Probe, seed: int) -> Measurement:
    """Give all sensors a frame at once, again and again; time each until what it says is on a socket."""
    import numpy as np

    from bacasable.services.depth_events.engine.acquisition import Setting
    from bacasable.services.depth_events.engine.trials.timing import latencies

    subject: Subject = probe.engine
    found = np.sort(latencies(Setting.parse(subject.setting), seed, subject.sensors, ROUNDS, subject.hold))
    n, late = len(found), int((found > LATE_MS).sum())
    return measured(
        late / n,
        wilson(late, n),
        n,
        seed,
        "a clock, from when frames of all sensors are there to when a message is on a socket",
        sha256(f"{subject.setting} {seed} {subject.sensors}".encode()).hexdigest(),
        sensors=subject.sensors,
        frames="simulated, 64x48",
        median_ms=round(float(found[n // 2]), 2),
        ms_of_99_in_100=round(float(found[int(n * 0.99)]), 2),
    )


@contextlib.contextmanager
def _that_waits(probe: Probe) -> Iterator[Probe]:
    """Make the edge wait at each frame, half a second for all sensors together."""
    wait_s = 0.5 / probe.engine.sensors
    yield replace(probe, engine=replace(probe.engine, hold=lambda: time.sleep(wait_s)))


CONTROLS = (
    Control(
        key="latency",
        title=N_("What a frame shows is on its way to the broker at once"),
        unit=N_("share of messages that leave more than 200 ms after their frame, all sensors at once"),
        direction="at_most",
        threshold=0.01,
        maximum_age=timedelta(days=90),
        measure=_late,
        sabotage=_that_waits,
        depends_on=DependsOn(
            modules=(f"{ENGINE}.edge.post", f"{ENGINE}.scene.pass_over", f"{ENGINE}.trials.timing")
        ),
        description=N_(
            "On the machine that measures, with whatever else it does; the broker's own time is not in it."
        ),
    ),
)
