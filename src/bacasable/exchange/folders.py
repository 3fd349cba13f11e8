"""Files at the gate, and a folder as a store of the duties: each file is one record about one person."""

import csv
import glob
import hashlib
import json
import os
import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bacasable.compliance.gate import Row
from bacasable.compliance.holdings import Due, Holdings
from bacasable.compliance.processing import Processing
from bacasable.compliance.store import Erased, Person, Record, Unfinished
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import fold
from bacasable.privacy.redaction.files.encodings import decoded, recognise_encoding

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_WILD = re.compile(r"[*?\[]")
#: Longest value of a CSV file, in characters.
_LONGEST = 1 << 24


class RecordsFile:
    """A CSV or JSON lines file as the gate reads it, record after record.

    Args:
        data_set: as declared; the name of the file by default.
        delimiter: of the columns of a CSV file.
    """

    def __init__(self, path: Path, data_set: str = "", delimiter: str = ",") -> None:
        self._path = path
        self._is_csv = path.suffix.lower() not in (".jsonl", ".ndjson")
        self._delimiter = delimiter
        self.data_set = data_set or path.name

    def columns(self) -> Collection[str] | None:
        """Return the header of a CSV file; records of JSON each have their own keys.

        Raises:
            Refused: the header is empty, or names a column twice.
        """
        if not self._is_csv:
            return None
        with self._path.open("rb") as file:
            header = next(self._lines(file), [])
        if not header or len(set(header)) < len(header):
            raise Refused(f"{self._path.name}: the first line names no column, or one twice; mend it")
        return header

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield the records with these columns only.

        Raises:
            Refused: a line is not a record with these columns; with its number.
        """
        with self._path.open("rb") as file:
            yield from self._of_csv(file, columns) if self._is_csv else self._of_json(file, columns)

    def _of_csv(self, file: Any, columns: tuple[str, ...]) -> Iterator[Row]:
        lines = self._lines(file)
        header = next(lines, [])
        places = [(name, header.index(name)) for name in columns]
        for number, line in enumerate(lines, 2):
            if len(line) != len(header):
                if not line:
                    continue
                raise Refused(
                    f"{self._path.name}, record {number}: {len(line)} values for {len(header)} columns; "
                    "mend it"
                )
            yield {name: line[place] for name, place in places}

    def _of_json(self, file: Any, columns: tuple[str, ...]) -> Iterator[Row]:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                yield {name: record[name] for name in columns}
            except (ValueError, KeyError, TypeError):
                raise Refused(
                    f"{self._path.name}, line {number}: not a JSON object with {', '.join(columns)}; mend it"
                ) from None

    def _lines(self, file: Any) -> Iterator[list[str]]:
        csv.field_size_limit(_LONGEST)
        chunks = decoded(file, recognise_encoding(file))
        return csv.reader(_whole_lines(chunks), delimiter=self._delimiter, strict=True)


def modified(path: Path) -> datetime:
    """Return when a file was last written."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


