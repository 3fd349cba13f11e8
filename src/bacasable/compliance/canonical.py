"""One way to write a value as bytes, so that a digest means the same everywhere.

UTF-8 JSON, keys sorted, no white space, no NaN. A float without a fraction is written as the integer that it
is, since a database may give either back (PostgreSQL's ``jsonb`` writes ``1e20`` as an integer).
"""

import hashlib
import json
from typing import Any


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value.

    Raises:
        ValueError: NaN, an infinity, or text that is not Unicode.
        TypeError: a type that JSON does not have.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
