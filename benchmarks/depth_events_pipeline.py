"""The whole pipeline of a sensor on one core: its speed beside OpenCV, its memory, a day of it.

What a frame goes through at an edge: the clock, the acquisition filter (40x30@0.9, 8x8@0.9 of an 8x8
sensor), the health of the sensor, the scene, the rules of all events (mode intervention), and the JSON of
what there is to say. Frames are simulated beforehand (a busy hall of half a minute, all that happens in two
minutes drawn together: falls, intrusions, wrong way, an abandoned suitcase; seed 31) and wait in memory:
neither drawing nor reading them is timed. Processor seconds of a frame, the least of three passes of 600
frames or more; ours and OpenCV take turns in processes of their own, five times, and the least of each
counts. OpenCV does less: MOG2 on distances of eight bits, an opening, contours; it tells no event and
protects nobody.

Memory: a process with 200 sensors of 64x48 at work for half a minute, the edge's modules loaded (the
connection to a broker is not: `depth_events_latency.py` has it). A sensor-day: 864,000 frames of five
scenes of two minutes (seeds 41 to 45), again and again at speed; resident memory after a tenth and at the
end.

Bars: 12,000 frames a second at 64x48 and 1,500 at 320x240; 200 sensors below 250 MB; a day adds less than
1 MB.

    python -m benchmarks.depth_events_pipeline            HOURS=2.4 for a tenth of a day
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

# Before the libraries are loaded: they read it then.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"))

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.calibration import Health
from bacasable.services.depth_events.engine.edge import SensorPlan, warm_up
from bacasable.services.depth_events.engine.edge.post import Post
from bacasable.services.depth_events.engine.events import KINDS
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.messages import Event, Topics, build
from bacasable.services.depth_events.engine.modes import Intervention, LegalBasis
from bacasable.services.depth_events.engine.scene.zones import Zone
from bacasable.services.depth_events.engine.simulator.episodes import Sensor, episode
from benchmarks.harness import result, table
from benchmarks.peer import peer

SEED, SCENES, SENSORS, ROUNDS = 31, range(41, 46), 200, 5
HOURS = float(os.environ.get("HOURS", "24"))
SIZES = ((8, 8), (64, 48), (160, 120), (320, 240))
LEAST = {"64x48": 12_000, "320x240": 1_500}
MOST_MB, MORE_MB = 250, 1.0
DAY = date(2026, 1, 15)
BASIS = LegalBasis("a benchmark: nobody is there", panel_generated_on=DAY)
BEGINS_MS, HZ, PEOPLE_A_MINUTE = 1_768_464_000_000, 10, 16.0
TOPICS = Topics("bacasable/bench")


class Played:
    """A sensor that gives the frames of an array, one at each call, again and again."""

    def __init__(self, sensor: str, frames: np.ndarray, first: int = 0) -> None:
        self._sensor, self._frames, self._number = sensor, frames, first
        self._first = first

    def read(self, timeout_s: float) -> Frame:
        """Return the next frame."""
        number = self._number
        self._number += 1
        at_ms = BEGINS_MS + (number - self._first) * 1000 // HZ
        return Frame(self._sensor, at_ms, number, self._frames[number % len(self._frames)])

    def close(self) -> None:
        """Nothing is held."""


def plan_of(sensor: Sensor, zones: tuple[Zone, ...], key: str) -> SensorPlan:
    """Return the plan of a sensor with all events on; its cells are at most its pixels."""
    view = sensor.intrinsics
    setting = f"{min(40, view.width)}x{min(30, view.height)}@0.9"
    area = sensor.area
    everywhere = (
        (area.x_m, area.y_m),
        (area.x_m + area.width_m, area.y_m),
        (area.x_m + area.width_m, area.y_m + area.depth_m),
        (area.x_m, area.y_m + area.depth_m),
    )
    drawn = (*zones, Zone("all", "density", everywhere, limit=2.0), Zone("rails", "track", zones[0].corners))
    return SensorPlan(
        key, key, "rendered", view, sensor.pose, area, Setting.parse(setting),
        "intervention", tuple(KINDS), drawn,
    )  # fmt: skip


def post_of(plan: SensorPlan, frames: np.ndarray, first: int = 0) -> Post:
    """Return a sensor at work on frames that wait in memory."""
    return Post(
        plan,
        lambda _: Played(plan.key, frames, first),
        lambda: Intervention(plan.key, plan.zones, plan.events, BASIS, DAY),
        Health(),
    )


def render(folder: Path, seed: int, width: int, height: int, most: int, name: str) -> dict[str, int]:
    """Write frames of a busy hall, its falls and intrusions drawn together to fit."""
    from dataclasses import replace

    from bacasable.services.depth_events.engine.simulator.raster import Eye
    from bacasable.services.depth_events.engine.simulator.world import World

    scene = episode(seed, width, height, PEOPLE_A_MINUTE)
    seconds = most / HZ
    share = seconds / scene.scenario.seconds
    script = tuple(replace(one, at_s=one.at_s * share) for one in scene.scenario.script)
    scenario = replace(scene.scenario, seconds=seconds, script=script)
    eye = Eye(scene.sensors[0].intrinsics, scene.sensors[0].pose)
    room = eye.room(scenario.boxes)
    shown = [
        eye.measure(eye.see(room, moment.limbs), seed * 100_003 + number)
        for number, moment in enumerate(World(scenario, seed, hz=HZ).moments())
    ]
    np.save(folder / f"{name}.npy", np.stack(shown))
    return {"frames": len(shown)}


def step(post: Post, number: int) -> tuple[int, int]:
    """Let a sensor take one frame; return how many messages and how many new incidents it said."""
    now_s = number / HZ
    told = post.step(BEGINS_MS + round(1000 * now_s), now_s)
    began = 0
    for message in told:
        build(TOPICS, message)
        began += isinstance(message, Event) and message.phase == "new"
    return len(told), began


def speed(folder: Path, seed: int, width: int, height: int) -> dict[str, float]:
    """Return the processor seconds of a frame, least of three passes over the frames."""
    frames = np.load(folder / f"{width}x{height}.npy")
    scene = episode(seed, width, height, PEOPLE_A_MINUTE)
    plan = plan_of(scene.sensors[0], scene.scenario.zones, "s0")
    warm_up(plan)
    passes, said, incidents, number = [], 0, 0, 0
    post = post_of(plan, frames)
    least = max(len(frames), 600)
    for _ in range(4):
        begun = time.process_time()
        for _ in range(least):
            number += 1
            told, began = step(post, number)
            said += told
            incidents += began
        passes.append((time.process_time() - begun) / least)
    if post.frames < 0.95 * number:
        raise SystemExit(f"{number} frames were given, {post.frames} were looked at: {dict(post.dropped)}")
    return {
        "seconds": min(passes[1:]),
        "messages": said,
        "incidents": incidents,
        "state_ok": post.state == "ok",
    }


def resident_mb() -> float:
    """Return the resident memory of this process, in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def sensors(folder: Path, seed: int, count: int, name: str) -> dict[str, float]:
    """Return the memory of a process with ``count`` sensors at work for half a minute."""
    from bacasable.services.depth_events.engine.edge import Edge  # with what it loads

    assert Edge
    frames = np.load(folder / f"{name}.npy", mmap_mode="r")
    scene = episode(seed, 64, 48, PEOPLE_A_MINUTE)
    plans = [plan_of(scene.sensors[0], scene.scenario.zones, f"s{one}") for one in range(count)]
    warm_up(plans[0])
    step(post_of(plans[0], frames), 1)
    gc.collect()
    alone = resident_mb()
    posts = [post_of(plan, frames, 37 * one) for one, plan in enumerate(plans)]
    for number in range(1, 301):
        for post in posts:
            step(post, number)
    whole = resident_mb()
    return {"process_mb": alone, "whole_mb": whole, "sensor_kb": (whole - alone) * 1000 / count}


