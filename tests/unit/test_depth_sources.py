"""Sources: what a driver, a shared memory, a serial sensor and a recording give, and what they refuse."""

import os
import pty
import socket
import struct
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="needs the extra 'depth'")

from bacasable.services.depth_events.engine.frames import Frame, Intrinsics
from bacasable.services.depth_events.engine.sources import Source, SourceLost, open_source
from bacasable.services.depth_events.engine.sources.memory import COUNTER_BYTES
from bacasable.services.depth_events.engine.sources.serial import Reader
from bacasable.services.depth_events.engine.sources.wire import HEADER_BYTES, written

VIEW = Intrinsics.of_view(16, 12, 60)
ZONES = Intrinsics.of_view(8, 8, 45)
AT_MS = 1_795_392_000_000


def shown(value: int) -> np.ndarray:
    return np.full((12, 16), value, np.uint16)


def seen(frame: Frame | None) -> np.ndarray:
    assert frame is not None
    return frame._millimetres


@contextmanager
def driver(tmp_path: Path) -> Iterator[tuple[Source, socket.socket, str]]:
    """A driver that listens on a Unix socket, and the source that has connected to it."""
    where = str(tmp_path / "tof.sock")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(where)
        listening.listen(2)
        source = open_source(f"driver:{where}", "hall", VIEW)
        sending, _ = listening.accept()
        with sending:
            yield source, sending, where
        source.close()


def test_driver_frames_come_in_parts_and_the_newest_is_given(tmp_path: Path) -> None:
    with driver(tmp_path) as (source, sending, _):
        assert source.read(0) is None
        whole = written(shown(1200), 0, AT_MS)
        sending.sendall(whole[:50])
        assert source.read(0) is None
        sending.sendall(whole[50:] + written(shown(1300), 1, AT_MS + 100))
        frame = source.read(1)
        assert frame is not None
        assert (frame.number, frame.at_ms, frame.sensor) == (1, AT_MS + 100, "hall")
        assert (seen(frame) == 1300).all()


def test_damaged_frame_is_left_out_and_the_next_is_read(tmp_path: Path) -> None:
    with driver(tmp_path) as (source, sending, _):
        damaged = bytearray(written(shown(1200), 0, AT_MS))
        damaged[HEADER_BYTES + 3] ^= 255
        sending.sendall(bytes(damaged))
        assert source.read(0.01) is None
        sending.sendall(written(shown(1300), 1, AT_MS + 100))
        assert (seen(source.read(1)) == 1300).all()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GET / HTTP/1.1\r\n" + bytes(40), "no frame"),
        (b"GE", "no frame"),
        (written(np.zeros((48, 64), np.uint16), 0, AT_MS), "64x48"),
        (struct.pack("<4sHHQqII", b"BDF1", 65535, 65535, 0, 0, 0, 0), "65535"),
    ],
)
def test_what_is_no_frame_of_this_sensor_ends_the_connection(tmp_path: Path, sent: bytes, said: str) -> None:
    with driver(tmp_path) as (source, sending, _):
        sending.sendall(sent)
        with pytest.raises(SourceLost, match=said):
            source.read(1)


def test_driver_that_goes_away_is_lost_then_found_again(tmp_path: Path) -> None:
    with driver(tmp_path) as (source, sending, where):
        sending.sendall(written(shown(1200), 0, AT_MS))
        sending.shutdown(socket.SHUT_WR)
        assert source.read(1) is not None  # what it sent last is read
        with pytest.raises(SourceLost, match="closed"):
            source.read(1)
        source.close()
        open_source(f"driver:{where}", "hall", VIEW).close()
    Path(where).unlink()
    with pytest.raises(SourceLost, match="is it running"):
        open_source(f"driver:{where}", "hall", VIEW)


@pytest.mark.parametrize("where", ["192.0.2.7:7001", "example.org:7001", "127.0.0.1:0", "127.0.0.1"])
def test_raw_frames_cross_no_network(where: str) -> None:
    with pytest.raises(ValueError, match="driver:"):
        open_source(f"driver:{where}", "hall", VIEW)


