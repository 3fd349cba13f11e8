"""All bars of depth events in one run: speed, memory, a day, events, attackers, counts, nights, latency.

Each part is a benchmark of its own, with its data, seeds and intervals, and prints its tables here:

  depth_events_pipeline   frames a second beside OpenCV, memory of 200 sensors, a sensor-day
  depth_events_accuracy   F1 of events, three attackers, counts, false alarms, on seeds that chose nothing
  depth_events_health     a sensor that is blocked, turned, frozen or dirty (no bar)
  depth_events_latency    frame to MQTT message with 200 sensors, over a real broker

The bars are judged at the end, all of them, met or missed. Everything is simulated. Some ten minutes on two
quiet cores: a tenth of a day, 40 minutes of false alarms. FULL=1: a day, 20 sensor-nights, three minutes of
latency; it takes hours.

    python -m benchmarks.depth_events
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.harness import ROOT, result

FULL = bool(os.environ.get("FULL"))
PARTS = ("pipeline", "accuracy", "health", "latency")
SHORTER = {"HOURS": "2.4", "SHORT": "15"}
PROTECTED, SHOWN = "40x30@0.9", "160x120"
#: The F1 of events, the rates of attackers, the error of counts, the false alarms a night of 200 sensors.
LEAST_F1 = {"fall": 0.90, "intrusion": 0.95, "wrong_way": 0.95}
MOST_NAMED, LEAST_NAMED, MOST_ERROR, MOST_FALSE = 0.12, 0.50, 0.10, 10
MOST_MS, MOST_MB = 50, 250


def run(part: str) -> dict[str, Any]:
    """Run a benchmark, print what it prints; return the figures of its last line."""
    print(f"== {part}", flush=True)
    environment = os.environ | ({} if FULL else SHORTER)
    if part == "health":
        environment.pop("HOURS", None)
    command = [sys.executable, "-m", f"benchmarks.depth_events_{part}"]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    *said, last = done.stdout.splitlines()
    print("\n".join(said), "\n", flush=True)
    figures: dict[str, Any] = json.loads(last)
    return figures


def judged(found: dict[str, dict[str, Any]]) -> dict[str, bool]:
    """Return each bar, and whether it is met."""
    pipeline, accuracy, latency = found["pipeline"], found["accuracy"], found["latency"]["loop"]
    bars: dict[str, bool] = dict(pipeline["bars"])
    for kind, least in LEAST_F1.items():
        bars[f"{kind}: F1 of {least:.2f} at {PROTECTED}"] = accuracy["f1"][kind]["value"] >= least
    for name, rank in accuracy["reid_r1"][PROTECTED].items():
        bars[f"{name}: names fewer than {MOST_NAMED:.0%} at {PROTECTED}"] = rank["value"] < MOST_NAMED
    for name, rank in accuracy["reid_r1"][SHOWN].items():
        bars[f"{name}: names {LEAST_NAMED:.0%} or more at {SHOWN}"] = rank["value"] >= LEAST_NAMED
    for density, error in accuracy["count_error"].items():
        bars[f"counts within {MOST_ERROR:.0%} at {density} people a m2"] = abs(error) <= MOST_ERROR
    false = accuracy["false_alarms"]
    bars[f"at most {MOST_FALSE} false alarms a night of 200 sensors (upper bound)"] = (
        false["at_most"] <= MOST_FALSE
    )
    bars[f"frame to message below {MOST_MS} ms (p99, 200 sensors)"] = latency["p99_ms"] < MOST_MS
    bars[f"edge of 200 sensors below {MOST_MB} MB"] = latency["memory_mb"] < MOST_MB
    return bars


def main() -> None:
    """Run all parts, judge all bars."""
    found = {part: run(part) for part in PARTS}
    bars = judged(found)
    for name, held in bars.items():
        print(f"bar {'met' if held else 'MISSED'}: {name}")
    result({"benchmark": "depth_events", "simulated": True, "full": FULL, **found, "bars": bars})


if __name__ == "__main__":
    main()
