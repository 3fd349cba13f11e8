"""An act of depth events and its journal entry."""

from contextlib import AbstractContextManager

from bacasable.people import outbox
from bacasable.people.models import User
from bacasable.services.depth_events.web.models import Sensor, Station


def act(action: str, subject: str, by: User | str | None, **facts: object) -> AbstractContextManager[None]:
    """Do an act and journal it: both are there in the end, or neither. ``by`` None: the public."""
    return outbox.act(Station, f"depth_events.{action}", by=by, subject=subject, **facts)


def of_station(station: Station) -> str:
    """Return how entries call a station."""
    return f"station:{station.key}"


def of_sensor(sensor: Sensor) -> str:
    """Return how entries call a sensor."""
    return f"sensor:{sensor.station.key}/{sensor.key}"