class Segment:
    """A driver's shared memory."""

    def __init__(self) -> None:
        self.name = f"bacasable-test-{uuid.uuid4().hex}"
        self.path = Path("/dev/shm") / self.name
        self.path.write_bytes(bytes(COUNTER_BYTES + HEADER_BYTES + 2 * 16 * 12))

    def write(self, counter: int, frame: bytes) -> None:
        with self.path.open("r+b") as held:
            held.write(counter.to_bytes(8, "little") + frame)


@pytest.fixture
def segment() -> Iterator[Segment]:
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("no shared memory here")
    made = Segment()
    yield made
    made.path.unlink(missing_ok=True)


def test_shared_memory_gives_each_frame_once_and_none_half_written(segment: Segment) -> None:
    source = open_source(f"memory:{segment.name}", "hall", VIEW)
    assert source.read(0) is None
    segment.write(2, written(shown(1200), 0, AT_MS))
    assert (seen(source.read(0)) == 1200).all()
    assert source.read(0) is None
    segment.write(3, written(shown(1300), 1, AT_MS + 100))
    assert source.read(0) is None
    segment.write(4, written(shown(1300), 1, AT_MS + 100))
    frame = source.read(0)
    segment.write(6, written(shown(1400), 2, AT_MS + 200))
    assert (seen(frame) == 1300).all()  # a copy: the driver writes over its own memory only
    source.close()


def test_shared_memory_that_is_gone_or_too_small_is_said(segment: Segment) -> None:
    source = open_source(f"memory:{segment.name}", "hall", VIEW)
    segment.path.unlink()
    with pytest.raises(SourceLost, match="taken"):
        source.read(0)
    with pytest.raises(SourceLost, match="running"):
        open_source(f"memory:{segment.name}", "hall", VIEW)
    segment.path.write_bytes(bytes(100))
    with pytest.raises(SourceLost, match="too small"):
        open_source(f"memory:{segment.name}", "hall", VIEW)
    with pytest.raises(ValueError, match="letters"):
        open_source("memory:../../etc/passwd", "hall", VIEW)


FRAMES = st.lists(st.lists(st.integers(1, 4000), min_size=64, max_size=64), min_size=1, max_size=3)


def rows_of(numbers: list[int], between: str, end: str) -> bytes:
    lines = [between.join(map(str, numbers[row : row + 8])) for row in range(0, 64, 8)]
    return (end.join(lines) + end + end).encode()


def zones_of(numbers: list[int]) -> bytes:
    lines = [f"Zone : {at:3d}, Status : {5:3d}, Distance : {mm:4d} mm" for at, mm in enumerate(numbers)]
    return ("Print data no : 7\n" + "\n".join(lines) + "\n").encode()


@settings(max_examples=20, deadline=None)
@given(
    FRAMES,
    st.sampled_from(["\t", ", ", " "]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 97),
    st.booleans(),
)
def test_8x8_texts_are_read_however_they_arrive(
    frames: list[list[int]], between: str, end: str, part: int, is_st: bool
) -> None:
    sent = b"".join(zones_of(one) if is_st else rows_of(one, between, end) for one in frames)
    reader = Reader(8)
    got = [one for at in range(0, len(sent), part) for one in reader.feed(sent[at : at + part])]
    assert [one.ravel().tolist() for one in got] == frames


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=600), st.integers(0, 400))
def test_8x8_reader_finds_its_place_again_after_anything(noise: bytes, cut: int) -> None:
    reader = Reader(8)
    frame = list(range(1000, 1064))
    text = rows_of(frame, "\t", "\r\n")
    for one in reader.feed(noise + text[cut:] + b"\n\n"):
        assert one.shape == (8, 8) and int(one.max()) <= 4500
    # One whole frame may be lost beside the noise, the next is whole.
    got = reader.feed(text + text)
    assert got and got[-1].ravel().tolist() == frame


