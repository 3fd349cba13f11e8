"""The operators' board: what goes on, where, since when; who took it; what it was. Sensors show no frame."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.intervals import wilson
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.processing.labels import Overlap
from bacasable.services.depth_events.web import plans, register, shown
from bacasable.services.depth_events.web.actions import incidents
from bacasable.services.depth_events.web.forms import OutcomeForm
from bacasable.services.depth_events.web.models import (
    OUTCOMES,
    Incident,
    IncidentAct,
    Interruption,
    Station,
)
from bacasable.ui.saying import spoken

#: Incidents that are over and still listed, and what precision is reckoned on.
LAST, JUDGED_DAYS = 15, 30
_SEVERITY = {1: "grey", 2: "orange", 3: "red"}
_OUTCOME = {"true": "green", "false": "orange", "unknown": "grey"}


@allow("depth_events.watch")
@require_safe
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """What goes on at each station; the page asks for itself again when the stream says that it changed."""
    stations = Station.objects.prefetch_related("sensors__zones")
    filmed = register.lines()
    context = {
        "stations": [_station(one, filmed) for one in stations],
        "precision": _precision(),
        "precision_columns": [
            {"key": "kind", "label": _("Alert")},
            {"key": "said", "label": _("Outcomes said"), "numeric": True},
            {"key": "right", "label": _("Right"), "numeric": True},
        ],
    }
    return render(request, "depth_events/board/board.html", context)


@allow("depth_events.watch")
@require_http_methods(["GET", "POST"])
@never_cache
def incident(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One incident: facts, acts, and what it was."""
    found = _found(public_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None, initial={"outcome": found.outcome})
    if form.is_valid():
        try:
            incidents.say_outcome(incident=found, **form.cleaned_data, by=cast(User, request.user))
        except Refused as refused:
            form.add_error("outcome", spoken(refused.said))
        else:
            return redirect("depth_events:board")
    context = {
        "incident": found,
        "kind": _(found.get_kind_display()).capitalize(),
        "facts": _facts(found),
        "acts": [
            {
                "when": one.at,
                "title": _(one.get_verb_display()).capitalize()
                + (f" ({_(one.get_outcome_display())})" if one.outcome else ""),
                "text": one.note,
            }
            for one in found.acts.all()
        ],
        "form": form,
    }
    return render(request, "depth_events/board/incident.html", context, status=422 if form.errors else 200)


