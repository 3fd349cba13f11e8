"""How far forecasts of demand are off, on the four weeks of the Battle of Water Demand Forecasting.

Each week is forecast from what came strictly before it, with the weather that was then observed (the protocol
of the battle); errors are the mean over the hours of a week and district, then over weeks and districts.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.water_use.engine.forecast import (
    HOURS_AHEAD,
    OFFICIAL_WEEKS,
    Battle,
    fit_forecast,
    holidays_of_ferrara,
    mape,
    read_battle,
)
from bacasable.services.water_use.engine.forecast.bwdf import PLACE

#: What the data of the battle cover.
_YEARS = range(2021, 2024)
_DRAWS = 2000


@dataclass(frozen=True)
class Week:
    """A week and district: the error of the model, of the trivial forecast, and of which is served (%)."""

    week: date
    district: str
    model: float
    baseline: float
    served: float
    used: str
    first_day_litres: float


def weeks(battle: Battle, mondays: tuple[date, ...], seed: int) -> list[Week]:
    """Return the errors of each week that begins on one of the Mondays, district by district."""
    holidays = holidays_of_ferrara(_YEARS)
    found = []
    for monday in mondays:
        for one in fit_forecast(
            battle.history, battle.weather, at=monday, place=PLACE, holidays=holidays, seed=seed
        ):
            truth = _truth(battle.history, one.district, monday)
            model, base = np.asarray(one.litres, float), np.asarray(one.baseline_litres, float)
            served = model if one.used == "model" else base
            found.append(
                Week(
                    week=monday,
                    district=one.district,
                    model=mape(model, truth),
                    baseline=mape(base, truth),
                    served=mape(served, truth),
                    used=one.used,
                    first_day_litres=float(np.nanmean(np.abs(served[:24] - truth[:24]))),
                )
            )
    return found


def _truth(history: pl.DataFrame, district: str, monday: date) -> NDArray[np.float64]:
    rows = history.filter(
        (pl.col("district") == district) & pl.col("day").is_between(monday, monday + timedelta(days=6))
    )
    litres = np.full(HOURS_AHEAD, np.nan)
    hours = (rows["day"] - monday).dt.total_days().to_numpy() * 24 + rows["hour"].to_numpy()
    litres[hours] = rows["litres"].to_numpy()
    return litres


def evaluate_forecast(folder: Path, seed: int) -> dict[str, Any]:
    """Return ``mape`` (%): by district what is served, its ``mean`` with interval, and what is beside it.

    The interval (95 %) draws weeks and districts again, 2,000 times.

    Raises:
        Refused: the files of the battle are not in the folder.
    """
    return summary(weeks(read_battle(folder), OFFICIAL_WEEKS, seed), seed)


def summary(found: list[Week], seed: int) -> dict[str, Any]:
    """Return what :func:`evaluate_forecast` does of weeks that were forecast."""
    districts = sorted({each.district for each in found}, key=lambda name: (len(name), name))

    def by_district(name: str) -> dict[str, float]:
        return {
            district: round(float(np.mean([getattr(w, name) for w in found if w.district == district])), 2)
            for district in districts
        }

    served = np.asarray([each.served for each in found])
    drawn = np.random.default_rng(seed).integers(0, len(served), (_DRAWS, len(served)))
    low, high = np.quantile(served[drawn].mean(axis=1), (0.025, 0.975))
    return {
        "task": "forecast",
        "seed": seed,
        "weather": "as observed",
        "weeks": [monday.isoformat() for monday in sorted({each.week for each in found})],
        "mape": by_district("served")
        | {"mean": round(float(served.mean()), 2), "interval": [round(float(low), 2), round(float(high), 2)]},
        "model_mape": by_district("model") | {"mean": round(float(np.mean([w.model for w in found])), 2)},
        "baseline_mape": by_district("baseline")
        | {"mean": round(float(np.mean([w.baseline for w in found])), 2)},
        "model_served": sum(each.used == "model" for each in found),
        "forecasts": len(found),
        "first_day_error_litres_per_second": round(
            float(np.mean([each.first_day_litres for each in found])) / 3600, 3
        ),
    }
