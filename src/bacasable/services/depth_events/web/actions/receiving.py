"""What an edge tells becomes rows: incidents, aggregates, how sensors fare. Nothing is invented in between.

A message of a station or a sensor that is not known here is left aside; one that comes again changes nothing.
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from bacasable.compliance import clock
from bacasable.services.depth_events.engine.messages import (
    Availability,
    Event,
    Message,
    Occupancy,
    SensorState,
    Statistic,
)
from bacasable.services.depth_events.web import models
from bacasable.services.depth_events.web.actions.acts import act, of_sensor

#: What a station says of itself when its edge is gone.
OFFLINE = "offline"
#: How far the clock of an edge may run ahead of ours and be believed.
AHEAD = timedelta(minutes=1)


def receive(message: Message, station: models.Station, *, keeps_incidents: bool) -> bool:
    """Take a message in; return whether it changed anything.

    Args:
        keeps_incidents: whether incidents may be kept (:func:`..gates.keeps_incidents`); they are dropped
            otherwise, whatever the edge tells.
    """
    if isinstance(message, Availability):
        return _available(message, station)
    key = getattr(message, "sensor", "")
    sensor = models.Sensor.objects.select_related("station").filter(station=station, key=key).first()
    if sensor is None:
        return False
    if isinstance(message, Event):
        return keeps_incidents and _event(message, sensor)
    if isinstance(message, Statistic):
        return _statistic(message, sensor)
    if isinstance(message, SensorState):
        return _state(message, sensor)
    if isinstance(message, Occupancy):
        sensor.occupancy, sensor.last_at = message.people, clock.now()
        sensor.save(update_fields=["occupancy", "last_at"])
        return True
    return False


def _event(told: Event, sensor: models.Sensor) -> bool:
    started, updated = _not_ahead(told.started_ms), _not_ahead(told.updated_ms)
    known = models.Incident.objects.filter(station=sensor.station, incident_key=told.id).first()
    if known is not None and (known.ended_at is not None or known.updated_at > updated):
        return False
    if known is not None and known.sensor_id != sensor.pk:
        return False  # an incident does not move to another sensor: it would be said of another place
    values = {
        "sensor": sensor,
        "zone": told.zone,
        "kind": told.kind,
        "severity": told.severity,
        "confidence": told.confidence,
        "x_m": told.x_m,
        "y_m": told.y_m,
        "facts": dict(told.facts),
        "started_at": started,
        "updated_at": updated,
        "ended_at": _not_ahead(told.ended_ms) if told.ended_ms is not None else None,
    }
    if known is None:
        with act("incident_received", of_sensor(sensor), "system", kind=told.kind, incident=told.id):
            models.Incident.objects.create(
                station=sensor.station,
                incident_key=told.id,
                is_simulated=sensor.station.is_simulated,
                **values,
            )
        return True
    models.Incident.objects.filter(pk=known.pk).update(**values)
    return True


def _statistic(told: Statistic, sensor: models.Sensor) -> bool:
    _row, is_new = models.Statistic.objects.get_or_create(
        sensor=sensor,
        zone=told.zone,
        measure=told.measure,
        from_at=_instant(told.from_ms),
        defaults={
            "to_at": _instant(told.to_ms),
            "value": told.value,
            "is_suppressed": told.suppressed,
            "minimum": told.minimum,
        },
    )
    return is_new


@transaction.atomic
def _state(told: SensorState, sensor: models.Sensor) -> bool:
    since = _instant(told.since_ms)
    changed = (sensor.state, sensor.state_reason, sensor.mode) != (told.state, told.reason, told.mode)
    sensor.state, sensor.state_reason, sensor.state_since = told.state, told.reason, since
    sensor.mode, sensor.setting, sensor.last_at = told.mode, told.setting, clock.now()
    sensor.save(
        update_fields=["state", "state_reason", "state_since", "mode", "setting", "last_at"],
    )
    _interrupt(sensor.station, sensor, "" if told.state == "ok" else told.state, since)
    return changed


@transaction.atomic
def _available(told: Availability, station: models.Station) -> bool:
    if station.is_online == told.online:
        return False
    station.is_online = told.online
    station.updated_at = clock.now()
    station.save(update_fields=["is_online", "updated_at"])
    _interrupt(station, None, "" if told.online else OFFLINE, clock.now())
    return True


def _interrupt(station: models.Station, sensor: models.Sensor | None, kind: str, at: datetime) -> None:
    """Open an interruption of ``kind``, and close those of another; an empty one closes all."""
    running = models.Interruption.objects.filter(station=station, sensor=sensor, to_at=None)
    stands = running.filter(kind=kind).exists() if kind else False
    running.exclude(kind=kind).update(to_at=Greatest(F("from_at"), Value(at)))
    if kind and not stands:
        models.Interruption.objects.create(station=station, sensor=sensor, kind=kind, from_at=at)


def _not_ahead(milliseconds: int) -> datetime:
    """Return an instant of an edge, ours where its clock runs ahead: what is true later would seem older."""
    at, now = _instant(milliseconds), clock.now()
    return now if at > now + AHEAD else at


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
