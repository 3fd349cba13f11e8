"""How the duties reach data without knowing where it lies: querysets, tables and files behind one protocol.

A store is implemented beside its data: :class:`bacasable.people.rows.QuerysetStore`,
:class:`bacasable.exchange.tables.TableStore`, :class:`bacasable.exchange.folders.FolderStore`, or one's own.
Rights (access, erasure), the purge and the search for a person walk the stores of one controller's services,
and never more than one controller's.
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bacasable.privacy.messages import Refused

#: What is pasted along with an identifier and never seen: soft hyphen, zero widths, directions, byte order.
_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def as_told(identifiers: Mapping[str, str]) -> dict[str, str]:
    """Return identifiers as they are looked up: composed (NFC), without blanks around or signs unseen.

    Blanks of any kind inside are one space; an address is in lower case, and whether the case of another
    identifier counts is said by the store that looks it up. One that is empty is not there.
    """
    told: dict[str, str] = {}
    for name, value in identifiers.items():
        value = " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", str(value))).split())
        if value:
            told[name] = value.lower() if name == "email" else value
    return told


@dataclass(frozen=True)
class Person:
    """Whom a request is about: ``kind`` is a key of the declaration's persons, ``identifiers`` by name.

    For example ``Person("candidate", {"email": ...})``; they are made such as :func:`as_told` says. Never
    written to a log or to the journal.
    """

    kind: str
    identifiers: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "identifiers", as_told(self.identifiers))

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
    """What an erasure or a purge did: counts by declared data name, and what was kept with the reason.

    A count is the number of records in which that piece of data was erased.
    """

    erased: Mapping[str, int]
    kept: Mapping[str, str]


class Unfinished(Refused):
    """An erasure or a purge stopped half way: ``done`` is what is already gone for good.

    What is gone stays gone and what remains is whole; run it again once the cause is mended. Stores that
    have transactions never raise it: there all of it is done or nothing.
    """

    def __init__(self, message: str, done: Erased) -> None:
        super().__init__(message)
        self.done = done


@runtime_checkable
class Store(Protocol):
    """One place where a service keeps declared data.

    A person is found by the identifiers that the store knows, all of them together; one who gives none of
    them, or blank ones, is in no record.
    """

    #: The declared data names that this store holds.
    holds: tuple[str, ...]

    def find(self, person: Person) -> Iterator[str]:
        """Yield the references of the records about ``person``, without their content."""
        ...

    def export(self, person: Person) -> Iterator[Record]:
        """Yield the records about ``person`` in full (GDPR art. 15 and 20)."""
        ...

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        """Erase what is about ``person`` (art. 17); what the law makes us keep is named with its reason.

        Doing it twice does nothing more. ``by`` and ``reason`` are for the store's own records, if it has
        any; the caller journals.

        Raises:
            Unfinished: it stopped half way.
        """
        ...

    def purge(self, *, now: datetime, visas: Container[str] = (), dry_run: bool = False) -> Erased:
        """Erase what is past its declared retention at ``now``.

        Args:
            visas: keys of the retentions whose destruction the public archives have approved; the others that
                need a visa, or go to the archives, are kept and named.
            dry_run: return what would be done, and do nothing.

        Raises:
            Unfinished: it stopped half way.
        """
        ...

    def search(self, text: str, *, limit: int = 100) -> Iterator[str]:
        """Yield references of records that hold ``text``, case and accents aside.

        It finds a person whom no identifier names, and proves an erasure.
        """
        ...
