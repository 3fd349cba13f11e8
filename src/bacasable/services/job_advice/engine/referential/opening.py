"""The base of trades, open: tables read when first asked for, with their version and date.

What :class:`Referential` has (polars frames unless said; rows in the order given; n occupations, m skills):

- ``occupations`` (by ``code``): code, label, parent (ROME v3), ecology green|greening|brown|neutral; green,
  digital, ageing, regulated, managerial (booleans, null: not said); riasec, riasec_minor (a letter each),
  domain, domain_label, field, field_label, definition, access.
- ``titles`` (by ``ogr``): ogr i64, long, short, masculine, feminine, code, parent, rarely_used, is_main.
- ``skills`` (by ``ogr``): ogr i64, label, kind know_how|knowledge|soft, macro i64, is_macro, category, green,
  digital. ``occupation_skills``, ``core_skills``, ``emerging_skills``: CSR f32 [n, m] of ones.
- ``contexts``: CSR f32 [n, c]; ``context_labels`` (its columns): ogr, label, kind conditions|hours|places|
  publics|structures|status, limit (a ``profiles.Limit`` or null), hours (a ``profiles.Hours`` or null).
- ``mobilities``: code, target, order i32 (null in ROME v3), kind near|further|null.
- ``certifications``: rncp, title, level i8 (3 to 8, null), kind, kind_label, active, until date, replaced_by,
  apprenticeship, told_by; ``certification_occupations``: rncp, parent, code; ``blocks``: rncp, block, title;
  ``specialities``: rncp, nsf, label; ``ways_in``: rncp, way, label. ``active`` is on the archive's day.
- ``labour(code, department) -> Labour``; ``labour_of(department) -> LabourColumns`` (arrays of n);
  ``women_share`` f64 [n], ``ages`` f64 [n, 9] (``figures.AGES``), ``wages`` f64 [n, 5] (``figures.WAGES``),
  ``median_wage_eur`` f64 [n], ``unusual_hours`` f64 [n, 3], ``employment`` f64 [n] people; NaN: not known.
- ``departments``: code, label, region, latitude, longitude; ``regions``: code, label; ``families``: parent,
  qualification, family; ``esco``: ogr, uri, label, relation; ``isco``: parent, isco, label; ``naf``: code,
  label; ``occupation_sectors``: code, division, label; ``tension_history``: family, year, index;
  ``diplomas``: family, nsf, label, share; ``sessions``, ``events``: see :mod:`.sessions`.
- ``index_of(code)``, ``has(code)``, ``label_of(code)``, ``skill_index_of(ogr)``, ``skill_label_of(ogr)``,
  ``row(table, key) -> trace.Row``, ``sources``, ``missing``, ``notes``, ``is_synthetic``, ``version``.
"""

import json
from datetime import date
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.referential.importing import MANIFEST, Source
from bacasable.services.job_advice.engine.referential.labour import Labour, LabourColumns
from bacasable.services.job_advice.engine.referential.market import Market
from bacasable.services.job_advice.engine.referential.tables import AGAIN, Tables
from bacasable.services.job_advice.engine.trace import Row

Floats = NDArray[np.float64]


