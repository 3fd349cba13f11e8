"""Sessions of training and events: a file of values with a declared header, read line by line.

They change every week and belong to no archive: each import replaces those before. Lines that cannot be used
are left out and counted with their reason.
"""

import csv
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.services.job_advice.engine.referential.importing import MANIFEST
from bacasable.services.job_advice.engine.referential.reading import LinesRefused
from bacasable.services.job_advice.engine.referential.territories import region_of

MODES = ("on_site", "remote", "mixed")
KINDS = ("job_dating", "workshop", "information", "fair", "visit")
SESSIONS = {
    "reference": pl.String,
    "certification": pl.String,
    "title": pl.String,
    "starts": pl.Date,
    "ends": pl.Date,
    "department": pl.String,
    "city": pl.String,
    "hours": pl.Int32,
    "places": pl.Int32,
    "mode": pl.String,
    "provider": pl.String,
}
EVENTS = {
    "reference": pl.String,
    "kind": pl.String,
    "title": pl.String,
    "starts": pl.Date,
    "department": pl.String,
    "city": pl.String,
    "occupations": pl.List(pl.String),
    "places": pl.Int32,
}
#: Each kind of file: its columns, in any order, with this header.
HEADERS = {"sessions": tuple(SESSIONS), "events": tuple(EVENTS)}
_MUST = {
    "sessions": ("reference", "title", "starts", "department"),
    "events": ("reference", "kind", "title", "starts", "department"),
}
SCHEMAS: dict[str, dict[str, Any]] = {"sessions": SESSIONS, "events": EVENTS}
MOST_LINES = 500_000
_MOST_BYTES = 64 * 2**20
_LONGEST = 300


class Known(Protocol):
    """What an import asks of the base that it completes."""

    @property
    def certifications(self) -> pl.DataFrame:
        """Certifications, with ``rncp``."""

    def has(self, code: str) -> bool:
        """Return whether ``code`` is an occupation."""


