"""Old entries expire: a signed checkpoint first, then the entry that announces it, then the files go.

In that order, each forced to disk: whatever interrupts it, the journal verifies, and doing it again ends it.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bacasable.compliance import clock
from bacasable.compliance.journal import segments
from bacasable.compliance.journal.checkpoints import (
    EXPIRED,
    Announcements,
    Checkpoint,
    fingerprint,
    opened,
    peek,
)
from bacasable.compliance.journal.content import JournalRefused, check_references, named_by
from bacasable.compliance.journal.entries import GENESIS, Head, in_utc, parse
from bacasable.compliance.journal.file import FileJournal
from bacasable.compliance.journal.group import JournalUnavailable
from bacasable.compliance.journal.locking import open_lock
from bacasable.compliance.journal.recovery import subject_of, write_all
from bacasable.compliance.journal.verifying import verify_files
from bacasable.compliance.signing import Keyring

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

LONGEST_POLICY = 200


@dataclass(frozen=True)
class Expiry:
    """What expires, or expired: ``count`` entries up to ``upto``; 0 where nothing is old enough."""

    count: int
    upto: Head = GENESIS
    oldest: str = ""
    newest: str = ""
    files: tuple[Path, ...] = ()


def check_policy(by: str, policy: str) -> None:
    """Refuse what a checkpoint cannot say.

    Raises:
        JournalRefused: ``by`` is not a reference, or ``policy`` is long or names somebody.
    """
    check_references(EXPIRED, by, "journal:policy")
    if not policy.strip() or len(policy) > LONGEST_POLICY or not policy.isprintable() or named_by(policy):
        raise JournalRefused(
            f"the policy is to be named in 1 to {LONGEST_POLICY} characters, without anybody's name, such as "
            "'journal: 60 months'"
        )


def plan(journal: FileJournal, before: datetime) -> Expiry:
    """Return which closed segments hold nothing dated ``before`` or later; the live file never expires.

    Raises:
        JournalRefused: a segment cannot be read.
    """
    upto = start = _newest(journal.path)
    found, oldest, newest = [], "", ""
    for segment in segments.closed_segments(journal.path):
        if segment.last <= start.number:
            continue
        first, last = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
        head = upto
        for line in segment.lines():
            entry = parse(line.rstrip(b"\n"), segment.path.name)
            first, last, head = min(first, entry.at), max(last, entry.at), Head(entry.number, entry.digest)
        if head == upto or last >= before:
            break
        found.append(segment.path)
        upto, oldest, newest = head, min(oldest or in_utc(first), in_utc(first)), max(newest, in_utc(last))
    return Expiry(upto.number - start.number, upto, oldest, newest, tuple(found))


def expire(
    journal: FileJournal, before: datetime, *, key: "CryptoSigner", keyring: Keyring, by: str, policy: str
) -> Expiry:
    """Expire the closed segments whose entries are all dated before ``before``.

    What an interrupted expiry left is ended first. ``keyring`` holds the keys of earlier checkpoints and
    that of ``key``.

    Raises:
        JournalRefused: ``by`` or ``policy`` is not fit, or the journal does not verify: nothing is deleted
            that somebody altered.
        JournalUnavailable: the disk refused; what was begun verifies, and the next call ends it.
    """
    check_policy(by, policy)
    with _alone(journal.path):
        _end_interrupted(journal, by, keyring)
        planned = plan(journal, before)
        if not planned.count:
            return planned
        report = verify_files(journal.path, planned.upto, keyring)
        if not report.ok:
            raise JournalRefused(
                f"{journal.path}: nothing expires, the journal does not hold: {report.faults[0].message}"
            )
        earlier = segments.checkpoints(journal.path)
        envelope = signed_checkpoint(
            planned,
            journal=journal.path.name,
            previous=fingerprint(earlier[-1].read_bytes()) if earlier else "",
            key=key,
            keyring=keyring,
            by=by,
            policy=policy,
        )
        _write_whole(segments.checkpoint_name(journal.path, planned.upto.number), envelope)
        journal.record(EXPIRED, actor=by, subject=subject_of(journal.path), **announced(planned, envelope))
        _delete(journal.path.parent, planned.files)
        return planned


def signed_checkpoint(
    planned: Expiry,
    *,
    journal: str,
    previous: str,
    key: "CryptoSigner",
    keyring: Keyring,
    by: str,
    policy: str,
) -> bytes:
    """Return the envelope that will stand for what expires.

    Raises:
        CheckpointRefused: the key is not among those that verify checkpoints.
    """
    envelope = Checkpoint(
        journal=journal,
        number=planned.upto.number,
        digest=planned.upto.digest,
        dropped=planned.count,
        oldest=planned.oldest,
        newest=planned.newest,
        expired_at=in_utc(clock.now()),
        by=by,
        policy=policy,
        previous=previous,
    ).signed(key)
    opened(envelope, keyring, "the new checkpoint")
    return envelope


def announced(planned: Expiry, envelope: bytes) -> dict[str, object]:
    """Return the facts of the entry that says in the journal that entries expired."""
    return {"upto": planned.upto.number, "dropped": planned.count, "checkpoint": fingerprint(envelope)}


def _end_interrupted(journal: FileJournal, by: str, keyring: Keyring) -> None:
    """Announce a checkpoint that no entry announces, and delete the files that it stands for."""
    paths = segments.checkpoints(journal.path)
    if not paths:
        return
    envelope = paths[-1].read_bytes()
    found = peek(envelope, paths[-1].name)
    left = [one for one in segments.closed_segments(journal.path) if one.last <= found.number]
    series = Announcements(set())
    for entry in journal.entries():
        series.take(entry)
    if not left and fingerprint(envelope) in series.digests:
        return
    report = verify_files(journal.path, None, keyring)
    if not report.ok:
        raise JournalRefused(
            f"{journal.path}: nothing expires, the journal does not hold: {report.faults[0].message}"
        )
    if fingerprint(envelope) not in series.digests:
        planned = Expiry(found.dropped, found.head)
        journal.record(EXPIRED, actor=by, subject=subject_of(journal.path), **announced(planned, envelope))
    _delete(journal.path.parent, [one.path for one in left])


def _newest(live: Path) -> Head:
    """Return the head of the newest checkpoint, its signature not looked at."""
    paths = segments.checkpoints(live)
    return peek(paths[-1].read_bytes(), paths[-1].name).head if paths else GENESIS


@contextlib.contextmanager
def _alone(live: Path) -> Iterator[None]:
    """Let one process at a time expire; writers go on."""
    descriptor = -1
    try:
        descriptor = open_lock(live.with_name(f".{live.name}.expiry"))
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise JournalUnavailable(
            f"{live}: the expiry stopped ({error.strerror}); the journal verifies as it is. Mend it (space, "
            "rights, disk), then expire again: that ends what was begun"
        ) from None
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _write_whole(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600, whole or not at all, and force it to disk with its folder."""
    temporary = path.with_name(f".{path.name}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        write_all(descriptor, data, 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(path)
    segments.force_folder(path.parent)


def _delete(folder: Path, files: Iterable[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
    segments.force_folder(folder)
