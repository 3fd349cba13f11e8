"""Files at rest: encrypted, one data key per dossier, each acknowledged only once it is on disk.

The vault knows no dossier: its callers keep the wrapped data key and the names of the files. What it returns
survives a crash (SIGKILL, loss of power); what it has not returned is at most a remnant that
:meth:`Vault.clear_remnants` removes. The format of a file is in :mod:`bacasable.exchange.sealing`.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Container, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bacasable.exchange.keyring import KEY_BYTES, Keyring
from bacasable.exchange.sealing import (
    HEADER_BYTES,
    MORE,
    START,
    Altered,
    Progress,
    Sealing,
    Unprotected,
    in_chunks,
    new_header,
)

__all__ = ["Altered", "Blob", "Missing", "Vault", "WrongOffset", "sabotage"]

_NAME = re.compile(r"[0-9a-f]{32}")
_sabotage: ContextVar[bool] = ContextVar("sabotage", default=False)


class Missing(Exception):
    """No file of that name is in the vault."""


class WrongOffset(Exception):
    """A piece does not begin where the file ends; ``expected`` is where it does, in bytes."""

    def __init__(self, name: str, given: int, expected: int) -> None:
        super().__init__(
            f"file {name}: a piece begins at {given}, but the file ends at {expected}; go on there"
        )
        self.expected = expected


@dataclass(frozen=True)
class Blob:
    """A stored file: its ``name`` in the vault, its plain ``size`` in bytes and ``sha256`` (hexadecimal)."""

    name: str
    size: int
    sha256: str


@contextlib.contextmanager
def sabotage() -> Iterator[None]:
    """Allow ``Vault(..., encrypt=False)`` for the sabotaged run of a control, and nowhere else."""
    token = _sabotage.set(True)
    try:
        yield
    finally:
        _sabotage.reset(token)


class Vault:
    """Encrypted files under ``root``; see the module."""

    def __init__(self, root: Path, keyring: Keyring, *, encrypt: bool = True) -> None:
        """Open the vault of ``root``, a folder made with mode 0700 where there is none.

        Raises:
            PermissionError: ``encrypt=False`` outside :func:`sabotage`, or on a folder that is not a new one
                under the system's temporary folder.
        """
        self.root = root
        self.keyring = keyring
        self._encrypt = encrypt
        if not encrypt:
            temporary = Path(tempfile.gettempdir()).resolve()
            empty = not root.exists() or not any(root.iterdir())
            if not (_sabotage.get() and empty and root.resolve().is_relative_to(temporary)):
                raise PermissionError(
                    f"{root}: encryption may be off only in a control's sabotage, in a new temporary folder"
                )
        root.mkdir(parents=True, exist_ok=True, mode=0o700)

    # Keys

    def new_data_key(self) -> bytes:
        """Return a new data key, wrapped by the instance's current key: 65 bytes to keep with the dossier."""
        return self.keyring.wrap(secrets.token_bytes(KEY_BYTES))

    def rewrap(self, wrapped_key: bytes) -> bytes:
        """Return the same data key wrapped by the current instance key; files need no change."""
        return self.keyring.rewrap(wrapped_key)

    # Whole files

    def write(self, wrapped_key: bytes, data: bytes | Iterable[bytes]) -> Blob:
        """Store ``data`` as a new file and return what was stored, once file and folder are on disk."""
        name = self.new_name()
        final = self._path(name)
        temporary = self._folder(name) / f"{name}.new"
        header = new_header()
        sealing = self._sealing(wrapped_key, name, header)
        digest, size, index = hashlib.sha256(), 0, 0
        try:
            with _create(temporary) as file:
                file.write(header)
                for index, chunk in enumerate(in_chunks(data), 1):
                    file.write(sealing.seal(index - 1, MORE, chunk))
                    digest.update(chunk)
                    size += len(chunk)
                file.write(sealing.seal_end(index, size, digest.digest()))
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(final)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _fsync_folder(final.parent)
        return Blob(name, size, digest.hexdigest())

    def read(self, wrapped_key: bytes, name: str) -> Iterator[bytes]:
        """Yield the plain content in chunks of at most 64 KiB, each authenticated before it is yielded.

        Raises:
            Missing: at once, no finished file has this name.
            Altered: at once or on the way, the file is not what was written.
            KeyringError: at once, the instance key is not here.
        """
        file, sealing = self._open(wrapped_key, self._path(name), name)

        def chunks() -> Iterator[bytes]:
            with file:
                yield from sealing.chunks(file)

        return chunks()

    def describe(self, wrapped_key: bytes, name: str) -> Blob:
        """Read the whole file through and return its size and digest; raises as :meth:`read` does."""
        digest, size = hashlib.sha256(), 0
        for chunk in self.read(wrapped_key, name):
            digest.update(chunk)
            size += len(chunk)
        return Blob(name, size, digest.hexdigest())

    def exists(self, name: str) -> bool:
        """Say whether a finished file has this name."""
        return self._path(name).exists()

    def delete(self, name: str) -> bool:
        """Remove a file, finished or not; say whether there was one."""
        found = False
        for path in (self._path(name), self._path(name, ".part")):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                found = True
        if found:
            _fsync_folder(self._path(name).parent)
        return found

    # Files that arrive in pieces

    def new_name(self) -> str:
        """Return a name for a new file: 32 random hexadecimal digits."""
        return secrets.token_hex(16)

    def offset(self, wrapped_key: bytes, name: str) -> int:
        """Return how many bytes of an unfinished file are safe: where the next piece begins; 0 for none yet.

        Read from the file itself, so right after a crash too. A finished file answers its size.
        """
        if self.exists(name):
            return self.describe(wrapped_key, name).size
        path = self._path(name, ".part")
        if not path.exists() or path.stat().st_size < HEADER_BYTES:
            return 0
        file, sealing = self._open(wrapped_key, path, name)
        with file:
            return sealing.progress(file).size

    def append(self, wrapped_key: bytes, name: str, data: bytes | Iterable[bytes], offset: int) -> int:
        """Add a piece at ``offset`` of an unfinished file (a new one at 0) and return the new offset.

        The piece is on disk when this returns. If ``data`` raises half-way, the file stays as it was.

        Raises:
            WrongOffset: the file ends elsewhere; its ``expected`` says where.
            Missing: there is no such file and ``offset`` is not 0, or the file is finished.
        """
        with self._unfinished(wrapped_key, name, create=offset == 0) as (file, sealing):
            at = sealing.progress(file)
            if at.size != offset:
                raise WrongOffset(name, offset, at.size)
            if at.finished:
                raise Missing(f"file {name} is complete and takes no more pieces; finish it")
            file.seek(at.end)
            file.truncate()
            index, size = at.index, at.size
            try:
                for chunk in in_chunks(data):
                    file.write(sealing.seal(index, START if index == at.index else MORE, chunk))
                    index += 1
                    size += len(chunk)
            except BaseException:
                file.seek(at.end)
                file.truncate()
                raise
            file.flush()
            os.fsync(file.fileno())
        if offset == 0:
            _fsync_folder(self._path(name).parent)
        return size

    def finish(self, wrapped_key: bytes, name: str) -> Blob:
        """Seal an unfinished file for good and return what it holds; a finished one is only described.

        Raises:
            Missing: there is no such file.
            Altered: a piece is no longer what was acknowledged; the file stays unfinished.
        """
        if self.exists(name):
            return self.describe(wrapped_key, name)
        with self._unfinished(wrapped_key, name, create=False) as (file, sealing):
            at = sealing.progress(file)
            if not at.finished:
                blob, digest = _digest(sealing, file, at)
                file.seek(at.end)
                file.truncate()
                file.write(sealing.seal_end(at.index, at.size, digest))
                file.flush()
                os.fsync(file.fileno())
            else:  # a crash came between the last record and the new name
                file.seek(at.end)
                file.truncate()
                file.seek(HEADER_BYTES)
                whole = hashlib.sha256()
                for chunk in sealing.chunks(file):
                    whole.update(chunk)
                blob = Blob(name, at.size, whole.hexdigest())
            self._path(name, ".part").rename(self._path(name))
        _fsync_folder(self._path(name).parent)
        return blob

    # The whole vault

    def names(self) -> Iterator[str]:
        """Yield the names of all finished files."""
        for path in self.root.glob("??/*.sealed"):
            yield path.name.removesuffix(".sealed")

    def clear_orphans(self, in_use: Callable[[], Container[str]], before: float) -> int:
        """Remove files last touched before ``before`` (POSIX time) that nobody names, finished or not.

        Return how many. ``in_use`` is asked after the files were listed, so that one that is named meanwhile
        is kept.
        """
        old = set()
        for path in (*self.root.glob("??/*.sealed"), *self.root.glob("??/*.part")):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    old.add(path.stem)
        named = in_use() if old else ()
        return sum(self.delete(name) for name in old if name not in named)

    def clear_remnants(self, before: float) -> int:
        """Remove what crashes left of whole writes last touched before ``before`` (POSIX time); count them.

        Unfinished uploads are not remnants: they expire with the row that names them.
        """
        cleared = 0
        for path in self.root.glob("??/*.new"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    cleared += 1
        return cleared

    # Within

    def _sealing(self, wrapped_key: bytes, name: str, header: bytes) -> Sealing:
        if not self._encrypt and not _sabotage.get():
            raise PermissionError("a vault without encryption outlived the sabotage of its control")
        aead = AESGCM if self._encrypt else Unprotected
        return Sealing(self.keyring.unwrap(wrapped_key), name, header, aead)

    def _path(self, name: str, suffix: str = ".sealed") -> Path:
        if not _NAME.fullmatch(name):
            raise Missing(f"{name[:40]!r} is not the name of a stored file: 32 hexadecimal digits")
        return self.root / name[:2] / f"{name}{suffix}"

    def _folder(self, name: str) -> Path:
        """Make the subfolder of ``name`` where there is none, so that it survives a crash."""
        folder = self._path(name).parent
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            _fsync_folder(self.root)
        return folder

    def _open(self, wrapped_key: bytes, path: Path, name: str) -> tuple[BinaryIO, Sealing]:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise Missing(f"file {name} is not in the vault; restore it from a backup") from None
        try:
            return file, self._sealing(wrapped_key, name, file.read(HEADER_BYTES))
        except BaseException:
            file.close()
            raise

    @contextlib.contextmanager
    def _unfinished(
        self, wrapped_key: bytes, name: str, *, create: bool
    ) -> Iterator[tuple[BinaryIO, Sealing]]:
        """Hold an unfinished file alone, across threads and processes; a crash lets go of it."""
        path = self._path(name, ".part")
        if create and not self.exists(name):
            self._folder(name)
        flags = os.O_RDWR | (os.O_CREAT if create and not self.exists(name) else 0)
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileNotFoundError:
            raise Missing(f"file {name} is not being written; start again at offset 0") from None
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Another may have finished or deleted it while this one waited for the lock.
            if os.fstat(descriptor).st_nlink == 0 or self.exists(name):
                raise Missing(f"file {name} is no longer being written")
            header = file.read(HEADER_BYTES)
            if len(header) < HEADER_BYTES:
                file.seek(0)
                file.truncate()
                header = new_header()
                file.write(header)
                file.flush()
            yield file, self._sealing(wrapped_key, name, header)


def _digest(sealing: Sealing, file: BinaryIO, at: Progress) -> tuple[Blob, bytes]:
    """Read an unfinished file from its start to ``at`` and return what it holds."""
    digest, size = hashlib.sha256(), 0
    file.seek(HEADER_BYTES)
    for chunk in sealing.unfinished_chunks(file, at):
        digest.update(chunk)
        size += len(chunk)
    return Blob(sealing.name, size, digest.hexdigest()), digest.digest()


def _create(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
