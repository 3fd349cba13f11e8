"""Frames of a driver process through shared memory: one slot that the driver writes over and over.

The segment (``/dev/shm/NAME``) begins with a counter (u64, little endian) that is odd while the driver
writes; a frame follows as on a socket (:mod:`.wire`). A reader takes a copy and looks at the counter again.
"""

import mmap
import os
import re
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
        self._map: mmap.mmap | None = None
        try:
            held = os.open(_FOLDER / where, os.O_RDONLY)
        except OSError:
            raise SourceLost(N_("the driver's shared memory is not there: is it running?")) from None
        try:
            if os.fstat(held).st_size < self._bytes:
                raise SourceLost(N_("the driver's shared memory is too small for frames of this sensor"))
            self._inode = os.fstat(held).st_ino
            self._map = mmap.mmap(held, self._bytes, prot=mmap.PROT_READ)
        finally:
            os.close(held)
        self._path = _FOLDER / where

    def read(self, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        while True:
            frame = self._once()
            if frame is not None or time.monotonic() >= until:
                return frame
            time.sleep(min(_AGAIN_S, max(until - time.monotonic(), 0)))

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
            self._map = None

    def _once(self) -> Frame | None:
        shared = self._map
        if shared is None:
            raise SourceLost(N_("the driver's shared memory was let go"))
        before = int.from_bytes(shared[:COUNTER_BYTES], "little")
        if before % 2 or before in (0, self._counter):
            self._still_there()
            return None
        copy = shared[COUNTER_BYTES : self._bytes]
        if int.from_bytes(shared[:COUNTER_BYTES], "little") != before:
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
