"""How a driver process hands frames over: a header, then millimetres, on a socket or in shared memory.

Header, little endian, 32 bytes: ``BDF1``, columns (u16), rows (u16), number (u64, counts frames), instant
(i64, milliseconds since 1970, UTC), CRC-32 of what follows (u32), zero (u32). Then ``rows * columns`` u16
millimetres, row by row, 0 where nothing was measured.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from bacasable.services.depth_events.engine.frames import Frame, Intrinsics

MAGIC = b"BDF1"
_HEADER = struct.Struct("<4sHHQqII")
HEADER_BYTES = _HEADER.size


class Broken(ValueError):
    """Bytes that are no frame of this sensor; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says of the frame behind it."""

    columns: int
    rows: int
    number: int
    at_ms: int
    crc: int

    @property
    def payload_bytes(self) -> int:
        """Return how many bytes follow."""
        return 2 * self.columns * self.rows


def header_of(read: bytes | memoryview, intrinsics: Intrinsics) -> Header:
    """Return the header in ``read`` (32 bytes).

    Raises:
        Broken: it is none, or that of frames of another size.
    """
    magic, columns, rows, number, at_ms, crc, zero = _HEADER.unpack(read)
    if magic != MAGIC or zero:
        raise Broken("what came is no frame: a header begins with BDF1")
    if (columns, rows) != (intrinsics.width, intrinsics.height):
        raise Broken(
            f"frames of {columns}x{rows} pixels came, the sensor is said to have "
            f"{intrinsics.width}x{intrinsics.height}"
        )
    return Header(columns, rows, number, at_ms, crc)


def frame_of(header: Header, payload: bytes | memoryview, sensor: str) -> Frame:
    """Return the frame of a header and the bytes behind it, copied.

    Raises:
        Broken: the sum does not fit.
    """
    if zlib.crc32(payload) != header.crc:
        raise Broken("a frame came damaged: its sum does not fit")
    shown = np.frombuffer(payload, dtype="<u2").reshape(header.rows, header.columns)
    return Frame(sensor, header.at_ms, header.number, shown.astype(np.uint16))


def written(millimetres: np.ndarray[tuple[int, int], np.dtype[np.uint16]], number: int, at_ms: int) -> bytes:
    """Return the bytes of a frame, as a driver sends them.

    Args:
        millimetres: ``(rows, columns)`` uint16.
        number: counts frames from 0.
        at_ms: milliseconds since 1970, UTC.
    """
    payload = np.ascontiguousarray(millimetres, dtype="<u2").tobytes()
    rows, columns = millimetres.shape
    return _HEADER.pack(MAGIC, columns, rows, number, at_ms, zlib.crc32(payload), 0) + payload
