"""What a month of hourly readings weighs and costs in several layouts: columns, lists, row groups, order.

20,000 synthetic meters x 31 days (those of `benchmarks/water_use.py`, seed 1), one Parquet file, zstd. Timed
on one thread of DuckDB, processor seconds, the least of 5: the least hour and the total of every day; the
hourly totals of the districts; all rows of one meter.

    METERS=20000 python -m benchmarks.water_use_layouts
"""
# ruff: noqa: S608

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "POLARS_MAX_THREADS", "NUMBA_NUM_THREADS"), "1"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.harness import result, table
from benchmarks.water_use import HOURS, METERS, names, volumes

DAYS, REPEATS = 31, 5
COLUMNS = {
    "days": f"SELECT meter, day, least({','.join(HOURS)}), {'+'.join(HOURS)} FROM t",
    "districts": f"SELECT district, day, {','.join(f'sum({hour})' for hour in HOURS)} FROM t GROUP BY 1, 2",
    "meter": f"SELECT * FROM t WHERE meter = '{names(METERS)[0]}'",
}
LISTS = COLUMNS | {
    "days": "SELECT meter, day, list_min(hours::INT[]), list_sum(hours::INT[]) FROM t",
    "districts": "SELECT district, day, "
    + ", ".join(f"sum(hours[{one + 1}])" for one in range(24))
    + " FROM t GROUP BY 1, 2",
}


def cost(path: Path, statements: dict[str, str]) -> dict[str, float]:
    """Return the least processor seconds of each statement."""
    con = duckdb.connect(config={"threads": 1})
    con.execute(f"CREATE VIEW t AS FROM '{path}'")
    found = {}
    for name, sql in statements.items():
        spent = []
        for _ in range(REPEATS):
            begun = time.process_time()
            con.execute(f"CREATE OR REPLACE TEMP TABLE out AS {sql}")
            spent.append(time.process_time() - begun)
        found[name] = round(min(spent), 3)
    return found


def main() -> None:
    litres = volumes(METERS, 0, DAYS).reshape(-1, 24)
    order = np.argsort(np.repeat(names(METERS), DAYS), kind="stable")
    keys: dict[str, Any] = {
        "meter": pa.array(np.repeat(names(METERS), DAYS)),
        "day": pa.array(np.tile(np.arange(DAYS, dtype=np.int32), METERS)).cast(pa.date32()),
        "district": pa.array([f"d{one % 10}" for one in np.repeat(np.arange(METERS), DAYS)]),
    }
    columns = pa.table(keys | {hour: pa.array(litres[:, place]) for place, hour in enumerate(HOURS)})
    lists = pa.table(keys | {"hours": pa.FixedSizeListArray.from_arrays(pa.array(litres.ravel()), 24)})
    by_day = np.argsort(np.tile(np.arange(DAYS), METERS), kind="stable")
    ways: Sequence[tuple[str, pa.Table, int, dict[str, str]]] = [
        ("24 columns, by meter, groups of 65,536", columns.take(order), 65_536, COLUMNS),
        ("24 columns, by meter, groups of 8,192", columns.take(order), 8_192, COLUMNS),
        ("24 columns, by meter, one group", columns.take(order), 10**7, COLUMNS),
        ("24 columns, by day, groups of 65,536", columns.take(by_day), 65_536, COLUMNS),
        ("list of 24, by meter, groups of 65,536", lists.take(order), 65_536, LISTS),
    ]
    print(f"{METERS:,} meters x {DAYS} days, seed 1; DuckDB {duckdb.__version__}, one thread\n")
    rows, figures = [], {}
    with tempfile.TemporaryDirectory(prefix="bacasable-bench-") as place:
        for name, rows_of, group, statements in ways:
            path = Path(place) / "month.parquet"
            pq.write_table(rows_of, path, compression="zstd", row_group_size=group)
            spent = cost(path, statements)
            size = round(path.stat().st_size / 1e6, 2)
            rows.append(
                {"layout": name, "MB": size} | {f"{one}, CPU s": value for one, value in spent.items()}
            )
            figures[name] = {"MB": size} | spent
    table(rows)
    result(figures)


if __name__ == "__main__":
    main()
