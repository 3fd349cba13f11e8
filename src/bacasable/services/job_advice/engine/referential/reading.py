"""Find archives in a folder or a zip, and read their lines: sizes are bounded, refused lines are counted.

Nothing is unpacked to disk: members are read into memory up to a limit, so that a zip that swells is refused
before it fills anything.
"""

import csv
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, cast

import polars as pl

from bacasable.privacy.messages import N_, Refused
from bacasable.services.job_advice.engine.referential.archives import ARCHIVES
from bacasable.services.job_advice.engine.referential.cleaning import cleaned
from bacasable.services.job_advice.engine.referential.sources import Archive

#: Most bytes of one file once decompressed, of all files of an import, and most files looked at.
MOST_FILE_BYTES = 64 * 2**20
MOST_BYTES = 512 * 2**20
MOST_FILES = 2_000
#: Lines of one reason that a report names; the rest are counted.
NAMED_LINES = 20
_LONGEST_FIELD = 200_000


@dataclass(frozen=True)
class Entry:
    """A file that may be read: its name for people, its version ("" where the name tells none), its date."""

    archive: Archive
    name: str
    version: str
    dated: str
    opened: Callable[[], IO[bytes]]


@dataclass
class LinesRefused:
    """Lines of a file that were left out for one reason: how many, and the first of them."""

    file: str
    reason: str
    count: int = 0
    first: list[int] = field(default_factory=list)

    def add(self, lines: list[int]) -> None:
        """Count ``lines`` in."""
        self.count += len(lines)
        self.first = (self.first + lines)[:NAMED_LINES]


class Reader:
    """Reads entries, keeps count of bytes and of refused lines, and of what was read (for the manifest)."""

    def __init__(self) -> None:
        self.bytes_read = 0
        self.refused: dict[tuple[str, str], LinesRefused] = {}
        self.digests: dict[str, str] = {}

    def refuse(self, entry: Entry, reason: str, lines: list[int]) -> None:
        """Note that ``lines`` of ``entry`` are left out, and why."""
        if lines:
            found = self.refused.setdefault((entry.name, reason), LinesRefused(entry.name, reason))
            found.add(lines)

    def content(self, entry: Entry) -> bytes:
        """Return what a file holds, decompressed.

        Raises:
            Refused: it is too large, damaged or encrypted.
        """
        left = min(MOST_FILE_BYTES, MOST_BYTES - self.bytes_read)
        try:
            with entry.opened() as handle:
                data = handle.read(left + 1)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
            raise Refused(
                N_("{file}: it cannot be decompressed: it is damaged or encrypted; download it again"),
                file=entry.name,
            ) from None
        if len(data) > left:
            raise Refused(
                N_(
                    "{file}: more than {most} MB once decompressed ({all} MB for all files): no archive of "
                    "trades is that large; give the official one"
                ),
                file=entry.name,
                most=MOST_FILE_BYTES // 2**20,
                all=MOST_BYTES // 2**20,
            )
        self.bytes_read += len(data)
        self.digests[entry.name] = sha256(data).hexdigest()
        return data

    def text(self, entry: Entry) -> str:
        """Return what a file of text holds.

        Raises:
            Refused: in none of the encodings that this archive is published in.
        """
        data = self.content(entry)
        for encoding in entry.archive.encodings:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise Refused(
            N_("{file}: its text is not in {encodings}: do not open and save it with a spreadsheet"),
            file=entry.name,
            encodings=", ".join(entry.archive.encodings),
        )

    def frame(self, entry: Entry) -> pl.DataFrame:
        """Return the columns of a file of values, as text, with ``line``: the number of each in the file.

        Values are stripped, their control characters read as what they stood for (:mod:`.cleaning`); an empty
        one (or NA) is null. A line of another width than the header is refused.

        Raises:
            Refused: a column that must be there is not.
        """
        archive = entry.archive
        rows = _rows(self.text(entry), archive)
        header: list[str] = []
        for _, row in rows:
            if not archive.header_after or (row and row[0].strip() == archive.header_after):
                header = [name.strip() for name in row]
                break
        absent = [name for name in archive.columns if name not in header]
        if absent:
            raise Refused(
                N_("{file}: no column {column!r}; its header holds {header}"),
                file=entry.name,
                column=absent[0],
                header=", ".join(header[:20]) or "-",
            )
        wanted = [*archive.columns, *archive.optional]
        places = [header.index(name) if name in header else -1 for name in wanted]
        least = max(places) + 1
        kept: list[list[str]] = []
        numbers: list[int] = []
        wrong: list[int] = []
        most = len(header)
        for number, row in rows:
            if least <= len(row) <= most:
                kept.append(row)
                numbers.append(number)
            elif any(value.strip() for value in row):
                wrong.append(number)
        self.refuse(entry, N_("as many values as the header has columns are needed"), wrong)
        columns = {
            name: cleaned(pl.Series([row[at] for row in kept], dtype=pl.String)).str.strip_chars()
            if at >= 0
            else pl.Series([None] * len(kept), dtype=pl.String)
            for name, at in zip(wanted, places, strict=True)
        }
        nothing = pl.all().is_in(["", "NA"])
        made = pl.DataFrame(columns).with_columns(pl.when(~nothing).then(pl.all()))
        made = made.with_columns(line=pl.Series(numbers, dtype=pl.Int64))
        return made.filter(pl.any_horizontal(pl.col(*wanted).is_not_null())).rename(dict(archive.renamed))


