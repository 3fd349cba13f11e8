"""Tables at the gate, and a table of a database as a store of the duties: by Ibis, on DuckDB first.

Needs the extra ``tables``. What passes the gate stays an expression: the engine computes it when it is read,
pseudonyms included.
"""

from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from bacasable.compliance import clock
from bacasable.compliance.gate import Row
from bacasable.compliance.gate.sources import NewVeil
from bacasable.compliance.holdings import Due, Holdings
from bacasable.compliance.processing import Processing
from bacasable.compliance.store import Erased, Person, Record
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import fold

if TYPE_CHECKING:
    import ibis.expr.types as ir

try:
    import duckdb
    import ibis
    import sqlglot
    from ibis.expr import operations

    from bacasable.exchange.table_functions import folded, veiled, without_zone
except ModuleNotFoundError as missing:
    raise Refused(
        f"tables need the extra 'tables' ({missing.name} is missing): pip install 'bacasable[tables]'"
    ) from None

#: Rows held at once.
CHUNK = 65_536
#: How Ibis begins the names of the tables that ``cache()`` makes.
_CACHED = "ibis_cached_"


class TableRows:
    """An Ibis table as the gate reads it.

    The table itself, filtered, sorted, limited, sampled, or with columns dropped: so that each column is the
    one of its name in the database. What is joined, grouped or computed is made after the gate.
    """

    def __init__(self, table: "ir.Table") -> None:
        """Take a table expression.

        Raises:
            Refused: its rows are not those of one table.
        """
        self._table = table
        own, base = _traced(table.op())
        # DuckDB and others read 'note' where 'NOTE' stands: of two such columns either may be meant
        written = Counter(name.casefold() for name in table.columns)
        self._own = frozenset(name for name in own if written[name.casefold()] == 1)
        name = base.name
        if name.startswith(_CACHED):
            raise Refused(
                "a table that cache() made does not pass the gate, since its columns need not be what their "
                "names say; cache what passes instead"
            )
        database = getattr(getattr(base, "namespace", None), "database", None)
        is_named = not isinstance(base, operations.InMemoryTable) and not name.startswith("ibis_")
        #: Name of the table in its database; empty for one that has none of its own.
        self.data_set = (f"{database}.{name}" if database else name) if is_named else ""

    def columns(self) -> Collection[str]:
        """Return the columns that are those of the table under their own names."""
        return self._own

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield rows with these columns only, a batch of the engine after another."""
        batches = _batches(self._table.select(*columns))
        return chain.from_iterable(batch.to_pylist() for batch in batches)

    def lazily(self, columns: tuple[str, ...], veils: Mapping[str, NewVeil]) -> "ir.Table":
        """Return the expression with these columns only; veils run where the engine computes."""
        return self._table.select(
            **{
                name: veiled(self._table[name], veils[name]) if name in veils else self._table[name]
                for name in columns
            }
        )


def _batches(table: "ir.Table") -> Iterator[Any]:
    """Yield the rows as Arrow batches, by a cursor of their own: the connection stays free meanwhile.

    Ibis 12 asks DuckDB 2 for them by a name that is gone.
    """
    backend: Any = table.get_backend()
    if backend.name != "duckdb":
        yield from table.to_pyarrow_batches(chunk_size=CHUNK)
        return
    backend._run_pre_execute_hooks(table)
    statement = backend.compile(table)
    try:
        relation = backend.con.cursor().sql(statement)
    except duckdb.CatalogException:  # views of the session (a file read as a table) are not in its cursors
        relation = backend.con.sql(statement)
    yield from relation.to_arrow_reader(CHUNK)


def _traced(op: Any) -> tuple[frozenset[str], Any]:
    """Return the columns of a relation that are those of its one physical table, and that table."""
    if isinstance(op, operations.PhysicalTable) and not isinstance(op, operations.AliasedRelation):
        return frozenset(op.schema.names), op
    if isinstance(op, operations.Project):
        own, base = _traced(op.parent)
        kept = {
            name
            for name, value in op.values.items()
            if isinstance(value, operations.Field) and value.name == name and name in own
        }
        return frozenset(kept), base
    rows_alone = (
        *(operations.Filter, operations.Sort, operations.Limit, operations.Sample, operations.Distinct),
        *(operations.DropColumns, operations.SelfReference, operations.AliasedRelation),
    )
    if isinstance(op, rows_alone):
        own, base = _traced(op.parent)
        return own & frozenset(op.schema.names), base
    raise Refused(
        f"a table made by {type(op).__name__} does not pass the gate, since its columns need not be what "
        "their names say; give the table itself (filtered, sorted or limited), and derive from what passes"
    )


class TableStore:
    """The declared columns of one table of a DuckDB database, as the duties reach them.

    A record goes whole where nothing of it is kept; else its erased columns become null, or ``blank``.
    Erasing and purging are one transaction: all or nothing. A person is found by the very identifier, as
    text.

    Args:
        persons: by kind of person, for each identifier its column.
        keeps: by declared data name, why an erasure leaves it.
        started: by key of retention, the column of the instant or date from which it runs; an instant
            without a zone is in UTC.
        blank: what to write in a column that takes no null.
        reference: the column that names a record in references; never personal data.

    Raises:
        Refused: names that are not declared, columns that the table has not, or a column that cannot be
            emptied though it may have to; with the remedy.
    """

    def __init__(
        self,
        connection: Any,
        table: str,
        declaration: Processing,
        *,
        reference: str,
        persons: Mapping[str, Mapping[str, str]],
        keeps: Mapping[str, str] | None = None,
        started: Mapping[str, str] | None = None,
        blank: Mapping[str, Any] | None = None,
        data_set: str = "",
    ) -> None:
        if connection.name != "duckdb":
            raise Refused(
                f"a table of {connection.name} is no store yet: keep it in DuckDB, or write its Store"
            )
        self._connection = connection
        self._name = table
        self._reference = reference
        self._blank = dict(blank or {})
        self._holdings = Holdings(declaration, data_set or table, persons, keeps or {}, started or {})
        self.holds = self._holdings.names
        lookups = [column for known in self._holdings.persons.values() for column in known.values()]
        wanted = {*self._holdings.columns(), *lookups, *self._holdings.started.values(), reference}
        schema = self._table.schema()
        if absent := sorted(wanted - set(schema.names)):
            raise Refused(
                f"table {table} has no column {', '.join(absent)}; mend stored_in=(...) or the names given"
            )
        for column in self._may_be_emptied():
            if not schema[column].nullable and column not in self._blank:
                raise Refused(
                    f"column {table}.{column} takes no null; give blank={{'{column}': ...}}, or let it "
                    "be null"
                )

    @property
    def _table(self) -> "ir.Table":
        return self._connection.table(self._name)

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the records about ``person``."""
        yield from self._references(self._about(person))

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the records about ``person``, by declared name."""
        rows = self._about(person)
        if rows is None:
            return
        columns = self._holdings.columns()
        rows = rows.select(*(rows[column] for column in columns), _reference=rows[self._reference])
        for batch in _batches(rows):
            for row in batch.to_pylist():
                yield Record(self._named(row.pop("_reference")), self._holdings.values(row))

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase what is about ``person``, all in one transaction."""
        rows = self._about(person)
        if rows is None:
            return Erased({}, {})
        with self._transaction():
            found = rows.count().execute()
            kept = dict(self._holdings.keeps) if found else {}
            if self._holdings.keeps:
                return Erased(self._emptied(rows, self._holdings.erasable), kept)
            return Erased(self._removed(rows), kept)

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase what is past its retention, all in one transaction."""
        erased: dict[str, int] = {}
        kept: dict[str, str] = {}
        with self._transaction():
            for due in self._holdings.due(now, visas):
                if not due.start:
                    kept |= dict.fromkeys(due.names, due.kept)
                    continue
                rows = self._past(due)
                if due.kept:
                    if rows.count().execute():
                        kept |= dict.fromkeys(due.names, due.kept)
                elif self._holdings.removes_records(due):
                    erased |= self._removed(rows, dry_run)
                else:
                    erased |= self._emptied(rows, due.names, dry_run)
        return Erased(erased, kept)

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield references of records that hold ``text``: every declared column is read, of any type."""
        sought = fold(text).strip()
        if not sought:
            return
        table = self._table
        holds = [folded(table[column]).contains(sought) for column in self._holdings.columns()]
        yield from self._references(table.filter(ibis.or_(*holds)).limit(limit))

    def _named(self, value: object) -> str:
        return f"{self._holdings.data_set}/{value}"

    def _references(self, rows: "ir.Table | None") -> Iterator[str]:
        if rows is None:
            return
        for batch in _batches(rows.select(self._reference)):
            for value in batch.column(0).to_pylist():
                yield self._named(value)

    def _about(self, person: Person) -> "ir.Table | None":
        """Return the rows about a person; None where no identifier that is known here tells them."""
        where = self._holdings.identifying(person)
        if not where:
            return None
        table = self._numbered()
        return table.filter(*(table[column].cast("string") == value for column, value in where.items()))

    def _numbered(self) -> "ir.Table":
        """Return the table with the number that the engine gives to each row."""
        table = self._table
        return table.mutate(_row=table.rowid())

    def _past(self, due: Due) -> "ir.Table":
        """Return the rows past a retention: those that started in a span which ``Period.over_at`` counted."""
        table = self._numbered()
        started = table[due.start]
        kind = started.type()
        if kind.is_date():  # a day starts at its midnight here
            return table.filter(started <= due.retention.whole.last_day_over_at(due.now))
        if kind.is_timestamp() and kind.timezone:  # compared in UTC, whatever the session's zone
            started = without_zone(started)
        started = started.cast("timestamp")
        past = []
        for first, before in due.retention.whole.over_at(due.now):
            is_in = started < before.replace(tzinfo=None)
            past.append(is_in if first is None else is_in & (started >= first.replace(tzinfo=None)))
        return table.filter(ibis.or_(*past))

    def _removed(self, rows: "ir.Table", dry_run: bool = False) -> dict[str, int]:
        count = int(rows.count().execute())
        if count and not dry_run:
            self._run(f"DELETE FROM {_quoted(self._name)} WHERE rowid IN ({self._rows(rows)})")  # noqa: S608
        return dict.fromkeys(self.holds, count) if count else {}

    def _emptied(self, rows: "ir.Table", names: Collection[str], dry_run: bool = False) -> dict[str, int]:
        counts: dict[str, int] = {}
        for name in names:
            own = self._holdings.columns((name,))
            filled = int(
                rows.filter(ibis.or_(*(self._is_filled(rows[one]) for one in own))).count().execute()
            )
            if filled:
                counts[name] = filled
        if counts and not dry_run:
            columns = self._holdings.columns(names)
            written = ", ".join(f"{_quoted(one)} = {_literal(self._blank.get(one))}" for one in columns)
            where = f"rowid IN ({self._rows(rows)})"
            self._run(f"UPDATE {_quoted(self._name)} SET {written} WHERE {where}")  # noqa: S608
        return counts

    def _is_filled(self, column: "ir.Column") -> "ir.BooleanValue":
        """Say where a column holds something that an erasure would take."""
        blank = self._blank.get(column.get_name())
        return column.notnull() if blank is None else column.notnull() & (column != blank)

    def _may_be_emptied(self) -> set[str]:
        """Return the columns that an erasure or a purge may have to empty."""
        holdings = self._holdings
        columns = set(holdings.columns(holdings.erasable)) if holdings.keeps else set()
        for due in holdings.due(clock.now(), ()):
            if due.start and not holdings.removes_records(due):
                columns |= set(holdings.columns(due.names))
        return columns

    def _rows(self, rows: "ir.Table") -> str:
        """Return the SQL of the numbers of these rows."""
        return str(self._connection.compile(rows.select("_row")))

    def _run(self, statement: str) -> None:
        self._connection.raw_sql(statement)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing.

        Raises:
            Refused: the engine could not read or write, as where the disk is full; nothing was changed.
        """
        try:
            self._run("BEGIN TRANSACTION")
            yield
            self._run("COMMIT")
        except (duckdb.Error, OSError) as error:
            self._undo()
            raise Refused(
                f"{self._holdings.data_set}: the engine could not write ({type(error).__name__}; is the disk "
                "full?): nothing was changed; make room, then run it again"
            ) from None
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        with suppress(duckdb.Error, OSError):  # a commit that failed has ended its transaction already
            self._run("ROLLBACK")


def _quoted(name: str) -> str:
    return str(sqlglot.exp.to_identifier(name, quoted=True).sql("duckdb"))


def _literal(value: Any) -> str:
    return str(sqlglot.exp.convert(value).sql("duckdb"))
