"""The words of sheets and passages in tantivy's indexes: BM25 per field, inside the filters of the asker."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bacasable.services.assistant.engine.retrieval.french import analysers
from bacasable.services.assistant.engine.retrieval.terms import TITLE_WEIGHT, Terms, everything, headline
from bacasable.services.assistant.engine.sheets import EVERYBODY, Passage, Sheet

#: Memory of the writer in bytes; tantivy's least is 15 MB a thread.
_HEAP = 64_000_000
_NEVER = 99_999_999


@dataclass(frozen=True)
class Scope:
    """Which sheets a query may touch at all: collections by number, and what the asker narrowed."""

    collections: tuple[int, ...]
    audience: frozenset[str] = frozenset()
    since: date | None = None


def day_number(day: date | None) -> int:
    """Return a day as ``20201231``; 0 where there is none, which is before every day."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


class Lexicon:
    """Two tantivy indexes in a folder: one document per sheet (title, whole), one per passage (said)."""

    def __init__(self, folder: Path) -> None:
        self._sheets = _opened(folder / "sheets", ("title", "whole"))
        self._passages = _opened(folder / "passages", ("said",))
        self._searchers: tuple[Any, Any] = (self._sheets.searcher(), self._passages.searcher())

    def reload(self) -> None:
        """See what was committed since."""
        self._sheets.reload()
        self._passages.reload()
        self._searchers = (self._sheets.searcher(), self._passages.searcher())

    def clear(self) -> None:
        """Forget everything, to be written again."""
        for index in (self._sheets, self._passages):
            writer = index.writer(_HEAP, 1)
            writer.delete_all_documents()
            writer.commit()
            writer.wait_merging_threads()
        self.reload()

    def write(self, gone: Iterable[int], come: Iterable[tuple[int, int, Sheet, tuple[Passage, ...]]]) -> None:
        """Delete sheets by number, then add ``(number, collection, sheet, passages)``. May be repeated.

        A number that comes is deleted first: what a stopped process had written is not doubled.
        """
        writers = [index.writer(_HEAP, 1) for index in (self._sheets, self._passages)]
        for number in gone:
            for writer in writers:
                writer.delete_documents_by_term("sheet", number)
        for number, collection, sheet, passages in come:
            for writer in writers:
                writer.delete_documents_by_term("sheet", number)
            kept = _kept(number, collection, sheet)
            document = kept()
            document.add_text("title", headline(sheet))
            document.add_text("whole", sheet.text)
            writers[0].add_document(document)
            for passage in passages:
                document = kept()
                document.add_unsigned("passage", passage.number)
                document.add_text("said", everything(sheet, passage))
                writers[1].add_document(document)
        for writer in writers:
            writer.commit()
            writer.wait_merging_threads()
        self.reload()

    def frequency(self, stem: str) -> int:
        """Return in how many sheets a stem stands."""
        searcher = self._searchers[0]
        return max(searcher.doc_freq("whole", stem), searcher.doc_freq("title", stem))

    def counted(self) -> int:
        """Return how many sheets there are."""
        return int(self._searchers[0].num_docs)

    def sheets(self, terms: Terms, scope: Scope, most: int) -> dict[int, float]:
        """Return the sheets with the best words: BM25 of the title, doubled, plus BM25 of the whole."""
        from tantivy import Query

        schema = self._sheets.schema
        said = [
            Query.boost_query(Query.term_query(schema, field, stem, "freq"), weight * times)
            for stem, weight in terms.items()
            for field, times in (("title", TITLE_WEIGHT), ("whole", 1.0))
        ]
        searcher = self._searchers[0]
        return _found(searcher, _within(schema, scope, said), most, ("sheet",))

    def passages(
        self, terms: Terms, scope: Scope, sheets: Iterable[int], most: int
    ) -> dict[tuple[int, int], float]:
        """Return the passages of ``sheets`` with the best words, as ``(sheet, passage)``."""
        from tantivy import Query

        schema = self._passages.schema
        said = [
            Query.boost_query(Query.term_query(schema, "said", stem, "freq"), weight)
            for stem, weight in terms.items()
        ]
        among = Query.const_score_query(Query.term_set_query(schema, "sheet", list(sheets)), 0.0)
        query = _within(schema, scope, said, among)
        return _found(self._searchers[1], query, most, ("sheet", "passage"))


def _kept(number: int, collection: int, sheet: Sheet) -> Any:
    def document() -> Any:
        from tantivy import Document

        made = Document()
        made.add_unsigned("sheet", number)
        made.add_unsigned("collection", collection)
        made.add_unsigned("dated", day_number(sheet.dated))
        for audience in sheet.audience or (EVERYBODY,):
            made.add_text("audience", audience)
        return made

    return document


def _opened(folder: Path, fields: tuple[str, ...]) -> Any:
    from tantivy import Index, SchemaBuilder

    builder = SchemaBuilder()
    for name in ("sheet", "passage", "collection", "dated"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    for name in fields:
        builder.add_text_field(name, tokenizer_name="folded_french", index_option="freq")
    folder.mkdir(parents=True, exist_ok=True)
    schema = builder.build()
    try:
        index = Index(schema, str(folder))
    except ValueError:  # another schema or a torn file: all of it is written again from the sheets
        shutil.rmtree(folder)
        folder.mkdir()
        index = Index(schema, str(folder))
    index.register_tokenizer("folded_french", analysers()[0])
    index.reload()
    return index


def _within(schema: Any, scope: Scope, said: list[Any], *also: Any) -> Any:
    """Return the query: the filters must hold and count nothing, one of the words must stand there."""
    from tantivy import FieldType, Occur, Query

    must = [Query.term_set_query(schema, "collection", list(scope.collections))]
    if scope.audience:
        must.append(Query.term_set_query(schema, "audience", sorted(scope.audience | {EVERYBODY})))
    if scope.since:
        first = day_number(scope.since)
        kind = FieldType.Unsigned
        must.append(Query.range_query(schema, "dated", kind, lower_bound=first, upper_bound=_NEVER))
    clauses = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in must]
    clauses += [(Occur.Must, query) for query in also]
    words = Query.boolean_query([(Occur.Should, query) for query in said])
    return Query.boolean_query([*clauses, (Occur.Must, words)])


def _found(searcher: Any, query: Any, most: int, fields: tuple[str, ...]) -> Any:
    hits = searcher.search(query, most, count=False).hits
    addresses = [address for _, address in hits]
    keys: Mapping[str, list[int]] = {name: searcher.fast_field_values(name, addresses) for name in fields}
    named = keys["sheet"] if len(fields) == 1 else zip(*keys.values(), strict=True)
    return dict(zip(named, (score for score, _ in hits), strict=True))
