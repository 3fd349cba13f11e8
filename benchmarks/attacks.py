"""Attacks on released tables beside anonymeter: the same tables, the same run, processor time of one thread.

BACASABLE_DATA=... python -m benchmarks.attacks        FULL=1: every original record attacked (about 6
minutes)

4,879 rows of Adult are the original, 4,879 others the control; 39,040 released rows are made twice by a
seeded generator: "leaking" (records of the original, each value redrawn with probability 0.2) and
"independent" (each column drawn apart). Linkability is anonymeter's (each holder its own order), then that of
holders who agreed on an order, then on the split of columns that links most. Prepare anonymeter with
`uv venv .bench/peers/anonymeter -p 3.11` and
`uv pip install -p .bench/peers/anonymeter/bin/python -r benchmarks/peers/anonymeter.txt`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bacasable.privacy.attacks.inference import inference
from bacasable.privacy.attacks.linkability import linkability
from bacasable.privacy.attacks.measured import Measured
from bacasable.privacy.attacks.singling_out import singling_out
from bacasable.privacy.attacks.tables import read_table
from bacasable.privacy.attacks.unicity import unicity
from benchmarks.harness import ROOT, result, table

SEED = 20_261_122
ROWS, RELEASED, RUNS = 4_879, 39_040, 5
FIRST = ["age", "education", "marital-status", "occupation"]
SECOND = ["race", "sex", "hours-per-week", "native-country", "relationship"]
SECRET = "occupation"
PEER = ROOT / ".bench" / "peers" / "anonymeter" / "bin" / "python"


def releases(original: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the two released tables."""
    rng = np.random.default_rng(SEED)

    def redrawn(name: str) -> pl.Series:
        return original[name].gather(rng.integers(original.height, size=RELEASED))

    copied = original.gather(rng.integers(original.height, size=RELEASED))
    leaking = [
        pl.select(pl.when(pl.Series(rng.random(RELEASED) < 0.2)).then(redrawn(name)).otherwise(copied[name]))
        .to_series()
        .alias(name)
        for name in original.columns
    ]
    return {
        "leaking": pl.DataFrame(leaking),
        "independent": pl.DataFrame([redrawn(name) for name in original.columns]),
    }


def timed(attack: Callable[[], Measured]) -> tuple[Measured, float]:
    """Return what an attack measures, and the processor seconds of the best of five runs, sabotage
    included.
    """
    seconds = []
    for _ in range(RUNS):
        begun = time.process_time()
        measured = attack()
        seconds.append(time.process_time() - begun)
    return measured, min(seconds)


