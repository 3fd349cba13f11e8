"""What the labour market's tables say of an occupation in a department, and at which level they say it.

Figures are by family of occupations (FAP). Those of the department are taken where the Dares publishes them,
else those of the region, else those of the country; where the family has none at all, those of the wider
family. The level and the family that were used go with every figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.referential.figures import MARKS, WAGE_BOUNDS_EUR, WAGES
from bacasable.services.job_advice.engine.referential.territories import region_of
from bacasable.services.job_advice.engine.trace import Row

Floats = NDArray[np.float64]
#: Levels of territory in :class:`LabourColumns`, by number; 0 where there is no figure.
LEVELS = ("", "department", "region", "country")


@dataclass(frozen=True)
class Labour:
    """Figures of one occupation. None: the tables do not say.

    ``level`` is that of the figures of tension (``LEVELS``), ``territory`` its code, ``is_known`` whether the
    department that was asked is in the tables. ``family`` is the family that they are of, ``others`` those
    that the occupation is in too. Marks go from 1 (low) to 5 (high). ``wages`` are shares by band,
    ``wage_band`` that of the median, ``median_wage_eur`` is interpolated in it (the last band counts as
    3,000). ``ages`` are shares by band, ``unusual_hours`` shares of people who work then. ``rows`` are what a
    sentence cites.
    """

    code: str
    family: str | None
    label: str | None
    others: tuple[str, ...] = ()
    department: str | None = None
    is_known: bool = True
    level: str = ""
    territory: str = ""
    year: int | None = None
    employment: float | None = None
    index: float | None = None
    tension: int | None = None
    hiring: int | None = None
    training_link: int | None = None
    lack_of_workforce: int | None = None
    instability: int | None = None
    conditions: int | None = None
    mismatch: int | None = None
    wages: Mapping[str, float] = field(default_factory=dict)
    wage_band: str | None = None
    median_wage_eur: float | None = None
    women_share: float | None = None
    period: str | None = None
    ages: Mapping[str, float] = field(default_factory=dict)
    unusual_hours: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class LabourColumns:
    """Figures of all occupations in one department, one place an occupation.

    Marks are 1 to 5, 0 where not known; ``index`` and ``employment`` NaN where not known; ``level`` counts in
    ``LEVELS``; ``row`` is the line of the table of tensions, -1 where none.
    """

    department: str | None
    is_known: bool
    level: NDArray[np.int8]
    row: NDArray[np.int32]
    index: Floats
    employment: Floats
    tension: NDArray[np.int8]
    hiring: NDArray[np.int8]
    training_link: NDArray[np.int8]
    lack_of_workforce: NDArray[np.int8]
    instability: NDArray[np.int8]
    conditions: NDArray[np.int8]
    mismatch: NDArray[np.int8]


class Families:
    """The family whose figures stand for each occupation: the one that employs the most of its own."""

    def __init__(self, parents: list[str], families: pl.DataFrame, tensions: pl.DataFrame) -> None:
        country = tensions.filter(pl.col("level") == "country")
        self.size: dict[str, float] = dict(country.select("family", "employment").iter_rows())
        all_of: dict[str, list[str]] = {}
        for parent, family in families.select("parent", "family").unique(maintain_order=True).iter_rows():
            all_of.setdefault(parent, []).append(family)
        for found in all_of.values():
            found.sort(
                key=lambda family: (-(self.size.get(family) or self.size.get(family[:3]) or 0), family)
            )
        self.of: list[tuple[str, ...]] = [tuple(all_of.get(parent, ())) for parent in parents]
        self.first: list[str | None] = [found[0] if found else None for found in self.of]


class Tensions:
    """The table of tensions by family and territory, and how to fall back in it."""

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        # A region and a department may have one code (75): the level is part of the key.
        keys = table.select("family", "level", "territory").iter_rows()
        told = table["tension"].is_not_null().to_list()
        self.at = {key: row for row, (key, is_told) in enumerate(zip(keys, told, strict=True)) if is_told}
        self.departments = set(table.filter(pl.col("level") == "department")["territory"].to_list())

    def row_of(self, family: str, department: str | None) -> tuple[int, int]:
        """Return the line and the level (in ``LEVELS``) of the nearest figures; (-1, 0) where none."""
        region = region_of().get(department or "")
        for one in dict.fromkeys((family, family[:3])):
            for level, territory in ((1, department), (2, region), (3, "")):
                if territory is not None:
                    row = self.at.get((one, LEVELS[level], territory))
                    if row is not None:
                        return row, level
        return -1, 0

    def columns(self, families: list[str | None], department: str | None) -> LabourColumns:
        """Return the figures of each of ``families`` in ``department``."""
        found = {one: self.row_of(one, department) for one in set(families) if one is not None}
        rows = np.array([found[one][0] if one else -1 for one in families], dtype=np.int32)
        level = np.array([found[one][1] if one else 0 for one in families], dtype=np.int8)
        safe, has = np.maximum(rows, 0), rows >= 0
        if not self.table.height:
            safe, has = rows[:0], np.zeros(len(rows), bool)

        def numbers(name: str) -> Floats:
            made = np.full(len(rows), np.nan)
            if self.table.height:
                made[has] = self.table[name].cast(pl.Float64).to_numpy()[safe[has]]
            return made

        marks = {name: np.nan_to_num(numbers(name)).astype(np.int8) for name in MARKS}
        is_known = department is None or department in self.departments
        return LabourColumns(
            department, is_known, level, rows, numbers("index"), numbers("employment"), **marks
        )


def by_family(table: pl.DataFrame, families: list[str | None], bands: tuple[str, ...]) -> Floats:
    """Return a row of values in the order of ``bands`` for each of ``families``; NaN where not known.

    A family that the table does not have takes the wider one's (three characters, then one).
    """
    place = {band: at for at, band in enumerate(bands)}
    known: dict[str, Floats] = {}
    for family, band, value in table.select("family", "band", "value").iter_rows():
        if band in place:
            known.setdefault(family, np.full(len(bands), np.nan))[place[band]] = value
    nothing = np.full(len(bands), np.nan)
    return (
        np.stack([known.get(_nearest(one, known) or "", nothing) for one in families])
        if families
        else (np.empty((0, len(bands))))
    )


def median_wage_eur(shares: Floats) -> Floats:
    """Return the median wage of each row of shares by band, interpolated in its band; NaN where not known.

    The last band has no upper bound: a median in it is given as its lower one. A band that is not told is
    empty where the others make up nearly all, and leaves the median unknown elsewhere.
    """
    told = np.nansum(shares, axis=1) > 0.95
    shares = np.where(told[:, None], np.nan_to_num(shares), np.nan)
    total = shares.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        ends = np.cumsum(shares / total, axis=1)
    at = (ends < 0.5).sum(axis=1).clip(0, len(WAGES) - 1)
    rows = np.arange(len(shares))
    before = np.where(at > 0, ends[rows, np.maximum(at - 1, 0)], 0.0)
    low = np.array(WAGE_BOUNDS_EUR)[at]
    high = np.array([*WAGE_BOUNDS_EUR[1:], WAGE_BOUNDS_EUR[-1]])[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        made = low + (high - low) * (0.5 - before) / (ends[rows, at] - before)
    return np.where(np.isnan(ends[:, -1]), np.nan, made)


def _nearest(family: str | None, known: Mapping[str, object]) -> str | None:
    if family is None:
        return None
    return next((one for one in (family, family[:3], family[:1]) if one in known), None)
