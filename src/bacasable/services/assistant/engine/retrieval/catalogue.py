"""What an index knows of its sheets without reading them: enough to decide which ones a query may touch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bacasable.services.assistant.engine.retrieval.index import Collection
from bacasable.services.assistant.engine.retrieval.lexicon import Scope, day_number
from bacasable.services.assistant.engine.sheets import Access, Filters

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Entry(NamedTuple):
    """A sheet: number (never given twice), collection's number, id, day as a number, how many passages."""

    number: int
    collection: int
    id: str
    dated: int
    audience: frozenset[str]
    passages: int


@dataclass(frozen=True)
class Shelf:
    """A collection: its number, its name and who may read it."""

    number: int
    name: str
    readers: frozenset[str]


@dataclass
class Catalogue:
    """All sheets and collections of an index at one instant."""

    shelves: Mapping[int, Shelf]
    entries: Mapping[int, Entry]
    counts: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        ordered = [self.entries[number] for number in sorted(self.entries)]
        self.counts = {entry.number: entry.passages for entry in ordered}
        self._by_id = {(entry.collection, entry.id): entry.number for entry in ordered}
        self._numbers = np.array([entry.number for entry in ordered], np.int64)
        self._collections = np.array([entry.collection for entry in ordered], np.int64)
        self._dated = np.array([entry.dated for entry in ordered], np.int64)
        names = sorted({name for entry in ordered for name in entry.audience})
        self._audiences = {
            name: np.array([name in entry.audience for entry in ordered], bool) for name in names
        }
        self._anybody = np.array([not entry.audience for entry in ordered], bool)

    def scope(self, access: Access, filters: Filters) -> Scope:
        """Return what a query of ``access`` may touch; no collection where nothing may be read."""
        groups = access.reads()
        readable = [
            shelf.number
            for shelf in self.shelves.values()
            if shelf.readers & groups and (not filters.collections or shelf.name in filters.collections)
        ]
        return Scope(tuple(sorted(readable)), filters.audience, filters.since)

    def numbers(self, scope: Scope) -> "NDArray[np.int64]":
        """Return the numbers of the sheets in ``scope``, ascending."""
        inside = np.isin(self._collections, scope.collections)
        if scope.audience:
            nobody = np.zeros(len(inside), bool)
            chosen = [self._audiences.get(name, nobody) for name in scope.audience]
            inside &= np.logical_or.reduce([self._anybody, *chosen])
        if scope.since:
            inside &= self._dated >= day_number(scope.since)
        return self._numbers[inside]

    def listed(self) -> list[Collection]:
        """Return the collections by name."""
        sizes: dict[int, int] = dict.fromkeys(self.shelves, 0)
        for entry in self.entries.values():
            sizes[entry.collection] += 1
        shelves = sorted(self.shelves.values(), key=lambda shelf: shelf.name)
        return [Collection(shelf.name, shelf.readers, sizes[shelf.number]) for shelf in shelves]

    def number(self, collection: str, id: str) -> int | None:
        """Return the number of a sheet, None where there is none."""
        shelf = self.shelf(collection)
        return self._by_id.get((shelf.number, id)) if shelf else None

    def shelf(self, name: str) -> Shelf | None:
        """Return a collection by its name."""
        return next((shelf for shelf in self.shelves.values() if shelf.name == name), None)

    def ids(self, collection: str, access: Access) -> list[str]:
        """Return the ids of a collection's sheets, in order; none where ``access`` does not read it."""
        shelf = self.shelf(collection)
        if shelf is None or not shelf.readers & access.reads():
            return []
        return sorted(entry.id for entry in self.entries.values() if entry.collection == shelf.number)
