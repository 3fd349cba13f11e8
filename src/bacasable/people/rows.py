"""Django's querysets at the gate, and a model's rows as a store of the duties."""

import json
from collections.abc import Collection, Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import FieldError, ValidationError
from django.db import models, router, transaction
from django.db.models import Q, QuerySet
from django.db.models.deletion import Collector
from django.db.models.functions import Cast, Concat
from django.db.models.sql import Query

from bacasable.compliance import clock
from bacasable.compliance.data_sets import data_set
from bacasable.compliance.gate import Row
from bacasable.compliance.holdings import Due, Holdings
from bacasable.compliance.journal import Entry
from bacasable.compliance.processing import Processing, Undeclared
from bacasable.compliance.store import Erased, Person, Record
from bacasable.people.journal import DATABASE_JOURNAL
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import fold

#: Rows held at once.
CHUNK = 2000
#: What stands in a column that must differ from row to row, once it is erased.
_ERASED = "erased-"


class ReadingJournal:
    """The journal of the database for the gate: a reading is an act of its own, in a transaction of its own.

    Inside of an action its entry stands or falls with the action.
    """

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Store one entry; see :meth:`DatabaseJournal.record`."""
        with transaction.atomic():
            return DATABASE_JOURNAL.record(action, actor=actor, subject=subject, **facts)

    def entries(self) -> Iterator[Entry]:
        """Yield the entries of the database's journal."""
        return DATABASE_JOURNAL.entries()


READING_JOURNAL = ReadingJournal()


