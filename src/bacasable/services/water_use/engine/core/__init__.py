"""What a night makes of readings: totals, the least flow, similar homes' quantiles, districts' hours.

Written once as Ibis expressions: DuckDB runs them here, PySpark on a cluster, with the same results.
Needs the extra ``water``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.core.engines import DuckDB, Engine, PySpark
    from bacasable.services.water_use.engine.core.expressions import (
        LEVELS,
        daily,
        district_days,
        district_hours,
        meter_months,
        quantiles,
        twice_average,
    )
    from bacasable.services.water_use.engine.core.job import RESULTS, Ran, above_twice, results, run_months

__all__ = [
    "LEVELS",
    "RESULTS",
    "DuckDB",
    "Engine",
    "PySpark",
    "Ran",
    "above_twice",
    "daily",
    "district_days",
    "district_hours",
    "meter_months",
    "quantiles",
    "results",
    "run_months",
    "twice_average",
]

_HOMES = {
    **dict.fromkeys(("DuckDB", "Engine", "PySpark"), "engines"),
    **dict.fromkeys(("RESULTS", "Ran", "above_twice", "results", "run_months"), "job"),
    **dict.fromkeys(
        ("LEVELS", "daily", "district_days", "district_hours", "meter_months", "quantiles", "twice_average"),
        "expressions",
    ),
}

__getattr__ = names_of(__name__, _HOMES, "water")
