"""What a store knows of its declaration: its columns, who the persons are, what is kept, what is due.

Each implementation of :class:`bacasable.compliance.store.Store` has one, so that all decide alike.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.data_sets import DataSet, data_set
from bacasable.compliance.declaration import DataField, Retention
from bacasable.compliance.processing import Processing
from bacasable.compliance.service import N_
from bacasable.compliance.store import Person
from bacasable.privacy.messages import Refused

#: Shortest months, for a bound that no calendar passes.
_SHORTEST_MONTH = 28

WAITS_FOR_VISA = N_("public records wait for the visa of the archives (Code du patrimoine, L.212-2)")
GOES_TO_ARCHIVES = N_("past its retention: it goes to the public archives, and is destroyed with their visa")
NO_START = N_("no date here says when its retention started")


@dataclass(frozen=True)
class Due:
    """Data of one retention whose time is over: where its start is written, and what is then done.

    ``latest`` bounds the starts that can be due; :meth:`is_due` decides. ``kept`` is why nothing is done.
    """

    retention: Retention
    start: str
    names: tuple[str, ...]
    now: datetime
    kept: str = ""

    @property
    def latest(self) -> datetime:
        """No later start can be due at ``now``: months at their shortest, a day less for daylight saving."""
        period = self.retention.whole
        return self.now - timedelta(days=period.months * _SHORTEST_MONTH + period.days - 1)

    def is_due(self, started: datetime | date | None) -> bool:
        """Say whether what started then is past its retention; a date starts at its midnight here."""
        if started is None:
            return False
        if not isinstance(started, datetime):
            started = datetime.combine(started, time(), clock.zone())
        return self.retention.due_at(started) <= self.now


@dataclass(frozen=True)
class Holdings:
    """One store's part of a declaration.

    Args:
        persons: by kind of person, the identifiers that tell them here, each with where it is looked up.
        keeps: by declared data name, why the law makes us keep it when the person asks for erasure.
        started: by key of retention, where the instant or date from which it runs is written.

    Raises:
        Refused: a name is not declared; with those that are.
        Undeclared: the data set is not declared.
    """

    declaration: Processing
    data_set: str
    persons: Mapping[str, Mapping[str, str]]
    keeps: Mapping[str, str] = field(default_factory=dict)
    started: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held = data_set(self.declaration, self.data_set)
        object.__setattr__(self, "held", held)
        object.__setattr__(self, "personal", MappingProxyType(held.personal))
        retentions = {item.retention.key for item, _ in held.personal.values() if item.retention}
        self._known("person", self.persons, self.declaration.persons)
        self._known("data", self.keeps, held.personal)
        self._known("retention", self.started, retentions)

    held: DataSet = field(init=False, repr=False)
    personal: Mapping[str, tuple[DataField, tuple[str, ...]]] = field(init=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The declared data names that the store holds."""
        return tuple(self.personal)

    def identifying(self, person: Person) -> dict[str, str]:
        """Return where to look and what for; empty where nothing tells this person here: then find nobody."""
        known = self.persons.get(person.kind, {})
        given = {
            known[name]: value
            for name, value in person.identifiers.items()
            if name in known and isinstance(value, str) and value.strip()
        }
        return {} if any("\0" in value for value in given.values()) else given  # no database holds that

    def values(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record's values by declared name: a mapping where a piece of data has several columns."""
        return {
            name: row[columns[0]] if len(columns) == 1 else {column: row[column] for column in columns}
            for name, (_, columns) in self.personal.items()
        }

    def columns(self, names: Container[str] | None = None) -> tuple[str, ...]:
        """Return the columns of these pieces of data; of all personal data by default."""
        return tuple(
            column
            for name, (_, columns) in self.personal.items()
            if names is None or name in names
            for column in columns
        )

    @property
    def erasable(self) -> tuple[str, ...]:
        """The data names that an erasure takes."""
        return tuple(name for name in self.personal if name not in self.keeps)

    def due(self, now: datetime, visas: Container[str]) -> Iterator[Due]:
        """Yield, for each retention, what to look for at ``now`` and why it would be kept."""
        by_retention: dict[str, tuple[Retention, list[str]]] = {}
        for name, (item, _) in self.personal.items():
            if item.retention is not None:
                by_retention.setdefault(item.retention.key, (item.retention, []))[1].append(name)
        for key, (retention, names) in by_retention.items():
            kept = ""
            if key not in self.started:
                kept = NO_START
            elif key not in visas and retention.final == "transfer":
                kept = GOES_TO_ARCHIVES
            elif key not in visas and retention.needs_archive_visa:
                kept = WAITS_FOR_VISA
            yield Due(retention, self.started.get(key, ""), tuple(names), now, kept)

    def removes_records(self, due: Due) -> bool:
        """Say whether a record goes whole: all its personal data are due, and not to be made anonymous."""
        return set(due.names) == set(self.personal) and due.retention.final != "anonymise"

    def _known(self, what: str, given: Mapping[str, Any], known: Container[str]) -> None:
        for name in given:
            if name not in known:
                listed = ", ".join(sorted(known))  # type: ignore[call-overload]
                raise Refused(
                    f"{self.declaration.service}: store of '{self.data_set}' names {what} '{name}', which is "
                    f"not declared; use one of: {listed}"
                )
