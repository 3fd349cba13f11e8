"""Open data of a station: where sensors are and what they may be called, and aggregates of enough people.

GeoJSON (RFC 7946): longitude and latitude of WGS 84. Metres of the station are laid on the globe from the
corner that the station gives, north up: good to some decimetres over a station.
"""

import math
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bacasable.compliance import clock
from bacasable.services.depth_events.processing.labels import Overlap
from bacasable.services.depth_events.web import connecting, register
from bacasable.services.depth_events.web.models import Sensor, Station, Statistic

#: Metres of a degree of latitude, on the mean sphere.
_DEGREE_M = 111_195.0
#: Days of aggregates that are told; the last hour is not: it would say what happens now.
DAYS = 7
HELD_BACK = timedelta(hours=1)


def places(stations: Iterable[Station]) -> dict[str, Any]:
    """Return the sensors of these stations as a FeatureCollection; a station without a place has none."""
    lines = register.lines()
    return {
        "type": "FeatureCollection",
        "features": [
            _feature(station, (station.longitude, station.latitude), sensor, lines)
            for station in stations
            if station.longitude is not None and station.latitude is not None
            for sensor in station.sensors.all()
        ],
    }


def aggregates(station: Station) -> list[dict[str, Any]]:
    """Return the last days of statistics, each with what it may be called on its day.

    What an edge suppressed, or told of fewer people than this installation shows, says so and has no value.
    """
    now, lines = clock.now(), register.lines()
    minimum = connecting.settings().statistics_minimum
    rows = Statistic.objects.filter(
        sensor__station=station, to_at__lte=now - HELD_BACK, from_at__gte=now - timedelta(days=DAYS)
    ).select_related("sensor__station")
    return [aggregate_of(row, lines, minimum) for row in rows.order_by("from_at", "sensor__key", "zone")]


def aggregate_of(row: Statistic, lines: tuple[Overlap, ...], minimum: int) -> dict[str, Any]:
    """Return a row of statistics as open data tell it; it need not be stored."""
    first, last = (at.astimezone(clock.zone()).date() for at in (row.from_at, row.to_at))
    hidden = row.is_suppressed or row.value is None or row.minimum < minimum
    return {
        "sensor": row.sensor.key,
        "zone": row.zone,
        "from": row.from_at.isoformat(),
        "to": row.to_at.isoformat(),
        "measure": row.measure,
        "value": None if hidden else row.value,
        "suppressed": hidden,
        "minimum": max(row.minimum, minimum),
        "label": register.label_of(
            row.sensor, zone=row.zone, mode="statistics", first=first, last=last, register=lines
        ),
    }


def _feature(
    station: Station, corner: tuple[float, float], sensor: Sensor, lines: tuple[Overlap, ...]
) -> dict[str, Any]:
    ring = [_globe(corner, point) for point in (*sensor.area, *sensor.area[:1])]
    return {
        "type": "Feature",
        "id": register.name_of(sensor),
        "geometry": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": _globe(corner, (sensor.x_m, sensor.y_m))},
                *([{"type": "Polygon", "coordinates": [ring]}] if len(ring) > 3 else []),
            ],
        },
        "properties": {
            "station": station.title,
            "sensor": sensor.title,
            "mode": sensor.mode,
            "events": list(sensor.events) if sensor.mode == "intervention" else [],
            "setting": sensor.setting,
            "height_m": sensor.height_m,
            "label": register.label_of(sensor, register=lines),
            "simulated": station.is_simulated,
        },
    }


def _globe(corner: tuple[float, float], point: tuple[float, float]) -> list[float]:
    longitude, latitude = corner
    east = point[0] / (_DEGREE_M * math.cos(math.radians(latitude)))
    return [round(longitude + east, 7), round(latitude + point[1] / _DEGREE_M, 7)]
