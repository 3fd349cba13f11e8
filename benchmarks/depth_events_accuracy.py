"""What depth events are worth: events told, people counted, false alarms, and who can be recognised.

Everything is simulated (`services/depth_events/engine/simulator`) and drawn from SEED, far from the seeds
that limits were chosen on. Rates of attackers are lower bounds: another one may do better.

Events: 60 scenes of two minutes, half of their script what only resembles an event; F1 with scenes drawn
again (bootstrap, 95 %). Attackers: 5 galleries of 50 people, 3 walks asked of each, chance 2 %, at
40x30@0.9 and at 160x120 uncapped on the same walks; they learn on 240 others, at the setting attacked.
Counts: 8 crowds of a minute for each density, 64x48 pixels: people in a zone (two thirds by four fifths of
the area; farther out heads are out of view) and over a line, both ways.
False alarms: halls of 8 people a minute who stop, sit, bend and leave nothing behind, without any event;
40 minutes, or 20 nights of 8 hours (FULL=1), told for 200 sensors a night with Poisson's upper bound.

    python benchmarks/depth_events_accuracy.py
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import chi2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.attackers import reidentify
from bacasable.services.depth_events.engine.evaluation.counting import evaluate_counts
from bacasable.services.depth_events.engine.evaluation.scoring import evaluate_events, watch_episode
from bacasable.services.depth_events.engine.simulator.episodes import episode
from benchmarks.harness import result, table

SEED = 20261123
SETTING, SHOWN = Setting.parse("40x30@0.9"), Setting.parse("160x120")
FULL = bool(os.environ.get("FULL"))
SCENES, QUIET = 60, 4800 if FULL else 20
BARS = {"fall": 0.90, "intrusion": 0.95, "wrong_way": 0.95}
NIGHT_S, SENSORS = 8 * 3600, 200


def events(seeds: list[int]) -> dict[str, dict[str, float]]:
    """Return and print the score of each event."""
    scores = evaluate_events(SETTING, seeds)
    table(
        [
            {
                "event": kind,
                "F1": f"{one.value:.3f}",
                "95 %": f"{one.low:.3f} to {one.high:.3f}",
                "found": one.found,
                "alarms": one.alarms,
                "happened": one.happened,
                "bar": f">= {BARS[kind]:.2f}" if kind in BARS else "",
            }
            for kind, one in scores.items()
        ]
    )
    return {kind: one.as_json() for kind, one in scores.items()}


def attackers() -> dict[str, dict[str, dict[str, float]]]:
    """Return and print how often each attacker names the right one of 50 people."""
    settings = [SETTING, SHOWN]
    found = reidentify(settings, SEED)
    table(
        [
            {
                "attacker": name,
                "setting": setting,
                "first": f"{100 * one.r1:.1f} %",
                "95 %": f"{100 * one.interval.low:.1f} to {100 * one.interval.high:.1f} %",
                "among five": f"{100 * one.r5:.1f} %",
                "bar": "< 12 %" if setting == SETTING else ">= 50 %",
            }
            for setting, ranks in zip(settings, found, strict=True)
            for name, one in ranks.items()
        ]
    )
    return {
        str(setting): {name: one.as_json() for name, one in ranks.items()}
        for setting, ranks in zip(settings, found, strict=True)
    }


def counts(seeds: list[int]) -> list[dict[str, object]]:
    """Return and print by how much counts of a minute are wrong, by how dense the crowd is."""
    errors = evaluate_counts(SETTING, seeds, width=64, height=48)
    table(
        [
            {
                "people a m2": one.density,
                "crowds": one.crowds,
                "in the zone": _share(one.zone),
                "over the line": _share(one.line),
                "in a second, people": f"{one.instant:.2f}",
                "bar": "<= 10 %",
            }
            for one in errors
        ]
    )
    return [one.as_json() for one in errors]


def _share(bounds: tuple[float, float, float]) -> str:
    value, low, high = (100 * one for one in bounds)
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"


def false_alarms(seeds: list[int]) -> dict[str, float]:
    """Return and print how many alarms nothing has begun, for a night of 200 sensors."""
    false = seconds = 0.0
    kinds: dict[str, int] = {}
    for seed in seeds:
        scene = episode(seed, people_a_minute=8.0)
        scene = replace(scene, scenario=replace(scene.scenario, script=()))
        watched = watch_episode(SETTING, scene)
        for alarm in watched.alarms:
            if not any(
                one.start_ms - 3_000 <= alarm.started_ms <= one.end_ms + 12_000 for one in watched.truth
            ):
                kinds[alarm.kind] = kinds.get(alarm.kind, 0) + 1
                false += 1
        seconds += watched.seconds
    share = SENSORS * NIGHT_S / seconds
    upper = float(chi2.ppf(0.975, 2 * (false + 1)) / 2)
    hours = seconds / 3600
    table(
        [
            {
                "hours": f"{hours:.1f}",
                "false alarms": round(false),
                "a night of 200 sensors": round(false * share),
                "at most (Poisson, 97.5 %)": round(upper * share),
                "of kind": kinds,
                "bar": "<= 10",
            }
        ]
    )
    return {"hours": hours, "false": false, "a_night": false * share, "at_most": upper * share}


def main() -> None:
    """Print each table, and all of it as one object."""
    drawn = np.random.default_rng(SEED).choice(2**40, size=SCENES + 8 + QUIET, replace=False) + 2**20
    seeds = [int(one) for one in drawn]
    print(f"simulated, seed {SEED}, {SETTING}{'' if FULL else '; FULL=1 goes through 20 nights'}\n")
    figures: dict[str, object] = {"seed": SEED, "simulated": True, "setting": str(SETTING)}
    figures["f1"] = events(seeds[:SCENES])
    figures["reid_r1"] = attackers()
    figures["count_error"] = counts(seeds[SCENES : SCENES + 8])
    figures["false_alarms"] = false_alarms(seeds[SCENES + 8 :])
    result(figures)


if __name__ == "__main__":
    main()
