"""Forecasts of ten districts on the four official weeks of the Battle of Water Demand Forecasting.

    make bench NAME=water_use_forecast
    WEEKS=earlier make bench NAME=water_use_forecast   # the weeks on which the design was chosen

Protocol of the battle: each week from what came strictly before it, weather as observed. The trivial
forecasts are run here; the published ones are those of ``bwdf_scores.csv`` (31 teams). Errors are MAPE, in
per cent, mean over the hours of a week and district, then over weeks and districts.
"""

import csv
import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from bacasable.services.water_use.engine.evaluation.forecast import Week, summary, weeks
from bacasable.services.water_use.engine.forecast import (
    OFFICIAL_WEEKS,
    Battle,
    holidays_of_ferrara,
    mape,
    read_battle,
)
from bacasable.services.water_use.engine.forecast.bwdf import PLACE
from bacasable.services.water_use.engine.forecast.series import Grid, grid_of
from benchmarks.harness import result, table

SEED = 1
#: Every third week from November 2021 on, the last of which ends before the first official week.
EARLIER_WEEKS = tuple(date(2021, 11, 8) + timedelta(weeks=3 * number) for number in range(13))


def main() -> None:
    """Print the table and the figures."""
    data = os.environ.get("BACASABLE_DATA")
    if not data:
        sys.exit("BACASABLE_DATA does not say where the data are")
    folder = Path(data) / "water_use"
    battle = read_battle(folder)
    mondays = EARLIER_WEEKS if os.environ.get("WEEKS") == "earlier" else OFFICIAL_WEEKS
    begin = time.process_time()
    found = weeks(battle, mondays, SEED)
    seconds = time.process_time() - begin
    figures = summary(found, SEED)
    last, four = _trivial(battle, mondays)
    by_week = {
        monday.isoformat(): {
            name: round(float(np.mean([getattr(w, name) for w in found if w.week == monday])), 2)
            for name in ("served", "model", "baseline")
        }
        for monday in mondays
    }
    table([_row(district, found) for district in figures["mape"] if district not in {"mean", "interval"}])
    table([{"week": week, **errors} for week, errors in by_week.items()])
    with (folder / "bwdf_scores.csv").open(encoding="utf-8") as lines:
        published = sorted(float(row["MAPE"]) for row in csv.DictReader(lines))
    peers = {
        "last week": last,
        "median of four weeks": four,
        "shape of five weeks x level of the last": figures["baseline_mape"]["mean"],
        "model alone": figures["model_mape"]["mean"],
        "served": figures["mape"]["mean"],
    }
    if mondays is OFFICIAL_WEEKS:
        peers |= {"published, best": round(published[0], 2), "published, second": round(published[1], 2)}
    table([{"forecast": name, "MAPE %": value} for name, value in peers.items()])
    worse = [
        district
        for district, error in figures["mape"].items()
        if district not in {"mean", "interval"} and error > figures["baseline_mape"][district]
    ]
    result(
        {
            "benchmark": "water_use_forecast",
            **figures,
            "by_week": by_week,
            "peers": peers,
            "worse_than_baseline": worse,
            "processor_seconds_a_week": round(seconds / len(mondays), 1),
        }
    )


def _row(district: str, found: list[Week]) -> dict[str, object]:
    mine = [each for each in found if each.district == district]
    return {
        "district": district,
        "served": round(float(np.mean([each.served for each in mine])), 2),
        "model": round(float(np.mean([each.model for each in mine])), 2),
        "baseline": round(float(np.mean([each.baseline for each in mine])), 2),
        "model served": f"{sum(each.used == 'model' for each in mine)} of {len(mine)}",
    }


def _trivial(battle: Battle, mondays: tuple[date, ...]) -> tuple[float, float]:
    """Return the errors of the last week again, and of the median of the last four."""
    last, four = [], []
    for monday in mondays:
        whole: Grid = grid_of(
            battle.history,
            None,
            monday + timedelta(days=7),
            0,
            PLACE,
            holidays_of_ferrara(range(2021, 2024)),
        )
        litres = np.exp(whole.logs)
        for district in litres:
            past = district[-35:-7].reshape(4, 7, 24)
            last.append(mape(past[-1], district[-7:]))
            four.append(mape(np.nanmedian(past, axis=0), district[-7:]))
    return round(float(np.mean(last)), 2), round(float(np.mean(four)), 2)


if __name__ == "__main__":
    main()