def entries_in(source: Path) -> tuple[list[Entry], list[str]]:
    """Return the archives found in a folder, a zip or a single file, and the names of other files there.

    Zips directly in the folder are looked into, one level deep.

    Raises:
        Refused: there is nothing there, or too many files.
    """
    if not source.exists():
        raise Refused(N_("{source}: there is no such folder or archive"), source=source)
    found: list[Entry] = []
    others: list[str] = []
    for looked, (name, dated, opened) in enumerate(_files(source)):
        if looked >= MOST_FILES:
            raise Refused(
                N_("{source}: more than {most} files; give the folder of the archives alone"),
                source=source,
                most=MOST_FILES,
            )
        for archive in ARCHIVES:
            version = archive.version_in(name)
            if version is not None:
                found.append(Entry(archive, name, version, dated, opened))
                break
        else:
            others.append(name)
    return found, others


def _files(source: Path) -> Iterator[tuple[str, str, Callable[[], IO[bytes]]]]:
    paths = sorted(one for one in source.rglob("*") if one.is_file()) if source.is_dir() else [source]
    for path in paths:
        name = path.relative_to(source).as_posix() if path != source else path.name
        dated = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
        if path.suffix.lower() == ".zip":
            yield from _members(path)
        else:
            yield name, dated, partial(_opened, path)


def _opened(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")


def _members(path: Path) -> Iterator[tuple[str, str, Callable[[], IO[bytes]]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, OSError):
        raise Refused(
            N_("{file}: it is no zip archive, or a damaged one; download it again"), file=path.name
        ) from None
    if sum(one.file_size for one in members) > MOST_BYTES:
        raise Refused(
            N_("{file}: it says that it holds more than {most} MB; give the official archive"),
            file=path.name,
            most=MOST_BYTES // 2**20,
        )
    for one in members:
        dated = f"{one.date_time[0]:04}-{one.date_time[1]:02}-{one.date_time[2]:02}"
        yield f"{path.name}/{one.filename}", dated, partial(_member, path, one)


def _member(path: Path, member: zipfile.ZipInfo) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive, archive.open(member) as handle:
        held = BytesIO(handle.read(MOST_FILE_BYTES + 1))
    if member.filename.lower().endswith(".gz"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=held))
    return held


def _rows(text: str, archive: Archive) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    read = csv.reader(StringIO(text, newline=""), delimiter=archive.separator)
    while True:
        try:
            row = next(read)
        except StopIteration:
            return
        except csv.Error:
            row = []
        yield read.line_num, row
