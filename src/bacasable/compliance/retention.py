"""Retention executed: what is due in the stores of the services, destroyed or kept with the reason.

A dry run and a purge are one walk: the same stores are asked the same question, and what a run reports can be
kept as its receipt. A store that fails does not hold up the others.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from bacasable.compliance.canonical import digest
from bacasable.compliance.declaration import Retention
from bacasable.compliance.service import N_, Service
from bacasable.compliance.store import Erased, Store, Unfinished
from bacasable.privacy.messages import Refused


class Stage(Enum):
    """Where data stand in their retention (French archives: active, semi-active, final)."""

    CURRENT = "current"
    INTERMEDIATE = "intermediate"
    DUE = "due"


def stage(retention: Retention, started: datetime, now: datetime) -> Stage:
    """Return the stage, at ``now``, of what started to be kept at ``started``."""
    if now < retention.current.after(started):
        return Stage.CURRENT
    return Stage.INTERMEDIATE if now < retention.due_at(started) else Stage.DUE


@dataclass(frozen=True)
class Line:
    """What a walk found in one store: counts by declared data name, what is kept and why, what stopped it."""

    service: str
    store: str
    erased: Mapping[str, int]
    kept: Mapping[str, str]
    stopped: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "store": self.store,
            "erased": dict(self.erased),
            "kept": dict(self.kept),
            "stopped": self.stopped,
        }


@dataclass(frozen=True)
class Outcome:
    """A whole walk: when, whether it only looked, and a line for each store that holds something to tell."""

    at: datetime
    dry_run: bool
    lines: tuple[Line, ...]

    @property
    def count(self) -> int:
        """How many pieces of data were erased, or would be."""
        return sum(sum(line.erased.values()) for line in self.lines)

    @property
    def is_whole(self) -> bool:
        """Whether every store was walked to its end."""
        return not any(line.stopped for line in self.lines)

    def receipt(self) -> str:
        """Return the SHA-256 of what was done, for the journal."""
        return digest({"at": self.at.isoformat(), "lines": [line.as_plain() for line in self.lines]})


#: Said of a store that raised something else than what it announces; the log names the error, never the data.
FAILED = N_("the store failed; the log of the installation names the error")


def stores_of(service: Service) -> Mapping[str, Store]:
    """Return the stores of a service by name; none where it names none.

    What it names is a mapping, or a function that returns one once the framework is set up.
    """
    if not service.stores:
        return {}
    named = service.load("stores")
    stores: Mapping[str, Store] = named() if callable(named) else named
    return stores


def walk(
    stores: Mapping[str, Mapping[str, Store]],
    *,
    now: datetime,
    visas: Mapping[str, Container[str]],
    dry_run: bool = False,
) -> Outcome:
    """Purge what is past its retention, or say what would be.

    Args:
        stores: by key of service, its stores by name.
        visas: by key of service, the retentions whose destruction the public archives have approved.
    """
    lines = []
    for service, named in stores.items():
        for name, store in named.items():
            stopped = ""
            try:
                done = _plain(store.purge(now=now, visas=visas.get(service, ()), dry_run=dry_run))
            except Unfinished as unfinished:
                done, stopped = _plain(unfinished.done), str(unfinished)
            except Refused as refused:
                done, stopped = Erased({}, {}), str(refused)
            except Exception as error:  # a plugin's store may raise anything: the others are walked
                done, stopped = Erased({}, {}), f"{type(error).__name__}: {FAILED}"
            if done.erased or done.kept or stopped:
                lines.append(Line(service, str(name), done.erased, done.kept, stopped))
    return Outcome(now, dry_run, tuple(lines))


def _plain(done: Erased) -> Erased:
    """Return what a store answers as a receipt can hold it: a reason may be a text translated late."""
    return Erased(
        {str(name): int(count) for name, count in done.erased.items()},
        {str(name): str(reason) for name, reason in done.kept.items()},
    )
