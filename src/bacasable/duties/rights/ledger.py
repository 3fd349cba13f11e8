"""The ledger of erasures, which a restored backup replays: ``HOME/erasures.jsonl``, one line for each.

A backup holds again what was erased after it was taken. Each line says when and in which service, and holds,
sealed under a key that the instance's key wraps, whom: it is read by who holds the keys and by nobody else.
It is written, and flushed to disk, before anything is erased: an erasure that is done is always in it.
"""

import base64
import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bacasable.compliance import clock
from bacasable.compliance.declaration import Period
from bacasable.exchange.keyring import Keyring, KeyringError
from bacasable.exchange.sealing import open_bytes, seal_bytes
from bacasable.people import instance

NAME = "erasures.jsonl"
#: No backup is kept longer: an older line replays nothing.
KEPT = Period(months=13)


@dataclass(frozen=True)
class Line:
    """One line: ``number`` in the file (from 1), when, which service, and what the keys open."""

    number: int
    at: datetime
    service: str
    key: bytes
    sealed: bytes

    @property
    def context(self) -> str:
        return f"erasure:{self.at.isoformat()}:{self.service}"

    def identifiers(self, keyring: Keyring) -> dict[str, str]:
        """Return whom it is about.

        Raises:
            KeyringError: the key that wraps it is not here.
            Altered: the line is not the one that was written.
        """
        opened = open_bytes(keyring.unwrap(self.key), self.sealed, self.context)
        return {str(name): str(value) for name, value in json.loads(opened).items()}

    def as_text(self) -> str:
        return json.dumps(
            {
                "at": self.at.isoformat(),
                "service": self.service,
                "key": base64.b64encode(self.key).decode(),
                "sealed": base64.b64encode(self.sealed).decode(),
            }
        )


@dataclass(frozen=True)
class Unreadable:
    """A line that is not one: torn by a crash, or altered."""

    number: int


def path() -> Path:
    """Return where this installation keeps its ledger."""
    home: Path = instance.configuration().home
    return home / NAME


def append(service: str, identifiers: Mapping[str, str]) -> None:
    """Write one erasure down, on disk when this returns, before it is carried out."""
    vault = instance.vault()
    key = vault.new_data_key()
    at = clock.now()
    line = Line(0, at, service, key, b"")
    content = json.dumps(dict(identifiers)).encode()
    sealed = seal_bytes(vault.keyring.unwrap(key), content, line.context)
    text = Line(0, at, service, key, sealed).as_text()
    with _locked(path()) as descriptor:
        size = os.fstat(descriptor).st_size
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        os.lseek(descriptor, 0, os.SEEK_END)
        _write(descriptor, (("\n" if torn else "") + text + "\n").encode())


def read(file: Path) -> Iterator[Line | Unreadable]:
    """Yield the lines of a ledger in order; none where there is no file."""
    if not file.is_file():
        return
    for number, text in enumerate(file.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            plain = json.loads(text)
            at = datetime.fromisoformat(plain["at"])
            if at.tzinfo is None:
                raise ValueError("no zone")
            yield Line(
                number,
                at,
                str(plain["service"]),
                base64.b64decode(plain["key"], validate=True),
                base64.b64decode(plain["sealed"], validate=True),
            )
        except (ValueError, KeyError, TypeError):
            yield Unreadable(number)


def wrapped_keys(file: Path, keyring: Keyring) -> Iterator[bytes]:
    """Yield the wrapped data keys of the lines that ``keyring`` opens: none of its keys may be destroyed.

    A line whose instance key is not here any more, or that was altered, holds back nothing.
    """
    known = set(keyring.ids)
    for line in read(file):
        if isinstance(line, Line):
            with suppress(KeyringError):
                if keyring.wrapped_by(line.key) in known:
                    yield line.key


def rewrap(file: Path, keyring: Keyring) -> int:
    """Wrap the keys of the lines by the current key; return how many were wrapped anew.

    A line whose key is not here stays as it is: a restore names it.
    """

    def renewed(line: Line) -> Line:
        try:
            return Line(line.number, line.at, line.service, keyring.rewrap(line.key), line.sealed)
        except KeyringError:
            return line

    return _rewrite(file, renewed)


def purge() -> int:
    """Forget the lines that no backup that is still kept could need; return how many went."""
    now = clock.now()
    return _rewrite(path(), lambda line: None if KEPT.after(line.at) <= now else line)


def adopt(file: Path) -> None:
    """Take the lines of another ledger into this installation's, which may hold some of them already."""
    own = path()
    lines = [line for line in read(file) if isinstance(line, Line)]
    known = {(line.at, line.service) for line in lines}
    with _locked(own):
        lines += [
            line for line in read(own) if isinstance(line, Line) and (line.at, line.service) not in known
        ]
        _replace(own, [line.as_text() for line in sorted(lines, key=lambda line: line.at)])


def later_than(file: Path, backed_up_at: datetime) -> list[Line | Unreadable]:
    """Return the lines of erasures made since a backup, and those that cannot be read."""
    return [line for line in read(file) if isinstance(line, Unreadable) or line.at >= backed_up_at]


def _rewrite(file: Path, change: Callable[[Line], Line | None]) -> int:
    if not file.is_file():
        return 0
    changed = 0
    with _locked(file):
        known = {line.number: line for line in read(file) if isinstance(line, Line)}
        kept: list[str] = []
        for number, text in enumerate(file.read_bytes().splitlines(), 1):
            line = known.get(number)
            after = change(line) if line else None
            if line is None or after == line:  # what is not a line stays: a restore names it
                kept.append(text.decode("utf-8", "surrogateescape"))
                continue
            changed += 1
            if after is not None:
                kept.append(after.as_text())
        if changed:
            _replace(file, kept)
    return changed


def _replace(file: Path, lines: Iterable[str]) -> None:
    """Put new content in the place of the file's, whole or not at all."""
    fresh = file.with_name(f".{file.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
        written.flush()
        os.fsync(written.fileno())
    fresh.rename(file)
    _fsync_folder(file.parent)


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    """Hold the ledger against other writers; the lock is on a file of its own, since this one is replaced."""
    (file.parent / "run").mkdir(exist_ok=True, mode=0o700)
    lock = os.open(file.parent / "run" / "erasures.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    finally:
        os.close(lock)


def _write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
    os.fsync(descriptor)
    _fsync_folder(path().parent)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
