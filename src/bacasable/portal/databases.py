"""Read a database address into Django's settings."""

from typing import Any
from urllib.parse import unquote, urlsplit


def postgresql(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgresql://user:password@host:port/name``.

    For a socket, write its folder percent-encoded as the host.

    Raises:
        ValueError: the address is not one of PostgreSQL; the message says what was read and what is expected.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ValueError(
            f"BACASABLE_DATABASE_URL: '{parts.scheme}://...' is not a PostgreSQL address; "
            "write postgresql://user:password@host:5432/name, or leave it empty for SQLite"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.netloc),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 20, "timeout": 20}},
    }


def _host(netloc: str) -> str:
    """Return the host as it was written: a socket's folder keeps its capitals, unlike ``hostname``."""
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])
