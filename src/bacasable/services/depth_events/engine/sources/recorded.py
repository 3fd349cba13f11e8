"""A recorded sequence, for trials and calibration: the edge opens it for a simulated station only.

An uncompressed ``.npz`` of ``millimetres`` (frames, rows, columns) uint16 and ``at_ms`` (frames) int64. The
project writes no such file: what a sensor measures never reaches a disk.
"""

import time
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.frames import Frame, Intrinsics
from bacasable.services.depth_events.engine.sources.source import SourceLost

#: The most bytes of a file, and of all that it unpacks to.
LARGEST_BYTES = 2_000_000_000


class _TooMuch(Exception):
    """A file that unpacks to more than is read."""


class Recorded:
    """The frames of a file in the rhythm of their instants, again from the start when they end.

    Frames are stamped as if they were measured now.

    Raises:
        ValueError: no such sequence, or of another sensor.
    """

    def __init__(self, where: str, sensor: str, intrinsics: Intrinsics) -> None:
        path = Path(where)
        self._sensor = sensor
        try:
            size = path.stat().st_size
        except OSError as wrong:
            raise ValueError(f"recorded:{path.name}: {wrong.strerror}") from None
        if size > LARGEST_BYTES:
            raise ValueError(f"recorded:{path.name}: more than {LARGEST_BYTES} bytes")
        try:
            with zipfile.ZipFile(path) as packed:
                unpacked = sum(one.file_size for one in packed.infolist())
            if unpacked > LARGEST_BYTES:
                raise _TooMuch
            with np.load(path, allow_pickle=False) as read:
                frames, instants = read["millimetres"], read["at_ms"]
        except _TooMuch:
            raise ValueError(f"recorded:{path.name}: unpacks to more than {LARGEST_BYTES} bytes") from None
        except (OSError, KeyError, ValueError, TypeError, MemoryError, zipfile.BadZipFile) as wrong:
            raise ValueError(
                f"recorded:{path.name}: no .npz of 'millimetres' and 'at_ms' ({type(wrong).__name__})"
            ) from None
        expected = (intrinsics.height, intrinsics.width)
        if frames.dtype != np.uint16 or frames.ndim != 3 or frames.shape[1:] != expected:
            raise ValueError(
                f"recorded:{path.name}: {frames.dtype} of shape {frames.shape}; "
                f"give (frames, {expected[0]}, {expected[1]}) uint16"
            )
        if instants.shape != frames.shape[:1] or not len(instants) or (np.diff(instants) <= 0).any():
            raise ValueError(
                f"recorded:{path.name}: 'at_ms' gives each frame an instant, one after the other"
            )
        self._frames: NDArray[np.uint16] | None = frames
        self._after_ms = (instants - instants[0]).astype(np.int64)
        rest = int(self._after_ms[-1] / max(len(instants) - 1, 1)) or 100
        self._round_ms = int(self._after_ms[-1]) + rest
        self._began_s = time.time()
        self._number = -1

    def read(self, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        while True:
            if self._frames is None:
                raise SourceLost("the recording was closed")
            passed_ms = int(1000 * (time.time() - self._began_s))
            rounds, within = divmod(passed_ms, self._round_ms)
            place = int(np.searchsorted(self._after_ms, within, side="right")) - 1
            number = rounds * len(self._after_ms) + place
            if number > self._number:
                self._number = number
                at_ms = int(1000 * self._began_s) + rounds * self._round_ms + int(self._after_ms[place])
                return Frame(self._sensor, at_ms, number, self._frames[place].copy())
            if time.monotonic() >= until:
                return None
            time.sleep(0.002)

    def close(self) -> None:
        self._frames = None
