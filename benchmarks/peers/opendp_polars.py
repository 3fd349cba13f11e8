"""Run OpenDP's own queries on Polars, in an environment of their own: OpenDP asks for an older Polars.

Called by benchmarks/noise.py with the path of a task (JSON); prints one JSON object. Its draw of a person's
groups fails (0.16.0), so that the first ones are kept; the cell is one column, made before the clock starts.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"

import opendp.prelude as dp
import polars as pl

dp.enable_features("contrib")


def query(frame: pl.LazyFrame, rows: int, by_person: bool) -> pl.DataFrame:
    """Return the noisy total of each of the 95 cells, epsilon 1."""
    person = {"identifier": pl.col("person")} if by_person else {}
    context = dp.Context.compositor(
        data=frame,
        privacy_unit=dp.unit_of(contributions=1, **person),
        privacy_loss=dp.loss_of(epsilon=1.0),
        split_evenly_over=1,
        margins=[dp.polars.Margin(by=[], max_length=rows)],
    )
    asked = context.query()
    if by_person:
        asked = asked.truncate_num_groups(2, by=["cell"], keep="first")
        asked = asked.group_by("person", "cell").agg(pl.col("value").sum().clip(0, 1000))
    summed = asked.group_by("cell").agg(pl.col("value").fill_null(0).dp.sum((0, 1000)))
    keys = pl.LazyFrame({"cell": range(95)}, schema={"cell": pl.Int32})
    return summed.with_keys(keys).release().collect()


def main() -> None:
    """Time both questions, best of the repeats asked."""
    task: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    cell = (pl.col("region").cast(pl.Int32) * 5 + pl.col("sector").cast(pl.Int32)).alias("cell")
    frame = pl.read_parquet(task["table"]).select("person", cell, "value")
    found = {}
    for name, by_person in (("by person", True), ("a row a person", False)):
        seconds = []
        for _ in range(task["repeats"]):
            begin = time.process_time()
            made = query(frame.lazy(), task["rows"], by_person)
            seconds.append(time.process_time() - begin)
            assert made.height == 95
        found[name] = {"seconds": min(seconds), "sum": int(made["value"].sum())}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
