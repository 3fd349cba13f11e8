"""The journal in files, for engines that run without the portal, and for the gate."""

import contextlib
import fcntl
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path

from bacasable.compliance import clock
from bacasable.compliance.journal import segments
from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import Draft, Entry, Head, in_utc, parse
from bacasable.compliance.journal.group import Group, JournalUnavailable, Pending
from bacasable.compliance.journal.locking import open_lock, read_mark, write_mark
from bacasable.compliance.journal.recovery import Tail, recover, write_all

#: A segment is closed once it is as large or as old as this; whole segments expire.
SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_AGE = timedelta(days=31)


class FileJournal:
    """A journal in a file, one JSON object a line, that many threads and processes append to at once.

    :meth:`record` returns once the entry is on the disk. Entries that arrive together are written and forced
    to disk together (group commit): a process gathers those of its threads, takes the lock, chains and
    writes them, and waits for the disk without the lock, so that others write meanwhile. The order of the
    file is the order of the chain, and in one process that of the calls.

    After a crash, what was never acknowledged may be torn: it is cut off, and an entry ``journal.recovered``
    says how many bytes and their digest. A full disk leaves the file as it was. Where the disk refuses to
    make entries durable they are taken back, or, where others are chained to them already, left and written
    anew before anything else; nobody is told that they stand.
    """

    def __init__(
        self, path: Path, *, segment_bytes: int = SEGMENT_BYTES, segment_age: timedelta = SEGMENT_AGE
    ) -> None:
        self.path = path
        self._segment_bytes, self._segment_age = segment_bytes, segment_age
        self._lock_descriptor = -1
        self._begin()
        _LIVING.add(self)

    def _begin(self) -> None:
        """Forget what another process (before a fork) knew and had under way."""
        if self._lock_descriptor >= 0:
            os.close(self._lock_descriptor)  # the parent's lock, if it holds it, stays the parent's
        self._lock_descriptor = -1
        self._group = Group(self._commit)
        self._turn = threading.Lock()
        # What the last write of this process left; a file that differs is read anew.
        self._known: tuple[int, Tail] | None = None  # inode, tail
        self._started: tuple[int, Entry] | None = None  # inode, its first entry
        self._doubtful: tuple[int, int] | None = None  # inode, first byte that the disk refused

    def record(self, action: str, *, actor: str, subject: str, **facts: object) -> Entry:
        """Append one entry; it is on the disk when this returns.

        Raises:
            JournalRefused: the facts are not fit, or the file's last line is damaged, with its place.
            JournalUnavailable: the disk refused; the entry is not acknowledged.
        """
        return self.submit(action, actor=actor, subject=subject, **facts).wait()

    def submit(self, action: str, *, actor: str, subject: str, **facts: object) -> Pending:
        """Hand in one entry without waiting: it is acknowledged by :meth:`Pending.wait`, not before.

        Returns at once, unless very many entries wait: then one batch of them is made durable first.

        Raises:
            JournalRefused: the facts are not fit.
        """
        return self._group.submit(Pending(Draft(action, actor, subject, facts), self._group))

    def entries(self) -> Iterator[Entry]:
        """Yield the entries that remain, oldest first; nothing when there is no file yet.

        Raises:
            JournalRefused: a line is not an entry, with its number.
        """
        return segments.entries(self.path)

    def head(self) -> Head:
        """Return the head, to publish.

        Raises:
            JournalRefused: the last line is damaged.
        """
        last = [segment for segment in segments.listed(self.path) if segment.size][-1:]
        if not last:
            return segments.closed_head(self.path)
        descriptor = os.open(last[0].path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            line = segments.last_line(descriptor, last[0].size)
        finally:
            os.close(descriptor)
        if not line:  # nothing but a torn line
            return segments.closed_head(self.path)
        entry = parse(line, f"{last[0].path}, last line")
        return Head(entry.number, entry.digest)

    def _commit(self, take: Callable[[], list[Pending]]) -> None:
        """Write what stands in line after the head, and return once it is on the disk."""
        descriptor = -1
        try:
            with self._turn, self._locked() as lock:
                descriptor, tail = self._opened(lock)
                if not (batch := take()):
                    return
                start, tail = tail.size, self._appended(descriptor, tail, batch)
                inode = os.fstat(descriptor).st_ino
                self._known = inode, tail
            try:
                os.fsync(descriptor)
            except OSError as error:
                raise self._taken_back(descriptor, inode, start, tail.size, error) from None
            with contextlib.suppress(OSError):  # the mark is a lower bound: it may lag behind
                write_mark(lock, inode, tail.size)
        except OSError as error:
            raise JournalUnavailable(
                f"{self.path}: the journal cannot be written ({error.strerror}); nothing was recorded. Mend "
                "it (space, rights, disk), then do it again"
            ) from None
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the lock that all writers take, and yield its descriptor."""
        while True:
            if self._lock_descriptor < 0:
                folder = self.path.parent
                if not folder.exists():
                    folder.mkdir(parents=True, exist_ok=True)
                    segments.force_folder(folder.parent)
                self._lock_descriptor = open_lock(segments.lock_name(self.path))
            descriptor = self._lock_descriptor
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_nlink:
                break
            # Somebody deleted the file, and others lock a new one. This one is left open: a thread that
            # waits for the disk may be about to write its mark, and the number would be another file's.
            self._lock_descriptor = -1
        try:
            yield descriptor
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _opened(self, lock: int) -> tuple[int, Tail]:
        """Open the live file, recovered, closed and begun anew where it is time; return also its tail.

        Each batch opens it anew: a descriptor of one's own is told of each error of the disk, a shared one
        only once.
        """
        descriptor = self._open_live()
        try:
            status = os.fstat(descriptor)
            tail = self._known[1] if self._known and self._known[0] == status.st_ino else None
            if tail is None or tail.size != status.st_size or not _ends_with(descriptor, tail):
                tail = recover(descriptor, self.path, read_mark(lock))
            if self._doubtful:
                self._write_anew(descriptor, tail.size)
            if tail.size and self._is_full(descriptor, tail):
                renewed = self._close_segment(descriptor, tail)
                os.close(descriptor)
                descriptor, tail = renewed, Tail(tail.head, 0, b"")
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor, tail

    def _open_live(self) -> int:
        flags = os.O_RDWR | os.O_CLOEXEC
        try:
            return os.open(self.path, flags)
        except FileNotFoundError:
            descriptor = os.open(self.path, flags | os.O_CREAT, 0o600)
            segments.force_folder(self.path.parent)
            return descriptor

    def _appended(self, descriptor: int, tail: Tail, batch: list[Pending]) -> Tail:
        """Chain and write a batch; a disk that has no room for all of it gets none of it."""
        now = clock.now().astimezone(UTC)
        at = in_utc(now)
        (number, previous), lines = (tail.head.number, tail.head.digest), []
        for pending in batch:
            number += 1
            line, digest = pending.draft.sealed(number, at, previous)
            pending.sealed = number, now, previous, digest
            lines.append(line)
            previous = digest
        data = b"".join(lines)
        try:
            write_all(descriptor, data, tail.size)
        except BaseException:
            self._known = None
            with contextlib.suppress(OSError):  # else a torn line, which the next writer cuts off
                os.ftruncate(descriptor, tail.size)
            raise
        return Tail(Head(number, previous), tail.size + len(data), lines[-1])

    def _taken_back(
        self, descriptor: int, inode: int, start: int, end: int, error: OSError
    ) -> JournalUnavailable:
        """Take back entries that the disk refused to keep, unless others are chained to them already."""
        stands = True
        with contextlib.suppress(OSError), self._turn, self._locked():
            self._known = None
            first = start - start % 4096
            if self._doubtful and self._doubtful[0] == inode:
                first = min(first, self._doubtful[1])
            self._doubtful = inode, first
            if self.path.stat().st_ino == inode and os.fstat(descriptor).st_size == end:
                os.ftruncate(descriptor, start)
                stands = False
        said = (
            "its entries stand in the file without being acknowledged, and are written anew before others"
            if stands
            else "nothing was recorded"
        )
        return JournalUnavailable(
            f"{self.path}: the disk does not make entries durable ({error.strerror}); {said}. Mend it, then "
            "do it again"
        )

    def _write_anew(self, descriptor: int, size: int) -> None:
        """Write again what the disk refused once: the system would not, since it told us."""
        inode, first = self._doubtful or (0, 0)
        if os.fstat(descriptor).st_ino == inode and first < size:
            write_all(descriptor, os.pread(descriptor, size - first, first), first)
            os.fsync(descriptor)
        self._doubtful = None

    def _is_full(self, descriptor: int, tail: Tail) -> bool:
        if tail.size >= self._segment_bytes:
            return True
        inode = os.fstat(descriptor).st_ino
        if not self._started or self._started[0] != inode:
            line = os.pread(descriptor, segments.LONGEST_LINE, 0).partition(b"\n")[0]
            self._started = inode, parse(line, f"{self.path}, line 1")
        return clock.now() - self._started[1].at >= self._segment_age

    def _close_segment(self, descriptor: int, tail: Tail) -> int:
        """Give the live file the name of a closed segment; return the descriptor of a new live file."""
        line = os.pread(descriptor, segments.LONGEST_LINE, 0).partition(b"\n")[0]
        first = parse(line, f"{self.path}, line 1").number
        closed = segments.closed_name(self.path, first, tail.head.number)
        if closed.exists():
            raise JournalRefused(f"{closed}: exists already; a copy was put there: set it aside")
        os.fsync(descriptor)
        self.path.rename(closed)
        self._known = self._started = None
        return self._open_live()


def _ends_with(descriptor: int, tail: Tail) -> bool:
    length = len(tail.line)
    return os.pread(descriptor, length, tail.size - length) == tail.line


_LIVING: "weakref.WeakSet[FileJournal]" = weakref.WeakSet()


def _after_fork() -> None:
    for journal in list(_LIVING):
        journal._begin()


os.register_at_fork(after_in_child=_after_fork)
