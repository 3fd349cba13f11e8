"""Journals in files for tests: written, in many segments, expired."""

from datetime import datetime, timedelta
from pathlib import Path

from bacasable.compliance import clock, signing
from bacasable.compliance.journal import FileJournal, expiry


def write(journal: FileJournal, who: str, count: int) -> None:
    for index in range(count):
        journal.record("engine.ran", actor=f"worker:{who}", subject=f"run:{index}")


def expire(journal: FileJournal, keys: Path, before: datetime | None = None) -> expiry.Expiry:
    return expiry.expire(
        journal,
        before or clock.now() + timedelta(days=1),
        key=signing.load_signer(keys),
        keyring=signing.keyring(keys),
        by="system",
        policy="test: none is kept",
    )


def segmented(folder: Path, count: int = 30) -> FileJournal:
    journal = FileJournal(folder / "acts.jsonl", segment_bytes=2_000)
    write(journal, "1", count)
    return journal