def _columns(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {field.name: field for field in model._meta.concrete_fields}


class QuerysetRows:
    """A queryset as the gate reads it: narrowed to columns of its model in SQL, streamed.

    Filters, order and slices of the queryset hold. What it computes (annotations) is left behind.
    """

    def __init__(self, source: "QuerySet[Any] | models.Manager[Any]") -> None:
        """Take a queryset or a manager.

        Raises:
            Refused: it groups, unites or selects by hand, where a column need not be what its name says.
        """
        self._queryset = source if isinstance(source, QuerySet) else source.all()
        query = self._queryset.query
        if query.combinator or query.extra or query.group_by is not None:
            raise Refused(
                f"{self.data_set}: a queryset that groups, unites or uses extra() does not pass the gate; "
                "give the plain one, and compute from what passes"
            )
        # after values() Django lets a computed column take the name of a field
        if shadowing := sorted(_columns(self._queryset.model).keys() & query.annotations.keys()):
            raise Refused(
                f"{self.data_set}: the queryset computes {', '.join(shadowing)}, which is the name of a "
                "column; give the plain one, and compute from what passes"
            )

    @property
    def data_set(self) -> str:
        """The model, as declarations write it: ``app.Model``."""
        return str(self._queryset.model._meta.concrete_model._meta.label)

    def columns(self) -> Collection[str]:
        """Return the names of the model's fields that have a column."""
        return _columns(self._queryset.model)

    def narrowed(self, columns: tuple[str, ...]) -> Iterator[Row]:
        """Yield rows with these columns only: no other is selected."""
        return self._queryset.prefetch_related(None).values(*columns).iterator(chunk_size=CHUNK)


class QuerysetStore:
    """The declared columns of one model, as the duties reach them.

    A record goes whole where nothing of it is kept; else its erased columns are emptied (null, empty text,
    the field's default, ``blank``; ``erased-<key>`` where values must differ). The primary key stays with
    the record. Erasing and purging are one transaction: all or nothing; refused where rows of another
    retention, or that are not declared, would be deleted with a record.

    Args:
        persons: by kind of person, for each identifier a look-up of the queryset, exact or ``iexact``:
            ``{"candidate": {"email": "author__email__iexact"}}``.
        keeps: by declared data name, why an erasure leaves it.
        started: by key of retention, the column (or path) of the instant or date from which it runs.
        blank: what to write in a column that has no other empty value.
        reference: the column that names a record in references; never personal data.
        also_searched: columns that should name nobody, and are searched all the same.

    Raises:
        Refused: names that are not declared, look-ups that are not of the model or do not ask for the very
            identifier, or a column that cannot be emptied though it may have to; with the remedy.
    """

    def __init__(
        self,
        model: type[models.Model],
        declaration: Processing,
        *,
        persons: Mapping[str, Mapping[str, str]],
        keeps: Mapping[str, str] | None = None,
        started: Mapping[str, str] | None = None,
        blank: Mapping[str, Any] | None = None,
        reference: str = "pk",
        also_searched: Collection[str] = (),
    ) -> None:
        self.model = model
        self.label = str(model._meta.label)
        self._holdings = Holdings(declaration, self.label, persons, keeps or {}, started or {})
        self._fields = _columns(model)
        self._reference = reference
        self._given = dict(blank or {})
        self._also_searched = tuple(also_searched)
        self.holds = self._holdings.names
        named = (*self._holdings.columns(), *self._also_searched)
        unknown = [name for name in named if name not in self._fields]
        if unknown:
            raise Refused(
                f"{self.label} has no column {', '.join(unknown)}; mend stored_in=(...) of its data, or "
                "also_searched=(...)"
            )
        for kind, known in self._holdings.persons.items():
            for name, path in known.items():
                self._tells(f"persons={{'{kind}': {{'{name}': ...}}}}", path, ("", "exact", "iexact"))
        for key, path in self._holdings.started.items():
            self._tells(f"started={{'{key}': ...}}", path, ("",))
        for column in self._may_be_emptied():
            self._empty(column)

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the records about ``person``."""
        for value in self._about(person).values_list(self._reference, flat=True).iterator(chunk_size=CHUNK):
            yield self._named(value)

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the records about ``person``, by declared name."""
        rows = self._about(person).annotate(_reference=models.F(self._reference))
        for row in rows.values("_reference", *self._holdings.columns()).iterator(chunk_size=CHUNK):
            yield Record(self._named(row.pop("_reference")), self._holdings.values(row))

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase what is about ``person``, all in one transaction."""
        with self._whole():
            rows = self._about(person)
            kept = dict(self._holdings.keeps) if rows.exists() else {}
            if self._holdings.keeps:
                return Erased(self._emptied(rows, self._holdings.erasable), kept)
            return Erased(self._removed(rows), kept)

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase what is past its retention, all in one transaction."""
        with self._whole():
            erased: dict[str, int] = {}
            kept: dict[str, str] = {}
            for due in self._holdings.due(now, visas):
                if not due.start:
                    kept |= dict.fromkeys(due.names, due.kept)
                    continue
                for rows in self._past(due):
                    if due.kept:
                        kept |= dict.fromkeys(due.names, due.kept)
                        break
                    if self._holdings.removes_records(due):
                        counts = self._removed(rows, dry_run)
                    else:
                        counts = self._emptied(rows, due.names, dry_run)
                    for name, count in counts.items():
                        erased[name] = erased.get(name, 0) + count
            return Erased(erased, kept)

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield references of records that hold ``text``: every declared column is read, of any type."""
        sought = fold(text).strip()
        columns = (*self._holdings.columns(), *self._also_searched)
        if not sought:
            return
        found = 0
        rows = self.model._base_manager.values_list(self._reference, *columns)
        for reference, *values in rows.iterator(chunk_size=CHUNK):
            if found >= limit:
                return
            if any(sought in fold(_text(value)) for value in values):
                found += 1
                yield self._named(reference)

    def _tells(self, where: str, path: str, ways: tuple[str, ...]) -> None:
        """Refuse a path that is not of the model, or a look-up that could reach somebody else's rows."""
        try:
            lookups, _, _ = Query(self.model).solve_lookup_type(path)
            field = Query(self.model).names_to_path(path.split("__"), self.model._meta)[1]
        except FieldError:
            raise Refused(f"{self.label} has no '{path}'; mend it in {where}") from None
        lookup = lookups[-1] if lookups else ""
        if lookup not in ("", "exact", "iexact", *field.get_lookups()):
            if field.get_transform(lookup) is None:
                raise Refused(f"{self.label} has no '{path}'; mend it in {where}")
            lookup = ""  # a key inside of a JSON value
        if lookup not in ways:
            raise Refused(
                f"{self.label}: the look-up '{lookup}' of '{path}' may reach somebody else's rows; write the "
                f"very column, or its __iexact, in {where}"
            )

    def _whole(self) -> transaction.Atomic:
        """All or nothing, in the database where the model lies."""
        return transaction.atomic(using=router.db_for_write(self.model))

    def _named(self, value: object) -> str:
        return f"{self.label}/{value}"

    def _about(self, person: Person) -> "QuerySet[Any]":
        """Return the rows about a person; none where no identifier that is known here tells them."""
        rows = self.model._base_manager.all()
        where = self._holdings.identifying(person)
        if not where:
            return rows.none()
        try:
            matching = self.model._base_manager.filter(**where)
        except (ValidationError, ValueError, TypeError):  # no such value can be in that column
            return rows.none()
        others = self._taken_for(matching, where)
        return rows.filter(pk__in=matching.values("pk")).exclude(pk__in=others).order_by("pk")

    def _taken_for(self, matching: "QuerySet[Any]", where: Mapping[str, str]) -> set[Any]:
        """Return the rows of other people that ``iexact`` matches: a database may take ``ı`` for ``i``.

        PostgreSQL compares in capitals, where several letters have one.
        """
        sought = {
            path.removesuffix("__iexact"): value.lower()
            for path, value in where.items()
            if path.endswith("__iexact")
        }
        if not sought:
            return set()
        right: set[Any] = set()
        wrong: set[Any] = set()
        for key, *values in matching.values_list("pk", *sought).iterator(chunk_size=CHUNK):
            alike = all(
                str(held).lower() == value for held, value in zip(values, sought.values(), strict=True)
            )
            (right if alike else wrong).add(key)
        return wrong - right

    def _past(self, due: Due) -> "Iterator[QuerySet[Any]]":
        """Yield, a chunk at a time, the rows that are past a retention."""
        latest = due.latest + timedelta(days=1)  # a date is compared in the time zone of the settings
        candidates = self.model._base_manager.filter(**{f"{due.start}__lte": latest}).order_by("pk")
        last: Any = None
        while True:
            after = candidates if last is None else candidates.filter(pk__gt=last)
            chunk = list(after.values_list("pk", due.start)[:CHUNK])
            if not chunk:
                return
            last = chunk[-1][0]
            keys = [key for key, started in chunk if due.is_due(started)]
            if keys:
                yield self.model._base_manager.filter(pk__in=keys)

    def _removed(self, rows: "QuerySet[Any]", dry_run: bool = False) -> dict[str, int]:
        count = rows.count()
        if count:
            whole = self.model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
            self._refuse_to_take_more(whole)
            if not dry_run:
                whole.delete()
        return dict.fromkeys(self.holds, count) if count else {}

    def _refuse_to_take_more(self, rows: "QuerySet[Any]") -> None:
        """Refuse to delete rows with which the database deletes data of another retention, or undeclared.

        Raises:
            Refused: with the model that refers to these rows.
        """
        collector = Collector(using=rows.db, origin=rows)
        collector.collect(rows)
        taken = set(collector.data) | {one.model for one in collector.fast_deletes if one.exists()}
        own = {self.model, *self.model._meta.get_parent_list()}
        kept = {item.retention for item, _ in self._holdings.personal.values()}
        for model in sorted(taken - own, key=lambda model: model._meta.label):
            if model._meta.auto_created:
                continue
            try:
                held = data_set(self._holdings.declaration, model._meta.label).personal
            except Undeclared:
                held = None
            if held is None or {item.retention for item, _ in held.values()} - kept:
                raise Refused(
                    f"{self.label}: rows of {model._meta.label} would be deleted with these, and are of "
                    "another retention or not declared; let them refer by SET_NULL or by an identifier, or "
                    "give both the same retention"
                )

    def _emptied(
        self, rows: "QuerySet[Any]", names: Collection[str], dry_run: bool = False
    ) -> dict[str, int]:
        counts: dict[str, int] = {}
        changes: dict[str, Any] = {}
        for name in names:
            columns = [column for column in self._holdings.columns((name,)) if self._may_empty(column)]
            filled = Q()
            for column in columns:
                changes[column], is_empty = self._empty(column)
                filled |= ~is_empty
            if columns and (count := rows.filter(filled).count()):
                counts[name] = count
        if counts and not dry_run:
            keys = list(rows.values_list("pk", flat=True))
            self.model._base_manager.filter(pk__in=keys).update(**changes)
        return counts

    def _may_be_emptied(self) -> set[str]:
        """Return the columns that an erasure or a purge may have to empty."""
        holdings = self._holdings
        columns = set(holdings.columns(holdings.erasable)) if holdings.keeps else set()
        for due in holdings.due(clock.now(), ()):
            if due.start and not holdings.removes_records(due):
                columns |= set(holdings.columns(due.names))
        return {column for column in columns if self._may_empty(column)}

    def _may_empty(self, column: str) -> bool:
        return not self._fields[column].primary_key

    def _empty(self, column: str) -> tuple[Any, Q]:
        """Return what an erased column holds, and the condition that it holds it."""
        field = self._fields[column]
        if column in self._given:
            return self._given[column], Q(**{column: self._given[column]})
        if field.null:
            return None, Q(**{f"{column}__isnull": True})
        if isinstance(field, models.CharField | models.TextField):
            if not field.unique:
                return "", Q(**{column: ""})
            written = Concat(models.Value(_ERASED), Cast("pk", models.TextField()))
            return written, Q(**{f"{column}__startswith": _ERASED})
        if field.has_default() and not field.unique and not isinstance(field, models.DateField):
            default = field.get_default()
            return default, Q(**{column: default})
        raise Refused(
            f"{self.label}.{column} cannot be emptied: it takes no null; give blank={{'{column}': ...}}, or "
            "let the field be null"
        )


def _text(value: object) -> str:
    if value is None or isinstance(value, bytes | memoryview):
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
