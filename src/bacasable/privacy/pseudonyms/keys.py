"""Keys of pseudonyms: one at random for each scope and version, kept apart from the data.

A scope is a purpose. Its keys owe nothing to those of another, so pseudonyms of two scopes cannot be linked
and destroying one scope's keys is final. They are in a file of their own (mode 0600) or an environment
variable of the same form; a key-management service enters by the same door, :class:`Keys`.
"""

import base64
import contextlib
import fcntl
import getpass
import json
import os
import secrets
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

from bacasable.privacy.journal import sync_folder
from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.record import Record

_FORMAT = "bacasable pseudonym keys 1"
_KEY_BYTES = 32
#: What a secret is overwritten with: a file left so by a power cut reads as one whose key is destroyed.
_NOTHING = base64.b64encode(bytes(_KEY_BYTES)).decode()
#: How long a process may go on with keys that another has replaced or destroyed.
_FRESH_SECONDS = 1.0


class ScopeKey(NamedTuple):
    """The key of a scope: version from 1, 32 secret bytes, and whether its pseudonyms can be reversed."""

    version: int
    secret: bytes
    reversible: bool

    def __repr__(self) -> str:
        return f"ScopeKey(version {self.version})"


class Keys(Protocol):
    """Where keys come from: a file, the environment, later a service that unwraps them."""

    @property
    def record(self) -> Record | None:
        """Where reversals are recorded unless another record is given."""

    def key(self, scope: str, version: int | None = None) -> ScopeKey:
        """Return the key of ``scope``, of its current version by default.

        Raises:
            Refused: the scope or version is unknown or was destroyed.
        """


