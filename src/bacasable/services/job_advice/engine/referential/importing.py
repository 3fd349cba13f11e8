"""Import the official archives into one base: a Parquet file a table, and a manifest that says what they are.

The tables are written beside the old ones, in a folder of their own; the manifest, put in place last and at
once, names that folder. An import that dies leaves the old base as it was.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.referential import certifications, crosswalks, figures, occupations
from bacasable.services.job_advice.engine.referential.archives import ARCHIVES
from bacasable.services.job_advice.engine.referential.reading import Entry, LinesRefused, Reader, entries_in
from bacasable.services.job_advice.engine.referential.sources import FAMILIES

MANIFEST = "manifest.json"
#: Folders of models that were trained on the tables and kept beside them: gone when the tables change.
MODELS = ("coding",)
_TABLES = "tables-"
_LAYOUT = 1


@dataclass(frozen=True)
class Source:
    """Where tables come from: what was published, its version and date, its licence, the files read.

    ``tables`` are the names of the tables made of it; ``rows`` the lines of its files that were read.
    """

    key: str
    name: str
    version: str
    date: str
    licence: str
    origin: str
    files: tuple[str, ...]
    sha256: tuple[str, ...]
    rows: int
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Missing:
    """An archive that was not given, and what a base without it cannot do."""

    key: str
    archive: str
    absence: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did: tables and their rows, sources, what is missing, and what it left out.

    ``refused`` counts lines by file and reason and names the first of them; ``set_aside`` are older versions
    of archives that a newer one was given of; ``ignored`` files that are no archive; ``notes`` what limits
    the base (an older version).
    """

    folder: Path
    tables: Mapping[str, int]
    sources: tuple[Source, ...]
    missing: tuple[Missing, ...] = ()
    refused: tuple[LinesRefused, ...] = ()
    set_aside: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report as values of JSON."""
        made = asdict(self)
        made["folder"] = str(self.folder)
        made["tables"] = dict(self.tables)
        return made


@dataclass
class _Read:
    """Frames of archives by key, with the entry each was read from."""

    frames: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)


def import_archives(
    source: Path, folder: Path, *, progress: Callable[[float, str], None] | None = None
) -> ImportReport:
    """Import the archives in ``source`` (a folder or a zip) as the base in ``folder``; return what was done.

    ``progress`` is called with the share done (0 to 1) and the name of the file being read.

    Raises:
        Refused: an archive that must be there is not, a file is damaged, too large or of another shape, or
            the disk is full: the base that was there is still there, whole.
    """
    told = progress or (lambda _share, _name: None)
    entries, others = entries_in(source)
    chosen, aside, notes = _chosen(entries)
    for archive in ARCHIVES:
        if archive.is_required and archive.key not in chosen:
            raise Refused(
                N_("{source}: the archive of {what} is missing ({pattern}): download the ROME again"),
                source=source,
                what=archive.key,
                pattern=_readable(archive.pattern),
            )
    reader = Reader()
    read = _Read()
    for done, (key, entry) in enumerate(chosen.items()):
        told(0.8 * done / len(chosen), entry.name)
        read.entries[key] = entry
        if entry.archive.columns:
            read.frames[key] = reader.frame(entry)

    def refuse(key: str, reason: str, lines: list[int]) -> None:
        reader.refuse(read.entries[key], reason, lines)

    tables = occupations.built(read.frames, refuse)
    origin = dict.fromkeys(tables, "rome")
    if not tables["occupations"].height or not tables["titles"].height:
        raise Refused(N_("{source}: no occupation or no title could be read"), source=source)
    days = {key: _dated(list(read.entries.values()), key) for key in ("rncp", "apprenticeship")}
    tables |= certifications.built(
        read.frames, refuse, tables["occupations"], kit_is_later=days["apprenticeship"] > days["rncp"]
    )
    tables |= crosswalks.built(reader, read.frames, read.entries, refuse)
    tables |= figures.built(read.frames, refuse)
    if figures.highest_exchanged(tables["wages"]):
        tables["wages"] = figures.with_highest_exchanged(tables["wages"])
        notes.append(
            N_("the two highest bands of wages have each other's label in the archive: they were exchanged")
        )
    origin |= certifications.FROM | crosswalks.FROM | figures.FROM
    sources = _sources(read, reader, tables, origin)
    told(0.9, MANIFEST)
    missing = tuple(
        Missing(one.key, _readable(one.pattern), one.absence)
        for one in ARCHIVES
        if one.key not in chosen and one.absence
    )
    write_base(folder, tables, sources, missing=missing, notes=notes)
    told(1.0, MANIFEST)
    return ImportReport(
        folder,
        {name: table.height for name, table in tables.items()},
        sources,
        missing,
        tuple(reader.refused.values()),
        tuple(aside),
        tuple(others),
        tuple(notes),
    )


def write_base(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    sources: tuple[Source, ...],
    *,
    missing: tuple[Missing, ...] = (),
    notes: tuple[str, ...] | list[str] = (),
    is_synthetic: bool = False,
) -> None:
    """Put ``tables`` in place as the base in ``folder``, at once; the tables before the last are removed.

    Raises:
        Refused: they cannot be written; the base that was there is still there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _put(folder, tables, sources, missing, notes, is_synthetic)
    except OSError as error:
        raise Refused(
            N_("{folder}: the tables cannot be written there ({reason}); the ones before are untouched"),
            folder=folder,
            reason=error.strerror or type(error).__name__,
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other imports into ``folder`` out meanwhile; the lock goes with the process.

    Raises:
        Refused: one is under way.
    """
    with (folder / ".lock").open("w") as handle:
        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused(
                N_("{folder}: another import is under way: wait until it ends"), folder=folder
            ) from None
        yield


def _put(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    sources: tuple[Source, ...],
    missing: tuple[Missing, ...],
    notes: tuple[str, ...] | list[str],
    is_synthetic: bool,
) -> None:
    _sweep(folder)
    written = Path(mkdtemp(prefix=_TABLES, dir=folder))
    written.chmod(0o755)
    described = {}
    for name, table in tables.items():
        path = written / f"{name}.parquet"
        table.write_parquet(path, compression="zstd", statistics=False)
        described[name] = {"rows": table.height, "sha256": sha256(path.read_bytes()).hexdigest()}
    manifest = {
        "layout": _LAYOUT,
        "folder": written.name,
        "is_synthetic": is_synthetic,
        "sources": [asdict(one) for one in sources],
        "tables": described,
        "missing": [asdict(one) for one in missing],
        "notes": list(notes),
    }
    for model in MODELS:
        shutil.rmtree(folder / model, ignore_errors=True)
    draft = written / MANIFEST
    draft.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / MANIFEST)


def _sweep(folder: Path) -> None:
    """Remove the tables that the manifest does not name; those it names may be open elsewhere, and stay."""
    try:
        named = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["folder"]
    except (OSError, ValueError, KeyError):
        named = ""
    for one in folder.glob(f"{_TABLES}*"):
        if one.name != named:
            shutil.rmtree(one, ignore_errors=True)


def _chosen(entries: list[Entry]) -> tuple[dict[str, Entry], list[str], list[str]]:
    """Return the entry to read of each archive, the ones set aside, and notes.

    A family is read in one version only: the newest that has the archives it must have, and its first one.
    """
    chosen: dict[str, Entry] = {}
    aside: list[str] = []
    notes: list[str] = []
    for family in FAMILIES:
        own = [one for one in entries if one.archive.family == family]
        versions = sorted({one.version for one in own}, reverse=True)
        if not versions:
            continue
        must = {one.key for one in ARCHIVES if one.family == family and one.is_required}
        whole = [
            version
            for version in versions
            if must <= {one.archive.key for one in own if one.version == version}
        ]
        lead = next(one.key for one in ARCHIVES if one.family == family)
        led = [one.version for one in own if one.archive.key == lead]
        best = next((one for one in whole or versions if one in led), versions[0])
        for one in own:
            if one.version == best and one.archive.key not in chosen:
                chosen[one.archive.key] = one
            else:
                aside.append(one.name)
        if family == "rome" and best.isdigit() and int(best) < 400:
            notes.append(
                N_("an older ROME (v3): occupations are wider, and skills and contexts are not in it")
            )
    order = [one.key for one in ARCHIVES]
    return dict(sorted(chosen.items(), key=lambda pair: order.index(pair[0]))), aside, notes


def _sources(
    read: _Read, reader: Reader, tables: Mapping[str, pl.DataFrame], origin: Mapping[str, str]
) -> tuple[Source, ...]:
    made = []
    for key, family in FAMILIES.items():
        entries = {name: one for name, one in read.entries.items() if one.archive.family == key}
        if not entries:
            continue
        version = next(iter(entries.values())).version or family.version
        dated = _dated(list(entries.values()), key)
        made.append(
            Source(
                key,
                family.name,
                _version(version),
                dated,
                family.licence,
                family.where,
                tuple(one.name for one in entries.values()),
                tuple(reader.digests[one.name] for one in entries.values()),
                sum(len(read.frames[name]) for name in entries if name in read.frames),
                tuple(name for name, family_of in origin.items() if family_of == key),
            )
        )
    return tuple(made)


def _dated(entries: list[Entry], family: str) -> str:
    """Return the day of a family's archives: what is known of the version, else its name, else the files'."""
    own = [one for one in entries if one.archive.family == family]
    if not own:
        return ""
    version = own[0].version or FAMILIES[family].version
    day = _version(version)
    is_day = len(day) == 10 and day[4] == day[7] == "-"
    return FAMILIES[family].dates.get(version) or (day if is_day else max(one.dated for one in own))


def _version(version: str) -> str:
    """Return "460" as "4.60"; a day as a day; anything else as it is."""
    version = version.replace("_", "")
    if len(version) == 3 and version.isdigit():
        return f"{version[0]}.{version[1:]}"
    if len(version) == 8 and version.isdigit():
        return f"{version[:4]}-{version[4:6]}-{version[6:]}"
    return version


def _readable(pattern: str) -> str:
    """Return a pattern of file names as a person reads it: "*" for what changes."""
    for part in (
        r"(?P<version>\d{4}_\d{2}_\d{2})",
        r"(?P<version>\d{3})",
        r"(?P<version>[\d.]+)",
        r"(?P<version>\d{8})",
        r"\d{8}",
    ):
        pattern = pattern.replace(part, "*")
    return pattern.replace("(?<!evol_)", "").replace(".{1,4}", "?").replace("\\", "")
