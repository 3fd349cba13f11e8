"""What a night makes of readings: totals, the least flow, similar homes' quantiles, districts' hours.

Written once as Ibis expressions: DuckDB runs them here, PySpark on a cluster, with the same results.
Needs the extra ``water``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.core.expressions import (
        LEVELS,
        daily,
        district_days,
        district_hours,
        meter_months,
        quantiles,
        twice_average,
    )

__all__ = [
    "LEVELS",
    "daily",
    "district_days",
    "district_hours",
    "meter_months",
    "quantiles",
    "twice_average",
]

_HOMES = dict.fromkeys(__all__, "expressions")

__getattr__ = names_of(__name__, _HOMES, "water")
