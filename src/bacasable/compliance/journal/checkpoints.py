"""A signed checkpoint: what stands for entries that expired, so that the rest still verifies.

An in-toto statement in a DSSE envelope, signed by the key that signs evidence. It holds no entry: the number
and digest of the last one that expired, how many expired and between which dates, when, by whom and under
which policy, and the digest of the checkpoint before. The journal itself then holds an entry
``journal.expired`` with the digest of the checkpoint: neither can be replaced without the other.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from bacasable.compliance.canonical import canonical
from bacasable.compliance.envelope import STATEMENT_TYPE, EvidenceRefused, seal, statement_of, unseal
from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import Entry, Head, is_digest
from bacasable.compliance.signing import Keyring

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

PREDICATE_TYPE = "urn:bacasable:journal-checkpoint:v1"
#: The act that says in the journal that entries expired behind a checkpoint.
EXPIRED = "journal.expired"


class CheckpointRefused(JournalRefused):
    """A checkpoint is not accepted; ``revoked`` says that its key was revoked and nothing else is wrong."""

    def __init__(self, message: str, *, revoked: bool = False) -> None:
        self.revoked = revoked
        super().__init__(message)


@dataclass(frozen=True)
class Checkpoint:
    """All entries of ``journal`` up to ``number`` expired, the last of them with ``digest``.

    ``dropped`` of them (those since the checkpoint before) were dated from ``oldest`` to ``newest``;
    ``policy`` is why, ``by`` whose act; ``previous`` is the SHA-256 of the checkpoint before, or empty.
    """

    journal: str
    number: int
    digest: str
    dropped: int
    oldest: str
    newest: str
    expired_at: str
    by: str
    policy: str
    previous: str = ""

    @property
    def head(self) -> Head:
        return Head(self.number, self.digest)

    def signed(self, key: "CryptoSigner") -> bytes:
        """Return the signed envelope, in its canonical bytes."""
        statement = {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": f"journal:{self.journal}", "digest": {"sha256": self.digest}}],
            "predicateType": PREDICATE_TYPE,
            "predicate": asdict(self),
        }
        return seal(canonical(statement), key)


def fingerprint(envelope: bytes) -> str:
    """Return what an entry and the next checkpoint name a checkpoint by: the SHA-256 of its envelope."""
    return sha256(envelope).hexdigest()


def opened(envelope: bytes, keyring: Keyring, where: str) -> Checkpoint:
    """Return a checkpoint whose signature holds.

    Raises:
        CheckpointRefused: the envelope, its signature or its content is not right; says which.
    """
    try:
        payload, _key = unseal(envelope, keyring)
    except EvidenceRefused as error:
        raise CheckpointRefused(
            f"{where}: the checkpoint is refused ({error.reason}): {error}",
            revoked=error.reason == "revoked_key",
        ) from None
    return _read(payload, where)


def peek(envelope: bytes, where: str) -> Checkpoint:
    """Return what a checkpoint says, its signature not looked at: to continue a chain, never to trust it.

    Raises:
        CheckpointRefused: it is not a checkpoint.
    """
    from securesystemslib.dsse import Envelope

    try:
        return _read(Envelope.from_dict(json.loads(envelope)).payload, where)
    except CheckpointRefused:
        raise
    except Exception as error:  # whatever a hostile envelope makes the parsers raise
        raise CheckpointRefused(f"{where}: not a checkpoint ({type(error).__name__}); restore it") from None


def _read(payload: bytes, where: str) -> Checkpoint:
    try:
        statement = statement_of(payload)
        if statement["predicateType"] != PREDICATE_TYPE:
            raise ValueError("another kind of statement")
        found = Checkpoint(**statement["predicate"])
        counts = (found.number, found.dropped)
        words = (found.journal, found.oldest, found.newest, found.expired_at, found.by, found.policy)
        if not all(type(count) is int and count >= 1 for count in counts):
            raise TypeError("a count that is none")
        if not all(isinstance(word, str) for word in words) or not is_digest(found.digest):
            raise TypeError("a word or a digest that is none")
        if found.previous and not is_digest(found.previous):
            raise TypeError("a digest that is none")
        for date in (found.oldest, found.newest, found.expired_at):
            datetime.fromisoformat(date)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CheckpointRefused(
            f"{where}: not a checkpoint ({type(error).__name__}: {error})"[:300]
        ) from None
    return found


@dataclass(frozen=True)
class Announcements:
    """The digests of checkpoints that entries of the journal announce, gathered while they are read."""

    digests: set[str]

    def take(self, entry: Entry) -> None:
        if entry.action == EXPIRED:
            self.digests.add(str(entry.facts.get("checkpoint")))
