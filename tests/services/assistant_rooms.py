"""What the tests of the assistant's pages stand on: an index by words, a gate that is open."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from bacasable.compliance.gate import Gate
from bacasable.people.models import User
from bacasable.services.assistant.engine.retrieval import Embedded
from bacasable.services.assistant.engine.sheets import Sheet
from bacasable.services.assistant.processing import PROCESSING
from bacasable.services.assistant.web import readings, running
from bacasable.services.assistant.web.models import Collection
from tests.assistant_sheets import GREY_CARD, LOST_CARD, PASSPORT

#: The declaration as a controller has it whose impact assessment is validated.
ASSESSED = dataclasses.replace(PROCESSING, dpia=dataclasses.replace(PROCESSING.dpia, status="validated"))


class ByWords(Embedded):
    """An index without vectors, for which imports have none to compute."""

    def embed(self, most: int | None = None) -> int:
        return 0


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Collection]:
    """A collection that everybody reads, in an index of its own without vectors."""
    made = ByWords(tmp_path / "assistant")
    monkeypatch.setattr(running, "index", lambda: made)
    monkeypatch.setattr(readings, "GATE", Gate(ASSESSED))
    collection = Collection.objects.create(key="sheets", title="Fiches", is_open=True)
    fill(collection, LOST_CARD, GREY_CARD, PASSPORT)
    yield collection


def fill(collection: Collection, *sheets: Sheet) -> None:
    """Make a collection hold exactly ``sheets``."""
    named = (dataclasses.replace(sheet, collection=collection.key) for sheet in sheets)
    running.index().replace(collection.key, named, running.readers_of(collection))


def agent(**fields: object) -> User:
    """Make an agent at a counter."""
    from tests.factories.people import staff

    return staff("counter_agent", **fields)