def day(folder: Path, hours: float, seeds: list[int], name: str) -> dict[str, float]:
    """Return the memory of a sensor at work after a tenth of ``hours`` simulated hours, and at the end."""
    reel = [np.load(folder / f"{name}{seed}.npy") for seed in seeds]
    frames = np.concatenate(reel)
    del reel
    scene = episode(seeds[0], 64, 48, PEOPLE_A_MINUTE)
    plan = plan_of(scene.sensors[0], scene.scenario.zones, "s0")
    warm_up(plan)
    post = post_of(plan, frames)
    total = round(hours * 3600 * HZ)
    said = incidents = 0
    early, most = 0.0, 0.0
    objects = 0
    begun = time.process_time()
    for number in range(1, total + 1):
        told, began = step(post, number)
        said += told
        incidents += began
        if number == total // 10:
            gc.collect()
            early, objects = resident_mb(), len(gc.get_objects())
        elif number % 36_000 == 0:
            most = max(most, resident_mb())
    spent = time.process_time() - begun
    gc.collect()
    return {
        "frames": post.frames, "given": total, "incidents": incidents, "messages": said,
        "early_mb": early, "end_mb": resident_mb(), "most_mb": most,
        "objects_more": len(gc.get_objects()) - objects, "cpu_s": spent,
    }  # fmt: skip


