"""Data sets: what a declaration says of one table, model, file or store, column by column.

A place of ``stored_in`` is ``<data set>.<column>`` (``programme.Dossier.title``), or the name of a store
(``HOME/outbox``), whose only column is then named as the piece of data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from bacasable.compliance.declaration import DataField, NotPersonal
from bacasable.compliance.lines_to_add import belongs
from bacasable.compliance.processing import Processing, Undeclared

#: Data sets that a refusal lists.
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data set, and what declares it."""

    name: str
    item: DataField | NotPersonal

    @property
    def leaves(self) -> str:
        """How its values pass the gate; what is not personal passes in clear."""
        return self.item.leaves if isinstance(self.item, DataField) else "clear"

    @property
    def kind(self) -> str:
        """The type of its values for a pseudonym; none where it is not personal."""
        return self.item.pseudonym_kind if isinstance(self.item, DataField) else ""

    @property
    def data(self) -> str:
        """The declared name of the piece of data; the column's own where it is not personal."""
        return self.item.name if isinstance(self.item, DataField) else self.name


@dataclass(frozen=True)
class DataSet:
    """One data set of a declaration: its columns by name, in the order of the declaration."""

    key: str
    columns: Mapping[str, Column]

    @property
    def personal(self) -> dict[str, tuple[DataField, tuple[str, ...]]]:
        """Return the pieces of personal data by declared name, each with its columns."""
        found: dict[str, tuple[DataField, tuple[str, ...]]] = {}
        for column in self.columns.values():
            if isinstance(column.item, DataField):
                _, columns = found.get(column.data, (None, ()))
                found[column.data] = (column.item, (*columns, column.name))
        return found

    def named(self, field: str) -> tuple[Column, ...]:
        """Return the columns that ``field`` asks for: all of a piece of data, or the one of that name."""
        of_data = tuple(
            column
            for column in self.columns.values()
            if isinstance(column.item, DataField) and column.data == field
        )
        if of_data:
            return of_data
        column = self.columns.get(field)
        return (column,) if column else ()


def data_set(declared: Processing, key: str) -> DataSet:
    """Return the data set ``key`` of a declaration.

    Raises:
        Undeclared: nothing is declared there; with the data sets that are.
    """
    columns: dict[str, Column] = {}
    for place, item in declared.stored().items():
        if belongs(place, key):
            name = place.rpartition(".")[2]
            if place == key:
                name = item.name if isinstance(item, DataField) else name
            columns[name] = Column(name, item)
    if not columns:
        known = sorted({_usual(place) for place in declared.stored()})
        raise Undeclared(
            f"{declared.service}: data set '{key}' is not declared; name it in stored_in=(...) of the data "
            f"that it holds, in {declared.file}, or use: {_nearest(key, known)}"
        )
    return DataSet(key, MappingProxyType(columns))


def _nearest(key: str, known: list[str]) -> str:
    """Return the data sets that ``key`` may mean: all of few, the nearest of many."""
    shown = known if len(known) <= SHOWN else get_close_matches(key, known, SHOWN, 0.4) or known[:SHOWN]
    more = len(known) - len(shown)
    return ", ".join(shown) + (f" ({more} more)" if more else "")


def _usual(place: str) -> str:
    """Return the data set of a place as people would name it: a path whole, else what precedes the column."""
    above, _, last = place.rpartition(".")
    is_file = "/" in place or last in {"csv", "tsv", "jsonl", "json", "parquet", "txt", "md", "sqlite", "db"}
    return place if is_file or not above else above
