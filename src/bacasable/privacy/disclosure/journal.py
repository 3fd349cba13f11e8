"""A file of facts that only grows: one JSON object a line, each bound to the one before it by a digest.

What is added is on the disk (``fsync``) before the call returns, under a lock that other processes wait
for. A torn last line was never acknowledged: it does not stand, and the next addition replaces it. An
altered or missing line in between is refused; lines taken off the end cannot be told from lines never
written, which is what backups are for.
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

_FIRST = "0" * 64

_BROKEN = N_("{path}, line {line}: {what}; the file was altered: nothing is released on it. Restore a backup")
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
        previous = self.lines[-1]["digest"] if self.lines else _FIRST
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
    def held(self) -> Iterator[Held]:
        """Lock the file, made if absent, until the block ends.

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
                folder = os.open(self.path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
            yield Held(*self._read(file))

    def _open(self, mode: str) -> IO[bytes]:
        try:
            return self.path.open(mode)
        except OSError as error:
            raise Refused(_UNUSABLE, path=self.path, why=error.strerror) from error

    def _read(self, file: IO[bytes]) -> tuple[list[dict[str, Any]], IO[bytes], int]:
        """Return the lines that stand, the file, and where they end."""
        file.seek(0)
        content = file.read(self._most_bytes + 1)
        if len(content) > self._most_bytes:
            raise Refused(_BROKEN, path=self.path, line=0, what=N_("larger than it may grow"))
        lines: list[dict[str, Any]] = []
        end, previous = 0, _FIRST
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


def _digest(line: dict[str, Any], previous: str) -> str:
    facts = {key: value for key, value in line.items() if key != "digest"}
    return hashlib.sha256((previous + json.dumps(facts, sort_keys=True)).encode()).hexdigest()
