"""What an index is: sheets go in by collection, passages come out for those who may read them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from bacasable.services.assistant.engine.sheets import Access, Filters, Hit, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Vectors

Method = Literal["hybrid", "lexical", "semantic"]

#: What knows the vectors of a sheet beforehand: the title first, then the passages; None where it does not.
Known = Callable[[Sheet], "Vectors | None"]

#: Nothing narrowed.
ANY = Filters()


class Imported(NamedTuple):
    """What an import did, in sheets; ``removed`` counts those that the collection no longer has."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


class Collection(NamedTuple):
    """A collection of an index: the groups that may read it and how many sheets it holds."""

    name: str
    readers: frozenset[str]
    sheets: int


class Index(Protocol):
    """Sheets, searchable. Whom a collection is for is part of each query, never a sieve after it."""

    def put(
        self, sheets: Iterable[Sheet], *, readers: frozenset[str], vectors: Known | None = None
    ) -> Imported:
        """Add or change sheets; the collections that they are of are for ``readers`` from now on.

        They are found by their words at once, and by their meaning after :meth:`embed`, unless ``vectors``
        knows them already (the shipped corpus does).
        """

    def replace(
        self,
        collection: str,
        sheets: Iterable[Sheet],
        readers: frozenset[str],
        *,
        vectors: Known | None = None,
    ) -> Imported:
        """Make ``collection`` hold exactly ``sheets``: what vanished is deleted, all at one instant."""

    def embed(self, most: int | None = None) -> int:
        """Compute the vectors of sheets that have none, of ``most`` sheets at most; return how many wait."""

    def remove(self, collection: str, ids: Iterable[str] | None = None) -> int:
        """Delete sheets of a collection, or all of it; return how many there were."""

    def admit(self, collection: str, readers: frozenset[str]) -> None:
        """Say who may read a collection; nobody with an empty set. Holds for the next query."""

    def collections(self) -> list[Collection]:
        """Return all collections, by name, whoever may read them."""

    def ids(self, collection: str, access: Access) -> list[str]:
        """Return the ids of a collection's sheets, in order; none where ``access`` does not read it."""

    def sheet(self, collection: str, id: str, access: Access) -> Sheet | None:
        """Return a sheet, or None where there is none or ``access`` does not read it."""

    def acronyms(self, access: Access) -> frozenset[str]:
        """Return the acronyms, in capitals, of the sheets that ``access`` reads, and the official ones."""

    def search(
        self,
        query: str,
        *,
        access: Access,
        filters: Filters = ANY,
        limit: int = 10,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """Return the best passages, best first: one hit per passage, several of one sheet are possible."""


def best_sheets(hits: Iterable[Hit], limit: int = 10) -> list[Hit]:
    """Keep the best passage of each sheet, in the order of ``hits``."""
    best: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        best.setdefault((hit.sheet.collection, hit.sheet.id), hit)
    return list(best.values())[:limit]
