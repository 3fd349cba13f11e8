"""Frames of a driver process, through a socket of this machine: Unix, or TCP on the loopback.

Raw frames may show a person's build: a socket that leaves the machine is refused.
"""

import ipaddress
import select
import socket
import time

from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.frames import Frame, Intrinsics
from bacasable.services.depth_events.engine.sources.source import SourceLost
from bacasable.services.depth_events.engine.sources.wire import (
    HEADER_BYTES,
    MAGIC,
    Broken,
    Header,
    frame_of,
    header_of,
)

_CONNECT_S = 3.0


class Driver:
    """The client of a driver at ``where``: a path, or ``127.0.0.1:7001``.

    The newest of the frames that wait is given. A damaged one is left out; bytes that are no frame, or
    frames of another size, end the connection.

    Raises:
        ValueError: an address of another machine.
        SourceLost: nobody listens there.
    """

    def __init__(self, where: str, sensor: str, intrinsics: Intrinsics) -> None:
        self._sensor, self._intrinsics = sensor, intrinsics
        self._held = bytearray()
        self._most = 4 * (HEADER_BYTES + 2 * intrinsics.width * intrinsics.height)
        self._socket: socket.socket | None = None
        family, address = _address(where)
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(_CONNECT_S)
        try:
            opened.connect(address)
        except OSError:
            opened.close()
            raise SourceLost(N_("no driver listens there: is it running?")) from None
        opened.setblocking(False)
        self._socket = opened

    def read(self, timeout_s: float) -> Frame | None:
        until = time.monotonic() + timeout_s
        while True:
            ended = self._fill()
            frame = self._newest()
            if frame is not None:
                return frame
            if ended:
                raise SourceLost(N_("the driver has closed the connection"))
            left = until - time.monotonic()
            if left <= 0:
                return None
            select.select([self._open()], [], [], left)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._held[:] = b""

    def _open(self) -> socket.socket:
        if self._socket is None:
            raise SourceLost(N_("the driver has closed the connection"))
        return self._socket

    def _fill(self) -> bool:
        """Take what has come, at most some frames; return whether there will be no more."""
        opened = self._open()
        while len(self._held) < self._most:
            try:
                part = opened.recv(self._most - len(self._held))
            except BlockingIOError:
                return False
            except OSError:
                return True
            if not part:
                return True
            self._held += part
        return False

    def _newest(self) -> Frame | None:
        frame = None
        while (header := self._header()) is not None:
            whole = HEADER_BYTES + header.payload_bytes
            if len(self._held) < whole:
                break
            payload = bytes(self._held[HEADER_BYTES:whole])
            self._held[:whole] = b""
            try:
                frame = frame_of(header, payload, self._sensor)
            except Broken:
                continue
        return frame

    def _header(self) -> Header | None:
        if len(self._held) < HEADER_BYTES:
            if self._held and not bytes(self._held).startswith(MAGIC[: len(self._held)]):
                raise SourceLost(N_("what the driver sends is no frame"))
            return None
        try:
            return header_of(bytes(self._held[:HEADER_BYTES]), self._intrinsics)
        except Broken as wrong:
            self.close()
            raise SourceLost(str(wrong)) from None


def _address(where: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    if where.startswith("/"):
        return socket.AF_UNIX, where
    host, _, port = where.rpartition(":")
    host = host.strip("[]")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError(f"driver:{where}: write a path, or 127.0.0.1 and a port") from None
    if not address.is_loopback:
        raise ValueError(
            f"driver:{where}: raw frames do not cross a network; run the edge on the machine of the driver"
        )
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"driver:{where}: {port!r} is no port")
    return (socket.AF_INET if address.version == 4 else socket.AF_INET6), (host, int(port))
