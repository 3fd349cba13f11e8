"""The sealed way back from a redacted file to the very bytes of the original, in flat memory.

A seal is a head (the version of the key, 32 random bytes), then frames: each is what was replaced in a
stretch, compressed and encrypted by AES-256-GCM (NIST SP 800-38D) under a key made for this seal only,
numbered so that frames cannot be dropped, doubled or moved. The last frame holds the digests of the redacted
file and of the original: nothing is written before both agree. The length of a seal tells about how much was
replaced.
"""

import hashlib
import hmac
import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms.keys import Keys

_MAGIC = b"bacasable file seal 1\n"
_ID = 32
#: Bytes of originals gathered in one frame.
_FRAME = 1 << 18
#: No frame that we write is longer (one value of a record, at most): a head that says more is not ours.
_LONGEST = 1 << 30
_PIECE = 1 << 18


class Seal:
    """Written beside a redacted file: :meth:`piece` for each stretch written, :meth:`close` at its end."""

    def __init__(self, out: BinaryIO, keys: "Keys", scope: str) -> None:
        """Begin a seal by the current key of ``scope``."""
        key = keys.key(scope)
        identity = secrets.token_bytes(_ID)
        self._out = out
        self._head = _MAGIC + key.version.to_bytes(4, "big") + identity
        self._cipher = _Frames(key.secret, scope, self._head)
        self._held: list[list[object]] = []
        self._size = 0
        self._at = 0
        self._redacted = hashlib.sha256()
        self._original = hashlib.sha256()
        out.write(self._head)

    def piece(self, written: bytes, original: bytes, *, is_kept: bool) -> None:
        """Note that ``written`` was written for ``original``; ``is_kept``: they are the same."""
        self._redacted.update(written)
        self._original.update(original)
        if not is_kept:
            self._held.append([self._at, len(written), b64encode(original).decode()])
            self._size += len(original) + 16
            if self._size >= _FRAME:
                self._flush()
        self._at += len(written)

    def close(self) -> None:
        """Write what is held, and the last frame."""
        self._flush()
        digests = [self._redacted.hexdigest(), self._original.hexdigest()]
        self._out.write(self._cipher.closed(json.dumps(digests).encode(), is_last=True))

    def _flush(self) -> None:
        if self._held:
            content = json.dumps(self._held, separators=(",", ":")).encode()
            self._out.write(self._cipher.closed(zlib.compress(content, 6)))
            self._held, self._size = [], 0


def unsealed(redacted: BinaryIO, seal: BinaryIO, keys: "Keys", scope: str) -> Iterator[bytes]:
    """Yield the bytes of the original. What was yielded counts for nothing unless the end is reached.

    Raises:
        Refused: not a seal, the seal of another file, another key or scope, or one of the two was altered.
    """
    head = seal.read(len(_MAGIC) + 4 + _ID)
    if len(head) < len(_MAGIC) + 4 + _ID or not head.startswith(_MAGIC):
        raise Refused(N_("this is not a seal that redact wrote: give the file that --seal made"))
    key = keys.key(scope, int.from_bytes(head[len(_MAGIC) : len(_MAGIC) + 4], "big"))
    frames = _Frames(key.secret, scope, head)
    seen, made = hashlib.sha256(), hashlib.sha256()
    at = 0
    digests: list[str] = []
    for content, is_last in frames.opened(seal):
        if is_last:
            digests = json.loads(content)
            break
        for start, length, encoded in json.loads(zlib.decompress(content)):
            for piece in _copied(redacted, start - at):
                seen.update(piece)
                made.update(piece)
                yield piece
            for piece in _copied(redacted, length):
                seen.update(piece)
            original = b64decode(encoded)
            made.update(original)
            yield original
            at = start + length
    while piece := redacted.read(_PIECE):
        seen.update(piece)
        made.update(piece)
        yield piece
    if seal.read(1) or not digests or seen.hexdigest() != digests[0] or made.hexdigest() != digests[1]:
        raise _altered()


class _Frames:
    """Encrypts frames in order, or opens them in the same order."""

    def __init__(self, secret: bytes, scope: str, head: bytes) -> None:
        # slow to import, and most files are not sealed
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        context = b"bacasable file seal\0" + scope.encode() + b"\0" + head
        self._cipher = AESGCM(hmac.digest(secret, context, "sha256"))
        self._number = 0

    def closed(self, content: bytes, *, is_last: bool = False) -> bytes:
        sealed = self._cipher.encrypt(self._nonce(), content, b"last" if is_last else b"frame")
        return len(sealed).to_bytes(4, "big") + bytes([is_last]) + sealed

    def opened(self, file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
        from cryptography.exceptions import InvalidTag

        while head := file.read(5):
            length = int.from_bytes(head[:4], "big")
            sealed = file.read(length) if length <= _LONGEST else b""
            if len(head) < 5 or len(sealed) != length or head[4] > 1:
                raise _altered()
            is_last = head[4] == 1
            try:
                yield self._cipher.decrypt(self._nonce(), sealed, b"last" if is_last else b"frame"), is_last
            except InvalidTag as error:
                raise Refused(
                    N_("the key or the scope is not the one that sealed this file, or the seal was altered")
                ) from error

    def _nonce(self) -> bytes:
        self._number += 1
        return self._number.to_bytes(12, "big")


def _copied(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield ``length`` bytes of the redacted file."""
    if length < 0:
        raise _altered()
    while length:
        piece = file.read(min(length, _PIECE))
        if not piece:
            raise _altered()
        length -= len(piece)
        yield piece


def _altered() -> Refused:
    return Refused(
        N_("the redacted file or its seal was altered, or they are of two files: give both as written")
    )
