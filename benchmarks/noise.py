"""How long totals with noise take on many rows: bounded contributions added up, OpenDP's noise on 95 cells.

Rows of people (19 regions x 5 sectors; about four rows a person), seed printed; each person counts in at most
2 cells, for 0 to 1,000 units in each; then each row is a person of its own. The peers, in the same run: the
same bounding, sum and noise with a plain Polars aggregate, a clamped aggregate of DuckDB, and OpenDP's own
queries on Polars (an environment of its own, for it asks for an older Polars; PEERS=none leaves it out).
Processor seconds of the whole call, one thread, best of 3. Bar: 0.19 s, 10 million rows, a row a person.

    python benchmarks/noise.py            1 million rows
    FULL=1 python benchmarks/noise.py     10 million rows
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

# Before the libraries are loaded: they read it then.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb
import numpy as np
import opendp.prelude as dp
import polars as pl

from bacasable.privacy.disclosure.ledger import amount
from bacasable.privacy.disclosure.noise import Bounds, noisy_totals
from benchmarks.harness import result, table
from benchmarks.peer import peer

SEED = 5
ROWS = 10_000_000 if os.environ.get("FULL") else 1_000_000
REPEATS = 3
CELLS = {"region": [str(one) for one in range(19)], "sector": [str(one) for one in range(5)]}
BOUNDS, SPENT = Bounds(2, 0, 1_000), amount("1")


def rows() -> pl.DataFrame:
    draw = np.random.default_rng(SEED)
    return pl.DataFrame(
        {
            "person": draw.integers(0, ROWS // 4, ROWS),
            "region": draw.integers(0, 19, ROWS).astype(np.int8),
            "sector": draw.integers(0, 5, ROWS).astype(np.int8),
            "value": draw.integers(0, 2_000, ROWS),
        }
    )


def ours(frame: pl.DataFrame) -> list[int]:
    made = noisy_totals(frame, CELLS, spent=SPENT, person="person", value="value", bounds=BOUNDS)
    return made.table["total"].to_list()


def ours_by_row(frame: pl.DataFrame) -> list[int]:
    made = noisy_totals(frame, CELLS, spent=SPENT, value="value", bounds=Bounds(1, 0, 1_000))
    return made.table["total"].to_list()


def noise(totals: list[int], reach: int) -> list[int]:
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    return list(dp.m.make_laplace(*space, scale=float(reach))(totals))


def polars(frame: pl.DataFrame) -> list[int]:
    """The same steps in Polars: a person's cells, cut to the bounds; two of them kept; sums; noise."""
    clamped = pl.col("value").sum().clip(0, 1_000)
    own = frame.lazy().group_by("person", "region", "sector").agg(clamped)
    kept = own.filter(pl.struct("region", "sector").hash(SEED).rank("ordinal").over("person") <= 2)
    totals = kept.group_by("region", "sector").agg(pl.col("value").sum()).sort("region", "sector").collect()
    return noise(totals["value"].to_list(), 2_000)


def polars_by_row(frame: pl.DataFrame) -> list[int]:
    clamped = pl.col("value").clip(0, 1_000).sum()
    totals = frame.lazy().group_by("region", "sector").agg(clamped).sort("region", "sector").collect()
    return noise(totals["value"].to_list(), 1_000)


def duckdb_by_row(frame: pl.DataFrame) -> list[int]:
    asked = "SELECT SUM(LEAST(GREATEST(value, 0), 1000)) FROM frame GROUP BY region, sector"
    with duckdb.connect(config={"threads": "1"}) as connection:
        connection.register("frame", frame.to_arrow())
        return noise([int(one) for (one,) in connection.execute(asked).fetchall()], 1_000)


def opendp_on_polars(frame: pl.DataFrame) -> dict[str, float]:
    """Return the seconds of OpenDP's own queries."""
    with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as folder:
        path = Path(folder) / "rows.parquet"
        frame.write_parquet(path)
        task = {"table": str(path), "rows": frame.height, "repeats": REPEATS}
        found = peer("opendp", "opendp_polars.py", task, Path(folder))
    return {
        "bounded by person": found["by person"]["seconds"],
        "a row a person": found["a row a person"]["seconds"],
    }


def main() -> None:
    frame = rows()
    print(f"seed {SEED}, {ROWS:,} rows, 95 cells, epsilon 1")
    systems: dict[str, Callable[[pl.DataFrame], list[int]]] = {
        "ours, bounded by person": ours,
        "Polars, bounded by person": polars,
        "ours, a row a person": ours_by_row,
        "Polars, a row a person": polars_by_row,
        "DuckDB, a row a person": duckdb_by_row,
    }
    lines, figures = [], {}
    for name, system in systems.items():
        seconds = []
        for _ in range(REPEATS):
            begin = time.process_time()
            assert len(system(frame)) == 95
            seconds.append(time.process_time() - begin)
        figures[name] = round(min(seconds), 3)
        lines.append({"system": name, "seconds": f"{min(seconds):.3f}"})
        print(lines[-1], flush=True)
    if os.environ.get("PEERS") != "none":
        for name, spent in opendp_on_polars(frame).items():
            figures[f"OpenDP on Polars, {name}"] = round(spent, 3)
            lines.append({"system": f"OpenDP on Polars, {name}", "seconds": f"{spent:.3f}"})
    table(lines)
    result({"seed": SEED, "rows": ROWS, "seconds": figures})


if __name__ == "__main__":
    main()
