"""An index in a folder: SQLite for the sheets, tantivy for the words, vectors in memory.

One writer at a time, any number of readers in any number of processes. The sheets are written first, in one
transaction, with a list of what the words have still to follow; a process that is killed anywhere leaves the
old state or the new one, and whoever writes next catches up.
"""

import fcntl
import gc
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.retrieval.acronyms import Acronyms
from bacasable.services.assistant.engine.retrieval.catalogue import Catalogue
from bacasable.services.assistant.engine.retrieval.index import ANY, Collection, Imported, Known, Method
from bacasable.services.assistant.engine.retrieval.lexicon import Lexicon, Scope
from bacasable.services.assistant.engine.retrieval.packing import packed
from bacasable.services.assistant.engine.retrieval.searching import search
from bacasable.services.assistant.engine.retrieval.store import Store, digest_of
from bacasable.services.assistant.engine.retrieval.terms import LONGEST, vectors_of
from bacasable.services.assistant.engine.retrieval.vectors import Matrix
from bacasable.services.assistant.engine.sheets import Access, Filters, Hit, Passage, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Embedder, Vectors

#: Sheets whose vectors are written together: a stopped process loses at most those.
_BATCH = 16
#: Sheets of an import that are held for the words to follow; more are read again.
_HELD = 5000
#: Sheets kept read, per process.
_READ = 1000
#: New objects of an import after which circles are looked for.
_OBJECTS = 200_000


#: Sheets and their passages by number.
Fresh = dict[int, tuple[Sheet, tuple[Passage, ...]]]