@allow("depth_events.watch")
@require_POST
def acknowledge(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take an incident."""
    try:
        incidents.acknowledge(incident=_found(public_id), by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    return redirect("depth_events:board")


def _found(public_id: uuid.UUID) -> Incident:
    found: Incident = get_object_or_404(
        Incident.objects.select_related("sensor__station").prefetch_related("acts"), public_id=public_id
    )
    return found


def _station(station: Station, filmed: Sequence[Overlap]) -> dict[str, Any]:
    sensors = list(station.sensors.all())
    kept = (
        Incident.objects.filter(station=station)
        .select_related("sensor__station")
        .prefetch_related(Prefetch("acts", queryset=IncidentAct.objects.order_by("at", "pk")))
    )
    running = list(kept.filter(ended_at=None).order_by("-severity", "started_at")[:50])
    titles = {zone.key: zone.title for sensor in sensors for zone in sensor.zones.all()}
    return {
        "station": station,
        "plan": plans.plan_of(station, sensors, running),
        "interrupted": _interrupted(station),
        "running": [_row(one, titles) | {"take": None if one.is_taken else one.public_id} for one in running],
        "over": [_row(one, titles) for one in kept.exclude(ended_at=None)[:LAST]],
        "over_columns": [
            {"key": "when", "label": _("Began")},
            {"key": "kind", "label": _("Alert")},
            {"key": "where", "label": _("Where")},
            {"key": "lasted", "label": _("Lasted"), "numeric": True},
            {"key": "outcome", "label": _("It was")},
        ],
        "sensors": [
            {
                "title": sensor.title,
                "state": shown.state_of(sensor),
                "reason": _(sensor.state_reason) if sensor.state_reason else "",
                "people": "–" if sensor.occupancy is None else sensor.occupancy,
                "label": shown.label_badge(register.label_of(sensor, register=filmed)),
            }
            for sensor in sensors
        ],
        "sensor_columns": [
            {"key": "title", "label": _("Sensor")},
            {"key": "state", "label": _("State")},
            {"key": "reason", "label": _("Why")},
            {"key": "people", "label": _("People now"), "numeric": True},
            {"key": "label", "label": _("What it tells is")},
        ],
    }


def _interrupted(station: Station) -> list[str]:
    """Return what is not watched now: the station as a whole, or some of its sensors."""
    lines = []
    for one in Interruption.objects.filter(station=station, to_at=None).select_related("sensor"):
        since = date_format(one.from_at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT")
        where = one.sensor.title if one.sensor else _("the whole station")
        lines.append(_("Not watched: %(where)s, since %(since)s") % {"where": where, "since": since})
    return lines


def _row(one: Incident, titles: dict[str, str]) -> dict[str, Any]:
    end = one.ended_at or clock.now()
    seconds = max(0, round((end - one.started_at).total_seconds()))
    where = one.sensor.title + (f", {titles.get(one.zone, one.zone)}" if one.zone else "")
    outcome = one.outcome
    return {
        "href": reverse("depth_events:incident", args=[one.public_id]),
        "when": date_format(one.started_at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT"),
        "kind": {"badge": _(one.get_kind_display()), "colour": _SEVERITY[one.severity]},
        "badge": _(one.get_kind_display()),
        "colour": _SEVERITY[one.severity],
        "where": where,
        "lasted": _lasted(seconds),
        "taken": one.is_taken,
        "escalated": one.escalated_at is not None,
        "outcome": {"badge": _(dict(OUTCOMES)[outcome]), "colour": _OUTCOME[outcome]} if outcome else "",
    }


def _facts(found: Incident) -> list[dict[str, Any]]:
    end = found.ended_at or clock.now()
    return [
        {"key": _("Where"), "value": f"{found.sensor.station.title}, {found.sensor.title}"},
        {
            "key": _("Place"),
            "value": _("%(x)s m, %(y)s m, to half a metre")
            % {"x": number_format(found.x_m, 1), "y": number_format(found.y_m, 1)},
        },
        {
            "key": _("Began"),
            "value": date_format(found.started_at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT"),
        },
        {"key": _("Lasted"), "value": _lasted(round((end - found.started_at).total_seconds()))},
        {
            "key": _("How sure"),
            "value": _("%(share)s of such alarms were true on simulated scenes")
            % {"share": f"{100 * found.confidence:.0f} %"},
        },
    ]


def _lasted(seconds: int) -> str:
    if seconds < 120:
        return ngettext("%(seconds)d second", "%(seconds)d seconds", seconds) % {"seconds": seconds}
    return _("%(minutes)d minutes") % {"minutes": seconds // 60}


def _precision() -> list[dict[str, Any]]:
    """Return how often alerts of each kind were right, of the outcomes that people said."""
    since = clock.now() - timedelta(days=JUDGED_DAYS)
    judged: dict[str, list[bool]] = {}
    for one in Incident.objects.filter(started_at__gte=since).prefetch_related("acts"):
        if one.outcome in ("true", "false"):
            judged.setdefault(_(one.get_kind_display()), []).append(one.outcome == "true")
    return [
        {"kind": kind, "said": len(said), "right": _share(sum(said), len(said))}
        for kind, said in sorted(judged.items())
    ]


def _share(right: int, said: int) -> str:
    """Return a share and its interval at 95 %: three outcomes say little, and it shows."""
    bounds = wilson(right, said)
    return _("%(share)s %% (%(low)s to %(high)s %%)") % {
        "share": round(100 * right / said),
        "low": round(100 * bounds.low),
        "high": round(100 * bounds.high),
    }
