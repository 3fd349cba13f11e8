"""How the duties reach data without knowing where it lies: querysets, tables and files behind one protocol.

A store is implemented beside its data. Rights (access, erasure), the purge and the search for a person walk
the stores of one controller's services, and never more than one controller's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Person:
    """Whom a request is about: ``kind`` is a key of the declaration's persons, ``identifiers`` by name.

    For example ``Person("candidate", {"email": ...})``. Never written to a log or to the journal.
    """

    kind: str
    identifiers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Person({self.kind!r}, {sorted(self.identifiers)})"


@dataclass(frozen=True)
class Record:
    """One record about a person: a reference that says where, and its values by declared data name."""

    reference: str
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Record({self.reference!r}, {sorted(self.values)})"


@dataclass(frozen=True)
class Erased:
    """What an erasure or a purge did: counts by declared data name, and what was kept with the reason."""

    erased: Mapping[str, int]
    kept: Mapping[str, str]


@runtime_checkable
class Store(Protocol):
    """One place where a service keeps declared data."""

    #: The declared data names that this store holds.
    holds: tuple[str, ...]

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the records about ``person``, without their content."""
        ...

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the records about ``person`` in full (GDPR art. 15 and 20)."""
        ...

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase what is about ``person`` (art. 17); what the law makes us keep is named with its reason."""
        ...

    def purge(self, *, now: datetime) -> Erased:
        """Erase what is past its declared retention at ``now``."""
        ...

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield references of records that hold ``text``: to find a person whom no identifier names."""
        ...
