"""Draws that a key decides: the same value, use and key give the same draw."""

import hmac
from collections.abc import Sequence
from typing import TypeVar

_Item = TypeVar("_Item")
_BYTES = 64


class Stream:
    """Numbers drawn one after another from HMAC-SHA-512 of a message; close enough to uniform (2^-64)."""

    def __init__(self, secret: bytes, message: bytes) -> None:
        self._secret = secret
        self._message = message
        self._block = 0
        self._state = 0
        self._room = 1

    def below(self, bound: int) -> int:
        """Return a number from 0 to ``bound`` - 1."""
        if self._room < bound << 64:
            self._block += 1
            block = hmac.digest(self._secret, self._block.to_bytes(4, "big") + self._message, "sha512")
            self._state, self._room = int.from_bytes(block, "big"), 1 << (8 * _BYTES)
        self._state, drawn = divmod(self._state, bound)
        self._room //= bound
        return drawn

    def pick(self, items: Sequence[_Item]) -> _Item:
        """Return one of ``items``."""
        return items[self.below(len(items))]

    def digits(self, count: int) -> str:
        """Return ``count`` digits."""
        return "".join(str(self.below(10)) for _ in range(count))


class Draw:
    """Streams by use and value, from one secret key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def of(self, use: str, value: str, attempt: int = 0) -> Stream:
        """Return the stream of ``value`` for ``use``; another one for each attempt."""
        message = f"{use}\0{attempt}\0{value}".encode("utf-8", "surrogatepass")
        return Stream(self._secret, message)


def dressed(signs: str, like: str) -> str:
    """Return letters and digits ``signs`` in the format of ``like``: its separators, and the case of its
    letters.

    What ``signs`` has more goes to the end, what it has less is cut there.
    """
    rest = iter(signs)
    parts: list[str] = []
    for sign in like:
        if not sign.isalnum():
            parts.append(sign)
            continue
        new = next(rest, "")
        parts.append(new.lower() if sign.islower() else new)
    return "".join(parts).rstrip() + "".join(rest) if len(signs) < _count(like) else "".join([*parts, *rest])


def _count(text: str) -> int:
    return sum(map(str.isalnum, text))
