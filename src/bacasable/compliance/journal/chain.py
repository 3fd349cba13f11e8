"""The chain: a walk over entries that names each place where it does not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bacasable.compliance.journal.entries import GENESIS, Entry, Head

#: Faults named one by one; a journal that holds more is named as such once.
MOST_FAULTS = 1000


@dataclass(frozen=True)
class Fault:
    """One place where the chain does not hold: the number of the entry, the kind, and words."""

    number: int
    kind: str
    message: str


@dataclass(frozen=True)
class Report:
    """What was found: the entries counted, the head reached, each fault, and what is said without being one.

    A remark (the clock went back, old entries expired behind a checkpoint) does not make the chain fail.
    ``start`` is what the first entry read is chained to: the last checkpoint, or nothing.
    """

    count: int
    head: Head
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    start: Head = GENESIS

    @property
    def ok(self) -> bool:
        return not self.faults


class Walk:
    """The state of a walk: give it the entries in the order in which they are stored, then :meth:`report`."""

    def __init__(self, head: Head | None = None, start: Head = GENESIS, *, is_signed: bool = True) -> None:
        """``head`` is the published one, or None; ``start`` what the first entry must be chained to.

        ``is_signed`` says whether a key that holds signed that start, so that it may stand for the head.
        """
        self._is_signed = is_signed
        self.start, self.reached, self.count = start, start, 0
        self._published = head
        self._pinned: str | None = start.digest if head and head.number == start.number else None
        self._at: datetime | None = None
        self._is_linked = True
        self.faults: list[Fault] = []
        self.remarks: list[Fault] = []

    def fault(self, number: int, kind: str, message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(number, kind, message))
        elif len(self.faults) == MOST_FAULTS:
            self.faults.append(Fault(number, "more", f"from entry {number} on more faults, not listed"))

    def remark(self, number: int, kind: str, message: str) -> None:
        if len(self.remarks) < MOST_FAULTS:
            self.remarks.append(Fault(number, kind, message))

    def damaged(self, kind: str, message: str) -> None:
        """Take note of what stands where the next entry should, and is none."""
        number = self.reached.number + 1
        self.fault(number, kind, message)
        self.reached = Head(number, "")
        self._is_linked = False

    def step(self, entry: Entry, is_intact: bool) -> None:
        """Take the next entry; ``is_intact`` says whether its digest is that of its content."""
        self.count += 1
        number, reached = entry.number, self.reached
        if number > reached.number + 1:
            first, last = reached.number + 1, number - 1
            gap = f"entry {first} is" if first == last else f"entries {first} to {last} are"
            self.fault(first, "missing", f"{gap} missing before entry {number}")
        elif number <= reached.number:
            self.fault(
                number,
                "out_of_order",
                f"entry {number} stands after entry {reached.number}: moved or doubled",
            )
        elif self._is_linked and entry.previous != reached.digest:
            self.fault(
                number, "unlinked", f"entry {number} is not chained to the entry before: one was replaced"
            )
        if not is_intact:
            self.fault(number, "edited", f"entry {number} was edited: its digest does not match its content")
        elif self._at and entry.at < self._at:
            self.remark(
                number,
                "clock",
                f"entry {number} is dated {entry.at:%Y-%m-%d %H:%M:%S}, before entry {number - 1}: the clock "
                "went back; the numbers keep the order",
            )
        if self._published and number == self._published.number:
            self._pinned = entry.digest
        if is_intact:
            self._at = entry.at
        self.reached, self._is_linked = Head(number, entry.digest), True

    def report(self) -> Report:
        """Return what was found, the published head compared."""
        head, reached = self._published, self.reached
        if head and reached.number < head.number:
            self.fault(
                reached.number + 1,
                "truncated",
                f"the journal ends at entry {reached.number}, the published head is entry {head.number}: "
                f"{head.number - reached.number} missing at the end",
            )
        elif head and head.number < self.start.number and not self._is_signed:
            self.fault(
                head.number,
                "expired_head",
                f"the published head {head.number} has expired, and the key of the checkpoint at entry "
                f"{self.start.number} was revoked: nothing tells this journal from one made with that key. "
                "Compare it with a backup, then publish the head again",
            )
        elif head and head.number < self.start.number:
            self.remark(
                head.number,
                "expired_head",
                f"the published head {head.number} has expired: the signed checkpoint at entry "
                f"{self.start.number} stands for it; publish the head again",
            )
        elif head and self._pinned != head.digest:
            self.fault(
                head.number, "rewritten", f"entry {head.number} is not the one that was published as head"
            )
        return Report(self.count, reached, tuple(self.faults), tuple(self.remarks), self.start)


def verify(entries: Iterable[Entry], head: Head | None = None, *, start: Head = GENESIS) -> Report:
    """Walk the chain from ``start`` and name each place where it breaks.

    Kinds: ``edited`` (the content is not what was sealed), ``missing`` (numbers jump), ``out_of_order`` (a
    number that does not grow), ``unlinked`` (the entry before was replaced), ``truncated`` (the chain ends
    before ``head``), ``rewritten`` (the entry that ``head`` pins is another one). A date that goes back is a
    remark: the numbers keep the order.
    """
    walk = Walk(head, start)
    for entry in entries:
        walk.step(entry, entry.is_intact())
    return walk.report()
