"""What is kept: reading times, closed files and links are gone when their time is over, and not before."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any, get_args

from bacasable.compliance import clock
from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased
from bacasable.services.job_advice.controls.subject import Kind, Subject, counted

#: Of each kind, so many past their time and so many that are not; 0 of 120 is below 2.5 % at 95 %.
PAST, YOUNG = 40, 10
#: The most days that reading times are held: they tell of an adviser's day, not of a person's file.
READING_DAYS = 30


def _kept(probe: Probe, seed: int) -> Measurement:
    """Keep things of each kind, some past their time, purge as the night does, and look at what is left."""
    subject: Subject = probe.engine
    keeping = subject.keeping
    if keeping is None:
        return counted(0, 0, seed, "nothing is stored here: nothing could be measured", "")
    dice = Random(seed)  # noqa: S311 (a sample that can be drawn again)
    past: list[tuple[Kind, str]] = []
    young: list[tuple[Kind, str]] = []
    ages: list[tuple[str, int]] = []
    days = {kind: keeping.days(kind) for kind in get_args(Kind)}
    try:
        for kind, held in days.items():
            for number in range(PAST + YOUNG):
                # at least a day past: what is due this very day may wait for the next night
                age = held + dice.randint(1, held) if number < PAST else dice.randint(0, held - 1)
                (past if number < PAST else young).append((kind, keeping.keep(kind, age)))
                ages.append((kind, age))
        there = sum(keeping.left(kind, reference) for kind, reference in (*past, *young))
        for store in probe.stores.values():
            store.purge(now=clock.now())
        still = [kind for kind, reference in past if keeping.left(kind, reference)]
        lost = [kind for kind, reference in young if not keeping.left(kind, reference)]
    finally:
        keeping.clear()
    made = counted(
        len(still),
        len(past),
        seed,
        "reads the tables themselves after the purge",
        sha256(json.dumps(ages).encode()).hexdigest(),
        most_left=max(still, key=still.count) if still else "",
        **{f"days of {kind}": held for kind, held in days.items()},
    )
    wrong = []
    if there < len(past) + len(young):
        wrong.append("the trial did not keep what it looks for")
    if lost:
        wrong.append(f"{len(lost)} gone before their time: {', '.join(sorted(set(lost)))}")
    if days["reading_time"] > READING_DAYS:
        wrong.append(f"reading times are held {days['reading_time']} days: {READING_DAYS} at most")
    return replace(made, counterexamples=tuple(wrong))


class _Keeps:
    """A store that says that it purged, and did not."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def purge(self, **given: Any) -> Erased:
        return Erased({}, {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@contextlib.contextmanager
def _without_purge(probe: Probe) -> Iterator[Probe]:
    stores: Mapping[str, Any] = {name: _Keeps(store) for name, store in probe.stores.items()}
    yield replace(probe, stores=stores)


CONTROLS = (
    Control(
        key="retention_kept",
        title=N_("Reading times, closed files and links are gone when their time is over, and not before"),
        unit=N_("share of what is past its time that is still held"),
        direction="at_most",
        threshold=0.05,
        maximum_age=timedelta(days=90),
        measure=_kept,
        sabotage=_without_purge,
        depends_on=DependsOn(modules=("bacasable.services.job_advice.controls.keeping",)),
        description=N_(
            "Made as pages make them, as if long ago, then purged as the night does; reading times are held "
            "for 30 days at most. What is younger than its time must still be there."
        ),
    ),
)
