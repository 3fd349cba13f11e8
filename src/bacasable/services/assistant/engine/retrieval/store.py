"""The sheets of an index in one SQLite file: what all else (words, vectors in memory) is derived from."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.retrieval.acronyms import mined
from bacasable.services.assistant.engine.retrieval.catalogue import Catalogue, Entry, Shelf
from bacasable.services.assistant.engine.retrieval.lexicon import day_number
from bacasable.services.assistant.engine.retrieval.packing import unpacked
from bacasable.services.assistant.engine.sheets import Passage, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Vectors

#: Changes when what is stored does; an index of another format is refused, and imported again.
_FORMAT = "1"
_TABLES = """
CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shelves (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, readers TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sheets (
    number INTEGER PRIMARY KEY AUTOINCREMENT, shelf INTEGER NOT NULL REFERENCES shelves ON DELETE CASCADE,
    id TEXT NOT NULL, digest BLOB NOT NULL, dated INTEGER NOT NULL, audience TEXT NOT NULL,
    passages INTEGER NOT NULL, packed BLOB NOT NULL, embedded INTEGER NOT NULL, vectors BLOB,
    UNIQUE (shelf, id));
CREATE TABLE IF NOT EXISTS acronyms (
    sheet INTEGER NOT NULL REFERENCES sheets ON DELETE CASCADE, acronym TEXT NOT NULL, phrase TEXT NOT NULL,
    sure INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS acronyms_of ON acronyms (sheet);
CREATE TABLE IF NOT EXISTS waiting (number INTEGER PRIMARY KEY, come INTEGER NOT NULL);
INSERT OR IGNORE INTO said VALUES ('generation', '0');
"""


class Store:
    """Sheets by number. A number is one content: a changed sheet gets a new one, and none comes again."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._local = threading.local()
        with self.changing() as connection:
            for name, value in (("format", _FORMAT), ("model", model)):
                known = connection.execute("SELECT value FROM said WHERE key = ?", (name,)).fetchone()
                if known is None:
                    connection.execute("INSERT INTO said VALUES (?, ?)", (name, value))
                elif not known[0]:  # made without a model until now
                    connection.execute("UPDATE said SET value = ? WHERE key = ?", (value, name))
                elif known[0] != value and value:
                    raise Refused(
                        N_(
                            "{path}: the index was made with {name} {known}, and this program has {value}; "
                            "delete the folder and import the collections again"
                        ),
                        path=path.parent.name, name=name, known=known[0] or "-", value=value,
                    )  # fmt: skip

    def connection(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=60, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what was deleted is not left in the file
            connection.executescript(_TABLES)
            self._local.connection = connection
        return self._local.connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that writes: all of it, or nothing, and the generation counted on."""
        connection = self.connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("UPDATE said SET value = value + 1 WHERE key = 'generation'")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def generation(self) -> int:
        """Return a number that grows with each change."""
        found = self.connection().execute("SELECT value FROM said WHERE key = 'generation'").fetchone()
        return int(found[0])

    def catalogue(self) -> Catalogue:
        """Return what is known of all sheets without reading them."""
        connection = self.connection()
        shelves = {
            number: Shelf(number, name, frozenset(json.loads(readers)))
            for number, name, readers in connection.execute("SELECT number, name, readers FROM shelves")
        }
        rows = connection.execute("SELECT number, shelf, id, dated, audience, passages FROM sheets")
        entries = {
            number: Entry(number, shelf, id_, dated, frozenset(json.loads(audience)), passages)
            for number, shelf, id_, dated, audience, passages in rows
        }
        return Catalogue(shelves, entries)

    def read(self, number: int) -> tuple[Sheet, tuple[Passage, ...]] | None:
        """Return a sheet and its passages."""
        found = self.connection().execute("SELECT packed FROM sheets WHERE number = ?", (number,)).fetchone()
        return unpacked(found[0]) if found else None

    def acronyms(self, shelves: Iterable[int]) -> list[tuple[str, str, bool, int]]:
        """Return what the sheets of some collections spell out, with how many sheets do."""
        marks = list(shelves)
        rows = self.connection().execute(
            "SELECT acronym, phrase, sure, COUNT(*) FROM acronyms JOIN sheets ON number = sheet "  # noqa: S608
            f"WHERE shelf IN ({','.join('?' * len(marks))}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            marks,
        )
        return [(acronym, phrase, bool(sure), times) for acronym, phrase, sure, times in rows]

    def shelf(self, name: str, readers: frozenset[str]) -> int:
        """Return the number of a collection, made if it is new, that ``readers`` may read from now on."""
        said = json.dumps(sorted(readers))
        with_readers = (
            "INSERT INTO shelves (name, readers) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET readers = excluded.readers RETURNING number"
        )
        return int(self.connection().execute(with_readers, (name, said)).fetchone()[0])

    def known(self, shelf: int, id: str) -> tuple[int, bytes] | None:
        """Return the number and digest of a sheet."""
        asked = "SELECT number, digest FROM sheets WHERE shelf = ? AND id = ?"
        found: tuple[int, bytes] | None = self.connection().execute(asked, (shelf, id)).fetchone()
        return found

    def add(self, shelf: int, sheet: Sheet, data: bytes, passages: int, vectors: "Vectors | None") -> int:
        """Write a sheet under a new number, which is returned, for the words to follow."""
        connection = self.connection()
        audience = json.dumps(sorted(sheet.audience))
        number = connection.execute(
            "INSERT INTO sheets (shelf, id, digest, dated, audience, passages, packed, embedded, vectors) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(shelf, sheet.id, digest_of(data), day_number(sheet.dated), audience, passages, data),
                0 if vectors is None else len(vectors),
                None if vectors is None else _frozen(vectors),
            ),
        ).lastrowid
        connection.executemany(
            "INSERT INTO acronyms VALUES (?, ?, ?, ?)", [(number, *said) for said in set(mined(sheet))]
        )
        connection.execute("INSERT INTO waiting VALUES (?, 1)", (number,))
        return int(number or 0)

    def drop(self, number: int) -> None:
        """Delete a sheet, its vectors and acronyms; its words follow."""
        connection = self.connection()
        connection.execute("DELETE FROM sheets WHERE number = ?", (number,))
        connection.execute("INSERT OR REPLACE INTO waiting VALUES (?, 0)", (number,))

    def without_vectors(self, most: int) -> list[int]:
        """Return the numbers of sheets that lack vectors, the oldest first."""
        asked = "SELECT number FROM sheets WHERE embedded <= passages ORDER BY number LIMIT ?"
        return [number for (number,) in self.connection().execute(asked, (most,))]

    def count_without_vectors(self) -> int:
        """Return how many sheets lack vectors."""
        return int(
            self.connection().execute("SELECT COUNT(*) FROM sheets WHERE embedded <= passages").fetchone()[0]
        )

    def keep_vectors(self, vectors: Mapping[int, "Vectors"]) -> None:
        """Write vectors of sheets; one that was deleted meanwhile stays deleted."""
        rows = [(_frozen(rows), len(rows), number) for number, rows in vectors.items()]
        self.connection().executemany("UPDATE sheets SET vectors = ?, embedded = ? WHERE number = ?", rows)

    def embedded(self) -> dict[int, int]:
        """Return how many vectors each sheet has that has some, by number."""
        asked = "SELECT number, embedded FROM sheets WHERE embedded"
        return dict(self.connection().execute(asked).fetchall())

    def vectors(self, number: int, dimensions: int) -> "Vectors | None":
        """Return the vectors of a sheet."""
        found = self.connection().execute("SELECT vectors FROM sheets WHERE number = ?", (number,)).fetchone()
        if found is None or found[0] is None:
            return None
        return np.frombuffer(found[0], np.float16).reshape(-1, dimensions).astype(np.float32)


def digest_of(data: bytes) -> bytes:
    """Return what tells two packed sheets apart."""
    return hashlib.sha256(data).digest()


def _frozen(vectors: "Vectors") -> bytes:
    return np.asarray(vectors, np.float16).tobytes()
