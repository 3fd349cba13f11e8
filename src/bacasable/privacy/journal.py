"""A file of facts that only grows: one JSON object a line, each bound to the one before it by a digest.

What is added is on the disk (``fsync``) before the call returns, under a lock that other processes wait
for. A torn last line was never acknowledged: it does not stand, and the next addition replaces it. An
altered or missing line in between is refused; lines taken off the end cannot be told from lines never
written: keep the last digest elsewhere, or backups.

Ledgers of budgets, registries of releases and records of reversals are such files.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from bacasable.privacy.messages import N_, Refused

#: What the first line is bound to.
FIRST = "0" * 64
#: Far above a line of a journal that is added to by its end alone.
_TAIL = 1 << 16

_BROKEN = N_("{path}, line {line}: {what}; the file was altered: nothing is done on it. Restore a backup")
_UNUSABLE = N_("{path}: it cannot be used ({why}); give the path of a file that can be written")


@dataclass
class Held:
    """A journal under lock: the lines that stand, and the way to add some."""

    lines: list[dict[str, Any]]
    _file: IO[bytes]
    _end: int

    def add(self, facts: Sequence[dict[str, Any]]) -> None:
        """Add lines all together; they are on the disk when this returns."""
        text, added = b"", []
        previous = self.lines[-1]["digest"] if self.lines else FIRST
        for one in facts:
            line = one | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
            previous = line["digest"] = _digest(line, previous)
            text += json.dumps(line, ensure_ascii=False).encode() + b"\n"
            added.append(line)
        self._file.truncate(self._end)
        self._file.seek(self._end)
        self._file.write(text)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._end += len(text)
        self.lines += added


class Journal:
    """One file; it is read anew each time, so that processes see one another's lines."""

    def __init__(self, path: Path, most_bytes: int = 64 * 1024 * 1024) -> None:
        self.path, self._most_bytes = path, most_bytes

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines that stand, oldest first; none where the file does not exist."""
        if not self.path.exists():
            return []
        with self._open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            return self._read(file)[0]

    @contextmanager
    def held(self, *, last_only: bool = False) -> Iterator[Held]:
        """Lock the file, made if absent, until the block ends.

        Args:
            last_only: read the last line alone, which is all that an addition needs; the lines before it are
                checked when they are read.

        Raises:
            Refused: the file was altered, or cannot be read or written.
        """
        new = not self.path.exists()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(_UNUSABLE, path=self.path, why=error.strerror) from error
        with self._open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                sync_folder(self.path.parent)
            yield Held(*(self._read_last(file) if last_only else self._read(file)))

    def _open(self, mode: str) -> IO[bytes]:
        try:
            return open(self.path, mode, opener=_private)
        except OSError as error:
            raise Refused(_UNUSABLE, path=self.path, why=error.strerror) from error

    def _read_last(self, file: IO[bytes]) -> tuple[list[dict[str, Any]], IO[bytes], int]:
        start = max(0, file.seek(0, os.SEEK_END) - _TAIL)
        file.seek(start)
        tail = file.read()
        whole = tail[: tail.rfind(b"\n") + 1]
        if not whole and not start:
            return [], file, 0
        try:
            line = json.loads(whole.splitlines()[-1])
            line["digest"]
        except (ValueError, KeyError, TypeError, IndexError) as error:
            what = N_("it is not a line of this file")
            number = N_("last")
            raise Refused(_BROKEN, path=self.path, line=number, what=what) from error
        return [line], file, start + len(whole)

    def _read(self, file: IO[bytes]) -> tuple[list[dict[str, Any]], IO[bytes], int]:
        """Return the lines that stand, the file, and where they end."""
        file.seek(0)
        content = file.read(self._most_bytes + 1)
        if len(content) > self._most_bytes:
            raise Refused(_BROKEN, path=self.path, line=0, what=N_("larger than it may grow"))
        lines: list[dict[str, Any]] = []
        end, previous = 0, FIRST
        for number, raw in enumerate(content.split(b"\n")[:-1], 1):
            try:
                line = json.loads(raw)
                right = line["digest"] == _digest(line, previous)
            except (ValueError, KeyError, TypeError) as error:
                what = N_("it is not a line of this file")
                raise Refused(_BROKEN, path=self.path, line=number, what=what) from error
            if not right:
                what = N_("its digest does not follow from the lines before")
                raise Refused(_BROKEN, path=self.path, line=number, what=what)
            lines.append(line)
            previous, end = line["digest"], end + len(raw) + 1
        return lines, file, end


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """Force the names of a folder's files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(line: dict[str, Any], previous: str) -> str:
    facts = {key: value for key, value in line.items() if key != "digest"}
    return hashlib.sha256((previous + json.dumps(facts, sort_keys=True)).encode()).hexdigest()