class Referential(Tables):
    """A base of trades: its tables, arrays of them, the labour market, labels and what to cite."""

    @classmethod
    def open(cls, folder: Path, *, day: date | None = None) -> "Referential":
        """Open the base that was imported in ``folder``.

        Raises:
            Refused: there is none, or its manifest cannot be read.
        """
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return cls(folder, manifest, day)
        except FileNotFoundError:
            raise Refused(N_("{folder}: no base of trades: import the archives"), folder=folder) from None
        except (OSError, ValueError, KeyError, TypeError):
            raise Refused(AGAIN, folder=folder, name=MANIFEST) from None

    @classmethod
    def synthetic(cls, *, day: date | None = None) -> "Referential":
        """Open the small synthetic base of the product; sessions are dated from ``day`` (today)."""
        with as_file(files(__package__) / "synthetic") as folder:
            return cls.open(folder, day=day)

    # -- the labour market

    def labour(self, code: str, department: str | None) -> Labour:
        """Return the figures of the labour market of an occupation in a department (None: the country).

        A department that the tables do not have takes the country's figures: ``is_known`` is False.

        Raises:
            Refused: there is no such occupation in these tables.
        """
        self.index_of(code)
        return self._market.labour(code, department)

    def labour_of(self, department: str | None) -> LabourColumns:
        """Return the figures of all occupations in a department (None: the country)."""
        return self._market.labour_of(department)

    @property
    def women_share(self) -> Floats:
        """Share of women of each occupation; NaN where not known."""
        return self._market.women_share

    @property
    def ages(self) -> Floats:
        """Shares by band of age, [occupations, 9]; NaN where not known."""
        return self._market.ages

    @property
    def wages(self) -> Floats:
        """Shares by band of wages, [occupations, 5]; NaN where not known."""
        return self._market.wages

    @property
    def median_wage_eur(self) -> Floats:
        """Median monthly wage of each occupation, interpolated in its band; NaN where not known."""
        return self._market.median_wage_eur

    @property
    def unusual_hours(self) -> Floats:
        """Shares of people working on Saturdays, at night, on Sundays, [occupations, 3]; NaN: not known."""
        return self._market.unusual_hours

    @property
    def employment(self) -> Floats:
        """People employed in each occupation: those of its family, shared evenly; NaN where not known."""
        return self._market.employment

    # -- arrays

    @cached_property
    def occupation_skills(self) -> csr_array:
        """Which skills an occupation asks for: ones, [occupations, skills]."""
        return self._matrix(self._skill_links, "ogr", self._skill_place, self.skills.height)

    @cached_property
    def core_skills(self) -> csr_array:
        """Which of them are at its heart: ones, [occupations, skills]; none where the archive tells none."""
        links = self._skill_links.filter(pl.col("core") == "main")
        return self._matrix(links, "ogr", self._skill_place, self.skills.height)

    @cached_property
    def emerging_skills(self) -> csr_array:
        """Which of them are on the rise: ones, [occupations, skills]."""
        links = self._skill_links.filter(pl.col("core") == "emerging")
        return self._matrix(links, "ogr", self._skill_place, self.skills.height)

    @cached_property
    def contexts(self) -> csr_array:
        """Which contexts of work an occupation has: ones, [occupations, contexts]."""
        place = {ogr: at for at, ogr in enumerate(self.context_labels["ogr"].to_list())}
        return self._matrix(self._table("occupation_contexts"), "ogr", place, len(place))

    # -- places and labels

    def index_of(self, code: str) -> int:
        """Return the row of the occupation ``code``.

        Raises:
            Refused: there is no such occupation in these tables.
        """
        try:
            return self._place[code]
        except KeyError:
            raise Refused(
                N_("{code} is no occupation of these tables ({version})"),
                code=code,
                version=self._version_of("occupations"),
            ) from None

    def has(self, code: str) -> bool:
        """Return whether ``code`` is an occupation of these tables."""
        return code in self._place

    def label_of(self, code: str) -> str:
        """Return the label of the occupation ``code``.

        Raises:
            Refused: there is no such occupation in these tables.
        """
        return self._labels[self.index_of(code)]

    def skill_index_of(self, ogr: int) -> int:
        """Return the column of the skill numbered ``ogr``.

        Raises:
            Refused: there is no such skill in these tables.
        """
        try:
            return self._skill_place[ogr]
        except KeyError:
            raise Refused(
                N_("{number} is no skill of these tables ({version})"),
                number=ogr,
                version=self._version_of("skills"),
            ) from None

    def skill_label_of(self, ogr: int) -> str:
        """Return the label of the skill numbered ``ogr``.

        Raises:
            Refused: there is no such skill in these tables.
        """
        return self._skill_labels[self.skill_index_of(ogr)]

    def row(self, table: str, key: object) -> Row:
        """Return what a sentence cites of the row ``key`` of ``table``: its table, version and date."""
        source = self._source_of.get(table)
        if table == "certifications" and str(key) in self._told_by_kit:
            source = next(one for one in self.sources if one.key == "apprenticeship")
        return Row(table, str(key), source.version if source else "", source.date if source else "")

    def source_of(self, table: str) -> Source | None:
        """Return where a table comes from, None where it is not in this base."""
        return self._source_of.get(table)

    # -- inside

    @cached_property
    def _told_by_kit(self) -> frozenset[str]:
        """Certifications whose state is that of the kit of apprenticeship, later than the RNCP's archive."""
        if "told_by" not in self.certifications.columns:
            return frozenset()
        own = self.certifications.filter(pl.col("told_by") == "apprenticeship")
        return frozenset(own["rncp"].to_list())

    @cached_property
    def _place(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.occupations["code"].to_list())}

    @cached_property
    def _market(self) -> Market:
        return Market(list(self._place), self.occupations["parent"].to_list(), self._table, self.row)

    @cached_property
    def _labels(self) -> list[str]:
        return cast("list[str]", self.occupations["label"].to_list())

    @cached_property
    def _skill_place(self) -> dict[int, int]:
        return {ogr: at for at, ogr in enumerate(self.skills["ogr"].to_list())}

    @cached_property
    def _skill_labels(self) -> list[str]:
        return cast("list[str]", self.skills["label"].to_list())

    @cached_property
    def _skill_links(self) -> pl.DataFrame:
        return self._table("occupation_skills")

    def _version_of(self, table: str) -> str:
        source = self._source_of.get(table)
        return f"{source.name} {source.version}" if source else table

    def _matrix(self, links: pl.DataFrame, column: str, place: dict[int, int], width: int) -> csr_array:
        shape = (len(self._place), width)
        rows = np.array([self._place[code] for code in links["code"].to_list()], dtype=np.int32)
        columns = np.array([place[ogr] for ogr in links[column].to_list()], dtype=np.int32)
        made = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        made.sort_indices()
        return made
