"""Group commit: the threads of a process hand in entries, one of them writes and forces those of all.

No thread of our own: whoever waits leads, with the entries that stood in line when its turn to write came;
those that come meanwhile make the next batch. Other processes write while one waits for the disk.
"""

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime

from bacasable.compliance.journal.content import JournalRefused
from bacasable.compliance.journal.entries import Draft, Entry

#: Entries that are written and forced to disk together at most.
LARGEST_BATCH = 1024
#: How many batches of one process may be on their way to the disk at once. With more than one they are
#: smaller: 64 threads of one process gain a tenth, 4 processes of 16 threads lose a quarter.
MOST_LEADERS = 1


class JournalUnavailable(JournalRefused):
    """The disk did not make the entry durable: it is not acknowledged. The message says what stands."""


class Pending:
    """An entry that was handed in; :meth:`wait` returns it once it is on the disk."""

    __slots__ = ("_group", "draft", "error", "is_done", "is_taken", "leads", "sealed", "waiter")

    def __init__(self, draft: Draft, group: "Group") -> None:
        self.draft, self._group = draft, group
        #: Number, date, digest before, digest: set when it was written.
        self.sealed: tuple[int, datetime, str, str] | None = None
        self.error: JournalRefused | None = None
        self.is_taken = self.is_done = self.leads = False
        self.waiter: threading.Lock | None = None

    def wait(self) -> Entry:
        """Return the entry once it is durable.

        Raises:
            JournalUnavailable: the disk refused; the entry is not acknowledged.
        """
        return self._group.wait(self)


#: Given the way to take what stands in line (once, when the lock is held), makes it durable.
Commit = Callable[[Callable[[], list[Pending]]], None]


class Group:
    """The line of one journal in one process."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._mutex = threading.Lock()
        self._line: deque[Pending] = deque()
        self._waiting: deque[Pending] = deque()
        self._leaders = 0

    def submit(self, pending: Pending) -> Pending:
        """Put an entry in line; where very many wait, return only once this one is durable."""
        with self._mutex:
            self._line.append(pending)
            is_long = len(self._line) >= LARGEST_BATCH
        if is_long:
            self.wait(pending)
        return pending

    def wait(self, pending: Pending) -> Entry:
        """Return the entry once it is durable, leading a batch where nobody else would."""
        while not pending.is_done:
            with self._mutex:
                if pending.is_done:
                    break
                leads = not pending.is_taken and self._leaders < MOST_LEADERS
                pending.leads = False
                if leads:
                    self._leaders += 1
                else:
                    waiter = pending.waiter = threading.Lock()
                    waiter.acquire()
                    if not pending.is_taken:
                        self._waiting.append(pending)
            if not leads:
                leads = self._is_called(pending, waiter)
            if leads:
                self._lead()
        if pending.error is not None:
            raise type(pending.error)(str(pending.error))
        assert pending.sealed is not None  # noqa: S101 - done without an error
        return pending.draft.entry(*pending.sealed)

    def _is_called(self, pending: Pending, waiter: threading.Lock) -> bool:
        """Wait until the entry is done, or its thread is called to lead; say whether it is."""
        try:
            waiter.acquire()
        except BaseException:  # interrupted: the call to lead, if there was one, goes to another
            with self._mutex:
                pending.waiter = None
                if pending.leads:
                    pending.leads = False
                    self._leaders -= 1
                    self._call()
            raise
        return pending.leads

    def _call(self) -> None:
        """Call one that waits to lead, if entries stand in line; the mutex is held."""
        while self._waiting and self._leaders < MOST_LEADERS:
            candidate = self._waiting.popleft()
            if not candidate.is_taken and candidate.waiter is not None:
                self._leaders += 1
                candidate.leads = True
                candidate.waiter.release()
                return

    def _lead(self) -> None:
        """Make one batch durable and wake those whose entries it holds."""
        taken: list[Pending] = []

        def take() -> list[Pending]:
            with self._mutex:
                for _ in range(min(len(self._line), LARGEST_BATCH)):
                    pending = self._line.popleft()
                    pending.is_taken = True
                    taken.append(pending)
            return taken

        error: JournalRefused | None = None
        try:
            self._commit(take)
        except JournalRefused as refused:
            error = refused
            if not taken:
                take()  # refused before anything was taken: so are all that stand in line
        except BaseException:
            error = JournalUnavailable(
                "the thread that wrote was interrupted: the entry may stand or not; look in the journal"
            )
            raise
        finally:
            asleep = []
            with self._mutex:
                self._leaders -= 1
                for pending in taken:
                    pending.error = error
                    pending.is_done = True
                    if pending.waiter is not None and not pending.leads:  # else it was called already
                        asleep.append(pending.waiter)
                self._call()
            for waiter in asleep:  # without the mutex, which they would all ask for
                waiter.release()
