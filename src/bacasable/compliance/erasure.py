"""Erasure of a person from every store of one controller, and its proof: they are looked for again.

What a store keeps is named with its reason. A store that stops half way does not hold up the others: what is
done is said, and doing it again completes it. Nothing here names the person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.retention import FAILED
from bacasable.compliance.rights import Part, one_controller
from bacasable.compliance.store import Person, Store, Unfinished, as_told

#: A shorter identifier is in too many texts for a search to prove anything; finding still proves.
SEARCHED_FROM = 5
#: The store of accounts goes last: others tell people by the account that their rows refer to.
LAST = "accounts"
#: References of one store that are listed.
SHOWN = 100


@dataclass(frozen=True)
class Line:
    """What an erasure did in one store, and what looking again found there.

    ``left`` are references of records still about the person though nothing says why; ``mentions``, those
    where a search for the identifier still finds it. Both need a person's eye.
    """

    service: str
    store: str
    erased: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    stopped: str = ""
    left: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.erased or self.kept or self.stopped or self.left or self.mentions)


@dataclass(frozen=True)
class Work:
    """An erasure: when, and a line for each store that has something to say."""

    at: datetime
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many pieces of data were erased."""
        return sum(sum(line.erased.values()) for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether every store went to its end and holds nothing more of the person but what it must keep."""
        return not any(line.stopped or line.left for line in self.lines)

    @property
    def is_proved(self) -> bool:
        """Whether looking again, by identifier and by search, found nothing that is not explained."""
        return self.is_whole and not any(line.mentions for line in self.lines)

    def as_plain(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "lines": [
                {
                    "service": line.service,
                    "store": line.store,
                    "erased": dict(line.erased),
                    "kept": dict(line.kept),
                    "stopped": line.stopped,
                    "left": list(line.left),
                    "mentions": list(line.mentions),
                }
                for line in self.lines
            ],
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Work":
        """Return what :meth:`as_plain` wrote down."""
        lines = tuple(
            Line(**{**line, "left": tuple(line["left"]), "mentions": tuple(line["mentions"])})
            for line in plain["lines"]
        )
        return cls(datetime.fromisoformat(plain["at"]), lines)

    def after(self, earlier: "Work") -> "Work":
        """Return both runs as one: counts together, the rest as it stands now."""
        before = {(line.service, line.store): line for line in earlier.lines}
        lines = []
        for line in self.lines:
            was = before.pop((line.service, line.store), None)
            lines.append(_merged(was, line) if was else line)
        for was in before.values():  # nothing is left there now, but what was erased was
            lines.append(Line(was.service, was.store, was.erased, was.kept))
        return Work(self.at, tuple(lines))


def erase(parts: Sequence[Part], identifiers: Mapping[str, str], *, by: str, reason: str) -> Work:
    """Erase from every store whoever these identifiers tell, then look for them again everywhere.

    Args:
        identifiers: by name, such as ``{"email": ...}``; a person that no store knows by them is nowhere.

    Raises:
        Refused: the parts belong to several controllers; nothing is erased.
    """
    one_controller(parts)
    stores = [(part, name, store) for part in parts for name, store in part.stores.items()]
    stores.sort(key=lambda one: one[1] == LAST)
    done = [
        (part, store, _erased(part, name, store, identifiers, by, reason)) for part, name, store in stores
    ]
    lines = tuple(_looked_again(part, store, line, identifiers) for part, store, line in done)
    return Work(clock.now(), tuple(line for line in lines if line.says_something))


def persons(part: Part, identifiers: Mapping[str, str]) -> Iterator[Person]:
    """Yield the person as each kind that the declaration names."""
    for kind in part.declared.persons:
        yield Person(kind, identifiers)


def _erased(
    part: Part, name: str, store: Store, identifiers: Mapping[str, str], by: str, reason: str
) -> Line:
    erased: dict[str, int] = {}
    kept: dict[str, str] = {}
    stopped = ""
    for person in persons(part, identifiers):
        try:
            done = store.erase(person, by=by, reason=reason)
        except Unfinished as unfinished:
            done, stopped = unfinished.done, str(unfinished)
        except Exception as error:  # a plugin's store may raise anything: the others go on
            stopped = f"{type(error).__name__}: {FAILED}"
            break
        for data, count in done.erased.items():
            erased[data] = erased.get(data, 0) + count
        kept |= done.kept
        if stopped:
            break
    return Line(part.declared.service, name, erased, kept, stopped)


def _looked_again(part: Part, store: Store, line: Line, identifiers: Mapping[str, str]) -> Line:
    """Return the line with what finding and searching found after everything was erased everywhere."""
    stopped = line.stopped
    found: set[str] = set()
    hits: set[str] = set()
    try:
        for person in persons(part, identifiers):
            found.update(store.find(person))
        for value in as_told(identifiers).values():
            if len(value) >= SEARCHED_FROM:
                hits.update(store.search(value, limit=SHOWN))
    except Exception as error:  # what cannot be looked at is not proved
        stopped = stopped or f"{type(error).__name__}: {FAILED}"
    left: list[str] = sorted(found)
    mentions = sorted(hits - found)
    if line.kept:  # what is still found there is what the law makes the store keep
        left, mentions = [], []
    return Line(
        line.service,
        line.store,
        line.erased,
        line.kept,
        stopped,
        tuple(left[:SHOWN]),
        tuple(mentions[:SHOWN]),
    )


def _merged(was: Line, now: Line) -> Line:
    erased = {name: was.erased.get(name, 0) + now.erased.get(name, 0) for name in (*was.erased, *now.erased)}
    mentions = () if was.kept else now.mentions
    return Line(now.service, now.store, erased, {**was.kept, **now.kept}, now.stopped, now.left, mentions)
