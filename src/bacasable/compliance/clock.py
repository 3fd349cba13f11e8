"""The one clock of the platform.

Deadlines, links and evidence are all judged by the server's clock. Rooms call :func:`now` and never the
library's own clock, so that the demo can move time and a test can hold it still.
"""

from collections.abc import Callable
from datetime import UTC, datetime


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """Return the current instant, timezone-aware, in UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace what :func:`now` reads; ``None`` goes back to the system's clock.

    Only the demo does so (and tests through their fixture): production settings never call it.
    """
    global _source
    _source = source or _system
