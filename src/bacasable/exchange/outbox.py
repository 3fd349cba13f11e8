"""What waits to be sent: bounded in number, bytes and age; what is missed least goes first, and is counted.

A retained topic holds its last value only: who connects again wants what is, not what was.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

#: ``event``: somebody may have to come; ``statistic``: a figure; ``fleeting``: of use now or never.
Sort = Literal["event", "statistic", "fleeting"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait: messages, bytes, and how old a message may become (seconds).

    Raises:
        ValueError: a bound of nothing.
    """

    messages: int = 10_000
    size: int = 8_000_000
    age_s: float = 86_400.0

    def __post_init__(self) -> None:
        """Refuse a box that nothing fits into."""
        if self.messages < 1 or self.size < 1 or self.age_s <= 0:
            raise ValueError("bounds of what waits: each above zero")


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way: where to, what, kept by the broker or not, since when it waits (monotonic)."""

    topic: str
    payload: bytes
    retain: bool
    sort: Sort
    since: float


#: From what is missed least to what is missed most.
_SORTS: tuple[Sort, ...] = ("fleeting", "statistic", "event")


class Outbox:
    """Letters in the order of their sort, then of their coming. Any thread may post; one sends."""

    def __init__(self, bounds: Bounds | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds or Bounds()
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: dict[Sort, deque[Letter]] = {sort: deque() for sort in _SORTS}
        self._size = 0
        self._held_until = float("-inf")
        self._kept: dict[str, bytes] = {}
        self._untold: dict[str, None] = {}
        #: How many letters were given up, by sort: they were too many, or too old.
        self.dropped: dict[Sort, int] = dict.fromkeys(get_args(Sort), 0)

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._waiting.values())) + len(self._untold)

    def post(self, topic: str, payload: bytes, sort: Sort) -> None:
        """Let a message wait; what is over the bounds goes, oldest first: statistics before events."""
        with self._lock:
            self._expire()
            self._waiting[sort].append(Letter(topic, payload, False, sort, self._clock()))
            self._size += len(payload)
            while self._over():
                self._drop(next(sort for sort in _SORTS if self._waiting[sort]))

    def keep(self, topic: str, payload: bytes) -> None:
        """Set what the broker keeps under ``topic``; an older value that was not sent yet is forgotten."""
        with self._lock:
            self._kept[topic] = payload
            self._untold[topic] = None

    def tell_again(self) -> None:
        """Let all that the broker keeps be sent again: it may have forgotten."""
        with self._lock:
            self._untold = dict.fromkeys(self._kept)

    def take(self) -> Letter | None:
        """Return what is to be sent next, or None: events, what is kept, statistics, what is fleeting."""
        with self._lock:
            self._expire()
            if self._waiting["event"] and self._clock() >= self._held_until:
                return self._out("event")
            if self._untold:
                topic = next(iter(self._untold))
                del self._untold[topic]
                return Letter(topic, self._kept[topic], True, "event", self._clock())
            later: tuple[Sort, ...] = ("statistic", "fleeting")
            return next((self._out(sort) for sort in later if self._waiting[sort]), None)

    def give_back(self, letters: list[Letter], after_s: float = 0.0) -> None:
        """Let letters wait again that nobody confirmed, before those that came after them.

        Events then stay in the box for ``after_s`` seconds.
        """
        with self._lock:
            self._held_until = self._clock() + after_s
            while self._waiting["fleeting"] and not after_s:
                self._drop("fleeting")
            for letter in reversed(letters):
                if letter.retain:
                    self._untold[letter.topic] = None
                elif letter.sort == "fleeting":
                    self.dropped["fleeting"] += 1
                else:
                    self._waiting[letter.sort].appendleft(letter)
                    self._size += len(letter.payload)
            while self._over():
                self._drop(next(sort for sort in _SORTS if self._waiting[sort]))

    def lost(self, sort: Sort) -> None:
        """Count a letter that was given up elsewhere."""
        with self._lock:
            self.dropped[sort] += 1

    def _over(self) -> bool:
        count = sum(map(len, self._waiting.values()))
        return count > self._bounds.messages or self._size > self._bounds.size

    def _out(self, sort: Sort) -> Letter:
        letter = self._waiting[sort].popleft()
        self._size -= len(letter.payload)
        return letter

    def _drop(self, sort: Sort) -> None:
        self._out(sort)
        self.dropped[sort] += 1

    def _expire(self) -> None:
        oldest = self._clock() - self._bounds.age_s
        for sort, letters in self._waiting.items():
            while letters and letters[0].since < oldest:
                self._drop(sort)
