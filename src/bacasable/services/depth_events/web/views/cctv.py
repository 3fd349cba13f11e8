"""The register of zones that cameras film too, and what intervention rests on at each station."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.web import panels, register
from bacasable.services.depth_events.web.actions import cctv, legal
from bacasable.services.depth_events.web.forms import LastDayForm, LegalForm, OverlapForm
from bacasable.services.depth_events.web.models import CctvOverlap, Sensor, Station
from bacasable.ui.saying import spoken


@allow("depth_events.protection")
@require_safe
@never_cache
def filmed(request: HttpRequest) -> HttpResponse:
    """All lines of the register, those that stand first; a manager adds one."""
    form = OverlapForm(sensors=_sensors()) if may(request.user, "depth_events.manage") else None
    return _register(request, form)


@allow("depth_events.manage")
@require_POST
def declare(request: HttpRequest) -> HttpResponse:
    """Declare that cameras film a zone."""
    form = OverlapForm(request.POST, sensors=_sensors())
    if form.is_valid():
        try:
            cctv.declare(**form.said(), by=cast(User, request.user))
        except Refused as refused:
            form.add_error("until_on", spoken(refused.said))
        else:
            messages.success(
                request, _("It is written: nothing about this place is called anonymous any more.")
            )
            return redirect("depth_events:filmed")
    return _register(request, form, status=422)


@allow("depth_events.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say on which day cameras film a zone for the last time."""
    found = get_object_or_404(CctvOverlap.objects.select_related("sensor__station"), public_id=public_id)
    form = LastDayForm(request.POST if request.method == "POST" else None, initial={"last": register.today()})
    if form.is_valid():
        try:
            cctv.end(overlap=found, last=form.cleaned_data["last"], by=cast(User, request.user))
        except Refused as refused:
            form.add_error("last", spoken(refused.said))
        else:
            return redirect("depth_events:filmed")
    context = {"overlap": found, "form": form}
    return render(request, "depth_events/public/end.html", context, status=422 if form.errors else 200)


@allow("depth_events.manage")
@require_safe
@never_cache
def legal_bases(request: HttpRequest) -> HttpResponse:
    """What intervention rests on, station by station: what is missing, and the lines for the edge."""
    return _legal(request)


@allow("depth_events.manage")
@require_POST
def legal_basis(request: HttpRequest, key: str) -> HttpResponse:
    """Write what intervention rests on at a station, and generate its panel."""
    station = get_object_or_404(Station, key=key)
    form = LegalForm(request.POST, prefix=station.key)
    if form.is_valid():
        by = cast(User, request.user)
        told = form.cleaned_data
        try:
            legal.found(
                station=station,
                set_aside_by=told["objection_set_aside_by"],
                means=told["objection_means"],
                by=by,
            )
            legal.generate_panel(station=station, by=by)
        except Refused as refused:
            form.add_error("objection_means", spoken(refused.said))
        else:
            messages.success(request, _("The panel is generated: hang it, and give its lines to the edge."))
            return redirect("depth_events:legal")
    return _legal(request, form, station.key)


def _legal(request: HttpRequest, form: LegalForm | None = None, key: str = "") -> HttpResponse:
    stations = [
        {
            "station": station,
            "missing": panels.missing(station),
            "lines": panels.legal_lines(station),
            "form": form
            if form and station.key == key
            else LegalForm(
                prefix=station.key,
                initial={
                    "objection_set_aside_by": station.objection_set_aside_by,
                    "objection_means": station.objection_means,
                },
            ),
        }
        for station in Station.objects.order_by("title")
    ]
    context = {"stations": stations, "form": form}
    return render(request, "depth_events/public/legal.html", context, status=422 if form else 200)


def _register(request: HttpRequest, form: OverlapForm | None, status: int = 200) -> HttpResponse:
    rows = CctvOverlap.objects.select_related("sensor__station").prefetch_related("sensor__zones")
    may_manage = may(request.user, "depth_events.manage")
    context = {
        "form": form,
        "rows": [_row(one, may_manage) for one in rows.order_by("until_on", "-from_on")],
        "columns": [
            {"key": "place", "label": _("Place")},
            {"key": "by", "label": _("Filmed by")},
            {"key": "since", "label": _("Since")},
            {"key": "until", "label": _("Until")},
            {"key": "words", "label": _("Where to read about it")},
            *([{"key": "end", "label": _("End")}] if may_manage else []),
        ],
    }
    return render(request, "depth_events/public/filmed.html", context, status=status)


def _row(one: CctvOverlap, may_manage: bool) -> dict[str, Any]:
    titles = {zone.key: zone.title for zone in one.sensor.zones.all()}
    zone = titles.get(one.zone, one.zone) or _("all that the sensor sees")
    row: dict[str, Any] = {
        "place": _("%(station)s, %(sensor)s: %(zone)s")
        % {"station": one.sensor.station.title, "sensor": one.sensor.title, "zone": zone},
        "by": one.filmed_by,
        "since": date_format(one.from_on),
        "until": date_format(one.until_on) if one.until_on else _("no end is known"),
        "words": one.words,
    }
    if may_manage:
        row["end"] = {
            "text": _("Say the last day"),
            "href": reverse("depth_events:end", args=[one.public_id]),
        }
    return row


def _sensors() -> list[Sensor]:
    return list(
        Sensor.objects.select_related("station").prefetch_related("zones").order_by("station__title", "title")
    )
