"""One search, whatever holds the sheets: what the asker may read first, then words, meaning, passages."""

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from bacasable.services.assistant.engine.retrieval import ranking
from bacasable.services.assistant.engine.retrieval.acronyms import Acronyms
from bacasable.services.assistant.engine.retrieval.catalogue import Catalogue
from bacasable.services.assistant.engine.retrieval.index import Method
from bacasable.services.assistant.engine.retrieval.lexicon import Scope
from bacasable.services.assistant.engine.retrieval.terms import Question, Terms
from bacasable.services.assistant.engine.sheets import Access, Filters, Hit, Passage, Sheet

if TYPE_CHECKING:
    from bacasable.services.assistant.engine.retrieval.embedder import Embedder
    from bacasable.services.assistant.engine.retrieval.vectors import Matrix

#: How many sheets are looked at by their words, and how many passages of the best ones.
_SHEETS = 400
_PASSAGES = 1000


class Words(Protocol):
    """BM25 inside a scope."""

    def frequency(self, stem: str) -> int:
        """Return in how many sheets a stem stands."""

    def counted(self) -> int:
        """Return how many sheets there are."""

    def sheets(self, terms: Terms, scope: Scope, most: int) -> dict[int, float]:
        """Return the sheets with the best words, by number."""

    def passages(
        self, terms: Terms, scope: Scope, sheets: Iterable[int], most: int
    ) -> dict[tuple[int, int], float]:
        """Return the passages of ``sheets`` with the best words."""


class Held(Protocol):
    """An index at one instant."""

    catalogue: Catalogue
    matrix: "Matrix | None"

    @property
    def words(self) -> Words:
        """The words of the sheets."""

    def acronyms(self, scope: Scope) -> Acronyms:
        """Return the acronyms of the sheets in scope."""

    def read(self, number: int) -> tuple[Sheet, tuple[Passage, ...]] | None:
        """Return a sheet and its passages, None where it was deleted meanwhile."""


def search(
    held: Held,
    embedder: "Embedder | None",
    query: str,
    access: Access,
    filters: Filters,
    limit: int,
    method: Method,
) -> list[Hit]:
    """Return the best passages of what ``access`` and ``filters`` leave."""
    scope = held.catalogue.scope(access, filters)
    if limit < 1 or not query.strip() or not scope.collections:
        return []
    allowed = held.catalogue.numbers(scope)
    question = Question(query, held.acronyms(scope), held.words.frequency)
    full = full_marks(question.terms, held.words)
    said: Mapping[int, float] = {}
    lexical = method != "semantic"
    if lexical and question.terms:
        found = held.words.sheets(question.terms, scope, _SHEETS)
        said = {number: score / full for number, score in found.items() if number in held.catalogue.counts}
    near = None
    if method != "lexical" and embedder is not None and held.matrix is not None:
        near = held.matrix.near(embedder.queries([question.wording])[0])
    best = ranking.sheets(said, near, allowed, limit)  # the best passage of each is worth what it is
    inside: dict[tuple[int, int], float] = {}
    if lexical and question.terms and best:
        numbers = [number for number, _ in best]
        found_inside = held.words.passages(question.terms, scope, numbers, _PASSAGES)
        inside = {place: score / full for place, score in found_inside.items()}
    ranked = ranking.passages(best, inside, near, held.catalogue.counts, limit, said if lexical else None)
    hits = []
    for one in ranked:
        if (kept := held.read(one.sheet)) is None:
            continue
        similarity = None
        if near is not None and (place := near.place(one.sheet)) is not None:
            similarity = near.cosine(place, one.passage)
        hits.append(Hit(kept[0], kept[1][one.passage], one.score, similarity, one.lexical))
    return hits


def full_marks(terms: Terms, words: Words) -> float:
    """Return what the words of a question are worth together, by how rare they are (1 at least each).

    A sheet's words count as a share of that, so that scores of two questions compare.
    """
    count = words.counted()
    total = sum(weight * max(rarity(count, words.frequency(stem)), 1.0) for stem, weight in terms.items())
    return max(total, 1.0)


def rarity(count: int, having: int) -> float:
    """Return BM25's inverse document frequency, as tantivy and Lucene compute it."""
    return math.log(1 + (max(count - having, 0) + 0.5) / (having + 0.5))
