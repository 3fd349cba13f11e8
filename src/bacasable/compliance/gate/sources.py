"""What the gate reads from: anything that offers rows and can be narrowed before they are built.

A plain iterable of mappings is narrowed row by row. Querysets and tables are adapted beside their data, in
storeys above this one; they are named here by path, as the parts of a service are, and loaded when met.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias, runtime_checkable

from bacasable.compliance.service import resolve
from bacasable.privacy.messages import Refused

#: One record as it leaves: values by column.
Row: TypeAlias = dict[str, Any]
#: Turns a value into what may leave.
Veil: TypeAlias = Callable[[Any], Any]
#: Makes the veil of one reading (or of one batch of it).
NewVeil: TypeAlias = Callable[[], Veil]

ADAPTERS = {
    "django.db.models.query.QuerySet": "bacasable.people.rows:QuerysetRows",
    "django.db.models.manager.BaseManager": "bacasable.people.rows:QuerysetRows",
    "ibis.expr.types.relations.Table": "bacasable.exchange.tables:TableRows",
}


@runtime_checkable
class Rows(Protocol):
    """A source of records that can leave columns behind before a row is built."""

    #: The data set that these rows are of; empty where the source cannot tell.
    data_set: str

    def columns(self) -> Collection[str] | None:
        """Return the columns that could be asked for, none that is computed or renamed; None: not known."""
        ...

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield the records with these columns only, one after another: never all in memory."""
        ...


@runtime_checkable
class Tables(Rows, Protocol):
    """A source that can also stay an expression of its engine, which computes it later."""

    def lazily(self, columns: tuple[str, ...], veils: Mapping[str, NewVeil]) -> Any:
        """Return the expression with these columns only, each through its veil; nothing is read."""
        ...


class Mappings:
    """Rows of a plain iterable of mappings: each is narrowed as it comes."""

    data_set = ""

    def __init__(self, source: Iterable[Any]) -> None:
        self._source = source

    def columns(self) -> None:
        """Tell nothing: each row has its own."""

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield each mapping with these columns only.

        Raises:
            Refused: one is no mapping, or has not the columns.
        """
        row: Any = None
        try:
            for row in self._source:
                yield {name: row[name] for name in columns}
        except (KeyError, TypeError, IndexError):
            if isinstance(row, Mapping) and set(columns) <= set(row):
                raise  # of the source itself
            raise self._does_not_fit(row, columns) from None

    def _does_not_fit(self, row: Any, columns: tuple[str, ...]) -> Refused:
        which = "a row"
        if isinstance(self._source, list | tuple):  # said only then: counting every row would cost
            which = f"row {next(number for number, one in enumerate(self._source, 1) if one is row)}"
        if not isinstance(row, Mapping):
            return Refused(
                f"{which} is a {type(row).__name__}, not a mapping of columns to values; give mappings, a "
                "queryset, an Ibis table, or an object with columns() and narrowed()"
            )
        missing = ", ".join(sorted(set(columns) - set(row)))
        return Refused(f"{which} has no column {missing}; give it (None where there is no value)")


def adapted(source: Any) -> Any:
    """Return ``source`` as rows: itself, adapted by the one who knows its type, or as mappings."""
    if isinstance(source, list | tuple):
        return Mappings(source)
    if hasattr(source, "narrowed"):
        return source
    for kind in type(source).__mro__:
        if path := ADAPTERS.get(f"{kind.__module__}.{kind.__qualname__}"):
            return resolve(path)(source)
    if isinstance(source, str | bytes | Mapping) or not hasattr(source, "__iter__"):
        raise Refused(
            f"a {type(source).__name__} is no source of rows; give mappings, a queryset, an Ibis table, or "
            "an object with columns() and narrowed()"
        )
    return Mappings(source)
