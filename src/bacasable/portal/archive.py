"""The form of a backup: a tar whose last member is a manifest with the digest of every other.

``manifest.json``, ``database.sqlite3`` or ``database.dump``, ``home/...`` (encrypted files, mails), and the
secrets (``keys/`` and ``bacasable.env``), themselves a tar: sealed under a passphrase in
``secrets.sealed``, or a file apart, or left where they are.
"""

import hashlib
import io
import json
import os
import secrets
import stat
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bacasable.portal.refusal import Refused

FORMAT = 1
MANIFEST = "manifest.json"
SECRETS = "secrets.sealed"
_MAGIC = b"bacasable-secrets-1\n"
_CHUNK = 1024 * 1024


class ArchiveWriter:
    """Write members to ``path``, which appears only when everything is written, verified and on disk."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise Refused(f"{path} exists; a backup never overwrites: choose another name")
        self.path = path
        self.partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            descriptor = os.open(self.partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise Refused(
                f"{path}: cannot write there: {error.strerror}; name a file in a folder that you may write to"
            ) from None
        self.file: IO[bytes] = os.fdopen(descriptor, "w+b")
        self.tar = tarfile.TarFile(fileobj=self.file, mode="w", format=tarfile.PAX_FORMAT)
        self.digests: dict[str, dict[str, Any]] = {}

    def add_file(self, name: str, path: Path) -> None:
        """Add a file as it is now; its digest is of the bytes that were written."""
        with path.open("rb") as source:
            info = tarfile.TarInfo(name)
            info.size = os.fstat(source.fileno()).st_size
            info.mtime = int(os.fstat(source.fileno()).st_mtime)
            self._add(info, source)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add a member of these bytes."""
        info = tarfile.TarInfo(name)
        info.size = len(data)
        self._add(info, io.BytesIO(data))

    def _add(self, info: tarfile.TarInfo, source: IO[bytes]) -> None:
        info.mode = 0o600
        digesting = _Digesting(source)
        self.tar.addfile(info, digesting)
        self.digests[info.name] = {"sha256": digesting.digest.hexdigest(), "size": info.size}

    def finish(self, facts: dict[str, Any]) -> None:
        """Write the manifest, read everything back, and give the archive its name."""
        manifest = {"format": FORMAT, **facts, "members": self.digests}
        data = json.dumps(manifest, indent=1, sort_keys=True).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        self.tar.addfile(info, io.BytesIO(data))
        self.tar.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        read_manifest(self.partial)
        verify(self.partial)
        os.link(self.partial, self.path)
        self.partial.unlink()
        fsync_folder(self.path.parent)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self.file.close()
        self.partial.unlink(missing_ok=True)


class _Digesting:
    """A file that is digested as it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.source.read(size)
        self.digest.update(data)
        return data


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup.

    Raises:
        Refused: the file is not a backup, is cut short, or is of a format that this version does not read.
    """
    try:
        with tarfile.open(path) as tar:
            member = tar.extractfile(MANIFEST)
            manifest: dict[str, Any] = json.load(member) if member else {}
    except FileNotFoundError:
        raise Refused(f"{path}: no such file") from None
    except (tarfile.TarError, KeyError, ValueError, EOFError) as error:
        raise Refused(f"{path}: not a whole backup ({type(error).__name__}); take another copy") from error
    if manifest.get("format") != FORMAT:
        raise Refused(
            f"{path}: backup format {manifest.get('format')!r}, this version reads {FORMAT}; "
            f"restore it with bacasable {manifest.get('version', 'of its time')}, then upgrade"
        )
    return manifest


def verify(path: Path) -> dict[str, Any]:
    """Read the whole backup and compare each member with the manifest, which is returned.

    Raises:
        Refused: a member is altered, missing, or not in the manifest; the message names it.
    """
    manifest = read_manifest(path)
    expected: dict[str, dict[str, Any]] = dict(manifest["members"])
    try:
        with tarfile.open(path) as tar:
            for info in tar:
                if info.name == MANIFEST:
                    continue
                stated = expected.pop(info.name, None)
                source = tar.extractfile(info) if info.isfile() else None
                if stated is None or source is None:
                    raise Refused(f"{path}: '{info.name}' is not in the manifest; take another copy")
                digest = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
                if digest != stated["sha256"]:
                    raise Refused(f"{path}: '{info.name}' is altered; take another copy")
    except (tarfile.TarError, EOFError) as error:
        raise Refused(f"{path}: damaged ({type(error).__name__}); take another copy") from error
    if expected:
        raise Refused(f"{path}: {len(expected)} members are missing; take another copy")
    return manifest


def pack_secrets(home: Path) -> bytes:
    """Return a tar of the keys and settings of ``home``."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in _secret_files(home):
            info = tarfile.TarInfo(str(path.relative_to(home)))
            data = path.read_bytes()
            info.size, info.mode = len(data), stat.S_IMODE(path.stat().st_mode)
            info.mtime = int(path.stat().st_mtime)
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _secret_files(home: Path) -> Iterable[Path]:
    yield from sorted(path for path in (home / "keys").rglob("*") if path.is_file())
    if (home / "bacasable.env").exists():
        yield home / "bacasable.env"


def unpack_secrets(data: bytes, home: Path) -> None:
    """Write the keys and settings under ``home``, which has none."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for info in tar:
            if info.isfile() and (info.name.startswith("keys/") or info.name == "bacasable.env"):
                tar.extract(info, home, filter="data")
                (home / info.name).chmod(info.mode & 0o700 or 0o600)


def seal(data: bytes, passphrase: str) -> bytes:
    """Return ``data`` encrypted under a passphrase: scrypt (N 2^16, r 8, p 1), AES-256-GCM."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    return _MAGIC + salt + nonce + AESGCM(_key(passphrase, salt)).encrypt(nonce, data, _MAGIC)


def unseal(sealed: bytes, passphrase: str) -> bytes:
    """Return what :func:`seal` encrypted.

    Raises:
        Refused: the passphrase is another, or the bytes are altered.
    """
    start = len(_MAGIC)
    salt, nonce, body = sealed[start : start + 16], sealed[start + 16 : start + 28], sealed[start + 28 :]
    try:
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, body, _MAGIC)
    except InvalidTag:
        raise Refused("the passphrase does not open the keys of this backup; try again") from None


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())


def fsync_folder(folder: Path) -> None:
    """Put the names in ``folder`` on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
