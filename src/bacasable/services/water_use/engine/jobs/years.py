"""A year of homes that are read once or twice a year: litres a day, from the volumes between two indexes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from bacasable.services.water_use.engine.meters import Volume

#: Share of a period that must lie between indexes for it to count, as where a volume is held against others.
_COVERED = 0.9
#: The readings of spring have come by this month, and with them the end of the year before.
_CLOSED_IN = 7


def closed_year(day: date) -> int:
    """Return the last year whose readings have had their time."""
    return day.year - (1 if day.month >= _CLOSED_IN else 2)


def means_of_year(
    volumes: Iterable[Volume], year: int, lived_since: Mapping[str, date] | None = None
) -> dict[str, float]:
    """Return litres a day of each meter over a year (:func:`means_over`).

    Args:
        lived_since: the day on which the household of a meter came: who came in the year is not counted.
    """
    first, since = date(year, 1, 1), lived_since or {}
    means = means_over(volumes, first, date(year, 12, 31))
    return {meter: mean for meter, mean in means.items() if since.get(meter, first) <= first}


def means_over(volumes: Iterable[Volume], first: date, last: date) -> dict[str, float]:
    """Return litres a day of the meters of which nine days of ten lie between indexes, spread evenly."""
    litres: dict[str, float] = defaultdict(float)
    days: dict[str, int] = defaultdict(int)
    for volume in volumes:
        inside = (min(last, volume.last) - max(first, volume.first)).days + 1
        if inside > 0:
            litres[volume.meter] += volume.litres * inside / ((volume.last - volume.first).days + 1)
            days[volume.meter] += inside
    whole = (last - first).days + 1
    return {meter: litres[meter] / counted for meter, counted in days.items() if counted >= _COVERED * whole}
