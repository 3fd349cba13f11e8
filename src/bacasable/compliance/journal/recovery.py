"""What a crash left at the end of a file: found, cut off where it was never acknowledged, and said."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bacasable.compliance.journal import segments
from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import Head, is_line_intact, parse, seal
from bacasable.compliance.journal.locking import Mark, boot_id


@dataclass(frozen=True)
class Tail:
    """Where a file ends: the head of the chain, its bytes, and its last line with the line's end."""

    head: Head
    size: int
    line: bytes


def write_all(descriptor: int, data: bytes, offset: int) -> None:
    """Write all of ``data`` at ``offset``, however many calls it takes."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def recover(descriptor: int, path: Path, mark: Mark | None) -> Tail:
    """Return the tail of the locked live file, after cutting off what a crash left unfinished.

    A process that was killed leaves at most one torn line, the last. A machine that went down may leave any
    piece of what was not forced to disk, so everything after the ``mark`` of another boot is walked.

    Raises:
        JournalRefused: the last line that was acknowledged is damaged.
    """
    status = os.fstat(descriptor)
    size, whole = status.st_size, status.st_size
    if mark and mark.boot != boot_id() and mark.inode == status.st_ino and mark.end <= size:
        whole = _walked(descriptor, path, mark.end, size)
    torn = os.pread(descriptor, size - whole, whole)
    if whole == size:
        tail = segments.end_of(descriptor, size)
        torn = tail.rpartition(b"\n")[2]
        whole = size - len(torn)
        if torn and _is_entry(torn):
            write_all(descriptor, b"\n", size)  # only the line's end was lost
            whole, torn = size + 1, b""
    if torn:
        os.ftruncate(descriptor, whole)
        os.fsync(descriptor)
    line = segments.last_line(descriptor, whole)
    if line:
        entry = parse(line, f"{path}, last line")
        found = Tail(Head(entry.number, entry.digest), whole, line + b"\n")
    elif whole:
        raise JournalRefused(
            f"{path}, last line: not a journal entry (empty); restore the file from a backup"
        )
    else:
        found = Tail(segments.closed_head(path), 0, b"")
    return _said(descriptor, path, found, torn) if torn else found


def _said(descriptor: int, path: Path, tail: Tail, cut: bytes) -> Tail:
    """Append the entry that says what was cut off."""
    entry = seal(
        action="journal.recovered",
        actor="system",
        subject=subject_of(path),
        facts={"cut_bytes": len(cut), "cut_sha256": sha256(cut).hexdigest()},
        head=tail.head,
    )
    line = entry.line()
    write_all(descriptor, line, tail.size)
    return Tail(Head(entry.number, entry.digest), tail.size + len(line), line)


def subject_of(path: Path) -> str:
    """Return the reference of a journal kept in files."""
    return f"journal:{re.sub('[^A-Za-z0-9_.-]', '_', path.name)[:100]}"


def _is_entry(line: bytes) -> bool:
    try:
        return is_line_intact(line, parse(line).digest)
    except JournalRefused:
        return False


def _walked(descriptor: int, path: Path, start: int, size: int) -> int:
    """Return where the chain stops holding after ``start``, up to where all was on the disk; else ``size``.

    A ``start`` that is not between two lines says nothing of this file (it was replaced): nothing is cut.
    """
    before = segments.last_line(descriptor, start) if start else b""
    if start:
        if os.pread(descriptor, 1, start - 1) != b"\n" or not _is_entry(before):
            return size
        entry = parse(before)
        head = Head(entry.number, entry.digest)
    else:
        head = segments.closed_head(path)
    for line in _lines(descriptor, start, size):
        try:
            entry = parse(line.rstrip(b"\n"))
        except JournalRefused:
            return start
        follows = entry.number == head.number + 1 and entry.previous == head.digest
        if not follows or not line.endswith(b"\n") or not is_line_intact(line[:-1], entry.digest):
            return start
        head = Head(entry.number, entry.digest)
        start += len(line)
    return size


def _lines(descriptor: int, start: int, size: int) -> Iterator[bytes]:
    left = b""
    while start < size:
        piece = os.pread(descriptor, min(1 << 20, size - start), start)
        if not piece:
            return
        start += len(piece)
        lines = (left + piece).splitlines(keepends=True)
        left = b"" if lines[-1].endswith(b"\n") else lines.pop()
        yield from lines
    if left:
        yield left