def test_zones_without_a_valid_status_or_in_range_are_invalid() -> None:
    lines = [f"Zone : {at}, Status : {255 if at == 3 else 5}, Distance : {900 + at} mm" for at in range(64)]
    lines[7] = "Zone : 7, Status : 9, Distance : 6000 mm"
    (frame,) = Reader(8).feed("\n".join([*lines, ""]).encode())
    assert frame[0, 3] == 0 and frame[0, 7] == 0 and frame[0, 4] == 904


def test_serial_sensor_on_a_port_then_unplugged() -> None:
    board, port = pty.openpty()
    source = open_source(f"vl53l5cx:{os.ttyname(port)}", "desk", ZONES)
    os.close(port)
    assert source.read(0) is None
    text = rows_of([1500] * 64, "\t", "\r\n")
    threading.Thread(target=os.write, args=(board, text + text)).start()
    frame = source.read(2)
    assert (seen(frame) == 1500).all() and frame is not None and frame.sensor == "desk"
    os.close(board)
    with pytest.raises(SourceLost, match="unplugged"):
        for _ in range(20):
            source.read(0.05)
    source.close()


def test_serial_says_what_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="speed"):
        open_source("vl53l8cx:/dev/ttyUSB0@1234", "desk", ZONES)
    with pytest.raises(ValueError, match="8x8"):
        open_source("vl53l8cx:/dev/ttyUSB0", "desk", VIEW)
    with pytest.raises(SourceLost, match="plugged"):
        open_source(f"vl53l8cx:{tmp_path / 'none'}", "desk", ZONES)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ValueError, match="no serial port"):
        open_source(f"vl53l8cx:{tmp_path / 'file'}", "desk", ZONES)


def test_recording_is_played_in_its_rhythm_and_again(tmp_path: Path) -> None:
    path = tmp_path / "hall.npz"
    np.savez(path, millimetres=np.stack([shown(1000), shown(2000)]), at_ms=np.array([0, 30], np.int64))
    source = open_source(f"recorded:{path}", "hall", VIEW)
    frames = [source.read(1) for _ in range(4)]
    told = [(int(seen(one)[0, 0]), one.number, one.at_ms) for one in frames if one is not None]
    assert len(told) == 4
    numbers = [number for _, number, _ in told]
    assert numbers == sorted(set(numbers))
    assert all(value == (1000, 2000)[number % 2] for value, number, _ in told)
    assert [at for _, _, at in told] == sorted({at for _, _, at in told})
    source.close()


def test_recording_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hall.npz"
    for arrays, said in (
        ({"other": shown(1)}, "millimetres"),
        ({"millimetres": np.zeros((2, 48, 64), np.uint16), "at_ms": np.array([0, 1])}, "shape"),
        ({"millimetres": np.zeros((2, 12, 16)), "at_ms": np.array([0, 1])}, "uint16"),
        ({"millimetres": np.zeros((2, 12, 16), np.uint16), "at_ms": np.array([5, 5])}, "instant"),
        ({"millimetres": np.zeros((0, 12, 16), np.uint16), "at_ms": np.zeros(0, np.int64)}, "instant"),
    ):
        np.savez(path, **arrays)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=said):
            open_source(f"recorded:{path}", "hall", VIEW)
    np.save(tmp_path / "hall.npy", shown(1))
    path.write_bytes(b"PK nothing")
    for one in (path, tmp_path / "hall.npy", tmp_path / "none.npz"):
        with pytest.raises(ValueError, match="recorded:"):
            open_source(f"recorded:{one}", "hall", VIEW)


def test_recording_that_unpacks_to_too_much_is_refused_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "hall.npz"
    np.savez_compressed(path, millimetres=np.zeros((900, 12, 16), np.uint16), at_ms=np.arange(900))
    monkeypatch.setattr("bacasable.services.depth_events.engine.sources.recorded.LARGEST_BYTES", 100_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match="unpacks to more than 100000 bytes"):
        open_source(f"recorded:{path}", "hall", VIEW)


def test_unknown_source_names_those_that_are() -> None:
    for wrong in ("camera:0", "driver", "driver:"):
        with pytest.raises(ValueError, match="driver, memory"):
            open_source(wrong, "hall", VIEW)
