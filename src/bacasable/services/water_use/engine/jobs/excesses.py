"""Volumes above twice their average, as the law holds them: of months, and between two indexes.

Where a home has no history, comparable homes of the area stand for it: of the same district and kind of
dwelling, eleven at least, and nothing of who lives there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import polars as pl

from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine import core
from bacasable.services.water_use.engine.jobs.volumes import volumes_of
from bacasable.services.water_use.engine.meters import Declared, Volume
from bacasable.services.water_use.engine.notice import examine
from bacasable.services.water_use.engine.storage import Indexes, Readings

#: Days after which an index is too old to be told of.
TOLD_DAYS = 60


@dataclass(frozen=True)
class Excess:
    """A volume above twice its average: its days, litres, the average, and what that rests on.

    ``basis`` is "history" (``count`` years) or "comparable" (``count`` homes).
    """

    meter: str
    first: date
    last: date
    litres: int
    average_litres: int
    count: int
    basis: str = "history"


def of_month(readings: Readings, month: str) -> list[Excess]:
    """Return the excesses of a month beside the same month of the three years before."""
    year, of_year = int(month[:4]), month[5:]
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    volumes = volumes_of(readings, {f"{year - back}-{of_year}" for back in range(4)})
    # a month that was read in part is neither told of nor held against: nine days of ten, as between indexes
    volumes = volumes.filter(pl.col("days") >= 0.9 * last.day)
    if not volumes.height:
        return []
    above = core.twice_average(ibis.memtable(volumes.to_arrow()))
    rows = above.filter(above.above & (above.year == year)).order_by("meter").to_pyarrow().to_pylist()
    return [
        Excess(row["meter"], first, last, row["litres"], row["average_litres"], row["years"]) for row in rows
    ]


def of_indexes(indexes: Indexes, homes: Iterable[Declared], day: date) -> list[Excess]:
    """Return the excesses of homes that are read by index, where the last one was read within sixty days.

    A volume of which an index was estimated is not told: the meter is read first. Homes without a history and
    with too few comparable ones are not judged.
    """
    known = {home.meter: home for home in homes}
    volumes: dict[str, list[Volume]] = defaultdict(list)
    for volume in indexes.volumes():
        if volume.meter in known and volume.last <= day:
            volumes[volume.meter].append(volume)
    last = {meter: max(rows, key=lambda one: one.last) for meter, rows in volumes.items()}
    found = []
    for meter, volume in sorted(last.items()):
        if volume.estimated or volume.last < day - timedelta(days=TOLD_DAYS):
            continue
        past = [one for one in volumes[meter] if one is not volume]
        try:
            told = examine(volume, past, _comparable(volume, known, last))
        except Refused:
            continue
        if told.unusual:
            average = told.average
            found.append(
                Excess(
                    meter,
                    volume.first,
                    volume.last,
                    volume.litres,
                    average.litres,
                    average.count,
                    average.basis,
                )
            )
    return found


def _comparable(volume: Volume, known: Mapping[str, Declared], last: Mapping[str, Volume]) -> list[int]:
    """Return the last volumes of homes of the same district and kind, brought to as many days."""
    home, days = known[volume.meter], _days(volume)
    if home.dwelling is None:
        return []
    return [
        round(other.litres * days / _days(other))
        for meter, other in last.items()
        if meter != volume.meter
        and (known[meter].district, known[meter].dwelling) == (home.district, home.dwelling)
    ]


def _days(volume: Volume) -> int:
    return (volume.last - volume.first).days + 1
