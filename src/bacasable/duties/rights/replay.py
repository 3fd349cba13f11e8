"""Erasures done again over a restored backup, from the ledger; what cannot be read is named."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bacasable.compliance import erasure
from bacasable.duties.rights import ledger
from bacasable.duties.rights.queries import parts_of
from bacasable.exchange.keyring import KeyringError
from bacasable.exchange.sealing import Altered
from bacasable.people import instance, journal
from bacasable.privacy.messages import Refused


@dataclass(frozen=True)
class Replayed:
    """How many persons were erased again, and each line that was not replayed, with why and the remedy."""

    count: int
    troubles: tuple[str, ...]


def replay(file: Path, since: datetime) -> Replayed:
    """Carry out again every erasure of the ledger at or after ``since``, over all stores.

    Doing it twice does nothing more.
    """
    keyring = instance.vault().keyring
    persons: dict[tuple[str, str], dict[str, str]] = {}
    troubles: list[str] = []
    for line in ledger.later_than(file, since):
        where = f"{file}, line {line.number}"
        if isinstance(line, ledger.Unreadable):
            troubles.append(f"{where}: not a line of a ledger; look in the requests answered")
            continue
        try:
            identifiers = line.identifiers(keyring)
        except (KeyringError, Altered, ValueError) as error:
            troubles.append(f"{where}, of {line.at:%Y-%m-%d}: {error}")
            continue
        persons[(line.service, json.dumps(identifiers, sort_keys=True))] = identifiers
    count = 0
    for (service, _), identifiers in persons.items():
        try:
            work = erasure.erase(parts_of(service), identifiers, by="system", reason="replay")
        except Refused as refused:
            troubles.append(f"an erasure in service '{service}': {refused}")
            continue
        count += 1
        stopped = [f"{line.service}/{line.store}" for line in work.lines if line.stopped or line.left]
        if stopped:
            troubles.append(
                f"an erasure in service '{service}' stopped in {', '.join(stopped)}; replay again"
            )
    with transaction.atomic():
        journal.record(
            "rights.replayed", by="system", subject="erasures", count=count, troubles=len(troubles)
        )
    return Replayed(count, tuple(troubles))
