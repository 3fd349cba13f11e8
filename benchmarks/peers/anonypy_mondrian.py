"""Run anonypy's Mondrian on a table, in its own environment; standard library and its dependencies only.

    .bench/peers/anonypy/bin/python benchmarks/peers/anonypy_mondrian.py TASK.json > result.json

The task names the CSV file, the quasi-identifiers, those of them that are categories, a sensitive column and
k. Out: processor seconds and, for each published row, its values and how many rows it stands for.
"""

import json
import sys
import time
from pathlib import Path

import anonypy
import pandas as pd


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    names, sensitive = task["quasi_identifiers"], task["sensitive"]
    table = pd.read_csv(task["table"], keep_default_na=False)[[*names, sensitive]]
    for name in (*task["categories"], sensitive):
        table[name] = table[name].astype("category")
    begun = time.process_time()
    rows = anonypy.Preserver(table, names, sensitive).anonymize_k_anonymity(k=task["k"])
    seconds = time.process_time() - begun
    published = [
        {
            "count": int(row["count"]),
            "values": [row[name][0] if isinstance(row[name], list) else str(row[name]) for name in names],
        }
        for row in rows
    ]
    json.dump({"seconds": seconds, "rows": published}, sys.stdout)


main()
