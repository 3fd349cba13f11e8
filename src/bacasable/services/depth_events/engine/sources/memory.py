"""Frames of a driver process through shared memory: one slot that the driver writes over and over.

The segment (``/dev/shm/NAME``) begins with a counter (u64, little endian) that is odd while the driver
writes; a frame follows as on a socket (:mod:`.wire`). A reader takes a copy and looks at the counter again.
It reads and maps nothing: a driver that shortens a mapped segment would end the edge with SIGBUS.
"""

import os
import re
import stat
import time
from pathlib import Path

from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics
from bacasable.services.depth_events.engine.sources.source import SourceLost
from bacasable.services.depth_events.engine.sources.wire import HEADER_BYTES, Broken, frame_of, header_of

COUNTER_BYTES = 8
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_FOLDER = Path("/dev/shm")  # noqa: S108 (shared memory of POSIX on Linux)
_AGAIN_S = 0.002


class Memory:
    """The reader of the segment ``where``.

    Raises:
        ValueError: no name of a segment.
        SourceLost: there is none, or it is too small for a frame of this sensor.
    """

    def __init__(self, where: str, sensor: str, intrinsics: Intrinsics) -> None:
        if not _NAME.fullmatch(where) or where in (".", ".."):
            raise ValueError(f"memory:{where}: a name of letters, digits, '_', '.' and '-'")
        self._sensor, self._intrinsics = sensor, intrinsics
        self._bytes = COUNTER_BYTES + HEADER_BYTES + 2 * intrinsics.width * intrinsics.height
        self._counter = -1
        self._held: int | None = None
        self._path = _FOLDER / where
        try:
            # A pipe of this name would make an open wait for ever.
            held = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError:
            raise SourceLost(N_("the driver's shared memory is not there: is it running?")) from None
        told = os.fstat(held)
        self._inode = told.st_ino
        if not stat.S_ISREG(told.st_mode) or told.st_size < self._bytes:
            os.close(held)
            raise SourceLost(N_("the driver's shared memory is too small for frames of this sensor"))
        self._held = held

    def read(self, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        while True:
            frame = self._once()
            if frame is not None or time.monotonic() >= until:
                return frame
            time.sleep(min(_AGAIN_S, max(until - time.monotonic(), 0)))

    def close(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _once(self) -> Frame | None:
        held = self._held
        if held is None:
            raise SourceLost(N_("the driver's shared memory was let go"))
        before = _counter(held)
        if before % 2 or before in (0, self._counter):
            self._still_there()
            return None
        copy = os.pread(held, self._bytes - COUNTER_BYTES, COUNTER_BYTES)
        if len(copy) < self._bytes - COUNTER_BYTES or _counter(held) != before:
            self._still_there()
            return None
        self._counter = before
        try:
            header = header_of(copy[:HEADER_BYTES], self._intrinsics)
        except Broken as wrong:
            raise SourceLost(str(wrong)) from None
        try:
            return frame_of(header, copy[HEADER_BYTES:], self._sensor)
        except Broken:
            return None

    def _still_there(self) -> None:
        """A driver that starts again makes another segment of the same name."""
        try:
            same = self._path.stat().st_ino == self._inode
        except OSError:
            same = False
        if not same:
            raise SourceLost(N_("the driver has taken its shared memory away"))


def _counter(held: int) -> int:
    """Return the counter of a segment; 0, as before the first frame, where the segment was emptied."""
    return int.from_bytes(os.pread(held, COUNTER_BYTES, 0), "little")
