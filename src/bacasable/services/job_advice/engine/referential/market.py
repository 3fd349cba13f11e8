"""The labour market's tables of a base, by occupation: figures with the level and the row they come from."""

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.referential.figures import (
    AGES,
    MARKS,
    UNUSUAL,
    WAGE_BOUNDS_EUR,
    WAGES,
)
from bacasable.services.job_advice.engine.referential.labour import (
    LEVELS,
    Families,
    Labour,
    LabourColumns,
    Tensions,
    by_family,
    median_wage_eur,
)
from bacasable.services.job_advice.engine.trace import Row

Floats = NDArray[np.float64]


class Market:
    """Figures by occupation (``codes``; ``parents`` are theirs in ROME v3); tables are read when asked."""

    def __init__(
        self,
        codes: list[str],
        parents: list[str],
        table: Callable[[str], pl.DataFrame],
        row: Callable[[str, object], Row],
    ) -> None:
        self._place = {code: at for at, code in enumerate(codes)}
        self._parents = parents
        self._table = table
        self._row = row
        self._columns: dict[str | None, LabourColumns] = {}

    def labour_of(self, department: str | None) -> LabourColumns:
        """Return the figures of all occupations in ``department`` (None: the country)."""
        if department not in self._columns:
            self._columns[department] = self._tensions.columns(self._families.first, department)
        return self._columns[department]

    def labour(self, code: str, department: str | None) -> Labour:
        """Return all figures of the occupation ``code`` in ``department`` (None: the country)."""
        at = self._place[code]
        family = self._families.first[at]
        columns = self.labour_of(department)
        made: dict[str, Any] = {"is_known": columns.is_known, "department": department}
        rows: list[Row] = []
        line = int(columns.row[at])
        if line >= 0:
            told = self._tensions.table.row(line, named=True)
            made |= {name: told[name] for name in (*MARKS, "index", "employment", "year", "territory")}
            made["level"] = LEVELS[columns.level[at]]
            rows.append(
                self._row("tensions", f"{told['family']} {told['level']} {told['territory']}".strip())
            )
        for name, values, bands in (
            ("wages", self.wages, WAGES),
            ("ages", self.ages, AGES),
            ("unusual_hours", self.unusual_hours, UNUSUAL),
        ):
            mine = values[at]
            if not np.isnan(mine).all():
                made[name] = {
                    band: float(one) for band, one in zip(bands, mine, strict=True) if not np.isnan(one)
                }
                rows.append(self._row(name, family))
        median = float(self.median_wage_eur[at])
        if not np.isnan(median):
            made["median_wage_eur"] = median
            made["wage_band"] = WAGES[bisect_left(WAGE_BOUNDS_EUR, max(median, 1.0)) - 1]
        if not np.isnan(self.women_share[at]):
            made["women_share"] = float(self.women_share[at])
            made["period"] = self._women["period"].max()
            rows.append(self._row("women", family))
        label = self._labels.get(family or "")
        return Labour(code, family, label, self._families.of[at][1:], rows=tuple(rows), **made)

    @cached_property
    def wages(self) -> Floats:
        """Shares by band of wages (``WAGES``), [occupations, 5]."""
        return by_family(self._table("wages"), self._families.first, WAGES)

    @cached_property
    def median_wage_eur(self) -> Floats:
        """Median monthly wage in euros, interpolated in its band, [occupations]."""
        return median_wage_eur(self.wages)

    @cached_property
    def ages(self) -> Floats:
        """Shares by band of age (``AGES``), [occupations, 9]."""
        thousands = by_family(self._table("ages"), self._families.first, AGES)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares: Floats = thousands / np.nansum(thousands, axis=1, keepdims=True)
        return shares

    @cached_property
    def unusual_hours(self) -> Floats:
        """Shares of people who work on Saturdays, at night, on Sundays (``UNUSUAL``), [occupations, 3]."""
        return by_family(self._table("unusual_hours"), self._families.first, UNUSUAL)

    @cached_property
    def women_share(self) -> Floats:
        """Share of women, [occupations]."""
        table = self._women.select("family", band=pl.lit("women"), value="share")
        return by_family(table, self._families.first, ("women",))[:, 0]

    @cached_property
    def employment(self) -> Floats:
        """People employed in the country: those of the family, shared evenly, [occupations]."""
        first = self._families.first
        counts: dict[str | None, int] = {}
        for one in first:
            counts[one] = counts.get(one, 0) + 1
        whole = self.labour_of(None).employment
        return whole / np.array([counts[one] for one in first])

    @cached_property
    def _families(self) -> Families:
        return Families(self._parents, self._table("families"), self._tensions.table)

    @cached_property
    def _tensions(self) -> Tensions:
        return Tensions(self._table("tensions"))

    @cached_property
    def _women(self) -> pl.DataFrame:
        return self._table("women")

    @cached_property
    def _labels(self) -> dict[str, str]:
        return dict(self._table("family_labels").select("family", "label").iter_rows())
