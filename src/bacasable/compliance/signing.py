"""The Ed25519 keys that sign evidence, and the keyring of those that are enrolled.

Files in ``HOME/keys``: ``evidence-<created>-<key id>.pem`` (private, mode 0600), the same name ``.pub``
(public) and, once revoked, ``.revoked`` (date and reason). The newest key that is not revoked signs.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from bacasable.compliance import clock

_PUBLIC = re.compile(r"evidence-\d{8}T\d{12}Z-[0-9a-f]{16}\.pub")


class KeyRefused(RuntimeError):
    """A signing key is missing, readable by others, or not Ed25519; the message says the remedy."""


@dataclass(frozen=True)
class EnrolledKey:
    """A public key that may sign evidence, whose it is, and when and why it was revoked."""

    key: SSlibKey
    owner: str
    pem: bytes
    revoked_at: datetime | None = None
    revoked_because: str = ""


@dataclass(frozen=True)
class Keyring:
    """Enrolled keys by their identifier (the SHA-256 that securesystemslib computes of the key)."""

    keys: Mapping[str, EnrolledKey] = field(default_factory=dict)

    @classmethod
    def of_pem(cls, pem: bytes, owner: str = "given key") -> "Keyring":
        """Return a keyring of one public key.

        Raises:
            KeyRefused: these bytes are not an Ed25519 public key.
        """
        key = _public(pem, "the given key")
        return cls({key.keyid: EnrolledKey(key, owner, pem)})


def create_key(folder: Path) -> str:
    """Make a new signing key in ``folder`` (made with mode 0700) and return its identifier."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = CryptoSigner.generate_ed25519()
    key: SSlibKey = signer.public_key
    stem = f"evidence-{clock.now().astimezone(UTC):%Y%m%dT%H%M%S%f}Z-{key.keyid[:16]}"
    public = key._crypto_key()
    if not isinstance(public, Ed25519PublicKey):
        raise KeyRefused("securesystemslib made a key that is not Ed25519")
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(folder / f"{stem}.pem", signer.private_bytes, 0o600)
    _write(folder / f"{stem}.pub", pem, 0o644)
    return key.keyid


def ensure_key(folder: Path) -> str:
    """Return the identifier of the key that signs, making one where there is none."""
    try:
        return load_signer(folder).public_key.keyid
    except KeyRefused:
        if _current(folder) is not None:
            raise
        return create_key(folder)


def load_signer(folder: Path) -> CryptoSigner:
    """Return the signer of the newest key that is not revoked.

    Raises:
        KeyRefused: there is none, or its file is readable by others, or is not such a key.
    """
    path = _current(folder)
    if path is None:
        raise KeyRefused(f"{folder}: no key signs evidence; run `bacasable init`, or restore a backup")
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyRefused(
            f"{path}: mode {mode:04o} lets others than its owner read it; run: chmod 600 '{path}'"
        )
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except ValueError:
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyRefused(f"{path}: not an Ed25519 private key in PEM; restore it from the backup of the keys")
    return CryptoSigner(private)


def keyring(folder: Path, owner: str = "this installation") -> Keyring:
    """Return the keys enrolled in ``folder``, the revoked ones included and marked.

    Raises:
        KeyRefused: a public key file is not one.
    """
    found = {}
    for path in sorted(folder.glob("evidence-*.pub")):
        if not _PUBLIC.fullmatch(path.name):
            continue
        pem = path.read_bytes()
        key = _public(pem, str(path))
        at, because = _revocation(path.with_suffix(".revoked"))
        found[key.keyid] = EnrolledKey(key, owner, pem, at, because)
    return Keyring(found)


def revoke(folder: Path, key_id: str, *, reason: str) -> None:
    """Mark a key revoked: nothing that it signed is accepted any more, whenever it was signed.

    Raises:
        KeyRefused: no such key here.
    """
    for path in folder.glob(f"evidence-*-{key_id[:16]}.pub"):
        if _public(path.read_bytes(), str(path)).keyid == key_id:
            text = f"{clock.now().isoformat()}\n{reason}\n"
            _write(path.with_suffix(".revoked"), text.encode(), 0o644)
            return
    raise KeyRefused(f"{folder}: no key {key_id[:16]}; give the identifier of an enrolled key")


def _revocation(path: Path) -> tuple[datetime | None, str]:
    if not path.exists():
        return None, ""
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    try:
        return datetime.fromisoformat(first), rest.strip()
    except ValueError:  # a damaged mark still revokes
        return datetime.fromtimestamp(path.stat().st_mtime, UTC), rest.strip()


def _current(folder: Path) -> Path | None:
    paths = [path for path in folder.glob("evidence-*.pem") if not path.with_suffix(".revoked").exists()]
    return max(paths, key=lambda path: path.name, default=None)


def _public(pem: bytes, where: str) -> SSlibKey:
    try:
        public = load_pem_public_key(pem)
    except ValueError:
        public = None
    if not isinstance(public, Ed25519PublicKey):
        raise KeyRefused(f"{where}: not an Ed25519 public key in PEM; give the .pub file of the signer")
    return SSlibKey.from_crypto(public)


def _write(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
