"""What everybody may read: stations, sensors and what they do, ways without sensors, panel, open data."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bacasable.compliance import clock
from bacasable.compliance.exports.installation import context_of
from bacasable.compliance.exports.reading import Reading
from bacasable.people import instance
from bacasable.people.permissions import allow, may
from bacasable.services.depth_events.processing import PROCESSING
from bacasable.services.depth_events.web import open_data, panels, plans, register, shown
from bacasable.services.depth_events.web.models import Station

_SIGNS = {"at_most": "≤", "at_least": "≥"}
_VERDICTS = {"passed": "green", "failed": "red", "void": "grey"}


@allow("depth_events.read")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the service is, what it never does, and its stations."""
    context = {
        "stations": Station.objects.order_by("title"),
        "refused": list(dict.fromkeys(_(reason) for reason in PROCESSING.refused_uses.values())),
        "told": _(PROCESSING.ai_act.notice_to_persons),
        **_rooms(request),
    }
    return render(request, "depth_events/public/start.html", context)


@allow("depth_events.read")
@require_safe
def station(request: HttpRequest, key: str) -> HttpResponse:
    """One station: its plan, its sensors, cameras that film too, ways without sensors, measures."""
    found = _station(key)
    sensors, lines = list(found.sensors.all()), register.lines()
    rows = [shown.sensor_row(sensor, number, lines) for number, sensor in enumerate(sensors, start=1)]
    context = {
        "station": found,
        "told": _(PROCESSING.ai_act.notice_to_persons),
        "plan": plans.plan_of(found, sensors),
        "sensors": rows,
        "sensor_columns": [
            {"key": "number", "label": _("No."), "numeric": True},
            {"key": "title", "label": _("Sensor")},
            {"key": "mode", "label": _("What it is for")},
            {"key": "looks_for", "label": _("What it looks for")},
            {"key": "setting", "label": _("What is left of distances")},
            {"key": "label", "label": _("What comes out is")},
            {"key": "state", "label": _("State")},
        ],
        "label_words": list(dict.fromkeys(row["label_words"] for row in rows)),
        "filmed": shown.filmed_rows(sensors, lines),
        "filmed_columns": [
            {"key": "sensor", "label": _("Sensor")},
            {"key": "zone", "label": _("Zone")},
            {"key": "by", "label": _("Filmed by")},
            {"key": "since", "label": _("Since")},
            {"key": "until", "label": _("Until")},
        ],
        "routes": shown.routes(found),
        "can_object": bool(shown.avoidable(found)),
        **_told(),
        **_rooms(request),
    }
    return render(request, "depth_events/public/station.html", context)


@allow("depth_events.read")
@require_safe
def panel(request: HttpRequest, key: str) -> HttpResponse:
    """The information panel, as a page."""
    found = _station(key)
    return render(
        request, "depth_events/public/panel.html", {"station": found, "panel": panels.panel_of(found)}
    )


@allow("depth_events.read")
@require_safe
def panel_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The information panel, to hang."""
    found = _station(key)
    return HttpResponse(
        panels.panel_pdf(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="panneau-{found.key}.pdf"'},
    )


@allow("depth_events.read")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Where sensors are, as GeoJSON."""
    stations = Station.objects.prefetch_related("sensors__station").order_by("key")
    return _open(open_data.places(stations), "application/geo+json")


@allow("depth_events.read")
@require_safe
def aggregates(request: HttpRequest, key: str) -> HttpResponse:
    """The last days of statistics of a station, as JSON."""
    found = _station(key)
    told = {
        "station": found.key,
        "simulated": found.is_simulated,
        "rows": open_data.aggregates(found),
    }
    return _open(told, "application/json")


def _open(told: dict[str, Any], content_type: str) -> JsonResponse:
    made = JsonResponse(told, content_type=content_type, json_dumps_params={"ensure_ascii": False})
    made["Access-Control-Allow-Origin"] = "*"
    return made


def _station(key: str) -> Station:
    found: Station = get_object_or_404(
        Station.objects.prefetch_related("sensors__zones", "sensors__station"), key=key
    )
    return found


def _rooms(request: HttpRequest) -> dict[str, bool]:
    return {
        "may_watch": may(request.user, "depth_events.watch"),
        "may_read_statistics": may(request.user, "depth_events.statistics"),
        "may_calibrate": may(request.user, "depth_events.calibrate"),
        "may_manage": may(request.user, "depth_events.manage"),
        "may_protect": may(request.user, "depth_events.protection"),
    }


def _told() -> dict[str, Any]:
    """Return how long each thing is kept, and the last signed measurement of each control as rows."""
    context = context_of(PROCESSING, instance.configuration(), language=get_language() or "fr", translate=_)
    found = context.measured
    return {
        "retentions": Reading(PROCESSING, context).retentions(PROCESSING.data),
        "measured": [
            {
                "title": _(one.title),
                "value": number_format(one.value, 3),
                "interval": f"{number_format(one.low, 3)} – {number_format(one.high, 3)}",
                "threshold": f"{_SIGNS[one.direction]} {number_format(one.threshold, 3)}",
                "attacker": _(one.attacker) if one.attacker else "",
                "verdict": {
                    "badge": _("kept") if one.verdict == "passed" else _("not kept"),
                    "colour": _VERDICTS.get(str(one.verdict), "grey"),
                },
                "at": date_format(one.measured_at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT"),
            }
            for one in found.values()
        ],
        "measured_columns": [
            {"key": "title", "label": _("Promise")},
            {"key": "value", "label": _("Measured"), "numeric": True},
            {"key": "interval", "label": _("Interval"), "numeric": True},
            {"key": "threshold", "label": _("Bound"), "numeric": True},
            {"key": "attacker", "label": _("Attacker")},
            {"key": "verdict", "label": _("Verdict")},
            {"key": "at", "label": _("When")},
        ],
    }
