"""What is forgotten: conversations that are erased, or that expire."""

import contextlib
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from bacasable.compliance import clock
from bacasable.compliance.control import Control, DependsOn, Measurement, Probe
from bacasable.compliance.service import N_
from bacasable.compliance.store import Erased, Person
from bacasable.services.assistant.controls.subject import Subject, measured
from bacasable.services.assistant.engine.trials.plants import Planted, planted

#: Conversations kept, then erased or expired.
CONVERSATIONS = 60
MONTH = timedelta(days=30)


def _remembered(probe: Probe, seed: int) -> Measurement:
    """Keep conversations, erase half by a request and let the others expire; look for their words again."""
    subject: Subject = probe.engine
    store = probe.stores["conversations"]
    dice = random.Random(seed)  # noqa: S311 (a sample that can be drawn again)
    still, seen = 0, sha256()
    values: list[tuple[Planted, uuid.UUID]] = []
    for number, text in enumerate(planted(CONVERSATIONS * 2, seed)[:CONVERSATIONS]):
        account = uuid.UUID(int=dice.getrandbits(128), version=4)
        assert subject.keep is not None  # noqa: S101 (the probe gives it)
        subject.keep(account, text.text, 0 if number % 2 else MONTH.days + 1)
        values.append((text.planted[0], account))
        seen.update(text.text.encode())
    kept = sum(bool(list(store.search(value.value))) for value, _account in values[:10])
    for number, (_value, account) in enumerate(values):
        if number % 2:
            store.erase(Person("agent", {"account": str(account)}), by="control", reason="trial")
    store.purge(now=clock.now())
    for value, account in values:
        left = list(store.search(value.value)) or list(store.find(Person("agent", {"account": str(account)})))
        still += bool(left)
    for _value, account in values:  # a sabotaged run leaves nothing behind either
        probe.stores["really"].erase(Person("agent", {"account": str(account)}), by="control", reason="trial")
    return measured(
        still, len(values), seed, "searches the stores for words and accounts again", seen, kept_of_ten=kept
    )


class _Keeps:
    """A store that says that it erased, and did not."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def erase(self, person: Person, *, by: str, reason: str) -> Erased:
        return Erased({}, {})

    def purge(self, **given: Any) -> Erased:
        return Erased({}, {})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@contextlib.contextmanager
def _without_erasure(probe: Probe) -> Iterator[Probe]:
    stores: Mapping[str, Any] = {
        **probe.stores,
        "conversations": _Keeps(probe.stores["conversations"]),
    }
    yield replace(probe, stores=stores)


CONTROLS = (
    Control(
        key="conversations_forgotten",
        title=N_("Conversations are forgotten when they are erased or expire"),
        unit=N_("share of conversations of which words or account are still found"),
        direction="at_most",
        threshold=0.05,
        maximum_age=timedelta(days=90),
        measure=_remembered,
        sabotage=_without_erasure,
        depends_on=DependsOn(modules=("bacasable.services.assistant.web.stores",)),
    ),
)
