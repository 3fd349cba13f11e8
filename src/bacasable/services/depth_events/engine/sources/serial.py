"""VL53L5CX and VL53L8CX, 8x8 or 4x4 zones, on a serial port: the texts that their usual examples print.

Two forms are read, and told apart by themselves: eight lines of eight millimetres (SparkFun's example:
tabs, commas or blanks between, an empty line between frames), and a line for each zone (ST's driver:
``Zone :   0, Status :   5, Distance : 1234 mm``), where a status other than 5, 6 or 9 is no measurement
(ST UM2884). Whatever else a board prints is left out; a frame that came in part is dropped.
"""

import os
import re
import select
import termios
import time

import numpy as np

from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.frames import INVALID, Frame, Intrinsics, Millimetres
from bacasable.services.depth_events.engine.sources.source import SourceLost

_SPEEDS = {speed: getattr(termios, f"B{speed}") for speed in (9600, 57600, 115200, 230400, 460800, 921600)}
_ROW = re.compile(rb"-?\d{1,6}(?:[\s,;]+-?\d{1,6}){1,15}[\s,;]*")
_ZONE = re.compile(rb"Zone\s*:\s*(\d+)\s*,\s*Status\s*:\s*(\d+)\s*,\s*Distance\s*:\s*(-?\d+)")
_VALID = (5, 6, 9)
#: Farther than these sensors measure (mm); longest line that is kept.
_FARTHEST_MM, _LONGEST = 4500, 400


class Reader:
    """Lines in, frames out: ``(side, side)`` uint16 millimetres. ``feed`` takes bytes as they come."""

    def __init__(self, side: int) -> None:
        self._side = side
        self._held = b""
        self._rows: list[list[int]] = []
        self._zones: list[int] = []

    def feed(self, part: bytes) -> list[Millimetres]:
        """Return the frames that ``part`` completes, the oldest first."""
        *lines, self._held = (self._held + part).split(b"\n")
        if len(self._held) > _LONGEST:
            self._held = b""
            self._forget()
        return [frame for line in lines if (frame := self._line(line.strip(b"\r \t"))) is not None]

    def _line(self, line: bytes) -> Millimetres | None:
        if len(line) > _LONGEST:
            self._forget()
            return None
        zone = _ZONE.search(line)
        if zone:
            return self._zone(int(zone[1]), int(zone[2]), int(zone[3]))
        if _ROW.fullmatch(line):
            row = [int(number) for number in re.findall(rb"-?\d+", line)]
            if len(row) == self._side:
                self._rows.append(row)
                if len(self._rows) == self._side:
                    return self._whole([number for one in self._rows for number in one])
                return None
        # Between two frames, or something else: a frame that began is not whole.
        if self._rows:
            self._rows.clear()
        return None

    def _zone(self, number: int, status: int, distance: int) -> Millimetres | None:
        if number != len(self._zones):
            self._zones.clear()
            if number:
                return None
        self._zones.append(distance if status in _VALID else INVALID)
        if len(self._zones) == self._side**2:
            return self._whole(self._zones)
        return None

    def _whole(self, numbers: list[int]) -> Millimetres:
        kept = [number if 0 < number <= _FARTHEST_MM else INVALID for number in numbers]
        self._forget()
        return np.array(kept, dtype=np.uint16).reshape(self._side, self._side)

    def _forget(self) -> None:
        self._rows, self._zones = [], []


class Serial:
    """The port at ``where``: ``/dev/ttyUSB0``, or ``/dev/ttyUSB0@460800`` for another speed than 115200.

    Raises:
        ValueError: a speed that ports have not, or zones that these sensors have not.
        SourceLost: the port cannot be opened.
    """

    def __init__(self, where: str, sensor: str, intrinsics: Intrinsics) -> None:
        path, _, speed = where.partition("@")
        if (speed or "115200") not in map(str, _SPEEDS):
            raise ValueError(f"{where}: a speed of {speed!r}; one of {', '.join(map(str, _SPEEDS))}")
        if intrinsics.width != intrinsics.height or intrinsics.width not in (4, 8):
            raise ValueError(f"{where}: these sensors have 8x8 or 4x4 zones; write pixels = [8, 8]")
        self._sensor = sensor
        self._reader = Reader(intrinsics.width)
        self._number = 0
        try:
            self._port: int | None = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            raise SourceLost(N_("the serial port cannot be opened: is the sensor plugged in?")) from None
        try:
            _raw(self._port, _SPEEDS[int(speed or "115200")])
        except termios.error:
            self.close()
            raise ValueError(f"{path}: no serial port") from None

    def read(self, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        while True:
            if self._port is None:
                raise SourceLost(N_("the sensor was unplugged"))
            ready, _, _ = select.select([self._port], [], [], max(until - time.monotonic(), 0))
            if not ready:
                return None
            try:
                part = os.read(self._port, 65536)
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            if not part:
                self.close()
                raise SourceLost(N_("the sensor was unplugged"))
            frames = self._reader.feed(part)
            if frames:
                self._number += len(frames)
                return Frame(self._sensor, time.time_ns() // 10**6, self._number, frames[-1])

    def close(self) -> None:
        if self._port is not None:
            os.close(self._port)
            self._port = None


def _raw(port: int, speed: int) -> None:
    """Take bytes as they come, at ``speed``: no echo, no lines, no signals."""
    mode = termios.tcgetattr(port)
    mode[0] = mode[1] = mode[3] = 0
    mode[2] = termios.CS8 | termios.CREAD | termios.CLOCAL
    mode[4] = mode[5] = speed
    termios.tcsetattr(port, termios.TCSANOW, mode)