def task(folder: Path, rest: list[str]) -> dict[str, Any]:
    """Do one task in this process."""
    name, *given = rest
    if name == "speed":
        return {f"{width}x{height}": speed(folder, SEED, width, height) for width, height in SIZES}
    if name == "render":
        width, height, most = map(int, given[1:4])
        return dict(render(folder, int(given[0]), width, height, most, given[4]))
    if name == "sensors":
        return sensors(folder, int(given[0]), int(given[1]), given[2])
    return day(folder, float(given[0]), [int(one) for one in given[1].split(",")], given[2])


def apart(folder: Path, *given: object) -> dict[str, Any]:
    """Do one task in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), *map(str, given)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure all, print."""
    with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as made:
        folder = Path(made)
        names = {f"{width}x{height}": (width, height) for width, height in SIZES}
        for name, size in names.items():
            apart(folder, "render", SEED, *size, 300, name)
        ours: dict[str, float] = dict.fromkeys(names, float("inf"))
        theirs = ours.copy()
        said: dict[str, Any] = {}
        version = ""
        arrays = {name: str(folder / f"{name}.npy") for name in names}
        for _ in range(ROUNDS):
            said = apart(folder, "speed")
            for name in names:
                ours[name] = min(ours[name], said[name]["seconds"])
            other = peer("opencv", "opencv_contours.py", {"arrays": arrays}, folder)
            version = other["version"]
            for name in names:
                theirs[name] = min(theirs[name], other["found"][name]["seconds"])
        memory = apart(folder, "sensors", SEED, SENSORS, "64x48")
        for seed in SCENES:
            apart(folder, "render", seed, 64, 48, 1200, f"day{seed}")
        long = apart(folder, "day", HOURS, ",".join(map(str, SCENES)), "day")
    print(f"one thread, whole pipeline with all events, beside OpenCV {version} (MOG2, contours, no event)")
    table(
        [
            {
                "pixels": name,
                "us a frame": f"{1e6 * ours[name]:.0f}",
                "frames a second": f"{1 / ours[name]:,.0f}",
                "OpenCV": f"{1 / theirs[name]:,.0f}",
                "times OpenCV": f"{theirs[name] / ours[name]:.2f}",
                "incidents": said[name]["incidents"],
            }
            for name in names
        ]
    )
    print(
        f"\n{SENSORS} sensors at 64x48: {memory['whole_mb']:.0f} MB, of which {memory['process_mb']:.0f} MB "
        f"are there with none, and {memory['sensor_kb']:.0f} kB are each sensor's"
    )
    more = long["end_mb"] - long["early_mb"]
    print(
        f"{HOURS:g} hours of a sensor, {long['frames']:,} frames, {long['incidents']:,} incidents, in "
        f"{long['cpu_s']:.0f} CPU s: {long['early_mb']:.1f} MB after a tenth, {long['end_mb']:.1f} at the "
        f"end ({more:+.2f} MB, {long['objects_more']:+d} objects)\n"
    )
    bars = {f"{least:,} frames a second at {name}": 1 / ours[name] >= least for name, least in LEAST.items()}
    bars[f"{SENSORS} sensors below {MOST_MB} MB"] = memory["whole_mb"] < MOST_MB
    bars[f"{HOURS:g} hours of a sensor add less than {MORE_MB:g} MB"] = more < MORE_MB
    for name, held in bars.items():
        print(f"bar {'met' if held else 'MISSED'}: {name}")
    result(
        {
            "benchmark": "depth_events_pipeline", "seed": SEED, "simulated": True,
            "speed": {name: round(1 / ours[name]) for name in names},
            "opencv": {name: round(1 / theirs[name]) for name in names}, "opencv_version": version,
            "memory": memory, "day": long | {"hours": HOURS}, "bars": bars,
        }
    )  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(task(Path(sys.argv[1]), sys.argv[2:])))
    else:
        main()