class KeyStore:
    """Keys by scope and version; see the module. Made by :meth:`from_file` or :meth:`from_environment`."""

    def __init__(
        self, content: Mapping[str, Any], path: Path | None, origin: str, record: Record | None
    ) -> None:
        self._path = path
        self._origin = origin
        self._record = record
        self._seen: tuple[int, ...] = ()
        self._checked = 0.0
        self._load(content)

    @classmethod
    def from_file(cls, path: Path, record: Record | None = None) -> Self:
        """Open the keys in ``path``; the file is written by the first :meth:`create`.

        Acts are recorded in ``record``, by default in a file beside: ``<path>.record.jsonl``.

        Raises:
            Refused: others than the owner may read the file, or it is not one of keys.
        """
        path = Path(path)
        beside = Record(Path(f"{path}.record.jsonl"))
        store = cls({}, path, str(path), record or beside)
        store._refresh(now=True)
        return store

    @classmethod
    def from_environment(
        cls, variable: str = "BACASABLE_PSEUDONYM_KEYS", record: Record | None = None
    ) -> Self:
        """Open the keys in an environment variable: the content of a file of keys. They cannot be changed
        here.

        Raises:
            Refused: the variable is absent or not of this form.
        """
        text = os.environ.get(variable)
        if not text:
            raise Refused(f"${variable} is not set: put there the content of a file of pseudonym keys")
        return cls(_parsed(text.encode(), f"${variable}"), None, f"${variable}", record)

    @property
    def record(self) -> Record | None:
        """Where reversals and erasures are recorded."""
        return self._record

    @property
    def scopes(self) -> list[str]:
        """The scopes that have a key, sorted."""
        self._refresh()
        return sorted(scope for scope, held in self._scopes.items() if held["keys"])

    def had(self, scope: str) -> bool:
        """Whether ``scope`` has a key, or had one that was destroyed: then a new one begins anew."""
        self._refresh()
        return scope in self._scopes

    def key(self, scope: str, version: int | None = None) -> ScopeKey:
        """Return the key of ``scope``; a change by another process is seen within a second.

        Raises:
            Refused: the scope or version is unknown or was destroyed.
        """
        self._refresh()
        if ready := self._ready.get((scope, version)):
            return ready
        held = self._scopes.get(scope)
        if held is None:
            raise Refused(f"{self._origin}: scope '{scope}' has no key: make one with create('{scope}')")
        number = held["last"] if version is None else version
        secret = held["keys"].get(str(number))
        if secret is None and number in range(1, held["last"] + 1):
            remedy = "" if version else f"; create('{scope}') begins anew, with other pseudonyms"
            raise Refused(
                f"{self._origin}: the key of scope '{scope}', version {number}, was destroyed: its "
                f"pseudonyms can be neither made nor reversed{remedy}"
            )
        if secret is None:
            raise Refused(f"{self._origin}: scope '{scope}' has no version {number}")
        key = ScopeKey(number, base64.b64decode(secret), held["reversible"])
        self._ready[scope, version] = key
        return key

    def versions(self, scope: str) -> list[int]:
        """Return the versions of ``scope`` whose key exists, ascending."""
        self._refresh()
        return sorted(int(number) for number in self._scopes.get(scope, {"keys": {}})["keys"])

    def create(self, scope: str, *, reversible: bool = False) -> int:
        """Make the first key of ``scope``, or the next one after :meth:`destroy`; return its version.

        Args:
            scope: name of the purpose: letters, digits, ``_`` and ``-``.
            reversible: pseudonyms are encryptions (AES-SIV) that a recorded call reverses; else they are
                digests (HMAC-SHA-256), shorter and one-way. Decided once: a scope does not mix them.

        Raises:
            Refused: the scope has a key, or the name is not of this form.
        """
        if not scope or not all(sign.isalnum() or sign in "_-" for sign in scope):
            raise Refused("the name of a scope has letters, digits, '_' and '-' only")
        with self._changing():
            held = self._scopes.setdefault(scope, {"last": 0, "reversible": reversible, "keys": {}})
            if held["keys"]:
                raise Refused(
                    f"{self._origin}: scope '{scope}' has a key: rotate('{scope}') makes the next one"
                )
            held["reversible"] = reversible
            return _next_key(held)

    def rotate(self, scope: str) -> int:
        """Make the next key of ``scope``, which new pseudonyms use; older ones remain until destroyed."""
        self.key(scope)
        with self._changing():
            return _next_key(self._scopes[scope])

    def destroy(
        self,
        scope: str,
        *,
        version: int | None = None,
        by: str = "",
        reason: str = "erasure of the scope",
    ) -> None:
        """Destroy the keys of ``scope`` (or one version): its pseudonyms can be neither made nor reversed
        again.

        The act is recorded, then the secret bytes are overwritten in place and the file replaced. Backups,
        copies in running processes (until they end), journalling file systems and flash cells are beyond
        reach: keep the file of keys out of backups, or on a medium that can be erased.

        Args:
            by: who asks; the account of the process by default.

        Raises:
            Refused: the scope has no such key, the act cannot be recorded, or keys are in the environment.
        """
        if self._path is None:
            raise Refused(f"keys in {self._origin} cannot be destroyed here: remove them where it is set")
        if not self.versions(scope) or (version is not None and version not in self.versions(scope)):
            raise Refused(f"{self._origin}: scope '{scope}' has no such key to destroy")
        with self._changing():
            keys = self._scopes[scope]["keys"]
            gone = [str(version)] if version is not None else list(keys)
            what = "keys " + ", ".join(gone)
            if self._record is not None:
                who = by or getpass.getuser()
                self._record.append("destroy", scope=scope, what=what, by=who, reason=reason)
            for number in gone:
                _overwrite(self._path, keys.pop(number))

    def _load(self, content: Mapping[str, Any]) -> None:
        self._ready: dict[tuple[str, int | None], ScopeKey] = {}
        self._scopes: dict[str, dict[str, Any]] = {
            scope: {"last": held["last"], "reversible": held["reversible"], "keys": _alive(held["keys"])}
            for scope, held in content.items()
        }

    def _refresh(self, now: bool = False) -> None:
        """Read the file again where another process replaced it."""
        if self._path is None or (not now and time.monotonic() - self._checked < _FRESH_SECONDS):
            return
        self._checked = time.monotonic()
        try:
            state = self._path.stat()
        except FileNotFoundError:
            if self._seen:
                raise Refused(f"{self._path}: the file of keys is gone: restore it") from None
            return
        except OSError as error:
            raise _unreadable(self._path, error) from None
        if not stat.S_ISREG(state.st_mode):
            raise Refused(f"{self._path}: this is not a file: give the file of keys")
        if state.st_mode & 0o077:
            raise Refused(f"{self._path}: others may read the keys: chmod 0600 {self._path}")
        seen = (state.st_ino, state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            try:
                content = self._path.read_bytes()
            except OSError as error:
                raise _unreadable(self._path, error) from None
            self._load(_parsed(content, str(self._path)))
            self._seen = seen

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock of the file, read it anew, let the caller change the scopes, and replace the file."""
        if self._path is None:
            raise Refused(f"keys in {self._origin} cannot be changed here: change them where it is set")
        try:
            beside = self._path.with_name(self._path.name + ".lock")
            lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(f"{self._path}: keys cannot be written there ({error.strerror})") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._refresh(now=True)
            try:
                yield
                self._replace()
            finally:
                self._seen = ()  # whatever happened, the file is the truth
                self._load({})
                self._refresh(now=True)
        finally:
            os.close(lock)

    def _replace(self) -> None:
        assert self._path is not None  # noqa: S101  # for the types: _changing has refused
        content = json.dumps({"format": _FORMAT, "scopes": self._scopes}, indent=1).encode() + b"\n"
        descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")  # mode 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(self._path.parent)


def _alive(keys: Mapping[str, str]) -> dict[str, str]:
    return {number: secret for number, secret in keys.items() if secret != _NOTHING}


def _next_key(held: dict[str, Any]) -> int:
    held["last"] += 1
    held["keys"][str(held["last"])] = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    held["changed"] = datetime.now(UTC).isoformat(timespec="seconds")
    return int(held["last"])


def _overwrite(path: Path, secret: str) -> None:
    """Write zeros over a secret in the file, in place, before the file is replaced."""
    content = path.read_bytes()
    at = content.find(secret.encode())
    if at < 0:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.pwrite(descriptor, _NOTHING.encode(), at)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(f"{path}: the file of keys cannot be read ({error.strerror}): check its owner and rights")


def _parsed(content: bytes, origin: str) -> dict[str, Any]:
    """Return the scopes of a file of keys, checked."""
    try:
        read = json.loads(content)
        if read["format"] != _FORMAT:
            raise ValueError(read["format"])
        scopes: dict[str, Any] = read["scopes"]
        for held in scopes.values():
            for number, secret in held["keys"].items():
                right = len(base64.b64decode(secret, validate=True)) == _KEY_BYTES
                if not right or not 1 <= int(number) <= held["last"]:
                    raise ValueError(number)
            if type(held["last"]) is not int or type(held["reversible"]) is not bool:
                raise TypeError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            f"{origin}: this is not a file of pseudonym keys, or it is damaged: restore it"
        ) from error
    return scopes
