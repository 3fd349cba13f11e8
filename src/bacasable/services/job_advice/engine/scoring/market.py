"""The labour market around a person, as values from 0 to 1; and how far departments are from one another."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bacasable.services.job_advice.engine.referential import Referential

Floats = NDArray[np.float64]
#: Mean radius of the Earth in kilometres (IUGG).
_EARTH_KM = 6371.0
#: What separates two places by road, of what separates them as the crow flies.
_DETOUR = 1.3


@dataclass(frozen=True)
class Around:
    """Marks of all occupations in one department, f64 [n]; NaN where the tables do not say.

    ``high``, ``low``: how far the tension is above or below the middle mark, 0 to 1; ``hiring``,
    ``elsewhere`` and ``conditions``: marks 1 to 5 as 0 to 1 (``elsewhere`` above the middle mark alone).
    """

    high: Floats
    low: Floats
    hiring: Floats
    elsewhere: Floats
    conditions: Floats


class Market:
    """The labour market's tables of a base, kept by department."""

    def __init__(self, referential: "Referential") -> None:
        self._referential = referential
        self._kept: dict[str | None, Around] = {}
        self._km: dict[tuple[str, str], int | None] = {}
        self.departments = frozenset(referential.departments["code"].to_list())

    def around(self, department: str | None) -> Around:
        """Return the marks in ``department``; None: in the country."""
        if department not in self._kept:
            told = self._referential.labour_of(department)
            tension, elsewhere = _marks(told.tension), _marks(told.mismatch)
            self._kept[department] = Around(
                np.maximum(tension, 0.5) * 2 - 1,
                1 - np.minimum(tension, 0.5) * 2,
                _marks(told.hiring),
                np.maximum(elsewhere, 0.5) * 2 - 1,
                _marks(told.conditions),
            )
        return self._kept[department]

    def km(self, department: str, other: str) -> int | None:
        """Return the kilometres by road between two prefectures, about; None where one is not in the tables.

        The great circle, by three tenths more; overseas it is what a plane flies.
        """
        pair = (department, other)
        if pair not in self._km:
            self._km[pair] = self._between(department, other)
        return self._km[pair]

    def _between(self, department: str, other: str) -> int | None:
        here, there = self._places.get(department), self._places.get(other)
        if here is None or there is None:
            return None
        (a, b), (c, d) = np.radians(here), np.radians(there)
        half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
        return round(float(2 * _EARTH_KM * np.arcsin(np.sqrt(half))) * _DETOUR)

    @cached_property
    def _places(self) -> dict[str, tuple[float, float]]:
        columns = self._referential.departments.select("code", "latitude", "longitude")
        return {code: (latitude, longitude) for code, latitude, longitude in columns.iter_rows()}


def _marks(marks: NDArray[np.int8]) -> Floats:
    """Return marks of 1 to 5 as 0 to 1, NaN where 0."""
    return np.where(marks > 0, (marks.astype(np.float64) - 1) / 4, np.nan)
