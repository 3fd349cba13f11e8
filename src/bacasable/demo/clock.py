"""The demo's clock: real time plus an offset that its visitors move.

The offset lives in ``HOME/demo/clock.json``, so that web, worker and mailbox agree.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

_read: tuple[float, float] = (0.0, 0.0)  # when the file was last changed, the offset read then


def _path() -> Path:
    return settings.BACASABLE.home / "demo" / "clock.json"


def offset() -> timedelta:
    """Return how far the demo's clock is ahead of the real one (negative: behind)."""
    global _read
    try:
        changed = _path().stat().st_mtime
    except FileNotFoundError:
        return timedelta(0)
    if changed != _read[0]:
        _read = (changed, float(json.loads(_path().read_text())["offset_seconds"]))
    return timedelta(seconds=_read[1])


def source() -> datetime:
    """Return the demo's current instant, in UTC."""
    return datetime.now(UTC) + offset()


def set_offset(value: timedelta) -> None:
    """Move the demo's clock, at once for every process of the demo."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"offset_seconds": value.total_seconds()}))
    partial.replace(path)


def move_to(at: datetime) -> None:
    """Move the demo's clock to ``at`` (timezone-aware)."""
    set_offset(at - datetime.now(UTC))
