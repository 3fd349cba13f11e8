"""Instants of the demo: data files count days from the day of loading."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

#: An act of the demo's history: when, and what.
Event = tuple[datetime, Callable[[], Any]]


def read(name: str) -> dict[str, Any]:
    """Return a data file of the demo, by its name without ``.toml``."""
    return tomllib.loads(files("bacasable.demo").joinpath("data", f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Days:
    """Turns days from loading into dates and instants, in one time zone."""

    today: date
    zone: ZoneInfo

    @classmethod
    def of(cls, today: datetime, zone: ZoneInfo) -> "Days":
        return cls(today.astimezone(zone).date(), zone)

    def on(self, days: int) -> date:
        """Return the day that many days after loading (before, when negative)."""
        return self.today + timedelta(days=days)

    def at(self, days: int, hour: str = "10:00", *, minutes: int = 0) -> datetime:
        """Return the instant of that day at ``hour`` (HH:MM, local), plus ``minutes``."""
        local = datetime.combine(self.on(days), time.fromisoformat(hour), tzinfo=self.zone)
        return local + timedelta(minutes=minutes)
