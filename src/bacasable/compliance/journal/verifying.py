"""Verify a journal kept in files: segments, their order and names, checkpoints, a published head."""

from collections.abc import Iterator
from pathlib import Path

from bacasable.compliance.journal import segments
from bacasable.compliance.journal.chain import Report, Walk
from bacasable.compliance.journal.checkpoints import (
    Announcements,
    Checkpoint,
    CheckpointRefused,
    fingerprint,
    opened,
    peek,
)
from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import GENESIS, Head, is_line_intact, parse
from bacasable.compliance.signing import Keyring

#: Where the remedy of a missing beginning is said.
_NO_CHECKPOINT = "; no signed checkpoint says that what came before expired"


def verify_files(live: Path, head: Head | None = None, keyring: Keyring | None = None) -> Report:
    """Walk all files of a journal and name each place where it does not hold.

    ``keyring`` holds the keys whose checkpoints are accepted; without one, a checkpoint is a fault.

    Kinds, beyond those of :func:`~bacasable.compliance.journal.chain.verify`: ``malformed`` (a line is no
    entry), ``torn`` (the last line has no end), ``renamed`` (a segment is not what its name says),
    ``checkpoint`` (a checkpoint was altered, replaced or signed by another key).

    Raises:
        JournalRefused: a file cannot be read.
    """
    while True:
        paths = segments.checkpoints(live)
        try:
            report = _verified(live, paths, head, keyring or Keyring())
        except (JournalRefused, OSError) as error:
            if segments.checkpoints(live) == paths:
                raise JournalRefused(str(error)) from None
            continue
        if segments.checkpoints(live) == paths:  # else entries expired while they were read
            return report


def _verified(live: Path, paths: list[Path], head: Head | None, keyring: Keyring) -> Report:
    envelopes = [(path.name, path.read_bytes()) for path in paths]
    series = Series(envelopes, keyring, named=live.name)
    walk = Walk(head, series.start, is_signed=series.is_signed)
    for segment in segments.listed(live):
        if segment.last and segment.last <= series.start.number:
            walk.remark(segment.last, "expired", f"{segment.path.name}: expired and still here; expire again")
            continue
        _walk_segment(walk, segment, series)
    series.judge(walk)
    return walk.report()


class Series:
    """The checkpoints of a journal: where its chain starts now, and what is wrong with them."""

    def __init__(self, envelopes: list[tuple[str, bytes]], keyring: Keyring, named: str) -> None:
        """``envelopes`` are names, which end in the number of the last entry, and bytes, oldest first."""
        self.announced = Announcements(set())
        self._faults: list[tuple[int, str]] = []
        self._revoked = ""
        self._newest, self.start = b"", GENESIS
        before: tuple[Checkpoint, bytes] | None = None
        for name, envelope in envelopes:
            is_newest = name == envelopes[-1][0]
            found = self._found(name, envelope, keyring, is_newest)
            if found is None:
                continue
            expected = fingerprint(before[1]) if before else ""
            if found.journal != named:
                self._faults.append((found.number, f"{name}: a checkpoint of another journal"))
            if not name.removesuffix(".json").endswith(f"-{found.number:012d}"):
                self._faults.append((found.number, f"{name}: its name is not that of its content"))
            if found.previous != expected:
                self._faults.append(
                    (found.number, f"{name}: the checkpoint before it was deleted, altered or replaced")
                )
            before = found, envelope
            if is_newest:
                self._newest, self.start = envelope, found.head

    @property
    def is_signed(self) -> bool:
        """Whether the newest checkpoint, if there is one, was not signed by a key that was revoked."""
        return not self._revoked

    def _found(self, name: str, envelope: bytes, keyring: Keyring, is_newest: bool) -> Checkpoint | None:
        """Return a checkpoint; older ones are pinned by the newest, whoever signed them since."""
        try:
            if not is_newest:
                return peek(envelope, name)
            return opened(envelope, keyring, name)
        except CheckpointRefused as refused:
            try:
                found = peek(envelope, name)
            except CheckpointRefused:
                self._faults.append((1, str(refused)))
                return None
            if refused.revoked:
                self._revoked = str(refused)
            else:
                self._faults.append((found.number, str(refused)))
            return found

    def judge(self, walk: Walk) -> None:
        """Say what is wrong with the checkpoints, once the entries that announce them were read."""
        for number, message in self._faults:
            walk.fault(number, "checkpoint", message)
        if not self._newest:
            return
        is_announced = fingerprint(self._newest) in self.announced.digests
        number = self.start.number
        if self._revoked:
            # The chain itself vouches for it where an entry holds its digest.
            say = walk.remark if is_announced else walk.fault
            say(number, "checkpoint", self._revoked)
        elif not is_announced:
            walk.remark(
                number,
                "unannounced",
                f"no entry says that the entries up to {number} expired: an expiry was interrupted; expire "
                "again",
            )


def _walk_segment(walk: Walk, segment: segments.Segment, series: Series) -> None:
    name, first = segment.path.name, 0
    for place, line in enumerate(_lines(segment), 1):
        where = f"{name}, line {place}"
        if not line.endswith(b"\n"):
            if len(line) >= segments.LONGEST_LINE:
                walk.damaged("malformed", f"{where}: longer than any entry")
            else:
                _torn(walk, where, is_live=not segment.last)
            continue
        try:
            entry = parse(line[:-1])
        except JournalRefused:
            walk.damaged(
                "malformed", f"{where}: not a journal entry; entry {walk.reached.number + 1} stood here"
            )
            continue
        first = first or entry.number
        if place == 1 and walk.start == GENESIS and walk.count == 0 and entry.number > 1:
            walk.fault(
                1, "missing", f"entries 1 to {entry.number - 1} are missing at the beginning{_NO_CHECKPOINT}"
            )
            walk.reached = Head(entry.number - 1, entry.previous)
        walk.step(entry, is_line_intact(line[:-1], entry.digest))
        series.announced.take(entry)
    if segment.last and (first, walk.reached.number) != (segment.first, segment.last):
        walk.fault(segment.first, "renamed", f"{name}: holds entries {first} to {walk.reached.number}")


def _lines(segment: segments.Segment) -> Iterator[bytes]:
    """Yield the lines; one that is too long comes once, however long it is."""
    skipping = False
    for line in segment.lines():
        is_piece = len(line) >= segments.LONGEST_LINE and not line.endswith(b"\n")
        if not skipping:
            yield line
        skipping = is_piece


def _torn(walk: Walk, where: str, is_live: bool) -> None:
    remedy = (
        "a crash left it, and the next record cuts it off and says so; or the file was cut"
        if is_live
        else "the file was cut: restore it from a backup"
    )
    walk.fault(walk.reached.number + 1, "torn", f"{where}: it has no end; {remedy}")
