"""The tables of a base, read when first asked for and kept; what they are is told in :mod:`.opening`."""

import json
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.referential import sessions, territories
from bacasable.services.job_advice.engine.referential.importing import Missing, Source

AGAIN = N_("{folder}: {name} cannot be read or is not what was imported: import the archives again")


class Tables:
    """The tables that a manifest names."""

    def __init__(self, folder: Path, manifest: dict[str, Any], day: date | None = None) -> None:
        self.folder = folder
        self.is_synthetic = bool(manifest["is_synthetic"])
        self.sources = tuple(
            Source(**one | {name: tuple(one[name]) for name in ("files", "sha256", "tables")})
            for one in manifest["sources"]
        )
        self.missing = tuple(Missing(**one) for one in manifest["missing"])
        self.notes = tuple(manifest["notes"])
        self._described: dict[str, dict[str, Any]] = manifest["tables"]
        self._tables = folder / manifest["folder"]
        self._day = day
        self._source_of = {table: source for source in self.sources for table in source.tables}

    @cached_property
    def version(self) -> str:
        """A digest of all tables: what an opinion was worked out with."""
        told = json.dumps({name: one["sha256"] for name, one in sorted(self._described.items())})
        return sha256(told.encode()).hexdigest()[:16]

    @cached_property
    def occupations(self) -> pl.DataFrame:
        """Occupations, by code."""
        return self._table("occupations")

    @cached_property
    def titles(self) -> pl.DataFrame:
        """Titles of jobs, by number."""
        return self._table("titles")

    @cached_property
    def skills(self) -> pl.DataFrame:
        """Know-how, knowledge and soft skills, by number."""
        return self._table("skills")

    @cached_property
    def context_labels(self) -> pl.DataFrame:
        """Contexts of work, by number."""
        return self._table("contexts")

    @cached_property
    def mobilities(self) -> pl.DataFrame:
        """Ways from an occupation to another that experts see, the nearest first."""
        return self._table("mobilities")

    @cached_property
    def occupation_sectors(self) -> pl.DataFrame:
        """Divisions of the NAF in which an occupation is found."""
        return self._table("occupation_sectors")

    @cached_property
    def certifications(self) -> pl.DataFrame:
        """Certifications of the RNCP, by code."""
        return self._table("certifications")

    @cached_property
    def certification_occupations(self) -> pl.DataFrame:
        """Occupations that certifications lead to, through the parent in ROME v3."""
        return self._table("certification_occupations")

    @cached_property
    def blocks(self) -> pl.DataFrame:
        """Blocks of skills of certifications."""
        return self._table("blocks")

    @cached_property
    def specialities(self) -> pl.DataFrame:
        """Specialities (NSF) of certifications."""
        return self._table("specialities")

    @cached_property
    def ways_in(self) -> pl.DataFrame:
        """How certifications may be had: experience, apprenticeship, training."""
        return self._table("ways_in")

    @cached_property
    def families(self) -> pl.DataFrame:
        """Families of occupations (FAP 2009) of each parent in ROME v3."""
        return self._table("families")

    @cached_property
    def tension_history(self) -> pl.DataFrame:
        """Index of tension of each family, by year."""
        return self._table("tension_history")

    @cached_property
    def diplomas(self) -> pl.DataFrame:
        """Specialities of the diplomas that people of each family hold."""
        return self._table("diplomas")

    @cached_property
    def esco(self) -> pl.DataFrame:
        """Occupations of ESCO that titles are near."""
        return self._table("esco")

    @cached_property
    def isco(self) -> pl.DataFrame:
        """Groups of ISCO-08 of each parent in ROME v3."""
        return self._table("isco")

    @cached_property
    def naf(self) -> pl.DataFrame:
        """Codes and labels of activities."""
        return self._table("naf")

    @property
    def departments(self) -> pl.DataFrame:
        """Departments, by code."""
        return territories.departments()

    @property
    def regions(self) -> pl.DataFrame:
        """Regions, by code."""
        return territories.regions()

    @cached_property
    def sessions(self) -> pl.DataFrame:
        """Sessions of training, by day; empty where none were imported."""
        return self._offers("sessions")

    @cached_property
    def events(self) -> pl.DataFrame:
        """Events, by day; empty where none were imported."""
        return self._offers("events")

    def _offers(self, kind: str) -> pl.DataFrame:
        if self.is_synthetic and kind in self._described:
            return sessions.dated(self._table(kind), self._day or datetime.now(UTC).date())
        try:
            return pl.read_parquet(self.folder / f"{kind}.parquet")
        except FileNotFoundError:
            return pl.DataFrame(schema=sessions.SCHEMAS[kind])
        except (OSError, pl.exceptions.PolarsError):
            raise Refused(AGAIN, folder=self.folder, name=f"{kind}.parquet") from None

    def _table(self, name: str) -> pl.DataFrame:
        path = self._tables / f"{name}.parquet"
        try:
            data = path.read_bytes()
            if sha256(data).hexdigest() != self._described[name]["sha256"]:
                raise Refused(AGAIN, folder=self.folder, name=path.name)
            return pl.read_parquet(data)
        except (OSError, KeyError, pl.exceptions.PolarsError):
            raise Refused(AGAIN, folder=self.folder, name=path.name) from None
