"""How long from a frame to its MQTT message, with 200 sensors at 64x48 and 10 Hz in one process.

An edge as `bacasable depth-events run` starts it, in a process of its own, its configuration in TOML, at the
priority that its systemd unit gives (nice -5, where the user who measures may). Frames
were rendered beforehand (a hall of one minute, people who go where nobody may, seed 11) and are read from
memory, so that drawing them limits nothing; each sensor begins elsewhere in the minute and of the tenth of a
second. The messages go through a real broker (Mosquitto) to a listener in another process, which compares
the instant of the frame that made an incident begin or go on with its own clock: same machine, same clock.
Edge, broker and listener share the machine, and so does whatever else runs there: how late a process that
does nothing but sleep 2 ms wakes up meanwhile is printed beside (`machine_p99_ms`); no edge can be earlier.

The same edge with a thread a sensor is measured beside: what was not chosen, and why.

Bars: p99 under 50 ms, edge under 250 MB. FULL=1 listens three minutes instead of 40 seconds, SHORT=15 15.

    python benchmarks/depth_events_latency.py
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bacasable.exchange.mqtt import Client
from bacasable.exchange.mqtt_broker import LocalBroker
from bacasable.services.depth_events.engine.calibration import Health
from bacasable.services.depth_events.engine.edge import Edge, SensorPlan, read
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.messages import Event, parse
from benchmarks.harness import quantile, result, table

SENSORS, HZ, SEED, MINUTE = 200, 10, 11, 60
WARM_SECONDS = 8.0
LISTENED_SECONDS = 180.0 if os.environ.get("FULL") else float(os.environ.get("SHORT", "40"))
ZONE = [[4.6, 2.0], [6.0, 2.0], [6.0, 3.4], [4.6, 3.4]]
SENSOR = """
[[sensors]]
key = "s{at}"
source = "rendered:{at}"
pixels = [64, 48]
x_m = 4.0
y_m = 3.0
height_m = 3.2
view_degrees = 84
area = [1.5, 1.2, 5.0, 3.8]
setting = "40x30@0.9"
mode = "intervention"
events = ["fall", "intrusion", "wrong_way", "density", "crowd_movement", "abandoned_object"]
[[zones]]
sensor = "s{at}"
key = "closed"
kind = "forbidden"
corners = {zone}
[[zones]]
sensor = "s{at}"
key = "way"
kind = "one_way"
heading_degrees = 0
corners = [[2.0, 3.4], [6.0, 3.4], [6.0, 4.8], [2.0, 4.8]]
[[zones]]
sensor = "s{at}"
key = "all"
kind = "density"
limit = 2
corners = [[1.6, 1.3], [6.4, 1.3], [6.4, 4.9], [1.6, 4.9]]
"""


class Rendered:
    """A sensor that reads a minute of frames again and again, one each tenth of a second."""

    def __init__(self, frames: np.ndarray, plan: SensorPlan) -> None:
        self._frames, self._plan = frames, plan
        at = int(plan.source.partition(":")[2])
        self._number = at * 37 % len(frames)
        self._due_s = time.time() + (at * 0.6180339 % 1) / HZ

    def read(self, timeout_s: float) -> Frame | None:
        """Return the frame whose time has come."""
        if time.time() < self._due_s:
            return None
        frame = self._frames[self._number % len(self._frames)]
        made = Frame(self._plan.key, int(self._due_s * 1000), self._number, frame)
        self._number += 1
        self._due_s += 1 / HZ
        return made

    def close(self) -> None:
        """Nothing is held."""


class Threaded(Edge):
    """A thread a sensor, instead of one loop."""

    def _loop(self) -> None:
        told = threading.Lock()

        def work(post: object) -> None:
            while not self._stopping.is_set():
                said = post.step(round(time.time() * 1000), time.monotonic())  # type: ignore[attr-defined]
                if said:
                    with told:
                        self._tell(said)
                self._stopping.wait(0.002)

        threads = [threading.Thread(target=work, args=(post,)) for post in self.posts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def edge(folder: Path, threaded: bool) -> None:
    """Be the edge."""
    with suppress(PermissionError):
        os.nice(-5)
    frames = np.load(folder / "frames.npy")
    made = Threaded if threaded else Edge
    running = made(read(folder / "edge.toml"), lambda plan: Rendered(frames, plan), lambda _: Health())
    signal.signal(signal.SIGTERM, lambda *_: running.stop())
    running.run()


def render(folder: Path) -> None:
    """Write a minute of frames, 64x48, of a hall where somebody goes into a closed corner each 5 seconds."""
    from bacasable.services.depth_events.engine.frames import Intrinsics, Pose
    from bacasable.services.depth_events.engine.simulator.raster import Eye
    from bacasable.services.depth_events.engine.simulator.scenario import Scenario
    from bacasable.services.depth_events.engine.simulator.world import World

    script = [
        {"what": "intrude", "at_s": float(at), "zone": "closed", "seconds": 2} for at in range(1, 55, 5)
    ]
    script.append({"what": "fall", "at_s": 20.0, "seconds": 15.0, "gets_up": True})
    scenario = Scenario.of(
        {
            "title": "hall", "seconds": MINUTE, "traffic": {"people_a_minute": 12}, "script": script,
            "zones": [{"key": "closed", "kind": "forbidden", "corners": ZONE}],
        }
    )  # fmt: skip
    eye = Eye(Intrinsics.of_view(64, 48, 84), Pose.overhead(3.2, 4.0, 3.0))
    room = eye.room()
    moments = World(scenario, SEED, hz=HZ).moments()
    shown = [eye.measure(eye.see(room, one.limbs), SEED + number) for number, one in enumerate(moments)]
    np.save(folder / "frames.npy", np.stack(shown))


def used(pid: int) -> tuple[float, float]:
    """Return the processor time (s) and the resident memory (MB) of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    ticks = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return ticks, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


