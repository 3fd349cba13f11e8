"""Where each message goes: ``<prefix>/events`` and its neighbours, and which sensor a topic speaks of."""

import re
from dataclasses import dataclass
from typing import Literal

What = Literal[
    "available", "events", "statistics", "state", "occupancy", "calibration", "calibration/set"
]  # fmt: skip
#: Stations, sensors, zones and lines: what a topic and a URL take as they are.
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PREFIX = re.compile(r"[A-Za-z0-9_.-]{1,60}(?:/[A-Za-z0-9_.-]{1,60}){0,5}")
_TOPIC = re.compile(
    rf"(?P<prefix>{_PREFIX.pattern})/"
    rf"(?:(?P<station>available|events|statistics)"
    rf"|sensors/(?P<sensor>{KEY.pattern})/(?P<what>state|occupancy|calibration(?:/set)?))"
)
LONGEST_TOPIC = 420


@dataclass(frozen=True, slots=True)
class Place:
    """What a topic says: the prefix of its station, what it is about, and the sensor ("" for the station)."""

    prefix: str
    what: What
    sensor: str = ""


def read_topic(topic: str) -> Place:
    """Return what ``topic`` says.

    Raises:
        ValueError: no topic of a station.
    """
    found = _TOPIC.fullmatch(topic) if len(topic) <= LONGEST_TOPIC else None
    if not found:
        raise ValueError("topic: none of a station of depth events")
    what: What = found["station"] or found["what"]  # type: ignore[assignment]
    return Place(found["prefix"], what, found["sensor"] or "")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one station, under its ``prefix``.

    Raises:
        ValueError: a prefix with a wildcard, a space or a leading slash.
    """

    prefix: str

    def __post_init__(self) -> None:
        """Refuse a prefix that would listen to others, or that no broker takes."""
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(
                f"prefix {self.prefix!r}: up to six words of letters, digits, _ . - between slashes, as in "
                "bacasable/gare"
            )

    @property
    def available(self) -> str:
        """Return where "online" and "offline" are kept."""
        return f"{self.prefix}/available"

    @property
    def events(self) -> str:
        """Return where incidents are told."""
        return f"{self.prefix}/events"

    @property
    def statistics(self) -> str:
        """Return where statistics are told."""
        return f"{self.prefix}/statistics"

    @property
    def everything(self) -> str:
        """Return what a listener subscribes to."""
        return f"{self.prefix}/#"

    @property
    def asked_calibrations(self) -> str:
        """Return what an edge subscribes to."""
        return f"{self.prefix}/sensors/+/calibration/set"

    def of_sensor(self, sensor: str, what: What) -> str:
        """Return the topic of one sensor."""
        return f"{self.prefix}/sensors/{sensor}/{what}"
