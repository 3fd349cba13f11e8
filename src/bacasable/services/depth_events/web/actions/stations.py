"""Stations are taken in from the file of their edge: what pages say of sensors is what runs there.

``told`` is the edge's configuration as TOML gives it, read by the edge before (``bacasable depth-events run
--check``). ``plan`` is what an edge need not know: where the station lies on the globe, how large it is,
which ways keep clear of sensors, what zones are called.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web.actions.acts import act
from bacasable.services.depth_events.web.models import Sensor, Station, Zone


def take_in(*, told: Mapping[str, Any], plan: Mapping[str, Any], by: User | str) -> Station:
    """Write a station, its sensors and zones as configured; what is configured no more stays until erased.

    Where a mode, a way or a place changed, the panel has to be generated again.

    Raises:
        Refused: the configuration or the plan misses what is needed; the key is named.
    """
    if by != "system":
        require(by, "depth_events.manage")
    try:
        station, sensors = told["station"], told["sensors"]
        key, values = station["key"], _station(station, plan, {one["key"] for one in sensors})
        rows = [(one["key"], _sensor(one)) for one in sensors]
        zones = [_zone(one, plan) for one in (*told.get("zones", ()), *told.get("lines", ()))]
    except KeyError as missing:
        raise Refused(
            N_("the station's configuration has no {key}: read it with the edge first (run --check)"),
            key=str(missing),
        ) from None
    with act("station_taken_in", f"station:{key}", by, sensors=len(rows)):
        before = _said(Station.objects.filter(key=key).first())
        made, _is_new = Station.objects.update_or_create(key=key, defaults=values)
        for sensor_key, sensor in rows:
            Sensor.objects.update_or_create(station=made, key=sensor_key, defaults=sensor)
        for sensor_key, zone_key, zone in zones:
            of = Sensor.objects.get(station=made, key=sensor_key)
            Zone.objects.update_or_create(sensor=of, key=zone_key, defaults=zone)
        if before is not None and before != _said(made):
            made.panel_generated_on = None
            made.save(update_fields=["panel_generated_on"])
    return made


def _said(station: Station | None) -> tuple[Any, ...] | None:
    """Return what the panel says of a station's own."""
    if station is None:
        return None
    modes = list(station.sensors.order_by("key").values_list("key", "title", "mode"))
    return station.title, station.avoidance, modes


def _station(station: Mapping[str, Any], plan: Mapping[str, Any], sensors: set[str]) -> dict[str, Any]:
    ways = [
        {
            "key": way["key"],
            "title": way["title"],
            "words": way["words"],
            "points": [[float(x), float(y)] for x, y in way.get("points", ())],
            "avoids": [str(one) for one in way["avoids"]],
        }
        for way in plan.get("ways", ())
    ]
    for way in ways:
        if unknown := sorted(set(way["avoids"]) - sensors):
            raise Refused(
                N_("the way '{way}' avoids '{sensor}', which is no sensor of the station"),
                way=way["key"],
                sensor=unknown[0],
            )
    place = plan.get("place", {})
    return {
        "title": station.get("title", station["key"]),
        "is_simulated": bool(station.get("simulated", False)),
        "longitude": place.get("longitude"),
        "latitude": place.get("latitude"),
        "width_m": place.get("width_m", 40),
        "depth_m": place.get("depth_m", 20),
        "avoidance": ways,
        "updated_at": clock.now(),
    }


def _sensor(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": told.get("title", told["key"]),
        "x_m": told["x_m"],
        "y_m": told["y_m"],
        "height_m": told["height_m"],
        "area": _rectangle(told["area"]),
        "mode": told["mode"],
        "setting": told.get("setting", "40x30@0.9"),
        "events": list(told.get("events", ())),
    }


def _zone(told: Mapping[str, Any], plan: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    key = told["key"]
    is_line = "start" in told
    corners = [told["start"], told["end"]] if is_line else told["corners"]
    values = {
        "title": plan.get("zones", {}).get(key, key),
        "kind": "line" if is_line else told["kind"],
        "corners": [[float(x), float(y)] for x, y in corners],
    }
    return told["sensor"], key, values


def _rectangle(area: Sequence[float]) -> list[list[float]]:
    x, y, width, depth = (float(number) for number in area)
    return [[x, y], [x + width, y], [x + width, y + depth], [x, y + depth]]