_SLEEPS = f"""
import time
late, end = [], time.monotonic() + {LISTENED_SECONDS}
while (now := time.monotonic()) < end:
    time.sleep(0.002)
    late.append((time.monotonic() - now - 0.002) * 1000)
print(sorted(late)[int(0.99 * len(late))])
"""


def measure(folder: Path, local: LocalBroker, threaded: bool) -> dict[str, float]:
    """Return what a listener saw of an edge."""
    waits: list[float] = []
    listening = threading.Event()

    def hear(topic: str, payload: bytes) -> None:
        now_ms = time.time() * 1000
        if listening.is_set():
            said = parse(topic, payload)
            if isinstance(said, Event) and said.phase != "end":
                waits.append(now_ms - said.updated_ms)

    listener = Client(local.broker, "listener")
    listener.subscribe("bacasable/bench/events", hear)
    listener.start()
    listener.wait_until_connected(10)
    run = [
        sys.executable,
        str(Path(__file__).resolve()),
        "--edge",
        str(folder),
        "threads" if threaded else "loop",
    ]
    process = subprocess.Popen(run)
    time.sleep(WARM_SECONDS + 4)
    sleeper = subprocess.Popen([sys.executable, "-c", _SLEEPS], stdout=subprocess.PIPE)
    before, _ = used(process.pid)
    listening.set()
    late, _ = sleeper.communicate(timeout=LISTENED_SECONDS + 30)
    listening.clear()
    after, memory = used(process.pid)
    process.terminate()
    process.wait(30)
    listener.stop()
    return {
        "messages": len(waits),
        "p50_ms": round(quantile(waits, 0.5), 1),
        "p99_ms": round(quantile(waits, 0.99), 1),
        "worst_ms": round(max(waits), 1),
        "machine_p99_ms": round(float(late), 1),
        "cores": round((after - before) / LISTENED_SECONDS, 2),
        "memory_mb": round(memory, 0),
    }


def main() -> None:
    """Measure both, print."""
    with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as made:
        folder = Path(made)
        render(folder)
        with LocalBroker(folder / "broker") as local:
            broker = local.broker
            text = (
                f'[station]\nkey = "bench"\n[broker]\nhost = "127.0.0.1"\nport = {broker.port}\n'
                f'username = "{broker.username}"\npassword_file = "{broker.password_file}"\n'
                '[legal]\nobjection_set_aside_by = "benchmark, no person"\npanel_generated_on = 2026-01-01\n'
            )
            text += "".join(SENSOR.format(at=at, zone=ZONE) for at in range(SENSORS))
            (folder / "edge.toml").write_text(text, encoding="utf-8")
            found = {name: measure(folder, local, name == "threads") for name in ("loop", "threads")}
    said = f"{SENSORS} sensors, 64x48, {HZ} Hz, {local.program}, {LISTENED_SECONDS:.0f} s: frame to message"
    print(said)
    table([{"edge": name, **row} for name, row in found.items()])
    result({"benchmark": "depth_events_latency", "seed": SEED, "sensors": SENSORS, **found})


if __name__ == "__main__":
    if sys.argv[1:2] == ["--edge"]:
        edge(Path(sys.argv[2]), sys.argv[3] == "threads")
    else:
        main()
