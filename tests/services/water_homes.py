"""What the tests of the water service's pages stand on: a home with readings, an identity, an open gate."""

import dataclasses
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.test import Client

from bacasable.compliance import clock as platform_clock
from bacasable.compliance.gate import Gate
from bacasable.people.rows import READING_JOURNAL
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.processing import PROCESSING
from bacasable.services.water_use.web import linkage, looking, running, sealed
from bacasable.services.water_use.web.actions import access
from bacasable.services.water_use.web.models import Contract
from bacasable.services.water_use.web.sealed import Names

#: The declaration as a controller has it whose impact assessment is validated.
ASSESSED = dataclasses.replace(PROCESSING, dpia=dataclasses.replace(PROCESSING.dpia, status="validated"))
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
OPENED = date(2026, 8, 10)
NAME = "Mme Élise Quemener"
#: A gap of three days, which pages show.
MISSING = tuple(date(2026, 11, day) for day in (4, 5, 6))


@pytest.fixture
def water(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """Readings in a folder of their own, a gate that is open, the clock held in November 2026."""
    monkeypatch.setattr(running, "folder", lambda: tmp_path / "water_use")
    monkeypatch.setattr(
        looking,
        "gate",
        lambda: Gate(ASSESSED, journal=READING_JOURNAL, pseudonyms=linkage.keys()),
    )
    platform_clock.set_source(lambda: NOW)
    yield
    platform_clock.set_source(None)


def home(number: str = "CT-0001", serial: str = "A17-00042", grain: str = "hourly", **told: Any) -> Contract:
    """Open a contract of a household of two in a house, with readings from its first day to yesterday."""
    declared = Declared("", "Centre", "house", **({"members": 2, "garden": True} | told))
    made = access.open_contract(
        names=Names(number, serial, NAME, ("3 rue du Puits", "44000 Combelune")),
        home=declared,
        grain=grain,
        opened_on=OPENED,
        by="system",
    )
    if grain == "index":
        _indexes(made)
    else:
        _days(made, hourly=grain == "hourly")
    return made


def proven(client: Client, contract: Contract | None = None, name: str = NAME) -> uuid.UUID:
    """Give a client a proven identity of this name, linked to ``contract`` where one is given."""
    identity = access.sign_in(issuer="https://idp.example", subject=f"sub of {name}").public_id
    names = sorted(linkage.word_digests(name))
    now = time.time()
    session = client.session
    session["water_use.identity"] = {
        "id": str(identity), "names": names, "token": "", "since": now, "seen": now,
    }  # fmt: skip
    session.save()
    if contract is not None:
        access.link(contract=contract, identity=identity, names=names)
    return identity


def _days(contract: Contract, *, hourly: bool) -> None:
    """Put a row a day: 10 litres an hour from 7 to 21 (150 litres), the gap left out; a neighbour too."""
    days = [OPENED + timedelta(days=at) for at in range(-40, (NOW.date() - OPENED).days)]
    days = [day for day in days if day not in MISSING]
    rows: dict[str, list[Any]] = {
        "meter": [sealed.meter_of(contract)] * len(days),
        "day": days,
        "district": ["Centre"] * len(days),
        "kind": ["hourly" if hourly else "daily"] * len(days),
        "total": [150] * len(days),
    }
    if hourly:
        rows |= {f"h{hour:02d}": [10 if 7 <= hour < 22 else 0] * len(days) for hour in range(24)}
    running.readings().put(pa.table(rows))


def _indexes(contract: Contract) -> None:
    meter = sealed.meter_of(contract)
    read = [date(2026, 2, 1), OPENED, date(2026, 11, 10)]
    running.indexes().put(
        pa.table(
            {"meter": [meter] * 3, "read_at": read, "index_litres": [0, 30_000, 43_800], "kind": ["real"] * 3}
        )
    )
