"""JSON read strictly: known fields only, of their type and within bounds; the error names the field."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

Word = TypeVar("Word", bound=str)
Read = TypeVar("Read")

#: From 2000 to 2100, in milliseconds since 1970: what is outside was written by no clock that was set.
EARLIEST_MS, LATEST_MS = 946_684_800_000, 4_102_444_800_000


def document(payload: bytes, most_bytes: int) -> dict[str, Any]:
    """Return the object that ``payload`` writes.

    Raises:
        ValueError: too large, no UTF-8, no JSON, a field twice, a number that is none, or no object.
    """
    if len(payload) > most_bytes:
        raise ValueError(f"message of {len(payload)} bytes: at most {most_bytes}")
    try:
        read = json.loads(payload.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none)
    except RecursionError:
        raise ValueError("message: nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("message: not UTF-8") from None
    except json.JSONDecodeError as wrong:
        raise ValueError(f"message: no JSON ({wrong.msg})") from None
    if not isinstance(read, dict):
        raise ValueError("message: an object is wanted")
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("message: a field is written twice")
    return read


def _none(_: str) -> NoReturn:
    raise ValueError("message: a number is infinite or none")


def fields(read: Any, wanted: Iterable[str], where: str = "message") -> Mapping[str, Any]:
    """Return ``read`` if it is an object with exactly the ``wanted`` fields.

    Raises:
        ValueError: a field is missing, or one is there that is not known: it may tell of a person.
    """
    if not isinstance(read, dict):
        raise ValueError(f"{where}: an object is wanted")
    names = set(wanted)
    if missing := sorted(names - read.keys()):
        raise ValueError(f"{where}: {missing[0]} is missing")
    if len(read) > len(names):
        raise ValueError(f"{where}: a field that is not known; {', '.join(sorted(names))} are")
    return read


def text(value: Any, field: str, pattern: re.Pattern[str]) -> str:
    """Return a text that has a form.

    Raises:
        ValueError: another type, or another form.
    """
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{field}: of the form {pattern.pattern}")
    return value


def one_of(value: Any, field: str, words: tuple[Word, ...]) -> Word:
    """Return the word, if it is one of ``words``.

    Raises:
        ValueError: it is not.
    """
    for word in words:
        if value == word and isinstance(value, str):
            return word
    raise ValueError(f"{field}: one of {', '.join(words)}")


def whole(value: Any, field: str, least: int, most: int) -> int:
    """Return a whole number between two others.

    Raises:
        ValueError: another type, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{field}: a whole number from {least} to {most}")
    return value


def number(value: Any, field: str, least: float, most: float) -> float:
    """Return a finite number between two others.

    Raises:
        ValueError: another type, none, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{field}: a number")
    # An int too large for a float is out of bounds, not an error of arithmetic.
    if not (least <= value <= most) or not math.isfinite(value):
        raise ValueError(f"{field}: between {least:g} and {most:g}")
    return float(value)


def instant(value: Any, field: str) -> int:
    """Return milliseconds since 1970, of this century.

    Raises:
        ValueError: they are not.
    """
    return whole(value, field, EARLIEST_MS, LATEST_MS)


def truth(value: Any, field: str) -> bool:
    """Return true or false.

    Raises:
        ValueError: neither.
    """
    if not isinstance(value, bool):
        raise ValueError(f"{field}: true or false")
    return value


def unless_none(value: Any, field: str, read: Callable[[Any, str], Read]) -> Read | None:
    """Return what ``read`` gives, or None for null."""
    return None if value is None else read(value, field)
