"""From a message to its topic and bytes, and back: what is read was checked, field by field."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from bacasable.services.depth_events.engine.messages import strictly
from bacasable.services.depth_events.engine.messages.bodies import (
    Availability,
    Calibration,
    CalibrationAsked,
    Event,
    Message,
    Occupancy,
    SensorState,
    Statistic,
)
from bacasable.services.depth_events.engine.messages.topics import Topics, read_topic

#: The most bytes of a message, and of one that holds a matrix (640x480 cells, in base 64).
MOST_BYTES, MOST_CALIBRATION_BYTES = 4_096, 900_000
_INCIDENT = (
    "id", "kind", "severity", "confidence", "sensor", "zone", "x_m", "y_m", "started_ms", "updated_ms",
    "ended_ms", "facts",
)  # fmt: skip
_STATISTIC = ("sensor", "zone", "from_ms", "to_ms", "measure", "value", "minimum")
_STATE = ("state", "since_ms", "mode", "setting", "reason")


def build(topics: Topics, message: Message) -> tuple[str, bytes]:
    """Return the topic and the payload of ``message``."""
    match message:
        case Event():
            incident = {name: getattr(message, name) for name in _INCIDENT}
            incident["facts"] = dict(message.facts)
            return topics.events, _json({"type": message.phase, "mode": "intervention", "incident": incident})
        case Statistic():
            told = {name: getattr(message, name) for name in _STATISTIC}
            return topics.statistics, _json({"mode": "statistics", **told, "suppressed": message.suppressed})
        case SensorState():
            return topics.of_sensor(message.sensor, "state"), _json(
                {name: getattr(message, name) for name in _STATE}
            )
        case Occupancy():
            people = b"null" if message.people is None else str(message.people).encode()
            return topics.of_sensor(message.sensor, "occupancy"), people
        case CalibrationAsked():
            return topics.of_sensor(message.sensor, "calibration/set"), _json({"seconds": message.seconds})
        case Calibration():
            shown = {
                "columns": message.columns,
                "rows": message.rows,
                "heights_mm": base64.b64encode(message.heights_mm).decode("ascii"),
                "at_ms": message.at_ms,
            }
            return topics.of_sensor(message.sensor, "calibration"), _json(shown)
        case Availability():
            return topics.available, b"online" if message.online else b"offline"


def parse(topic: str, payload: bytes) -> Message:
    """Return the message that ``payload`` says under ``topic``, of any station.

    Raises:
        ValueError: no topic of a station, too large, no JSON, a field missing, unknown or out of bounds. The
            error names the field and repeats nothing of the payload.
    """
    place = read_topic(topic)
    if place.what == "available":
        if payload not in (b"online", b"offline"):
            raise ValueError("available: online or offline")
        return Availability(payload == b"online")
    if place.what == "occupancy":
        return Occupancy(place.sensor, _people(payload))
    most = MOST_CALIBRATION_BYTES if place.what == "calibration" else MOST_BYTES
    read = strictly.document(payload, most)
    if place.what == "events":
        return _event(read)
    if place.what == "statistics":
        return _statistic(read)
    if place.what == "state":
        return SensorState(place.sensor, **strictly.fields(read, _STATE))
    if place.what == "calibration/set":
        return CalibrationAsked(place.sensor, **strictly.fields(read, ("seconds",)))
    shown = strictly.fields(read, ("columns", "rows", "heights_mm", "at_ms"))
    return Calibration(
        place.sensor, shown["columns"], shown["rows"], _bytes(shown["heights_mm"]), shown["at_ms"]
    )


def _event(read: Mapping[str, Any]) -> Event:
    outer = strictly.fields(read, ("type", "mode", "incident"))
    strictly.one_of(outer["mode"], "mode", ("intervention",))
    inner = strictly.fields(outer["incident"], _INCIDENT, "incident")
    if not isinstance(inner["facts"], dict):
        raise ValueError("facts: an object")
    return Event(phase=outer["type"], **inner)


def _statistic(read: Mapping[str, Any]) -> Statistic:
    told = dict(strictly.fields(read, ("mode", *_STATISTIC, "suppressed")))
    strictly.one_of(told.pop("mode"), "mode", ("statistics",))
    suppressed = strictly.truth(told.pop("suppressed"), "suppressed")
    made = Statistic(**told)
    if made.suppressed != suppressed:
        raise ValueError("suppressed: true without a value, false with one")
    return made


def _people(payload: bytes) -> int | None:
    if payload == b"null":
        return None
    if not (0 < len(payload) <= 5 and payload.isdigit()):
        raise ValueError("occupancy: a whole number, or null")
    return int(payload)


def _bytes(written: Any) -> bytes:
    try:
        return base64.b64decode(written, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise ValueError("heights_mm: base 64 of two bytes a cell") from None


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
