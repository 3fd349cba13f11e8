"""A redacted text: what was replaced where, offsets both ways, and the sealed way back."""

import hashlib
import hmac
import json
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from bacasable.privacy.messages import N_, Refused

_MAGIC = b"bacasable seal 1\n"
_DIGEST_BYTES = 32
#: A key of 32 random bytes or more; shorter ones could be guessed.
KEY_BYTES = 32


class Replacement(NamedTuple):
    """One replaced piece: ``original`` stood at ``start`` of the original, ``written`` stands at ``at``."""

    start: int
    original: str
    type: str
    at: int
    written: str

    @property
    def end(self) -> int:
        """End in the original text."""
        return self.start + len(self.original)

    @property
    def until(self) -> int:
        """End in the redacted text."""
        return self.at + len(self.written)

    def __repr__(self) -> str:
        return f"Replacement({self.type} at {self.start} to {self.end}, now {self.at} to {self.until})"


@dataclass(frozen=True)
class Redacted:
    """A redacted ``text`` and its ``replacements`` in order. It holds the originals: guard it as them."""

    text: str
    replacements: Sequence[Replacement]
    key: bytes | None = field(default=None, repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        return [piece.start for piece in self.replacements]

    @cached_property
    def _ats(self) -> list[int]:
        return [piece.at for piece in self.replacements]

    def to_original(self, offset: int) -> int:
        """Return where the sign at ``offset`` of the redacted text stood; inside a replacement, where it
        began.

        Offsets are code points, 0 to the length of the text included.

        Raises:
            Refused: the offset is outside of the text.
        """
        self._inside(offset, len(self.text))
        index = bisect_right(self._ats, offset) - 1
        if index < 0:
            return offset
        piece = self.replacements[index]
        return piece.start if offset < piece.until else piece.end + offset - piece.until

    def to_redacted(self, offset: int) -> int:
        """Return where the sign at ``offset`` of the original text stands; inside what is replaced, its
        beginning.

        Raises:
            Refused: the offset is outside of the original text.
        """
        self._inside(offset, self._original_length)
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        piece = self.replacements[index]
        return piece.at if offset < piece.end else piece.until + offset - piece.end

    @cached_property
    def _original_length(self) -> int:
        return len(self.text) + sum(len(piece.original) - len(piece.written) for piece in self.replacements)

    def _inside(self, offset: int, length: int) -> None:
        if not 0 <= offset <= length:
            raise Refused(
                N_("offset {offset} is outside of the text: give 0 to {length}"), offset=offset, length=length
            )

    def sealed(self, key: bytes | None = None) -> bytes:
        """Return what :func:`restore` needs, encrypted (AES-SIV, RFC 5297) and bound to the redacted text.

        The digest of the redacted text stands in clear at its head; the length tells about how much was
        replaced.

        Args:
            key: 32 random bytes or more; by default the one given to ``redact(..., seal=key)``.

        Raises:
            Refused: no key, or one too short.
        """
        if key is None:
            key = self.key
        if key is None:
            raise Refused(N_("sealed() needs a key: secrets.token_bytes(32), kept apart from the text"))
        pieces = [[piece.at, len(piece.written), piece.original] for piece in self.replacements]
        content = zlib.compress(json.dumps(pieces, separators=(",", ":")).encode(), 6)
        head = _MAGIC + _digest(self.text)
        return head + _cipher(key).encrypt(content, [head])


def restore(text: str, sealed: bytes, key: bytes) -> str:
    """Return the original of a redacted ``text``: the very signs that were redacted, in any mode.

    Raises:
        Refused: the text was altered since, the key is wrong, or ``sealed`` is damaged.
    """
    from cryptography.exceptions import InvalidTag

    head = sealed[: len(_MAGIC) + _DIGEST_BYTES]
    if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + _DIGEST_BYTES:
        raise Refused(N_("this is not what sealed() returned: nothing can be restored from it"))
    if not hmac.compare_digest(head[len(_MAGIC) :], _digest(text)):
        raise Refused(
            N_("the text was altered since it was redacted, or it is another one: give it as it was written")
        )
    try:
        content = _cipher(key).decrypt(sealed[len(head) :], [head])
    except (InvalidTag, ValueError) as error:
        raise Refused(N_("the key is not the one that sealed this text, or the seal was altered")) from error
    parts: list[str] = []
    end = 0
    for at, length, original in json.loads(zlib.decompress(content)):
        parts += (text[end:at], original)
        end = at + length
    parts.append(text[end:])
    return "".join(parts)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _cipher(key: bytes) -> "AESSIV":  # type: ignore[name-defined]  # noqa: F821  # imported where needed
    if not isinstance(key, bytes | bytearray) or len(key) < KEY_BYTES:
        raise Refused(
            N_("a key has at least {key_bytes} bytes: secrets.token_bytes({key_bytes})"), key_bytes=KEY_BYTES
        )
    # slow to import, and most texts are not sealed
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(hmac.digest(bytes(key), b"bacasable seal", "sha512"))
