"""Which fields of a record are read: columns of a table, keys of JSON, and those that hold one type whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from bacasable.privacy.messages import N_, Refused, Said


class Choice(NamedTuple):
    """What is done with a field: read or not; ``kind`` is the type that every value is, whole."""

    is_read: bool
    kind: str = ""
    is_named: bool = False


@dataclass(frozen=True)
class Fields:
    """Fields chosen by ``a,b.c,nom:PERSON``: all where none is named without a type.

    ``b.c`` is the key ``c`` of the object at ``b``, and all that lies below it; lists are looked through.
    ``nom:PERSON`` says that each value of ``nom`` is a PERSON, whatever it looks like.
    """

    read: frozenset[tuple[str, ...]] = frozenset()
    kinds: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return id(self)

    @classmethod
    def parsed(cls, written: str, types: Sequence[str] = ()) -> "Fields":
        """Read the option as typed.

        Raises:
            Refused: a name is empty, or a type is not one of ``types``.
        """
        read: set[tuple[str, ...]] = set()
        kinds: dict[tuple[str, ...], str] = {}
        for part in written.split(",") if written else ():
            name, colon, kind = part.strip().rpartition(":")
            if not colon:
                name, kind = kind, ""
            path = tuple(name.split("."))
            if not all(path) or (colon and not kind):
                raise Refused(N_("--fields takes names between commas, like nom,adresse.rue or nom:PERSON"))
            if kind and kind not in types:
                raise Refused(
                    N_("--fields: '{kind}' is not a type; types: {known}"), kind=kind, known=", ".join(types)
                )
            if kind:
                kinds[path] = kind
            else:
                read.add(path)
        return cls(frozenset(read), kinds)

    @property
    def named(self) -> set[tuple[str, ...]]:
        """All the names given."""
        return {*self.read, *self.kinds}

    def require(self, seen: set[tuple[str, ...]], what: str) -> None:
        """Refuse names that no record has: what they should hide would pass.

        Raises:
            Refused: a name was given that is not among ``seen``.
        """
        if missing := sorted(".".join(path) for path in self.named - seen):
            raise Refused(
                N_("--fields: no {what} is called {names}; nothing was written"),
                what=Said(what),
                names=", ".join(missing),
            )

    @lru_cache(maxsize=4096)  # noqa: B019  # one object a run
    def choice(self, path: tuple[str, ...]) -> Choice:
        """Return what is done with the values at ``path``."""
        above = [path[:size] for size in range(len(path), 0, -1)]
        for one in above:
            if one in self.kinds:
                return Choice(True, self.kinds[one], True)
            if one in self.read:
                return Choice(True, "", True)
        return Choice(not self.read)
