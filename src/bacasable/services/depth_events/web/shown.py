"""What the public reads of a station, a sensor and a zone, in words."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.services.depth_events.processing.labels import WORDS, Label, Overlap, filmed
from bacasable.services.depth_events.web import register
from bacasable.services.depth_events.web.models import Sensor, Station

MODES = {
    "statistics": N_("statistics: counts by area and period, no alert"),
    "intervention": N_("intervention: alerts to operators"),
}
EVENTS = {
    "fall": N_("a person on the ground after a fall"),
    "intrusion": N_("somebody in a forbidden zone"),
    "track_intrusion": N_("somebody on the track"),
    "wrong_way": N_("people who walk the wrong way"),
    "density": N_("too many people for the place"),
    "crowd_movement": N_("a crowd that begins to run"),
    "abandoned_object": N_("an object left behind"),
}
#: A sensor that does nothing of this kind counts.
COUNTS = N_("how many people pass or stay, from enough people on")
LABELS: dict[Label, tuple[str, str]] = {
    "anonymous": (N_("anonymous"), "green"),
    "filmed": (N_("not anonymous: filmed too"), "orange"),
    "personal": (N_("personal"), "purple"),
}
STATES = {
    "ok": (N_("works"), "green"),
    "blocked": (N_("blocked"), "red"),
    "moved": (N_("moved"), "red"),
    "dirty": (N_("dirty"), "orange"),
    "frozen": (N_("frozen"), "red"),
    "silent": (N_("silent"), "red"),
    "disordered": (N_("disordered"), "orange"),
    "invalid": (N_("measures nothing"), "red"),
}
_SETTING = re.compile(r"(?P<columns>\d+)x(?P<rows>\d+)(?:@(?P<cap>[\d.]+))?(?:/(?P<step>\d+)cm)?")


def state_of(sensor: Sensor) -> dict[str, str]:
    """Return whether a sensor works, as a cell of a table."""
    words, colour = STATES.get(sensor.state, (N_("not heard of yet"), "grey"))
    return {"badge": _(words), "colour": colour}


def label_badge(label: Label) -> dict[str, str]:
    """Return what an output may be called, as a cell of a table."""
    words, colour = LABELS[label]
    return {"badge": _(words), "colour": colour}


def setting_words(written: str) -> str:
    """Return what is left of a frame, for who reads ``40x30@0.9`` for the first time."""
    found = _SETTING.match(written)
    if not found:
        return written
    said = _("%(columns)s × %(rows)s cells") % {"columns": found["columns"], "rows": found["rows"]}
    if found["cap"]:
        said += _(", heights cut at %(cap)s m") % {"cap": number_format(found["cap"])}
    else:
        said += _(", heights not cut")
    if found["step"]:
        said += _(", in steps of %(step)s cm") % {"step": found["step"]}
    return said


def looks_for(sensor: Sensor) -> str:
    """Return what a sensor is there for."""
    if sensor.mode == "statistics":
        return _(COUNTS)
    return ", ".join(_(EVENTS[kind]) for kind in sensor.events if kind in EVENTS)


def sensor_row(sensor: Sensor, number: int, lines: Iterable[Overlap]) -> dict[str, Any]:
    """Return a sensor as a row of the public table."""
    label = register.label_of(sensor, register=lines)
    return {
        "number": number,
        "title": sensor.title,
        "mode": _(MODES[sensor.mode]),
        "looks_for": looks_for(sensor),
        "setting": setting_words(sensor.setting),
        "label": label_badge(label),
        "label_words": _(WORDS[label]),
        "state": state_of(sensor),
    }


def filmed_rows(sensors: Iterable[Sensor], lines: Iterable[Overlap]) -> list[dict[str, str]]:
    """Return who films the same places today, a row for each line of the register that stands."""
    rows = []
    lines = tuple(lines)
    for sensor in sensors:
        titles = {zone.key: zone.title for zone in sensor.zones.all()}
        for line in filmed(lines, register.name_of(sensor), "", register.today()):
            rows.append(
                {
                    "sensor": sensor.title,
                    "zone": titles.get(line.zone, line.zone) or _("all that the sensor sees"),
                    "by": line.filmed_by,
                    "since": date_format(line.from_on),
                    "until": date_format(line.until_on) if line.until_on else _("no end is known"),
                }
            )
    return rows


def routes(station: Station) -> list[dict[str, Any]]:
    """Return the ways through a station that keep clear of sensors, and which ones each avoids."""
    titles = {sensor.key: sensor.title for sensor in station.sensors.all()}
    return [
        {**route, "avoided": [titles[key] for key in route.get("avoids", ()) if key in titles]}
        for route in station.avoidance
    ]


def avoidable(station: Station) -> frozenset[str]:
    """Return the keys of the sensors that a way through the station keeps clear of."""
    return frozenset(key for route in station.avoidance for key in route.get("avoids", ()))
