"""The files of one journal: the live one, closed segments beside it, checkpoints of those that expired.

For ``acts.jsonl``: ``acts.jsonl`` takes new entries; ``acts.jsonl.000000000001-000000050000`` is a closed
segment, named by its first and last entry; ``acts.jsonl.checkpoint-000000050000.json`` says, signed, that all
entries up to that one expired; ``.acts.jsonl.lock`` is what writers lock. All are forced to disk with the
folder that names them.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import GENESIS, Entry, Head, parse

#: The longest line that is read as an entry, in bytes: 32 facts of 200 characters take less.
LONGEST_LINE = 1 << 16


@dataclass(frozen=True)
class Segment:
    """A file of entries; ``first`` and ``last`` are what its name says, 0 for the live file.

    ``size`` is how many of its bytes are to be read: those that stood when it was listed.
    """

    path: Path
    first: int = 0
    last: int = 0
    size: int = 0

    def lines(self) -> Iterator[bytes]:
        """Yield the lines with their ends; a piece without one is what a crash or a cut left.

        Raises:
            JournalRefused: the file is gone or cannot be read.
        """
        left = self.size
        try:
            with self.path.open("rb") as file:
                while left > 0 and (line := file.readline(min(left, LONGEST_LINE))):
                    left -= len(line)
                    yield line
        except OSError as error:
            raise JournalRefused(
                f"{self.path}: cannot be read ({error.strerror}); if it expired meanwhile, run this again"
            ) from None


def closed_name(live: Path, first: int, last: int) -> Path:
    return live.with_name(f"{live.name}.{first:012d}-{last:012d}")


def checkpoint_name(live: Path, number: int) -> Path:
    return live.with_name(f"{live.name}.checkpoint-{number:012d}.json")


def lock_name(live: Path) -> Path:
    return live.with_name(f".{live.name}.lock")


def closed_segments(live: Path) -> list[Segment]:
    """Return the closed segments by the number of their first entry."""
    pattern = re.compile(re.escape(live.name) + r"\.(\d{12,})-(\d{12,})")
    found = []
    for path in _beside(live):
        if named := pattern.fullmatch(path.name):
            found.append(Segment(path, int(named[1]), int(named[2]), path.stat().st_size))
    return sorted(found, key=lambda segment: (segment.first, segment.last))


def checkpoints(live: Path) -> list[Path]:
    """Return the files of checkpoints, oldest first."""
    pattern = re.compile(re.escape(live.name) + r"\.checkpoint-(\d{12,})\.json")
    found = [(int(named[1]), path) for path in _beside(live) if (named := pattern.fullmatch(path.name))]
    return [path for _, path in sorted(found)]


def _beside(live: Path) -> list[Path]:
    try:
        return list(live.parent.iterdir())
    except OSError:
        return []


def exists(live: Path) -> bool:
    """Say whether anything of this journal is there."""
    return live.exists() or bool(closed_segments(live) or checkpoints(live))


def listed(live: Path) -> list[Segment]:
    """Return all files of entries in order, as they stand between two writes.

    Raises:
        JournalRefused: the folder cannot be read.
    """
    try:
        with _between_writes(live):
            found = closed_segments(live)
            if live.exists():
                found.append(Segment(live, size=live.stat().st_size))
            return found
    except OSError as error:
        raise JournalRefused(f"{live}: cannot be read ({error.strerror})") from None


@contextmanager
def _between_writes(live: Path) -> Iterator[None]:
    """Hold the writers' lock shared; do without where there is none, or we may not open it."""
    try:
        descriptor = os.open(lock_name(live), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def entries(live: Path) -> Iterator[Entry]:
    """Yield the entries that remain, oldest first.

    Raises:
        JournalRefused: a line is not an entry, with its file and number.
    """
    for segment in listed(live):
        for number, line in enumerate(segment.lines(), 1):
            yield parse(line.rstrip(b"\n"), f"{segment.path}, line {number}")


def lines(live: Path, after: int = 0) -> Iterator[bytes]:
    """Yield the lines of all files as they stand, but for segments that end at entry ``after`` or before."""
    for segment in listed(live):
        if not segment.last or segment.last > after:
            yield from segment.lines()


def last_line(descriptor: int, size: int) -> bytes:
    """Return the last whole line among the first ``size`` bytes of a file, without its end; empty if none."""
    return end_of(descriptor, size).rpartition(b"\n")[0].rpartition(b"\n")[2]


def end_of(descriptor: int, size: int) -> bytes:
    """Return the end of a file from the line before the last one on (or the whole file)."""
    length = 4096
    while True:
        start = max(0, size - length)
        tail = os.pread(descriptor, size - start, start)
        if start == 0 or tail.rstrip(b"\n").count(b"\n") >= 2:
            return tail
        length *= 4


def closed_head(live: Path) -> Head:
    """Return the head that a new live file is chained to: the last closed segment's, else the checkpoint's.

    Raises:
        JournalRefused: the segment's last line is damaged, or the checkpoint cannot be read.
    """
    if closed := closed_segments(live):
        descriptor = os.open(closed[-1].path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            entry = parse(last_line(descriptor, closed[-1].size), f"{closed[-1].path}, last line")
        finally:
            os.close(descriptor)
        return Head(entry.number, entry.digest)
    if found := checkpoints(live):
        from bacasable.compliance.journal.checkpoints import peek

        checkpoint = peek(found[-1].read_bytes(), str(found[-1]))
        return Head(checkpoint.number, checkpoint.digest)
    return GENESIS


def force_folder(folder: Path) -> None:
    """Force to disk which files the folder names."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
