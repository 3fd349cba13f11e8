"""What a driver, a port or a broker may send by mistake or on purpose: the edge goes on, and says why."""

import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from bacasable.exchange.mqtt import Client, Waits
from bacasable.exchange.mqtt_address import Broker
from bacasable.services.depth_events.engine.frames import Intrinsics
from bacasable.services.depth_events.engine.sources import SourceLost, open_source
from bacasable.services.depth_events.engine.sources.memory import COUNTER_BYTES
from bacasable.services.depth_events.engine.sources.serial import Reader
from bacasable.services.depth_events.engine.sources.wire import HEADER_BYTES, written

SHARED = Path("/dev/shm")
VIEW = Intrinsics(64, 48, 60.0, 60.0, 32.0, 24.0)
SIZE = COUNTER_BYTES + HEADER_BYTES + 2 * 64 * 48


@pytest.fixture
def segment() -> Iterator[Path]:
    if not SHARED.is_dir():
        pytest.skip("no shared memory here")
    path = SHARED / f"bacasable-hostile-{uuid.uuid4().hex}"
    yield path
    path.unlink(missing_ok=True)


def test_a_driver_that_empties_its_shared_memory_does_not_end_the_edge(segment: Path) -> None:
    """In a process of its own: a mapping of what is gone ends a process with SIGBUS, whatever it catches."""
    segment.write_bytes(bytes(SIZE))
    code = f"""
from pathlib import Path
from bacasable.services.depth_events.engine.frames import Intrinsics
from bacasable.services.depth_events.engine.sources import SourceLost, open_source
source = open_source("memory:{segment.name}", "hall", Intrinsics(64, 48, 60.0, 60.0, 32.0, 24.0))
Path({str(segment)!r}).write_bytes(b"")
assert source.read(0.0) is None
Path({str(segment)!r}).write_bytes((2).to_bytes(8, "little") + b"BDF1")
assert source.read(0.0) is None
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_frames_go_on_when_a_driver_fills_its_shared_memory_again(segment: Path) -> None:
    segment.write_bytes(bytes(SIZE))
    source = open_source(f"memory:{segment.name}", "hall", VIEW)
    frame = written(np.full((48, 64), 1300, dtype=np.uint16), 1, 1_780_000_000_000)
    segment.write_bytes((2).to_bytes(8, "little") + frame)
    read = source.read(0.0)
    assert read is not None and read.number == 1
    source.close()


def test_a_pipe_or_a_link_in_place_of_shared_memory_is_refused_at_once(segment: Path) -> None:
    os.mkfifo(segment)
    with pytest.raises(SourceLost):
        open_source(f"memory:{segment.name}", "hall", VIEW)
    segment.unlink()
    segment.symlink_to("/etc/passwd")
    with pytest.raises(SourceLost):
        open_source(f"memory:{segment.name}", "hall", VIEW)


def test_a_line_of_thousands_of_figures_on_a_serial_port_is_left_out() -> None:
    reader = Reader(4)
    row = b"100 200 300 400\n"
    assert reader.feed(b"Zone : " + b"1" * 5000 + b" , Status : 5, Distance : 3\n") == []
    assert reader.feed(b"1 " * 5000 + b"\n") == []
    assert len(reader.feed(row * 4)) == 1


class Liar:
    """A broker that takes a connection, says yes, then sends what no broker sends."""

    def __init__(self, says: bytes) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.taken = 0
        self._says = says
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                taken, _ = self._listening.accept()
                self.taken += 1
                with taken, suppress(OSError):
                    taken.recv(4096)
                    taken.sendall(b"\x20\x03\x00\x00\x00" + self._says)
                    taken.settimeout(0.5)
                    while taken.recv(4096):
                        pass

    def close(self) -> None:
        self._listening.close()


@pytest.mark.parametrize(
    "says",
    [
        b"\x30\x02\x00\x50",  # a message shorter than its topic
        b"\x30\x03\x00\x01\xff",  # a topic that is no UTF-8
        b"\x30\x05\x00\x01a\x02\xff",  # a property that there is not
        b"\x40\x01\x00",  # half a confirmation
        b"\x90\x02\x00\x01",  # a subscription confirmed, without a reason
        b"\xf0\x00\x20\x00",
        b"\x20\x00",
    ],
)
def test_a_broker_that_sends_nonsense_is_left_and_asked_again(says: bytes) -> None:
    liar = Liar(says)
    client = Client(Broker("127.0.0.1", liar.port), "edge", waits=Waits(0.02, 0.05))
    client.subscribe("bacasable/gare/#", lambda _topic, _payload: None)
    client.start()
    until = time.monotonic() + 8
    while liar.taken < 3 and time.monotonic() < until:
        time.sleep(0.02)
    assert liar.taken >= 3 and client._thread.is_alive()
    client.stop(0.2)
    liar.close()
