"""The instance's keys: they wrap the data keys of dossiers, and live in ``HOME/keys``, outside the database.

Each key is one file ``instance-<number>-<id>.key``, readable by its owner only. The highest number is the
current key: it wraps. Older ones only unwrap, until every data key has been wrapped again and the old key is
forgotten. A process that runs while another rotates notices the new file before it wraps.
"""

import base64
import contextlib
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_TAG_BYTES = 16
_VERSION = b"\x01"
_KIND = "bacasable instance key"
_WRAPPED_BYTES = len(_VERSION) + _ID_BYTES + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES


class KeyringError(Exception):
    """A key is missing, readable by others, or does not open what it should; the message says the remedy."""


@dataclass(frozen=True)
class InstanceKey:
    """One key: ``number`` orders the rotations, ``id`` (8 hexadecimal digits) stands in what it wraps."""

    id: str
    number: int
    secret: bytes

    def __repr__(self) -> str:
        return f"InstanceKey({self.id}, number {self.number})"


class Keyring:
    """The instance's keys in ``folder``; see the module."""

    def __init__(self, folder: Path) -> None:
        """Read the keys of ``folder``.

        Raises:
            KeyringError: there is no key, or others than the owner may read the folder or a key.
        """
        self.folder = folder
        self._keys: dict[str, InstanceKey] = {}
        self._seen: frozenset[str] = frozenset()
        self._load()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make ``folder`` (mode 0700) and its first key (mode 0600) where there is none, and open it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _locked(folder):  # two processes that start together agree on one first key
            if not any(folder.glob("instance-*.key")):
                folder.chmod(0o700)
                _store(folder, 1)
        return cls(folder)

    @property
    def current(self) -> InstanceKey:
        """The key that wraps: the one of the highest number, rotations by other processes included."""
        if _stamp(self.folder) != self._seen:
            self._load()
        return max(self._keys.values(), key=lambda key: key.number)

    @property
    def ids(self) -> tuple[str, ...]:
        """The identifiers of all keys, oldest first."""
        return tuple(key.id for key in sorted(self._keys.values(), key=lambda key: key.number))

    def wrap(self, data_key: bytes) -> bytes:
        """Return ``data_key`` (32 bytes) encrypted by the current key, with that key's identifier.

        AES-256-GCM with a random nonce; 65 bytes: version, key identifier, nonce, ciphertext, tag.
        """
        if len(data_key) != KEY_BYTES:
            raise ValueError(f"a data key has {KEY_BYTES} bytes, not {len(data_key)}")
        key = self.current
        head = _VERSION + bytes.fromhex(key.id)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + AESGCM(key.secret).encrypt(nonce, data_key, head)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the data key inside ``wrapped``.

        Raises:
            KeyringError: the key that wrapped it is not here, or the bytes were altered.
        """
        wrapped = bytes(wrapped)  # a database gives a memoryview
        key = self._by_id(self.wrapped_by(wrapped))
        start = len(_VERSION) + _ID_BYTES
        nonce, sealed = wrapped[start : start + _NONCE_BYTES], wrapped[start + _NONCE_BYTES :]
        try:
            return AESGCM(key.secret).decrypt(nonce, sealed, wrapped[:start])
        except InvalidTag:
            raise KeyringError(
                f"a data key wrapped by instance key {key.id} was altered: restore it from a backup"
            ) from None

    def wrapped_by(self, wrapped: bytes) -> str:
        """Return the identifier of the instance key that wrapped these bytes.

        Raises:
            KeyringError: these are not a wrapped key.
        """
        wrapped = bytes(wrapped)
        if len(wrapped) != _WRAPPED_BYTES or wrapped[:1] != _VERSION:
            raise KeyringError(
                f"these {len(wrapped)} bytes are not a wrapped data key: restore the row from a backup"
            )
        return wrapped[1 : 1 + _ID_BYTES].hex()

    def rewrap(self, wrapped: bytes) -> bytes:
        """Return the same data key wrapped by the current key; unchanged where that is already so."""
        if self.wrapped_by(wrapped) == self.current.id:
            return bytes(wrapped)
        return self.wrap(self.unwrap(wrapped))

    def rotate(self) -> str:
        """Make a new current key and return its identifier; the old ones stay and only unwrap."""
        with _locked(self.folder):
            made = _store(self.folder, self.current.number + 1)
        self._load()
        return made

    def forget(self, still_used: Iterable[bytes]) -> list[str]:
        """Destroy the old keys that wrap nothing in ``still_used``; return the identifiers destroyed.

        ``still_used`` is every wrapped data key that exists; read it after the rewrapping was committed.
        """
        with _locked(self.folder):
            keep = {self.wrapped_by(wrapped) for wrapped in still_used} | {self.current.id}
            gone = [key for key in self._keys.values() if key.id not in keep]
            for key in gone:
                _path(self.folder, key).unlink(missing_ok=True)
            _fsync_folder(self.folder)
        self._load()
        return [key.id for key in gone]

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one ``purpose`` (a keyed digest, for instance); they change with a rotation."""
        return HKDF(hashes.SHA256(), KEY_BYTES, None, b"bacasable derived key: " + purpose.encode()).derive(
            self.current.secret
        )

    def _by_id(self, key_id: str) -> InstanceKey:
        if key_id not in self._keys:
            self._load()
        try:
            return self._keys[key_id]
        except KeyError:
            raise KeyringError(
                f"{self.folder}: instance key {key_id} is not here, without it the files that it protects "
                "cannot be read; put its file back from the backup of the keys"
            ) from None

    def _load(self) -> None:
        seen = _stamp(self.folder)
        if not self.folder.is_dir():
            raise KeyringError(f"{self.folder}: no folder of keys; run 'bacasable init' or restore a backup")
        _refuse_loose(self.folder, 0o700)
        keys = {}
        for path in sorted(self.folder.glob("instance-*.key")):
            _refuse_loose(path, 0o600)
            try:
                stored = json.loads(path.read_text())
                key = InstanceKey(stored["id"], int(stored["number"]), base64.b64decode(stored["key"]))
                if stored["kind"] != _KIND or len(key.secret) != KEY_BYTES or len(key.id) != 2 * _ID_BYTES:
                    raise ValueError(stored["kind"])
            except FileNotFoundError:
                continue  # forgotten by another process since the folder was listed
            except (ValueError, KeyError, TypeError):
                raise KeyringError(
                    f"{path}: not an instance key; put the file back from the backup of the keys"
                ) from None
            keys[key.id] = key
        if not keys:
            raise KeyringError(
                f"{self.folder}: no instance key; run 'bacasable init', or put them back from their backup"
            )
        self._keys, self._seen = keys, seen


def _stamp(folder: Path) -> frozenset[str]:
    """Return the names of the keys: times of a folder are too coarse to tell two changes apart."""
    try:
        return frozenset(path.name for path in folder.iterdir() if path.suffix == ".key")
    except FileNotFoundError:
        return frozenset()


def _path(folder: Path, key: InstanceKey) -> Path:
    return folder / f"instance-{key.number:04d}-{key.id}.key"


def _store(folder: Path, number: int) -> str:
    """Write a new key of that number and return its identifier; the caller holds the folder's lock."""
    key = InstanceKey(secrets.token_hex(_ID_BYTES), number, secrets.token_bytes(KEY_BYTES))
    body = {
        "kind": _KIND,
        "id": key.id,
        "number": key.number,
        "key": base64.b64encode(key.secret).decode(),
    }
    temporary = folder / f".{key.id}.new"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(body, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(_path(folder, key))
    _fsync_folder(folder)
    return key.id


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder against another process that makes or destroys keys; a crash lets go of it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _refuse_loose(path: Path, wanted: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyringError(
            f"{path}: mode {mode:04o} lets others than its owner in; run: chmod {wanted:04o} '{path}'"
        )


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
