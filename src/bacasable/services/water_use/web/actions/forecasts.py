"""Totals of districts kept by the hour, and the forecast of the week made of them once a day.

Hours of homes are forgotten after their window; the sum of a district of eleven meters or more is nobody's,
and stays, so that a forecast has a history to learn from.
"""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison.ladder import LEAST_K
from bacasable.services.water_use.processing import FORECAST, READINGS
from bacasable.services.water_use.web import looking, running
from bacasable.services.water_use.web.actions.acts import act
from bacasable.services.water_use.web.models import Run
from bacasable.ui.saying import spoken

KIND = "forecast"
#: Share of the hours of a district's meters that must be known for a day to count.
_KNOWN = 0.9
#: Days of totals that are kept: two years and a month.
_KEPT_DAYS = 760


def daily() -> None:
    """Forecast the week from today on, once a day; the worker asks every hour."""
    day = looking.today()
    done = Run.objects.filter(kind=KIND, figures__day=day.isoformat()).exclude(state="running").exists()
    if not done and running.readings().parts():
        run_forecast(at=day)


def last() -> Run | None:
    """Return the last forecast that was made, None before the first."""
    return Run.objects.filter(kind=KIND, state="done").first()


def run_forecast(*, at: date, by: User | str = "system") -> Run:
    """Forecast the seven days from ``at`` on for each district; what fails is said on the run.

    Raises:
        NotYet: people here are real, and the impact assessment is due; nothing was done.
    """
    from bacasable.services.water_use.engine import core
    from bacasable.services.water_use.engine.forecast import fit_forecast

    looking.gate().admit(purpose=FORECAST.key, data_set=READINGS, fields=("daily", "hourly"))
    made = Run.objects.create(kind=KIND, state="running", figures={"day": at.isoformat()})
    weather, told_of_weather = _weather()
    try:
        import ibis

        table = ibis.memtable(_totals(at).drop("meters", "hours").to_arrow())
        found = fit_forecast(core.district_hours(table).to_pyarrow(), weather, at=at)
    except Exception as error:
        # the text of an unexpected error may quote data: its kind alone is kept
        told = str(error) if isinstance(error, Refused) else type(error).__name__
        made.state, made.error, made.finished_at = "failed", told[:300], clock.now()
        made.save()
        if not isinstance(error, Refused):
            raise
        return made
    with act("districts_forecast", f"run:{made.public_id}", by, day=at.isoformat(), districts=len(found)):
        made.figures = {
            "day": at.isoformat(),
            "weather": told_of_weather,
            "forecasts": [
                {
                    "district": one.district,
                    "start": one.start.isoformat(),
                    "litres": one.litres,
                    "baseline_litres": one.baseline_litres,
                    "used": one.used,
                    "past_mape": _number(one.past_mape),
                    "past_baseline_mape": _number(one.past_baseline_mape),
                }
                for one in found
            ],
        }
        made.state, made.finished_at = "done", clock.now()
        made.save()
    return made


def _weather() -> tuple[Any, str]:
    """Return the weather of the file that settings name, and ``used``, ``none``, or why it is not used."""
    from bacasable.services.water_use.engine.forecast import read_weather

    path = running.settings().weather_csv
    if not path:
        return None, "none"
    try:
        return read_weather(Path(path)), "used"
    except Refused as refused:
        return None, spoken(refused.said)


def _totals(at: date) -> Any:
    """Bring the totals of districts up to the day before ``at``, and return them."""
    import polars as pl

    from bacasable.services.water_use.engine import core
    from bacasable.services.water_use.engine.storage import HOURS
    from bacasable.services.water_use.engine.storage.layout import write

    path = totals_path()
    first = at - timedelta(days=running.settings().hourly_days - 1)
    months = {f"{first + timedelta(days=number):%Y-%m}" for number in range((at - first).days + 1)}
    rows = running.readings().days(months=months)
    rows = rows.filter(rows.kind == "hourly", rows.day >= first, rows.day < at)
    fresh = pl.DataFrame(core.district_days(rows).to_pyarrow())
    known = (pl.col("meters") >= LEAST_K) & (pl.col("hours") >= _KNOWN * 24 * pl.col("meters"))
    fresh = fresh.filter(known)
    if path.exists():
        old = pl.read_parquet(path).filter(pl.col("day") >= at - timedelta(days=_KEPT_DAYS))
        old = old.join(fresh, on=["district", "day"], how="anti")
        fresh = pl.concat([old, fresh.select(old.columns).cast(old.schema)])
    fresh = fresh.sort("district", "day")
    write(fresh.to_arrow(), path)
    # as many meters a day as now: a district that gains meters does not drink more
    now = fresh.group_by("district").agg(pl.col("meters").last().alias("now"))
    scaled = fresh.join(now, on="district")
    share = pl.col("now") / pl.col("hours") * 24
    return scaled.with_columns((pl.col(HOURS) * share).round().cast(pl.Int64)).drop("now")


def totals_path() -> Path:
    """Return where the hourly totals of districts are kept."""
    return running.folder() / "districts.parquet"


def _number(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None
