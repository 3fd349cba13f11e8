"""The expected use of homes: its error and its interval on DAIAD, its interval on the synthetic city.

    make bench NAME=water_use_expected

DAIAD (77 homes with a survey and 200 complete days): nested leave-one-out, sources chosen anew without each
home; beside it nothing but the median of all homes, and the median of homes of the same size. Synthetic city:
3,000 homes of each of five seeds to learn from, their neighbours of another seed to judge.
"""

import os
import sys
from pathlib import Path

import numpy as np

from bacasable.privacy.intervals import clopper_pearson
from bacasable.services.water_use.engine.city import simulate
from bacasable.services.water_use.engine.evaluation.expected_use import (
    city_rows,
    daiad_rows,
    evaluate_expected_use,
)
from bacasable.services.water_use.engine.expected import learn
from bacasable.services.water_use.engine.expected.rows import LEAST_LITRES
from benchmarks.harness import result, table

SEED = 1
CITY_SEEDS = (101, 102, 103, 104, 105)
#: Added to a seed: the city that is judged.
JUDGED = 1000
HOMES, DAYS = 3000, 120


def main() -> None:
    """Print the tables and the figures."""
    data = os.environ.get("BACASABLE_DATA")
    if not data:
        sys.exit("BACASABLE_DATA does not say where the data are")
    folder = Path(data) / "water_use"
    figures = evaluate_expected_use(folder, SEED)
    plain = _plain([row for row in daiad_rows(folder) if float(str(row["litres"])) >= LEAST_LITRES])
    rows = [{"expected by": name, "median error": round(value, 4)} for name, value in plain.items()]
    rows.append({"expected by": "the model", "median error": figures["median_error"]["value"]})
    table(rows)
    table([{**each, "interval": tuple(each["interval"])} for each in figures["ledger"]])

    held, sizes = [], []
    kept: set[str] = set()
    for seed in CITY_SEEDS:
        model = learn(city_rows(simulate(HOMES, DAYS, seed)), seed=SEED)
        kept |= set(model.names)
        judged = [
            row for row in city_rows(simulate(HOMES, DAYS, seed + JUDGED))
            if float(str(row["litres"])) >= LEAST_LITRES
        ]  # fmt: skip
        litres = np.asarray([float(str(row["litres"])) for row in judged])
        _expected, low, high = model.expect_all(judged)
        held.append((low <= litres) & (litres <= high))
        sizes.append(np.asarray([min(int(str(row["members"] or 0)), 5) for row in judged]))
    inside, size = np.concatenate(held), np.concatenate(sizes)
    by_size = {
        ("not said" if number == 0 else "5 and more" if number == 5 else str(number)): round(
            float(inside[size == number].mean()), 4
        )
        for number in np.unique(size).tolist()
    }
    table([{"members": name, "coverage": share} for name, share in by_size.items()])
    interval = clopper_pearson(int(inside.sum()), len(inside))
    result(
        {
            "benchmark": "water_use_expected",
            "daiad": figures,
            "daiad_plain": {name: round(value, 4) for name, value in plain.items()},
            "synthetic_city": {
                "seeds": CITY_SEEDS,
                "homes": len(inside),
                "coverage": round(float(inside.mean()), 4),
                "interval": [round(interval.low, 4), round(interval.high, 4)],
                "by_members": by_size,
                "sources_kept": sorted(kept),
            },
        }
    )


def _plain(rows: list[dict[str, object]]) -> dict[str, float]:
    """Return the median error of what needs no model, each home left out."""
    litres = np.asarray([float(str(row["litres"])) for row in rows])
    members = np.asarray([float(str(row["members"])) for row in rows])
    everybody, alike = [], []
    for number, truth in enumerate(litres):
        others = np.arange(len(litres)) != number
        everybody.append(abs(np.median(litres[others]) - truth) / truth)
        same = others & (members == members[number])
        alike.append(abs(np.median(litres[same]) - truth) / truth)
    return {
        "the median of all homes": float(np.median(everybody)),
        "the median of homes of the same size": float(np.median(alike)),
        "least squares on the logarithm of size": _least_squares(litres, members),
    }


def _least_squares(litres: np.ndarray, members: np.ndarray) -> float:
    errors = []
    for number, truth in enumerate(litres):
        others = np.arange(len(litres)) != number
        slope = np.polyfit(np.log(members[others]), np.log(litres[others]), 1)
        errors.append(abs(np.exp(np.polyval(slope, np.log(members[number]))) - truth) / truth)
    return float(np.median(errors))


if __name__ == "__main__":
    main()