def anonymeter(tables: dict[str, pl.DataFrame], sizes: dict[str, int]) -> list[dict[str, Any]]:
    """Return what anonymeter measures on the same tables, in its own environment; nothing where that is
    missing.
    """
    if not PEER.exists():
        return []
    with tempfile.TemporaryDirectory() as folder:
        task: dict[str, Any] = {"seed": SEED, "columns": 3, "secret": SECRET}
        task |= {"first": FIRST, "second": SECOND}
        for role, one in tables.items():
            task[role] = str(Path(folder) / f"{role}.parquet")
            one.write_parquet(task[role])
        path = Path(folder) / "task.json"
        path.write_text(json.dumps(task | sizes), encoding="utf-8")
        script = ROOT / "benchmarks" / "peers" / "anonymeter_attacks.py"
        done = subprocess.run([str(PEER), str(script), str(path)], check=True, capture_output=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _shown(value: float, low: float, high: float) -> str:
    return f"{value:.4f} ({low:.4f} to {high:.4f})"


def main() -> None:
    data = os.environ.get("BACASABLE_DATA")
    if not data:
        sys.exit("BACASABLE_DATA does not say where the data sets are")
    adult = read_table(Path(data) / "privacy" / "adult.csv")
    order = np.random.default_rng(SEED).permutation(adult.height)
    original, control = adult[order[:ROWS]], adult[order[ROWS : 2 * ROWS]]
    ours = {"univariate": 500, "multivariate": 500, "linkability": ROWS, "inference": ROWS}
    peers = ours if os.environ.get("FULL") else ours | {"linkability": 1000, "inference": 1000}
    print(f"seed {SEED}; original and control {ROWS:,} rows, released {RELEASED:,}; attacks {ours}")
    print(f"anonymeter 1.1.0 attacks {peers}; its control counts and intervals by its own code")
    figures: dict[str, object] = {}
    for name, released in releases(original).items():
        tables = (original, released, control)
        attacks: dict[str, Callable[[], Measured]] = {
            f"singling out, {mode}": lambda mode=mode, tables=tables: singling_out(  # type: ignore[misc]
                *tables, mode=mode, n=ours[mode], seed=SEED
            )
            for mode in ("univariate", "multivariate")
        } | {
            "linkability": lambda tables=tables: linkability(  # type: ignore[misc]
                *tables, first=FIRST, second=SECOND, n=ROWS, ties="apart", seed=SEED
            ),
            "linkability, order agreed": lambda tables=tables: linkability(  # type: ignore[misc]
                *tables, first=FIRST, second=SECOND, n=ROWS, seed=SEED
            ),
            "linkability, order agreed, telling split": lambda tables=tables: linkability(  # type: ignore[misc]
                *tables, n=ROWS, seed=SEED
            ),
            "inference": lambda tables=tables: inference(*tables, secret=SECRET, n=ROWS, seed=SEED),  # type: ignore[misc]
        }
        measured = {attack: timed(run) for attack, run in attacks.items()}
        given = {"ori": original, "syn": released, "control": control}
        there = {one["attack"]: one for one in anonymeter(given, peers)}
        rows: list[dict[str, object]] = []
        for attack, (one, seconds) in measured.items():
            peer = there.get(attack)
            low, high = one.interval.low, one.interval.high
            agree = "-" if peer is None else "yes" if low <= peer["high"] and peer["low"] <= high else "NO"
            rows.append(
                {
                    "release": name,
                    "attack": attack,
                    "risk": _shown(one.value, low, high),
                    "chance": f"{one.baseline:.4f}",
                    "unprotected": f"{one.sabotage.value:.3f}" if one.sabotage else "",
                    "void": "void" if one.void else "",
                    "s": f"{seconds:.2f}",
                    "anonymeter": _shown(peer["value"], peer["low"], peer["high"]) if peer else "",
                    "its s": f"{peer['seconds']:.1f}" if peer else "",
                    "agree": agree,
                }
            )
            figures[f"{name}: {attack}"] = {
                "risk": one.value,
                "low": low,
                "high": high,
                "seconds": seconds,
                "anonymeter": peer,
                "agree": agree,
            }
        table(rows)
        total = sum(seconds for attack, (_, seconds) in measured.items() if "agreed" not in attack)
        theirs = sum(one["seconds"] for one in there.values())
        print(f"{name}: four of both {total:.1f} s with sabotage; anonymeter {theirs:.1f} s without\n")
        figures[f"{name}: seconds"] = total
        figures[f"{name}: anonymeter seconds"] = theirs
    rng = np.random.default_rng(SEED)
    people = np.repeat(np.arange(100_000), 50)
    places = rng.integers(0, 1000, 100_000)[people] + rng.integers(0, 20, len(people))
    times = rng.integers(0, 30 * 86_400, len(people))
    begun = time.process_time()
    traces = unicity(people, places, times, place_step=10, time_step=3600, seed=SEED)
    spent = time.process_time() - begun
    print(f"unicity, 100,000 people, 5 M visits, 4 points, hours: {traces.value:.4f}, {spent:.1f} s")
    result(figures | {"unicity seconds": spent, "seed": SEED})


if __name__ == "__main__":
    main()
