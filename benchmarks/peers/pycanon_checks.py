"""Measure a published table with pycanon, in its own environment; standard library and its dependencies only.

    .bench/peers/pycanon/bin/python benchmarks/peers/pycanon_checks.py TASK.json > result.json

The task names the CSV file, the quasi-identifiers, the sensitive columns and the measures: k, l (distinct)
and t. Out: each measure and its processor seconds.
"""

import json
import sys
import time
from pathlib import Path

import pandas as pd
from pycanon import anonymity


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    names, sensitive = task["quasi_identifiers"], task["sensitive"]
    table = pd.read_csv(task["table"], keep_default_na=False)
    measures = {
        "k": lambda: anonymity.k_anonymity(table, names),
        "l": lambda: anonymity.l_diversity(table, names, sensitive),
        "t": lambda: anonymity.t_closeness(table, names, sensitive),
    }
    found = {}
    for name in task["measures"]:
        begun = time.process_time()
        value = float(measures[name]())
        found[name] = {"value": value, "seconds": time.process_time() - begun}
    json.dump(found, sys.stdout)


main()
