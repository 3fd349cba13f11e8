"""What groups see of one another: nothing."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.services.assistant.controls.subject import ENGINE, Subject, measured
from bacasable.services.assistant.engine.sheets import Access, Filters
from bacasable.services.assistant.engine.trials import corpus

#: Searches by each group for what the other reads.
SEARCHES = 600


def _leaking(probe: Probe, seed: int) -> Measurement:
    subject: Subject = probe.engine
    dice = random.Random(seed)  # noqa: S311 (a sample that can be drawn again)
    one, two = corpus.GROUPS
    index = subject.filled(("trial-one", frozenset({one})), ("trial-two", frozenset({two})))
    leaked, seen = 0, sha256()
    for _search in range(SEARCHES):
        group, other = dice.choice(((one, "trial-two"), (two, "trial-one")))
        sheet = dice.choice(corpus.sheets(other))
        words = sheet.text.split()
        start = dice.randrange(max(1, len(words) - 4))
        query = dice.choice((sheet.title, " ".join(words[start : start + 5])))
        filters = Filters(collections=frozenset({other})) if dice.random() < 0.5 else Filters()
        hits = index.search(query, access=Access(frozenset({group})), filters=filters, limit=20)
        read = index.sheet(other, sheet.id, Access(frozenset({group})))
        leaked += any(hit.sheet.collection == other for hit in hits) or read is not None
        seen.update(f"{group} {query}".encode())
    return measured(
        leaked, SEARCHES, seed, "a reader of one group searches the very words of the other group's", seen
    )


class _Unfiltered:
    """An index that forgets who asks: everybody reads as everybody else."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def search(self, query: str, *, access: Access, **narrowed: Any) -> Any:
        return self._index.search(query, access=Access(frozenset(corpus.GROUPS)), **narrowed)

    def sheet(self, collection: str, name: str, access: Access) -> Any:
        return self._index.sheet(collection, name, Access(frozenset(corpus.GROUPS)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


@contextlib.contextmanager
def _without_filter(probe: Probe) -> Iterator[Probe]:
    made = probe.engine.index
    yield replace(probe, engine=replace(probe.engine, index=lambda: _Unfiltered(made())))


CONTROLS = (
    Control(
        key="leakage_across_groups",
        title=N_("A group finds nothing of another group's collections"),
        unit=N_("share of searches that show a passage of the other group"),
        direction="at_most",
        threshold=0.005,
        maximum_age=timedelta(days=90),
        measure=_leaking,
        sabotage=_without_filter,
        depends_on=DependsOn(modules=(f"{ENGINE}.retrieval.searching", f"{ENGINE}.retrieval.catalogue")),
    ),
)
