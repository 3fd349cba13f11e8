"""The journal: each act is an entry chained to the one before by its digest.

An entry's digest is the SHA-256 of its canonical JSON, which holds the digest of the previous entry. Whoever
edits, removes or moves an entry breaks the chain at that place; whoever rewrites the whole end is caught by a
head (number and digest) published earlier. Entries hold identifiers and references, never personal data or
content: :func:`seal` refuses what looks like an e-mail address and any long text.

Old entries expire behind a signed checkpoint (:mod:`.checkpoints`, :mod:`.expiry`); :mod:`.verifying`
verifies files with their checkpoints, :mod:`.export` writes what an auditor verifies without us. These load
cryptography, so they are not imported here.
"""

from collections.abc import Iterator
from typing import Protocol

from bacasable.compliance.journal.chain import Fault, Report, verify
from bacasable.compliance.journal.content import LONGEST_FACT, JournalRefused, Scalar
from bacasable.compliance.journal.entries import GENESIS, Entry, Head, seal
from bacasable.compliance.journal.file import FileJournal
from bacasable.compliance.journal.group import JournalUnavailable, Pending

__all__ = [
    "GENESIS",
    "LONGEST_FACT",
    "Entry",
    "Fault",
    "FileJournal",
    "Head",
    "Journal",
    "JournalRefused",
    "JournalUnavailable",
    "Pending",
    "Report",
    "Scalar",
    "seal",
    "verify",
]


class Journal(Protocol):
    """Where acts are recorded: a table in the act's transaction, or a file for an engine."""

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Seal and store one entry; when it returns, the entry is as durable as the act."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Yield the entries in the order in which they are stored."""
        ...