@dataclass(frozen=True)
class OffersReport:
    """What an import of sessions or events did: lines used, and those left out by reason."""

    kind: str
    used: int
    refused: tuple[LinesRefused, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as values of JSON."""
        return asdict(self)


def import_offers(path: Path, folder: Path, referential: Known) -> OffersReport:
    """Import sessions or events (the header of the file tells which) into the base in ``folder``.

    ``referential`` is that base, open: a line with a certification or an occupation that it does not know is
    refused. Separator: comma or semicolon; UTF-8; days as 2026-12-31.

    Raises:
        Refused: no such header, or too large a file, or no line of it can be used.
    """
    if not (folder / MANIFEST).exists():
        raise Refused(N_("{folder}: no base of trades: import the archives first"), folder=folder)
    text = _text(path)
    separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    read = csv.reader(StringIO(text, newline=""), delimiter=separator)
    header = [name.strip() for name in next(read, [])]
    kind = next((kind for kind, must in _MUST.items() if set(must) <= set(header)), None)
    if kind is None:
        raise Refused(
            N_("{file}: its header is neither that of sessions ({sessions}) nor that of events ({events})"),
            file=path.name,
            sessions=",".join(HEADERS["sessions"]),
            events=",".join(HEADERS["events"]),
        )
    if "kind" in header:
        kind = "events"
    knows = _knowing(kind, referential)
    refused: dict[str, LinesRefused] = {}
    kept: list[dict[str, Any]] = []
    seen: set[str] = set()
    for values in read:
        number = read.line_num
        if number > MOST_LINES:
            raise Refused(N_("{file}: more than {most} lines"), file=path.name, most=MOST_LINES)
        if not any(value.strip() for value in values):
            continue
        row, reason = _row(kind, header, values, knows)
        if not reason and row["reference"] in seen:
            reason = N_("the same reference again: the first one is kept")
        if reason:
            refused.setdefault(reason, LinesRefused(path.name, reason)).add([number])
            continue
        seen.add(row["reference"])
        kept.append(row)
    if not kept:
        raise Refused(
            N_("{file}: no line can be used; the first reason is: {reason}"),
            file=path.name,
            reason=Said(next(iter(refused), N_("there is no line"))),
        )
    _place(folder, kind, pl.DataFrame(kept, schema=SCHEMAS[kind]).sort("starts", "reference"))
    return OffersReport(kind, len(kept), tuple(refused.values()))


def dated(table: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return a synthetic table whose days count from ``day``: ``starts_in`` and ``ends_in`` become days."""
    origin = pl.lit(day)
    made = table.with_columns(starts=origin + pl.duration(days="starts_in")).drop("starts_in")
    if "ends_in" in table.columns:
        made = made.with_columns(ends=origin + pl.duration(days="ends_in")).drop("ends_in")
        return made.select(*SESSIONS)
    return made.select(*EVENTS)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as handle:
            data = handle.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Refused(
            N_("{file}: it cannot be read ({reason})"), file=path.name, reason=error.strerror
        ) from None
    if len(data) > _MOST_BYTES:
        raise Refused(N_("{file}: more than {most} MB"), file=path.name, most=_MOST_BYTES // 2**20)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(N_("{file}: save it as UTF-8"), file=path.name) from None


def _knowing(kind: str, referential: Known) -> Callable[[str], bool]:
    if kind == "sessions":
        known = set(referential.certifications["rncp"].to_list())
        return known.__contains__
    return referential.has


def _row(
    kind: str, header: list[str], values: list[str], knows: Callable[[str], bool]
) -> tuple[dict[str, Any], str]:
    """Return the values of a line, and why it is refused ("" where it is not)."""
    if len(values) != len(header):
        return {}, N_("as many values as the header has columns are needed")
    told = {name: value.strip()[:_LONGEST] for name, value in zip(header, values, strict=True)}
    row: dict[str, Any] = {name: told.get(name) or None for name in HEADERS[kind]}
    if any(row[name] is None for name in _MUST[kind]):
        return {}, N_(
            "a value that must be there is not (reference, kind of an event, title, starts, department)"
        )
    if row["department"] not in region_of():
        return {}, N_("no code of a department (01 to 95, 2A, 2B, 971 to 974, 976)")
    for name in ("starts", "ends"):
        if row.get(name):
            try:
                row[name] = date.fromisoformat(row[name])
            except ValueError:
                return {}, N_("a day is written as 2026-12-31")
    if row.get("ends") and row["ends"] < row["starts"]:
        return {}, N_("it ends before it starts")
    for name in ("hours", "places"):
        if row.get(name) is not None:
            if not (row[name].isascii() and row[name].isdigit() and len(row[name]) <= 5):
                return {}, N_("hours and places are whole numbers")
            row[name] = int(row[name])
    if kind == "sessions":
        if row["certification"] and not knows(row["certification"]):
            return {}, N_("its certification is not in this base")
        row["mode"] = row["mode"] or "on_site"
        if row["mode"] not in MODES:
            return {}, N_("its mode is none of: on_site, remote, mixed")
        return row, ""
    if row["kind"] not in KINDS:
        return {}, N_("its kind is none of: job_dating, workshop, information, fair, visit")
    row["occupations"] = (row["occupations"] or "").split()
    if not all(knows(code) for code in row["occupations"]):
        return {}, N_("an occupation is not in this base")
    return row, ""


def _place(folder: Path, kind: str, table: pl.DataFrame) -> None:
    """Put the table in place at once, and mark the base as changed for those who have it open."""
    draft = folder / f".{kind}.parquet"
    try:
        table.write_parquet(draft, compression="zstd")
        draft.replace(folder / f"{kind}.parquet")
        os.utime(folder / MANIFEST)
    except OSError as error:
        raise Refused(
            N_("{folder}: the tables cannot be written there ({reason}); the ones before are untouched"),
            folder=folder,
            reason=error.strerror or type(error).__name__,
        ) from None
