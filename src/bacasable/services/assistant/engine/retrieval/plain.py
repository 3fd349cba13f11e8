"""An index in memory, written to be obviously right: the oracle that the one on disk is tested against."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.retrieval.acronyms import Acronyms, mined
from bacasable.services.assistant.engine.retrieval.catalogue import Catalogue, Entry, Shelf
from bacasable.services.assistant.engine.retrieval.french import stems
from bacasable.services.assistant.engine.retrieval.index import ANY, Collection, Imported, Known, Method
from bacasable.services.assistant.engine.retrieval.lexicon import Scope, day_number
from bacasable.services.assistant.engine.retrieval.searching import rarity, search
from bacasable.services.assistant.engine.retrieval.terms import (
    LONGEST,
    TITLE_WEIGHT,
    Terms,
    everything,
    headline,
    vectors_of,
)
from bacasable.services.assistant.engine.retrieval.vectors import Matrix
from bacasable.services.assistant.engine.sheets import Access, Filters, Hit, Passage, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Embedder, Vectors

_K1, _B = 1.2, 0.75

Key = TypeVar("Key", int, tuple[int, int])


class Plain:
    """Sheets in memory. Each search computes everything anew: for tests and small collections."""

    def __init__(self, embedder: "Embedder | None" = None) -> None:
        self._embedder = embedder
        self._shelves: dict[str, Shelf] = {}
        self._sheets: dict[int, tuple[Sheet, tuple[Passage, ...]]] = {}
        self._vectors: dict[int, Vectors] = {}
        self._next = 1
        self._held: _Held | None = None

    def put(
        self,
        sheets: Iterable[Sheet],
        *,
        readers: frozenset[str],
        vectors: Known | None = None,
    ) -> Imported:
        done: Counter[str] = Counter()
        for sheet in sheets:
            self.admit(sheet.collection, readers)
            old = self._numbers(sheet.collection, sheet.id)
            if old and self._sheets[old[0]][0] == sheet:
                done["unchanged"] += 1
                continue
            for number in old:
                self._forget(number)
            self._sheets[self._next] = (sheet, tuple(sheet.passages(LONGEST)))
            if vectors is not None and (rows := vectors(sheet)) is not None:
                self._vectors[self._next] = rows
            self._next += 1
            done["changed" if old else "added"] += 1
        self._held = None
        return Imported(**done)

    def replace(
        self,
        collection: str,
        sheets: Iterable[Sheet],
        readers: frozenset[str],
        *,
        vectors: Known | None = None,
    ) -> Imported:
        coming = list(sheets)
        done = self.put(coming, readers=readers, vectors=vectors)
        self.admit(collection, readers)
        ids = {sheet.id for sheet in coming}
        gone = {one.id for one, _ in self._sheets.values() if one.collection == collection} - ids
        return done._replace(removed=self.remove(collection, gone))

    def remove(self, collection: str, ids: Iterable[str] | None = None) -> int:
        wanted = None if ids is None else set(ids)
        gone = [
            number
            for number, (sheet, _) in self._sheets.items()
            if sheet.collection == collection and (wanted is None or sheet.id in wanted)
        ]
        for number in gone:
            self._forget(number)
        if wanted is None:
            self._shelves.pop(collection, None)
        self._held = None
        return len(gone)

    def admit(self, collection: str, readers: frozenset[str]) -> None:
        known = self._shelves.get(collection) or Shelf(len(self._shelves) + self._next, collection, readers)
        self._shelves[collection] = dataclasses.replace(known, readers=readers)
        self._held = None

    def embed(self, most: int | None = None) -> int:
        if self._embedder is None:
            raise Refused(N_("this index was opened without a model: give one to compute vectors"))
        waiting = [
            number
            for number, (_, passages) in self._sheets.items()
            if len(self._vectors.get(number, ())) <= len(passages)
        ]
        for number in waiting[:most]:
            known = self._vectors.get(number)
            self._vectors[number] = vectors_of(*self._sheets[number], self._embedder, known)
        self._held = None
        return len(waiting[most:]) if most is not None else 0

    def collections(self) -> list[Collection]:
        return self._now().catalogue.listed()

    def ids(self, collection: str, access: Access) -> list[str]:
        return self._now().catalogue.ids(collection, access)

    def sheet(self, collection: str, id: str, access: Access) -> Sheet | None:
        shelf = self._shelves.get(collection)
        if shelf is None or not shelf.readers & access.reads():
            return None
        return next((self._sheets[number][0] for number in self._numbers(collection, id)), None)

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

    def _numbers(self, collection: str, id: str) -> list[int]:
        return [
            number
            for number, (sheet, _) in self._sheets.items()
            if sheet.collection == collection and sheet.id == id
        ]

    def _forget(self, number: int) -> None:
        del self._sheets[number]
        self._vectors.pop(number, None)

    def _now(self) -> "_Held":
        if self._held is None:
            dimensions = self._embedder.dimensions if self._embedder else 0
            matrix = Matrix.of(self._vectors, dimensions) if self._vectors else None
            self._held = _Held(self._shelves, self._sheets, matrix)
        return self._held


class _Held:
    def __init__(
        self,
        shelves: dict[str, Shelf],
        sheets: dict[int, tuple[Sheet, tuple[Passage, ...]]],
        matrix: Matrix | None,
    ) -> None:
        entries = {
            number: Entry(
                *(number, shelves[sheet.collection].number, sheet.id, day_number(sheet.dated)),
                *(frozenset(sheet.audience), len(passages)),
            )
            for number, (sheet, passages) in sheets.items()
        }
        self.catalogue = Catalogue({shelf.number: shelf for shelf in shelves.values()}, entries)
        self.matrix = matrix
        self._sheets = dict(sheets)
        self.words = _Words(self._sheets, self.catalogue)

    def acronyms(self, scope: Scope) -> Acronyms:
        found: Counter[tuple[str, str, bool]] = Counter()
        for number, (sheet, _) in self._sheets.items():
            if self.catalogue.entries[number].collection in scope.collections:
                found.update(set(mined(sheet)))
        return Acronyms((*said, times) for said, times in sorted(found.items()))

    def read(self, number: int) -> tuple[Sheet, tuple[Passage, ...]] | None:
        return self._sheets.get(number)


class _Words:
    """BM25 (Robertson and Zaragoza 2009) of each field, computed as it is written in the paper."""

    def __init__(self, sheets: dict[int, tuple[Sheet, tuple[Passage, ...]]], catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._titles = _Field({number: headline(sheet) for number, (sheet, _) in sheets.items()})
        self._wholes = _Field({number: sheet.text for number, (sheet, _) in sheets.items()})
        self._passages = _Field(
            {
                (number, passage.number): everything(sheet, passage)
                for number, (sheet, passages) in sheets.items()
                for passage in passages
            }
        )

    def frequency(self, stem: str) -> int:
        return max(self._titles.having(stem), self._wholes.having(stem))

    def counted(self) -> int:
        return len(self._wholes.lengths)

    def sheets(self, terms: Terms, scope: Scope, most: int) -> dict[int, float]:
        allowed = {int(number) for number in self._catalogue.numbers(scope)}
        found: dict[int, float] = defaultdict(float)
        for field, times in ((self._titles, TITLE_WEIGHT), (self._wholes, 1.0)):
            for number, score in field.scores(terms).items():
                if number in allowed:
                    found[number] += times * score
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most])

    def passages(
        self, terms: Terms, scope: Scope, sheets: Iterable[int], most: int
    ) -> dict[tuple[int, int], float]:
        among = set(sheets) & {int(number) for number in self._catalogue.numbers(scope)}
        found = {place: score for place, score in self._passages.scores(terms).items() if place[0] in among}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most])


class _Field(Generic[Key]):
    def __init__(self, texts: dict[Key, str]) -> None:
        self._said: dict[Key, Counter[str]] = {key: Counter(stems(text)) for key, text in texts.items()}
        self.lengths: dict[Key, int] = {key: counts.total() for key, counts in self._said.items()}
        self._usual = float(np.mean(list(self.lengths.values()))) if texts else 0.0

    def having(self, stem: str) -> int:
        return sum(stem in counts for counts in self._said.values())

    def scores(self, terms: Terms) -> dict[Key, float]:
        found: dict[Key, float] = defaultdict(float)
        for stem, weight in terms.items():
            idf = rarity(len(self._said), self.having(stem))
            for key, counts in self._said.items():
                if times := counts[stem]:
                    length = 1 - _B + _B * self.lengths[key] / self._usual
                    found[key] += weight * idf * times * (_K1 + 1) / (times + _K1 * length)
        return found