class FolderStore:
    """The files of one folder, each about one person, as the duties reach them.

    References hold a digest of the name, since names may tell who; :meth:`path_of` goes back. Files go one by
    one: an error half way is told by ``Unfinished``, and what remains is whole. Folders left empty go too.

    Args:
        root: the folder.
        data_set: as ``stored_in`` writes it (``HOME/letters``), of one piece of data: what the files hold.
        persons: by kind of person, for each identifier where the person's files are, below ``root``:
            ``{"writer": {"address": "{address}/*"}}``. ``{...}`` stands for the identifier, in a part of the
            path without any wildcard.
        keeps: by declared data name, why an erasure leaves it.
        started: from which instant the retention of a file runs; when it was last written by default.

    Raises:
        Refused: the folder holds several pieces of data, would have to be made anonymous, or a pattern could
            reach somebody else; with the remedy.
    """

    def __init__(
        self,
        root: Path,
        declaration: Processing,
        data_set: str,
        *,
        persons: Mapping[str, Mapping[str, str]],
        keeps: Mapping[str, str] | None = None,
        started: Callable[[Path], datetime | None] = modified,
    ) -> None:
        held = Holdings(declaration, data_set, {}, keeps or {})
        if len(held.names) != 1:
            raise Refused(
                f"folder '{data_set}' holds {len(held.names)} pieces of data ({', '.join(held.names)}); "
                "declare one for its files, or keep records in a table"
            )
        retention = held.personal[held.names[0]][0].retention
        if retention is not None and retention.final == "anonymise":
            raise Refused(
                f"folder '{data_set}': files are not made anonymous; declare final='destroy', or write a "
                "Store of your own"
            )
        for known in persons.values():
            for name, pattern in known.items():
                _check(name, pattern)
        begins = {retention.key: "started"} if retention is not None else {}
        self.root = root
        self._holdings = Holdings(declaration, data_set, persons, keeps or {}, begins)
        self._started = started
        self.holds = self._holdings.names

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the files about ``person``."""
        return map(self._named, self._about(person))

    def path_of(self, reference: str) -> Path:
        """Return the file of a reference.

        Raises:
            LookupError: there is none, or no longer.
        """
        for path in self._files(self.root.rglob("*")):
            if self._named(path) == reference:
                return path
        raise LookupError(f"{reference}: no such file in the folder")

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the files about ``person``: their text, or their bytes where they are no text."""
        for path in self._about(person):
            content = path.read_bytes()
            try:
                value: str | bytes = content.decode()
            except UnicodeDecodeError:
                value = content
            yield Record(self._named(path), {self.holds[0]: value})

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase the files about ``person``, one by one.

        Raises:
            Unfinished: a file could not be removed; how many were.
        """
        files = sorted(self._about(person))
        if self._holdings.keeps:
            return Erased({}, dict(self._holdings.keeps) if files else {})
        return self._removed(files)

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase the files that are past their retention, one by one.

        Raises:
            Unfinished: a file could not be removed; how many were.
        """
        for due in self._holdings.due(now, visas):
            files = sorted(self._past(due))
            if due.kept:
                return Erased({}, dict.fromkeys(due.names, due.kept) if files else {})
            return self._removed(files, dry_run)
        return Erased({}, {})

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield references of files whose name or text holds ``text``; what is no text, by name only."""
        sought = fold(text).strip()
        if not sought or limit <= 0:
            return
        for found, path in enumerate(self._holding(sought), 1):
            yield self._named(path)
            if found >= limit:
                return

    def _holding(self, sought: str) -> Iterator[Path]:
        for path in self._files(self.root.rglob("*")):
            if sought in fold(str(path.relative_to(self.root))) or _holds(path, sought):
                yield path

    def _past(self, due: Due) -> Iterator[Path]:
        for path in self._files(self.root.rglob("*")):
            if due.is_due(self._started(path)):
                yield path

    def _about(self, person: Person) -> Iterator[Path]:
        """Yield the files about a person; none where no identifier that is known here tells them."""
        where = self._holdings.identifying(person)
        found: set[Path] | None = None
        for pattern, value in where.items():
            name = _PLACEHOLDER.findall(pattern)[0]
            if "/" in value or os.sep in value or value in (".", ".."):
                return
            own = set(self._files(self.root.glob(pattern.replace(f"{{{name}}}", glob.escape(value)))))
            found = own if found is None else found & own
        yield from sorted(found or ())

    def _files(self, paths: Iterable[Path]) -> Iterator[Path]:
        """Yield the files among ``paths`` that lie where they are named: no link leads out, or to others'."""
        root = self.root.resolve()
        for path in paths:
            if path.is_file() and path.resolve() == root / path.relative_to(self.root):
                yield path

    def _named(self, path: Path) -> str:
        name = str(path.relative_to(self.root)).encode("utf-8", "surrogateescape")
        return f"{self._holdings.data_set}/{hashlib.sha256(name).hexdigest()[:24]}"

    def _removed(self, files: list[Path], dry_run: bool = False) -> Erased:
        removed = 0
        for path in files:
            if not dry_run:
                try:
                    path.unlink(missing_ok=True)
                    self._without_empty_folders(path.parent)
                except OSError as error:
                    raise Unfinished(
                        f"folder '{self._holdings.data_set}': {removed} of {len(files)} files are erased, "
                        f"then {self._named(path)} could not be ({error.strerror or type(error).__name__}); "
                        "the others are whole: mend the cause, and run it again",
                        Erased({self.holds[0]: removed} if removed else {}, {}),
                    ) from None
            removed += 1
        return Erased({self.holds[0]: removed} if removed else {}, {})

    def _without_empty_folders(self, folder: Path) -> None:
        """Remove the folders that an erasure left empty: their names may tell who."""
        while folder != self.root and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _check(name: str, pattern: str) -> None:
    """Refuse a pattern that could reach somebody else's files, or out of the folder."""
    parts = pattern.split("/")
    with_it = [part for part in parts if f"{{{name}}}" in part]
    if (
        len(with_it) != 1
        or _PLACEHOLDER.findall(pattern) != [name]
        or _WILD.search(with_it[0])
        or ".." in parts
        or not parts[0]
    ):
        raise Refused(
            f"'{pattern}' could reach the files of another than '{name}'; write {{{name}}} once, in a part "
            f"of the path without wildcards, like '{{{name}}}/*'"
        )


def _holds(path: Path, sought: str) -> bool:
    """Say whether the text of a file holds what is sought, in flat memory for plain text."""
    from bacasable.compliance.gate.documents import text_of

    if path.suffix.lower() in (".docx", ".odt", ".pdf"):
        try:
            return sought in fold(text_of(path, None))
        except Refused:
            return False
    with path.open("rb") as file:
        kept = ""
        for chunk in decoded(file, recognise_encoding(file)):
            text = kept + chunk
            if sought in fold(text):
                return True
            kept = text[-2 * len(sought) :]
    return False


def _whole_lines(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text that comes in chunks, with their ends."""
    kept = ""
    for chunk in chunks:
        *lines, kept = (kept + chunk).split("\n")
        for line in lines:
            yield f"{line}\n"
    if kept:
        yield kept
