"""The record of reversals and erasures: lines chained by SHA-256, appended and forced to the disk before the
act.

Each line is a JSON object that holds the digest of the line before: changing, inserting or removing one
breaks every later link. Removing the last lines does not: keep :meth:`Record.head` elsewhere (a journal,
another machine) and compare. The pseudonym, who, why and when are held, never the value.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bacasable.privacy.messages import Refused

_FIRST = "0" * 64
#: Far above a line that we write: reading the end of the file needs no more.
_LINE_BYTES = 1 << 16
_WORDS = 2_000


class Entry(NamedTuple):
    """One line: number from 1, act, scope, the pseudonym (or the keys destroyed), who, why, when."""

    number: int
    act: str
    scope: str
    what: str
    by: str
    reason: str
    when: str


class Record:
    """An append-only file of acts, for one or many scopes."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    def append(self, act: str, *, scope: str, what: str, by: str, reason: str) -> Entry:
        """Write one line and force it to the disk; return it.

        Raises:
            Refused: who or why is missing, the file cannot be written, or its last line is not of this form.
        """
        for name, text in (("by", by), ("reason", reason)):
            if not text.strip():
                raise Refused(
                    f"'{name}' is empty: say {'who asks' if name == 'by' else 'why'}, for the record"
                )
            if len(text) > _WORDS:
                raise Refused(f"'{name}' is longer than {_WORDS:,} characters: shorten it")
        try:
            return self._append(act, scope, what, by.strip(), reason.strip())
        except OSError as error:
            raise Refused(
                f"{self.path}: the record cannot be written ({error.strerror}), so nothing is done"
            ) from error

    def _append(self, act: str, scope: str, what: str, by: str, reason: str) -> Entry:
        new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            number, before = self._end(descriptor)
            when = datetime.now(UTC).isoformat(timespec="milliseconds")
            entry = Entry(number + 1, act, scope, what, by, reason, when)
            line = _line(entry, before)
            if os.write(descriptor, line) != len(line):
                raise OSError(28, os.strerror(28))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if new:
            sync_folder(self.path.parent)
        return entry

    def _end(self, descriptor: int) -> tuple[int, str]:
        """Return the number and digest of the last line; drop a line that a power cut left torn.

        A torn line was never forced to the disk, so its act did not take place.
        """
        size = os.fstat(descriptor).st_size
        start = max(0, size - _LINE_BYTES)
        tail = os.pread(descriptor, size - start, start)
        whole = tail[: tail.rfind(b"\n") + 1]
        if len(whole) < len(tail):
            os.ftruncate(descriptor, start + len(whole))
        if not whole:
            if start:
                raise Refused(f"{self.path}: the last line is too long for a record: restore the file")
            return 0, _FIRST
        try:
            last = json.loads(whole.splitlines()[-1])
            return int(last["number"]), str(last["digest"])
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"{self.path}: the last line is not one of a record: restore the file") from error

    def entries(self) -> Iterator[Entry]:
        """Yield the lines in order, checking the chain on the way.

        Raises:
            Refused: a line was changed, inserted or removed; the message gives its number.
        """
        if not self.path.exists():
            return
        before = _FIRST
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    fields = json.loads(line)
                    entry = Entry(*(fields[name] for name in Entry._fields))
                except (ValueError, KeyError, TypeError) as error:
                    raise Refused(f"{self.path}: line {number} is not one of a record") from error
                if entry.number != number or line != _line(entry, before):
                    raise Refused(
                        f"{self.path}: the chain breaks at line {number}: altered there or just before"
                    )
                before = fields["digest"]
                yield entry

    def head(self) -> tuple[int, str]:
        """Return the number of lines and the digest of the last, checked: keep it elsewhere."""
        number, digest = 0, _FIRST
        for entry in self.entries():
            number, digest = entry.number, _digest(entry, digest)
        return number, digest


def sync_folder(folder: Path) -> None:
    """Force the names of a folder's files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(entry: Entry, before: str) -> str:
    content = json.dumps([before, *entry], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def _line(entry: Entry, before: str) -> bytes:
    fields = entry._asdict() | {"before": before, "digest": _digest(entry, before)}
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"
