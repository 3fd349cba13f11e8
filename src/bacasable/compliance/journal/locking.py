"""The file that writers lock, and what is written in it: up to where the live file is surely on the disk.

The mark is a lower bound: it is written after the disk answered. It matters only after the machine itself
went down (another boot): beyond the mark any piece of the file may be missing, before it none.
"""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_MARK = re.compile(rb"([0-9a-f\-]{36}) (\d{20}) (\d{20})\n")
_LENGTH = 36 + 1 + 20 + 1 + 20 + 1


@dataclass(frozen=True)
class Mark:
    """The first ``end`` bytes of the file with this ``inode`` are on the disk, said during ``boot``."""

    boot: str
    inode: int
    end: int


@lru_cache(maxsize=1)
def boot_id() -> str:
    """Return what names this run of the machine; empty where the system does not say."""
    try:
        found = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
    return found if len(found) == 36 else ""


def open_lock(path: Path) -> int:
    """Open the file to lock, made with mode 0600 where it is not there."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def read_mark(descriptor: int) -> Mark | None:
    """Return the mark, or None where there is none that can be read."""
    found = _MARK.fullmatch(os.pread(descriptor, _LENGTH, 0))
    return Mark(found[1].decode(), int(found[2]), int(found[3])) if found else None


def write_mark(descriptor: int, inode: int, end: int) -> None:
    """Note that the first ``end`` bytes are on the disk."""
    if boot := boot_id():
        os.pwrite(descriptor, b"%b %020d %020d\n" % (boot.encode(), inode, end), 0)
