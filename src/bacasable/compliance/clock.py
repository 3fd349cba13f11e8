"""The one clock of the platform.

Deadlines, links and evidence are all judged by the server's clock. Rooms call :func:`now` and never the
library's own clock, so that the demo can move time and a test can hold it still.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

#: Where the days and months of deadlines are counted, unless the installation says otherwise.
ZONE = "Europe/Paris"


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system
_zone = ZoneInfo(ZONE)


def now() -> datetime:
    """Return the current instant, timezone-aware, in UTC."""
    return _source()


def set_source(source: Callable[[], datetime] | None) -> None:
    """Replace what :func:`now` reads; ``None`` goes back to the system's clock.

    Only the demo does so (and tests through their fixture): production settings never call it.
    """
    global _source
    _source = source or _system


def zone() -> ZoneInfo:
    """Return the time zone of the controller's calendar."""
    return _zone


def set_zone(name: str) -> None:
    """Count days and months in another zone, as the installation's settings say when it starts.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    global _zone
    _zone = ZoneInfo(name)
