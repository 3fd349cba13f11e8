"""Are frames forgotten? Canaries in raw frames, looked for in the whole memory, in files and in messages."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bacasable.services.depth_events.engine.acquisition import Setting
from bacasable.services.depth_events.engine.edge import warm_up
from bacasable.services.depth_events.engine.frames import Millimetres
from bacasable.services.depth_events.engine.messages import Topics, build
from bacasable.services.depth_events.engine.trials.playing import plan_of, play, reel_of, small

#: Bytes of a canary: the mark of the run, then the number of the frame.
_MARK = 24
#: Frames after the last canary: the ring of the filter is shorter.
_AFTER = 12
_PIECE = 1 << 24
#: Seconds that a trial in a process of its own may take, on a machine that does much else.
_LONGEST_S = 900
_LARGEST = 1 << 30
_REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw\S* \S+ \S+ \S+\s*(\S*)")


@dataclass(frozen=True)
class Discarded:
    """Frames with a canary, how many of them were still in memory, what else was found."""

    planted: int
    in_memory: int
    in_messages: int
    files: tuple[str, ...]
    messages: int
    scanned_bytes: int


def discard_apart(setting: Setting, seed: int, frames: int, *, keeps: bool = False) -> Discarded:
    """Run `discard` in a process of its own, as an edge is, so that nothing else opens files in it.

    With ``keeps``, that process holds on to each raw frame, as a recorder would.

    Raises:
        RuntimeError: it did not end well; what it said last is told.
    """
    asked = json.dumps({"setting": str(setting), "seed": seed, "frames": frames, "keeps": keeps})
    done = subprocess.run(
        [sys.executable, "-m", __name__, asked],
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the trial ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    told = json.loads(done.stdout)
    return Discarded(**{**told, "files": tuple(told["files"])})


def discard(
    setting: Setting, seed: int, frames: int, keep: Callable[[Millimetres], None] | None = None
) -> Discarded:
    """Play a post on ``frames`` frames with canaries, and look for them after the ring's time.

    What the post says goes through a socket, as to a broker, and is read at its other end. ``keep`` is given
    each raw frame: a sabotage may hold on to it.
    """
    scene = small(seed, (frames + _AFTER) / setting.hz)
    # The mark is held inverted: only frames, and what is made of them, show it.
    inverted = bytes(255 - one for one in np.random.default_rng([seed, 77]).bytes(_MARK))
    plan = plan_of(scene, setting)
    warm_up(plan)  # what is compiled is written to a cache
    before = _files()
    opened: set[str] = set()
    said = bytearray()
    here, there = socket.socketpair()

    def mark(number: int, pixels: Millimetres) -> None:
        if number < frames:
            written = np.frombuffer(inverted + number.to_bytes(4, "little"), dtype=np.uint8).copy()
            np.subtract(255, written[:_MARK], out=written[:_MARK])  # no passing array may hold the mark
            pixels.reshape(-1)[: (_MARK + 4) // 2] = written.view(np.uint16)
            written[:] = 0
        if keep:
            keep(pixels)
        if number % 20 == 0:
            opened.update(_files() - before)

    count = 0
    with here, there:
        reel = reel_of(scene, setting.hz, frames + _AFTER, mark)
        for told in play(plan, reel):
            for message in told:
                topic, payload = build(Topics("bacasable/trial"), message)
                here.sendall(topic.encode() + payload)
                said += there.recv(1 << 20)
                count += 1
    opened.update(_files() - before)
    found, scanned = _in_memory(inverted)
    return Discarded(
        frames,
        len({number for number in found if number < frames}),
        sum(1 for _ in _places(said, inverted)),
        tuple(sorted(opened)),
        count,
        scanned,
    )


def _files() -> set[str]:
    """Return the regular files that this process has open for writing."""
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        try:
            target = str(one.readlink())
            flags = Path(f"/proc/self/fdinfo/{one.name}").read_text().split("flags:")[1].split()[0]
        except (OSError, IndexError):
            continue  # closed meanwhile
        if target.startswith("/") and not target.startswith("/dev/") and int(flags, 8) & os.O_ACCMODE:
            found.add(target)
    return found


def _in_memory(inverted: bytes) -> tuple[list[int], int]:
    """Return the numbers of the canaries in this process's writable memory, and how many bytes were read."""
    found: list[int] = []
    scanned = 0
    piece = bytearray(_PIECE + 2 * _MARK)
    held = np.frombuffer(piece, dtype=np.uint8)
    own = (held.ctypes.data, held.ctypes.data + len(piece))
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            region = _REGION.match(line)
            if not region or region[3].startswith(("/dev", "[v")):
                continue
            start, end = int(region[1], 16), int(region[2], 16)
            if end - start > _LARGEST:
                continue
            at = start
            while at < end:
                size = min(len(piece), end - at)
                # What is being read into must not be looked through as memory too.
                if at < own[1] and at + size > own[0]:
                    if at >= own[0]:
                        at = own[1]
                        continue
                    size = own[0] - at
                try:
                    memory.seek(at)
                    got = memory.readinto(memoryview(piece)[:size])
                except OSError:
                    break
                if not got:
                    break
                scanned += got
                for place in _places(memoryview(piece)[:got], inverted):
                    number = bytes(piece[place + _MARK : place + _MARK + 4])
                    found.append(int.from_bytes(number, "little"))
                at += got if got < len(piece) else _PIECE
    held = np.zeros(0, np.uint8)
    piece[:] = bytes(len(piece))
    return found, scanned


def _places(text: memoryview | bytearray, inverted: bytes) -> Iterator[int]:
    """Yield where the mark stands, without ever holding it whole."""
    values = np.frombuffer(text, dtype=np.uint8)
    pairs = np.nonzero((values[:-1] == 255 - inverted[0]) & (values[1:] == 255 - inverted[1]))[0]
    wanted = np.frombuffer(inverted, dtype=np.uint8)
    for at in pairs[pairs + _MARK + 4 <= len(values)]:
        if ((values[at : at + _MARK] ^ wanted) == 255).all():
            yield int(at)


def _apart(asked: str) -> None:
    """Run the trial asked for, and print what was found as JSON."""
    told = json.loads(asked)
    held: list[Millimetres] = []
    keep = (lambda pixels: held.append(pixels.copy())) if told["keeps"] else None
    found = discard(Setting.parse(told["setting"]), told["seed"], told["frames"], keep)
    sys.stdout.write(json.dumps(asdict(found)))


if __name__ == "__main__":
    _apart(sys.argv[1])
