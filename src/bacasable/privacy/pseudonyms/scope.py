"""Pseudonyms of one scope: made from its key, reversed only by a call that is recorded.

``PERSON-1-5kq7...``: the kind, the version of the key (an ``r`` marks a reversible one), and 18 characters of
RFC 4648 base 32 in lower case. Those are 90 bits of HMAC-SHA-256, so among n values of one kind two share a
pseudonym with probability at most n^2 / 2^91 (birthday bound): 2e-12 for the 67 million people of France,
4e-10 for 1e9 values. Capitals, digits, '-' and '_' only: safe in an address, a file name, a table and
Markdown.

A reversible pseudonym is the canonical form encrypted by AES-SIV (RFC 5297), deterministic and authenticated:
no two values share one. Its length tells the value's length to 16 bytes.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable

from bacasable.privacy.messages import Refused
from bacasable.privacy.pseudonyms.canonical import canonical, fold
from bacasable.privacy.pseudonyms.keys import Keys, ScopeKey
from bacasable.privacy.pseudonyms.record import Record

#: What a pseudonym looks like: kind, version, 'r' if reversible, body.
PATTERN = re.compile(r"\b([A-Z][A-Z0-9_]*)-([1-9][0-9]{0,5})(r?)-([a-z2-7]{18,})\b")
_KIND = re.compile(r"[A-Z][A-Z0-9_]*")
_WORD = re.compile(r"[^\W_]+")
_CHARACTERS = 18
#: Shorter values may stand inside other words by accident.
_TELLING = 6
_BLOCK = 16


class Pseudonyms:
    """Makes the pseudonyms of ``scope``: the same value, in any writing, the same pseudonym."""

    def __init__(self, keys: Keys, scope: str, record: Record | None = None) -> None:
        """Take the keys and the name of the scope; reversals are recorded in ``record`` or beside the keys.

        Raises:
            Refused: the scope has no key.
        """
        self.scope = scope
        self._keys = keys
        self._record = record or keys.record
        self._derived: dict[tuple[int, str], tuple[bytes, bytes]] = {}
        keys.key(scope)

    def of(self, value: str, kind: str, version: int | None = None) -> str:
        """Return the pseudonym of ``value`` as a ``kind`` (PERSON, NIR...), by the current key unless told.

        Raises:
            Refused: the key was destroyed, the kind is not in capitals, or the value has no letter or digit.
        """
        if not _KIND.fullmatch(kind):
            raise Refused("a kind has capitals, digits and '_' only, like PERSON or ID_CARD")
        key = self._keys.key(self.scope, version)
        form = canonical(value, kind).encode("utf-8", "surrogatepass")
        secret = self._secret(key, "siv" if key.reversible else "mac")
        if key.reversible:
            return f"{kind}-{key.version}r-{written(_encrypted(secret, form, kind))}"
        digest = hmac.digest(secret, kind.encode() + b"\0" + form, "sha256")
        return f"{kind}-{key.version}-{written(digest[:15])[:_CHARACTERS]}"

    def secret(self, use: str, count: int = 32) -> bytes:
        """Return ``count`` bytes (64 at most) derived from the current key for one use, like surrogates."""
        return self._secret(self._keys.key(self.scope), use)[:count]

    def reverse(self, pseudonym: str, by: str, reason: str) -> str:
        """Return the canonical form behind a reversible pseudonym, once the act is recorded.

        Raises:
            Refused: who or why is missing or repeats the value, the record cannot be written, the pseudonym
                is one-way, not of this scope or altered, or its key was destroyed.
        """
        if self._record is None:
            raise Refused("reversals are recorded: give Pseudonyms(..., record=Record(path))")
        form = self._opened(pseudonym)
        if any(_tells(text, form) for text in (by, reason)):
            raise Refused("'by' or 'reason' repeats the value, which the record may not hold: leave it out")
        self._record.append("reverse", scope=self.scope, what=pseudonym, by=by, reason=reason)
        return form

    def translate(self, pseudonym: str) -> str:
        """Return the pseudonym by the current key of one made by an older key of a reversible scope.

        The value shows nowhere, so nothing is recorded.
        """
        return self.of(self._opened(pseudonym), pseudonym.partition("-")[0])

    def translation(self, values: Iterable[str], kind: str, version: int) -> dict[str, str]:
        """Return {pseudonym by the key of ``version``: pseudonym by the current key}: one-way ones need the
        values.
        """
        return {self.of(value, kind, version): self.of(value, kind) for value in values}

    def _opened(self, pseudonym: str) -> str:
        found = PATTERN.fullmatch(pseudonym)
        if found is None:
            raise Refused("this is not a pseudonym: they look like KIND-VERSION-characters")
        key = self._keys.key(self.scope, int(found[2]))
        if not found[3]:
            raise Refused(
                "this pseudonym is one-way: only scopes made by create(scope, reversible=True) have others"
            )
        try:
            sealed = base64.b32decode(found[4].upper() + "=" * (-len(found[4]) % 8))
            if written(sealed) != found[4]:
                raise binascii.Error
            return _decrypted(self._secret(key, "siv"), sealed, found[1])
        except ValueError as error:  # binascii.Error is one
            raise Refused(f"this pseudonym is not one of scope '{self.scope}', or it was altered") from error

    def _secret(self, key: ScopeKey, use: str) -> bytes:
        """Derive 64 bytes for one use: HMAC-SHA-512 as the key derivation of NIST SP 800-108 (one block).

        The scope is in it, so that a key copied by mistake from one scope to another links nothing.
        """
        kept = self._derived.get((key.version, use))
        if kept is None or kept[0] != key.secret:
            context = f"bacasable\0pseudonyms\0{use}\0{self.scope}\0{key.version}".encode()
            kept = key.secret, hmac.digest(key.secret, b"\x01" + context + b"\x02\x00", "sha512")
            self._derived[key.version, use] = kept
        return kept[1]


def _tells(text: str, form: str) -> bool:
    """Whether ``text`` holds the value: the same signs without separators, or all its words in any order."""
    said, words = _WORD.findall(fold(text)), _WORD.findall(fold(form))
    squeezed = "".join(words)
    return bool(words) and (
        set(words) <= set(said) or (len(squeezed) >= _TELLING and squeezed in "".join(said))
    )


def written(content: bytes) -> str:
    """Return ``content`` in RFC 4648 base 32, lower case, without padding."""
    return base64.b32encode(content).decode().rstrip("=").lower()


def _encrypted(secret: bytes, form: bytes, kind: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import (
        AESSIV,
    )  # slow to import, one-way scopes go without

    padded = form + b"\x80" + bytes(-(len(form) + 1) % _BLOCK)
    return AESSIV(secret).encrypt(padded, [kind.encode()])


def _decrypted(secret: bytes, sealed: bytes, kind: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    try:
        padded = AESSIV(secret).decrypt(sealed, [kind.encode()])
    except InvalidTag as error:
        raise ValueError("altered") from error
    return padded[: padded.rindex(b"\x80")].decode("utf-8", "surrogatepass")
