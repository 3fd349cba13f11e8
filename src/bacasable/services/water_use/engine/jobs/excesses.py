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
from bacasable.services.water_use.engine.meters import Declared, Volume
from bacasable.services.water_use.engine.notice import TIMES, YEARS, examine
from bacasable.services.water_use.engine.storage import Indexes

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


def months_beside(month: str) -> set[str]:
    """Return the month and the same one of the three years before."""
    return {f"{int(month[:4]) - back}{month[4:]}" for back in range(YEARS + 1)}


def of_month(volumes: pl.DataFrame, month: str, homes: Iterable[Declared] = ()) -> list[Excess]:
    """Return the excesses of a month beside the same month of the three years before.

    A home without that history is held against comparable ones; with too few of them it is not judged.

    Args:
        volumes: as ``volumes_of`` gives them, of :func:`months_beside`.
        homes: what is known of homes, by the same meters.
    """
    year, of_year = int(month[:4]), month[5:]
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    # a month that was read in part is neither told of nor held against: nine days of ten, as between indexes
    volumes = volumes.filter((pl.col("days") >= 0.9 * last.day) & (pl.col("period") == of_year))
    if not volumes.height:
        return []
    given = volumes.select("meter", "year", "period", "litres", "days").to_arrow()
    known = pl.DataFrame(core.twice_average(ibis.memtable(given)).to_pyarrow()).filter(pl.col("year") == year)
    above = known.filter("above").sort("meter").to_dicts()
    found = [
        Excess(row["meter"], first, last, row["litres"], row["average_litres"], row["years"]) for row in above
    ]
    new = volumes.filter(pl.col("year") == year)
    return found + _beside_comparable(new, set(known["meter"]), {home.meter: home for home in homes}, first)


def _beside_comparable(
    volumes: pl.DataFrame, judged: set[str], known: Mapping[str, Declared], first: date
) -> list[Excess]:
    """Return the excesses of homes that have no history, beside homes of the same district and kind."""
    of_kind: dict[tuple[str, str], list[Volume]] = defaultdict(list)
    for meter, litres, days in volumes.select("meter", "litres", "days").sort("meter").iter_rows():
        home = known.get(meter)
        if home is not None and home.dwelling is not None:
            volume = Volume(meter, first, first + timedelta(days=days - 1), litres)
            of_kind[home.district, home.dwelling].append(volume)
    found = []
    for alike in of_kind.values():
        a_day = sum(one.litres / _days(one) for one in alike)
        for volume in alike:
            rate = volume.litres / _days(volume)
            # a first look at the mean of the others, so that few are examined home by home
            if volume.meter in judged or rate * (len(alike) - 1) <= TIMES * (a_day - rate) * 0.99:
                continue
            if (excess := _examined(volume, (), _brought(volume, alike))) is not None:
                found.append(excess)
    return found


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
        if (excess := _examined(volume, past, _comparable(volume, known, last))) is not None:
            found.append(excess)
    return found


def _examined(volume: Volume, past: Iterable[Volume], comparable: list[int]) -> Excess | None:
    """Return the excess of a volume, None where it is not above twice its average or nothing tells."""
    try:
        told = examine(volume, past, comparable)
    except Refused:
        return None
    if not told.unusual:
        return None
    average = told.average
    return Excess(
        volume.meter, volume.first, volume.last, volume.litres, average.litres, average.count, average.basis
    )


def _comparable(volume: Volume, known: Mapping[str, Declared], last: Mapping[str, Volume]) -> list[int]:
    """Return the last volumes of homes of the same district and kind, brought to as many days."""
    home = known[volume.meter]
    if home.dwelling is None:
        return []
    kind = home.district, home.dwelling
    alike = (other for meter, other in last.items() if (known[meter].district, known[meter].dwelling) == kind)
    return _brought(volume, alike)


def _brought(volume: Volume, alike: Iterable[Volume]) -> list[int]:
    """Return the volumes of other homes, brought to as many days."""
    days = _days(volume)
    return [round(one.litres * days / _days(one)) for one in alike if one.meter != volume.meter]


def _days(volume: Volume) -> int:
    return (volume.last - volume.first).days + 1
