"""The daily job: months of readings to months of results, each one whole or not there.

A month is a folder ``month=2026-03`` of Parquet files: ``daily`` (a row a meter and day), ``meters`` (a row
a meter), ``districts`` (a row a district and day, 24 hours) and ``cohorts`` (quantiles of similar homes). Its
note says which readings and homes it was made of: a month that is up to date is left alone, so that a job
that was killed goes on with the next, and a correction of March makes March anew, and April, whose first
days look back.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from bacasable.services.water_use.engine.core.engines import Engine, engine_of, parquet_of
from bacasable.services.water_use.engine.core.expressions import (
    DAILY,
    daily,
    district_days,
    meter_months,
    quantiles,
    twice_average,
)
from bacasable.services.water_use.engine.storage.layout import alone, month_of
from bacasable.services.water_use.engine.storage.readings import Readings

#: What a month's folder holds.
RESULTS = ("daily", "meters", "districts", "cohorts")
_NO_COHORTS = pa.schema([("meter", pa.string()), ("cohort", pa.string())]).empty_table()
#: Told the month, and how many of how many are done.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Ran:
    """The months that were made, and those that were up to date."""

    made: tuple[str, ...]
    kept: tuple[str, ...]


def run_months(
    readings: Readings,
    into: Path,
    *,
    cohorts: pa.Table | None = None,
    months: Sequence[str] | None = None,
    engine: Engine | str = "duckdb",
    progress: Progress | None = None,
) -> Ran:
    """Make the results of all months that are not up to date, oldest first.

    Args:
        into: the folder of the results; one job at a time writes there.
        cohorts: ``meter, cohort``: who is among whose similar homes; a meter may be in several.
        months: only those, ``2026-03``; all that have readings by default.
        engine: ``duckdb``, ``pyspark``, or one made with settings of its own.
        progress: told each month that is done.

    Raises:
        Refused: the engine is not known or not installed.
    """
    held = sorted({one.month for one in readings.parts()})
    wanted = [month for month in held if months is None or month in months]
    made, kept = [], []
    members = cohorts if cohorts is not None else _NO_COHORTS
    told = _digest(members)
    with alone(into):
        statements: _Statements | None = None
        for month in wanted:
            folder = into / f"month={month}"
            of = {"readings": _state(readings, month), "cohorts": told, "made_by": 1}
            if _note(folder) == of:
                kept.append(month)
            else:
                statements = statements or _Statements(
                    engine_of(engine) if isinstance(engine, str) else engine, members, into
                )
                statements.make(readings, month, folder, of, _made_before(readings, month, into))
                made.append(month)
            if progress is not None:
                progress(month, len(made) + len(kept), len(wanted))
    return Ran(tuple(made), tuple(kept))


def above_twice(into: Path, *, volumes: pa.Table | None = None, engine: Engine | str = "duckdb") -> pa.Table:
    """Return the volumes that have a history, beside it: see :func:`expressions.twice_average`.

    Args:
        into: the folder of results: each meter's months are volumes.
        volumes: others, of dials read once or twice a year: ``meter, year, period, litres, days``.
    """
    running = engine_of(engine) if isinstance(engine, str) else engine
    files = [folder / "meters.parquet" for folder in sorted(into.glob("month=*"))]
    tables = []
    if files:
        months = running.read(files)
        tables.append(
            months.select(
                "meter",
                year=months.month.substr(0, 4).cast("int32"),
                period=months.month.substr(5, 2),
                litres=months.litres.cast("int64"),
                days=months.days.cast("int32"),
            )
        )
    with alone(into):
        beside = into / "given-volumes.parquet"
        if volumes is not None:
            tables.append(
                running.read([parquet_of(volumes, beside)]).select(
                    "meter", "year", "period", "litres", "days"
                ).cast({"year": "int32", "litres": "int64", "days": "int32"})
            )  # fmt: skip
        try:
            every = tables[0] if len(tables) == 1 else ibis.union(*tables)
            return twice_average(every).to_pyarrow()
        finally:
            beside.unlink(missing_ok=True)


def results(into: Path, name: str, months: Sequence[str] | None = None) -> pa.Table:
    """Return the rows of a result, of all months or of some."""
    return pa.concat_tables(list(_tables(into, name, months)) or [pa.table({})])


def _tables(into: Path, name: str, months: Sequence[str] | None) -> Iterator[pa.Table]:
    for folder in sorted(into.glob("month=*")):
        if months is None or folder.name.removeprefix("month=") in months:
            yield pq.ParquetFile(folder / f"{name}.parquet").read()


def _digest(cohorts: pa.Table) -> str:
    rows = cohorts.select(_NO_COHORTS.column_names).cast(_NO_COHORTS.schema)
    rows = rows.sort_by([("meter", "ascending"), ("cohort", "ascending")]).combine_chunks()
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, rows.schema) as stream:
        stream.write_table(rows)
    return hashlib.sha256(written.getvalue()).hexdigest()


def _state(readings: Readings, month: str) -> list[list[Any]]:
    """Return what tells whether the readings of a month, or of the two days before it, have changed."""
    before = month_of(date.fromisoformat(f"{month}-01") - timedelta(days=2))
    found = []
    for one in readings.parts({before, month}):
        stat = one.path.stat()
        found.append([one.district, one.month, stat.st_size, stat.st_mtime_ns])
    return found


def _made_before(readings: Readings, month: str, into: Path) -> Path | None:
    """Return the days of the month before where they are up to date: its hours need not be read again."""
    before = month_of(date.fromisoformat(f"{month}-01") - timedelta(days=2))
    folder = into / f"month={before}"
    held = _note(folder).get("readings")
    return folder / "daily.parquet" if held and held == _state(readings, before) else None


def _note(folder: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((folder / "made_of.json").read_text()))
    except (OSError, ValueError):
        return {}


class _Statements:
    """The queries of a month, compiled once: every month runs the same ones on tables of the same names."""

    def __init__(self, engine: Engine, cohorts: pa.Table, into: Path) -> None:
        self.engine = engine
        self.compiled: dict[str, str] = {}
        members = parquet_of(cohorts, into / "given-cohorts.parquet")
        engine.keep("cohorts_of_homes", self._sql(engine.read([members])))
        members.unlink()

    def _sql(self, expression: Any) -> str:
        return str(self.engine.connection.compile(expression))

    def make(
        self, readings: Readings, month: str, folder: Path, of: dict[str, Any], made_before: Path | None
    ) -> None:
        """Make the folder of a month: beside its place, then moved there at once.

        The two days before come from what was made of them (``made_before``), or from their readings.
        """
        beside = folder.with_name(f".{folder.name}.{os.getpid()}")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        start = date.fromisoformat(f"{month}-01")
        back = start - timedelta(days=2)
        engine = self.engine
        engine.see("days_of_month", self._sql(readings.days(engine.connection, months={month})))
        self._write("daily", daily, "days_of_month", beside)
        if made_before is not None:
            earlier = engine.read([made_before]).select(*DAILY)
        else:
            # With the month's own files, for there may be none before it.
            earlier = daily(readings.days(engine.connection, months={month_of(back), month}))
        between = (earlier.day >= ibis.date(back)) & (earlier.day < ibis.date(start))
        engine.see("days_before", self._sql(earlier.filter(between)))
        # What is written is read again, by the columns that are wanted: less than keeping it all in memory.
        made = engine.read([beside / "daily.parquet"]).select(*DAILY)
        every = ibis.union(made, engine.connection.table("days_before")).mutate(start=ibis.date(start))
        engine.keep("meters_of_month", self._sql(meter_months(every)))
        self._write("meters", lambda meters: meters, "meters_of_month", beside)
        self._write("districts", district_days, "days_of_month", beside)
        self._write("cohorts", self._quantiles, "meters_of_month", beside)
        (beside / "made_of.json").write_text(json.dumps(of))
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)

    def _quantiles(self, meters: Any) -> Any:
        return quantiles(meters, self.engine.connection.table("cohorts_of_homes"))

    def _write(self, name: str, made: Callable[[Any], Any], of: str, beside: Path) -> None:
        """Write a result of the month: the query on the table ``of``, written down the first time."""
        if name not in self.compiled:
            self.compiled[name] = self._sql(made(self.engine.connection.table(of)))
        self.engine.write(self.compiled[name], beside / f"{name}.parquet")
