"""What hiding costs and what it stops: a cross table with margins, before and after secondary suppression.

Firms with amounts of a heavy tail in uneven cells, seed printed. Rules: 3 units at least, no firm above 85 %,
protection 10 %. A cell is recovered where the audit's interval is one value (exact), or narrower than the
protection level (too close). Processor seconds, one thread, best of 3 (1 for the largest).

    python benchmarks/release.py
    SIDES=10,10,5 python benchmarks/release.py
"""

import os
import sys
import time
from pathlib import Path

# Before the libraries are loaded: they read it then.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import polars as pl

from bacasable.privacy.disclosure.tables import Protected, Rules, Sensitive, protect, sensitive, tabulate
from benchmarks.harness import result, table

SEED = 4
ROWS = 20_000
RULES = Rules(min_units=3, dominance=(1, 0.85))
SIDES = [
    tuple(map(int, one.split(",")))
    for one in os.environ.get("SIDES", "12,10 40,36 20,12,4").split()
]  # fmt: skip


def firms(sides: tuple[int, ...]) -> pl.DataFrame:
    """Return firms whose categories are uneven and whose amounts have a heavy tail."""
    draw = np.random.default_rng(SEED)
    columns: dict[str, object] = {}
    for place, size in enumerate(sides):
        weights = 1 / np.arange(1, size + 1) ** 0.7
        columns[f"d{place}"] = draw.choice(size, ROWS, p=weights / weights.sum()).astype(str)
    columns["value"] = (draw.pareto(1.2, ROWS) * 100 + 1).astype(np.int64)
    return pl.DataFrame(columns)


def recovered(made: Protected, found: list[Sensitive]) -> tuple[int, int]:
    """Return how many sensitive cells are known exactly, and how many more closer than they should be."""
    exact = close = 0
    for one in found:
        bounds = [
            (made.intervals[name][one.cell], levels, values[one.cell])
            for name, levels, values in (
                ("units", one.count, made.table.units),
                (
                    "total",
                    one.total,
                    made.table.totals if made.table.totals is not None else made.table.units,
                ),
            )
            if any(levels)
        ]
        if any(high - low < 1e-6 for (low, high), _, _ in bounds):
            exact += 1
        elif any(
            true - low < below - 1e-6 or high - true < above - 1e-6
            for (low, high), (below, above), true in bounds
        ):
            close += 1
    return exact, close


def main() -> None:
    print(f"seed {SEED}, {ROWS:,} firms")
    rows = []
    for sides in SIDES:
        counted = tabulate(firms(sides), [f"d{place}" for place in range(len(sides))], value="value")
        found = sensitive(counted, RULES)
        bare = protect(counted, found, secondary=False)
        seconds = []
        for _ in range(3 if len(counted) < 1_000 else 1):
            begin = time.process_time()
            made = protect(counted, found)
            seconds.append(time.process_time() - begin)
        leaves = [cell for cell in range(len(counted)) if not counted.is_margin(cell)]
        hidden = [cell for cell in leaves if cell in made.hidden]
        rows.append(
            {
                "table": " x ".join(map(str, sides)),
                "cells with margins": len(counted),
                "primary": len(made.primary),
                "secondary": len(made.secondary),
                "recovered exactly, without secondary": recovered(bare, found)[0],
                "with": recovered(made, found)[0],
                "too close, without": recovered(bare, found)[1],
                "too close, with": recovered(made, found)[1],
                "share of total hidden": f"{counted.totals[hidden].sum() / counted.totals[leaves].sum():.4f}",  # type: ignore[index]
                "seconds": f"{min(seconds):.2f}",
            }
        )
        print(rows[-1], flush=True)
    table(rows)
    result({"seed": SEED, "firms": ROWS, "tables": rows})


if __name__ == "__main__":
    main()
