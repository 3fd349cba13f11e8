"""Run anonymeter's evaluators on tables, in its own environment; standard library and its dependencies only.

    .bench/peers/anonymeter/bin/python benchmarks/peers/anonymeter_attacks.py TASK.json > results.jsonl

The task names the three Parquet files, the arguments and the seed; each line out is one attack: its name,
risk, interval, chance, successes, processor seconds."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tables = {role: pd.read_parquet(task[role]) for role in ("ori", "syn", "control")}
    seed = task["seed"]

    def singling_out(mode: str) -> Any:
        evaluator = SinglingOutEvaluator(**tables, n_attacks=task[mode], n_cols=task["columns"], seed=seed)
        return evaluator.evaluate(mode=mode)

    def linkability() -> Any:
        # pandas draws its targets from numpy's global generator: the only seed that these two heed.
        np.random.seed(seed)
        sides = (task["first"], task["second"])
        return LinkabilityEvaluator(**tables, aux_cols=sides, n_attacks=task["linkability"]).evaluate(
            n_jobs=1
        )

    def inference() -> Any:
        np.random.seed(seed)
        known = [name for name in tables["ori"].columns if name != task["secret"]]
        evaluator = InferenceEvaluator(
            **tables, aux_cols=known, secret=task["secret"], n_attacks=task["inference"]
        )
        return evaluator.evaluate(n_jobs=1)

    for name, attack in (
        ("singling out, univariate", lambda: singling_out("univariate")),
        ("singling out, multivariate", lambda: singling_out("multivariate")),
        ("linkability", linkability),
        ("inference", inference),
    ):
        begun = time.process_time()
        results = attack().results()
        seconds = time.process_time() - begun
        risk, chance = results.risk(), results.risk(baseline=True)
        print(
            json.dumps(
                {
                    "attack": name,
                    "value": float(risk.value),
                    "low": float(risk.ci[0]),
                    "high": float(risk.ci[1]),
                    "chance": float(chance.value),
                    "successes": float(results.n_success),
                    "control_successes": float(results.n_control),
                    "seconds": seconds,
                }
            ),
            flush=True,
        )


main()
