"""Readings at rest: a row for each meter and day with its 24 hours, in Parquet, by district and month.

    readings = Readings(folder)
    readings.put(table)                 # late, corrected, repeated: last received wins, and is counted
    readings.days()                     # an Ibis table
    readings.expire_hourly(date(2026, 10, 1), keep={"those who asked for it"})

Needs the extra ``water``, asked for when a name is first used.
"""

from typing import TYPE_CHECKING

from bacasable.privacy.lazily import names_of

if TYPE_CHECKING:
    from bacasable.services.water_use.engine.storage.indexes import Indexes
    from bacasable.services.water_use.engine.storage.layout import HOURS, SCHEMA, Written
    from bacasable.services.water_use.engine.storage.readings import Expired, Readings

__all__ = ["HOURS", "SCHEMA", "Expired", "Indexes", "Readings", "Written"]

_HOMES = {
    "HOURS": "layout",
    "SCHEMA": "layout",
    "Expired": "readings",
    "Indexes": "indexes",
    "Readings": "readings",
    "Written": "layout",
}

__getattr__ = names_of(__name__, _HOMES, "water")