class Embedded:
    """The index of an installation, in a folder of its own."""

    def __init__(self, folder: Path, embedder: "Embedder | None" = None) -> None:
        """Open the index in ``folder``, made if there is none; without ``embedder``, search by words only.

        Raises:
            Refused: the vectors there are another model's, or the format another version's.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._embedder = embedder
        self._store = Store(folder / "sheets.sqlite", embedder.name if embedder else "")
        self._lock = threading.Lock()
        self._held: _Held | None = None
        with self._writing():
            self._words = Lexicon(folder / "words")
            expected = self._store.connection().execute("SELECT COUNT(*) FROM sheets").fetchone()[0]
            waiting = self._store.connection().execute("SELECT COUNT(*) FROM waiting").fetchone()[0]
            if waiting or self._words.counted() != expected:
                self._follow(everything=not waiting)

    def put(
        self, sheets: Iterable[Sheet], *, readers: frozenset[str], vectors: Known | None = None
    ) -> Imported:
        with self._writing():
            fresh: Fresh = {}
            with self._store.changing():
                done, _ = self._take(sheets, readers, vectors, fresh)
            self._follow(fresh)
        return Imported(**done)

    def replace(
        self,
        collection: str,
        sheets: Iterable[Sheet],
        readers: frozenset[str],
        *,
        vectors: Known | None = None,
    ) -> Imported:
        with self._writing():
            fresh: Fresh = {}
            with self._store.changing() as connection:
                shelf = self._store.shelf(collection, readers)
                done, kept = self._take(sheets, readers, vectors, fresh, only=collection)
                asked = "SELECT number FROM sheets WHERE shelf = ?"
                held = {number for (number,) in connection.execute(asked, (shelf,))}
                for number in held - kept:
                    self._store.drop(number)
                    done["removed"] += 1
            self._follow(fresh)
        return Imported(**done)

    def remove(self, collection: str, ids: Iterable[str] | None = None) -> int:
        with self._writing():
            with self._store.changing() as connection:
                asked = (
                    "SELECT sheets.number, id FROM sheets JOIN shelves ON shelf = shelves.number "
                    "WHERE name = ?"
                )
                held = connection.execute(asked, (collection,)).fetchall()
                wanted = None if ids is None else set(ids)
                gone = [number for number, id_ in held if wanted is None or id_ in wanted]
                for number in gone:
                    self._store.drop(number)
                if wanted is None:
                    connection.execute("DELETE FROM shelves WHERE name = ?", (collection,))
            self._follow()
        return len(gone)

    def admit(self, collection: str, readers: frozenset[str]) -> None:
        with self._store.changing():
            self._store.shelf(collection, readers)

    def embed(self, most: int | None = None) -> int:
        if self._embedder is None:
            raise Refused(N_("this index was opened without a model: give one to compute vectors"))
        dimensions = self._embedder.dimensions
        left = most
        while left is None or left > 0:
            numbers = self._store.without_vectors(_BATCH if left is None else min(_BATCH, left))
            if not numbers:
                break
            read = {number: self._store.read(number) for number in numbers}
            made = {
                number: vectors_of(*kept, self._embedder, self._store.vectors(number, dimensions))
                for number, kept in read.items()
                if kept
            }
            with self._store.changing():
                self._store.keep_vectors(made)
            left = None if left is None else left - len(numbers)
        return self._store.count_without_vectors()

    def collections(self) -> list[Collection]:
        return self._now().catalogue.listed()

    def ids(self, collection: str, access: Access) -> list[str]:
        return self._now().catalogue.ids(collection, access)

    def sheet(self, collection: str, id: str, access: Access) -> Sheet | None:
        held = self._now()
        shelf = held.catalogue.shelf(collection)
        number = held.catalogue.number(collection, id)
        if shelf is None or number is None or not shelf.readers & access.reads():
            return None
        found = held.read(number)
        return found[0] if found else None

    def acronyms(self, access: Access) -> frozenset[str]:
        held = self._now()
        return held.acronyms(held.catalogue.scope(access, ANY)).words()

    def search(
        self,
        query: str,
        *,
        access: Access,
        filters: Filters = ANY,
        limit: int = 10,
        method: Method = "hybrid",
    ) -> list[Hit]:
        return search(self._now(), self._embedder, query, access, filters, limit, method)

    def _take(
        self,
        sheets: Iterable[Sheet],
        readers: frozenset[str],
        vectors: Known | None,
        fresh: Fresh,
        only: str = "",
    ) -> tuple[Counter[str], set[int]]:
        """Write what is new inside of the transaction; return the counts and the numbers that stay."""
        done: Counter[str] = Counter()
        kept: set[int] = set()
        shelves: dict[str, int] = {}
        for sheet in sheets:
            if only and sheet.collection != only:
                raise Refused(
                    N_("the sheet {id} is of the collection {other}, not {collection}; import it there"),
                    id=sheet.id, other=sheet.collection, collection=only,
                )  # fmt: skip
            if sheet.collection not in shelves:
                shelves[sheet.collection] = self._store.shelf(sheet.collection, readers)
            shelf = shelves[sheet.collection]
            passages = tuple(sheet.passages(LONGEST))
            data = packed(sheet, passages)
            known = self._store.known(shelf, sheet.id)
            rows = vectors(sheet) if vectors else None
            if known and known[1] == digest_of(data):
                kept.add(known[0])
                done["unchanged"] += 1
                continue
            if known:
                self._store.drop(known[0])
            number = self._store.add(shelf, sheet, data, len(passages), _fitting(rows, len(passages)))
            kept.add(number)
            if len(fresh) < _HELD:
                fresh[number] = (sheet, passages)
            done["changed" if known else "added"] += 1
        return done, kept

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with (self._folder / "writing.lock").open("a+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, or the process ends
            with _seldom_collected():
                yield

    def _follow(self, fresh: Fresh | None = None, *, everything: bool = False) -> None:
        """Bring the words to what the sheets are. May be stopped and repeated at any point.

        ``fresh`` are sheets at hand, which need not be read.
        """
        at_hand = fresh or {}
        connection = self._store.connection()
        if everything:
            self._words.clear()
            with self._store.changing():
                connection.execute("INSERT OR REPLACE INTO waiting SELECT number, 1 FROM sheets")
        rows = connection.execute("SELECT number, come FROM waiting").fetchall()
        if not rows:
            return
        shelf_of = "SELECT shelf FROM sheets WHERE number = ?"
        coming = (
            (number, connection.execute(shelf_of, (number,)).fetchone()[0], *kept)
            for number, come in rows
            if come and (kept := at_hand.get(number) or self._store.read(number))
        )
        self._words.write([number for number, come in rows if not come], coming)
        with self._store.changing():
            connection.executemany("DELETE FROM waiting WHERE number = ?", [(number,) for number, _ in rows])

    def _now(self) -> "_Held":
        generation = self._store.generation()
        held = self._held
        if held is None or held.generation != generation:
            with self._lock:
                held = self._held
                if held is None or held.generation != generation:
                    self._words.reload()
                    held = self._held = _Held(generation, self._store, self._words, self._embedder, held)
        return held


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for circles of objects seldom: an import makes millions of objects, hardly one in a circle."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _fitting(vectors: "Vectors | None", passages: int) -> "Vectors | None":
    """Return the vectors known beforehand, if a sheet of so many passages may have them."""
    return vectors if vectors is not None and 0 < len(vectors) <= passages + 1 else None


class _Held:
    """The index at one generation."""

    def __init__(
        self,
        generation: int,
        store: Store,
        words: Lexicon,
        embedder: "Embedder | None",
        before: "_Held | None",
    ) -> None:
        self.generation = generation
        self.catalogue: Catalogue = store.catalogue()
        self.words = words
        self._store = store
        self.rows: dict[int, Vectors] = {}
        self.matrix: Matrix | None = None
        if embedder is not None:
            self._embed(embedder.dimensions, before)
        self._acronyms = lru_cache(64)(self._acronyms_of)
        self.read: Callable[[int], tuple[Sheet, tuple[Passage, ...]] | None] = (
            before.read if before else lru_cache(_READ)(store.read)
        )

    def _embed(self, dimensions: int, before: "_Held | None") -> None:
        """Read the vectors that are new; all lie in one array, of which ``rows`` are parts.

        Each is written to its place in that array at once: together they take 80 MB for 50,000 passages.
        """
        old = before.rows if before else {}
        counts = self._store.embedded()
        if before and counts == {number: len(rows) for number, rows in old.items()}:
            self.rows, self.matrix = old, before.matrix
            return
        all_rows = np.empty((sum(counts.values()), dimensions), np.float32)
        held: dict[int, int] = {}
        end = 0
        for number, count in sorted(counts.items()):
            rows = old.get(number)
            if rows is None or len(rows) != count:
                rows = self._store.vectors(number, dimensions)
            if rows is None or end + len(rows) > len(all_rows):
                continue  # deleted or grown meanwhile: the next generation has it
            all_rows[end : end + len(rows)] = rows
            held[number] = len(rows)
            end += len(rows)
        if held:
            self.matrix = Matrix(held, all_rows[:end])
            self.rows = self.matrix.views()

    def acronyms(self, scope: Scope) -> Acronyms:
        return self._acronyms(scope.collections)

    def _acronyms_of(self, collections: tuple[int, ...]) -> Acronyms:
        return Acronyms(self._store.acronyms(collections))
