"""Objecting, and asking, by place and time; and the manager's answers."""

import uuid
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.web import shown
from bacasable.services.depth_events.web.actions import objecting
from bacasable.services.depth_events.web.forms import AnswerForm, PlaceForm, ReferenceForm
from bacasable.services.depth_events.web.models import (
    OBJECTION_KINDS,
    REQUEST_STATES,
    ObjectionRequest,
    Station,
)
from bacasable.ui.saying import spoken

PER_PAGE = 20
_COLOURS = {"received": "blue", "granted": "green", "refused": "red"}


@allow("depth_events.read")
@require_http_methods(["GET", "POST"])
@never_cache
def object_(request: HttpRequest, key: str) -> HttpResponse:
    """A form of place and time; what happens next is said before it is sent."""
    station = get_object_or_404(Station.objects.prefetch_related("sensors"), key=key)
    avoidable = shown.avoidable(station)
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        sensors=list(station.sensors.all()),
        avoidable=avoidable,
    )
    if form.is_valid():
        try:
            made = objecting.ask(**form.asked())
        except Refused as refused:
            form.add_error("sensor", spoken(refused.said))
        else:
            return redirect("depth_events:asked", made.public_id)
    context = {
        "station": station,
        "form": form,
        "routes": shown.routes(station),
        "can_object": bool(avoidable),
        "set_aside_by": station.objection_set_aside_by,
        "reference_form": ReferenceForm(prefix="follow"),
    }
    return render(request, "depth_events/public/object.html", context, status=422 if form.errors else 200)


@allow("depth_events.read")
@require_safe
@never_cache
def asked(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A request and what became of it, to who has its address."""
    found = get_object_or_404(ObjectionRequest.objects.select_related("sensor__station"), public_id=public_id)
    context = {
        "asked": found,
        "facts": _facts(found),
        "routes": [
            way for way in shown.routes(found.sensor.station) if found.sensor.key in way.get("avoids", ())
        ],
    }
    return render(request, "depth_events/public/asked.html", context)


@allow("depth_events.read")
@require_http_methods(["GET", "POST"])
@never_cache
def follow(request: HttpRequest) -> HttpResponse:
    """Find a request again by its reference."""
    form = ReferenceForm(request.POST if request.method == "POST" else None, prefix="follow")
    if form.is_valid():
        reference = "".join(form.cleaned_data["reference"].split()).upper()
        found = ObjectionRequest.objects.filter(reference=reference).first()
        if found:
            return redirect("depth_events:asked", found.public_id)
        form.add_error(
            "reference", _("No request has this reference: look at the signs, it has eight of them.")
        )
    return render(
        request, "depth_events/public/follow.html", {"form": form}, status=422 if form.errors else 200
    )


@allow("depth_events.manage")
@require_safe
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """Requests to answer, the first due first, then those that were."""
    rows = ObjectionRequest.objects.select_related("sensor__station").order_by("answered_at", "due_at")
    waiting = rows.filter(state="received").order_by("due_at")
    page = Paginator(rows.exclude(state="received").order_by("-answered_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "waiting": [_row(one) for one in waiting[:100]],
        "page": page,
        "answered": [_row(one) for one in page],
        "columns": [
            {"key": "reference", "label": _("Reference")},
            {"key": "kind", "label": _("Asked")},
            {"key": "place", "label": _("Where")},
            {"key": "when", "label": _("When")},
            {"key": "due", "label": _("To be answered by")},
            {"key": "state", "label": _("State")},
        ],
    }
    return render(request, "depth_events/public/requests.html", context)


@allow("depth_events.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer a request: how many incidents would go is said before."""
    found = get_object_or_404(ObjectionRequest.objects.select_related("sensor__station"), public_id=public_id)
    is_open = found.state == "received"
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if is_open and form.is_valid():
        try:
            objecting.answer(
                request=found,
                granted=form.cleaned_data["verdict"] == "granted",
                words=form.cleaned_data["words"],
                by=cast(User, request.user),
            )
        except Refused as refused:
            form.add_error("words", spoken(refused.said))
        else:
            return redirect("depth_events:requests")
    context = {
        "asked": found,
        "facts": _facts(found),
        "form": form if is_open else None,
        "concerned": objecting.about(found).count() if is_open else 0,
    }
    return render(request, "depth_events/public/answer.html", context, status=422 if form.errors else 200)


def _when(found: ObjectionRequest) -> str:
    first, last = (at.astimezone(clock.zone()) for at in (found.from_at, found.to_at))
    return _("%(day)s, from %(first)s to %(last)s") % {
        "day": date_format(first.date()),
        "first": date_format(first, "TIME_FORMAT"),
        "last": date_format(last, "TIME_FORMAT"),
    }


def _facts(found: ObjectionRequest) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = [
        {"key": _("Reference"), "value": found.reference},
        {"key": _("Asked"), "value": _(dict(OBJECTION_KINDS)[found.kind]).capitalize()},
        {"key": _("Where"), "value": f"{found.sensor.station.title}, {found.sensor.title}"},
        {"key": _("When"), "value": _when(found)},
        {"key": _("State"), "value": _(dict(REQUEST_STATES)[found.state]).capitalize()},
    ]
    if found.state == "received":
        facts.append({"key": _("To be answered by"), "value": date_format(found.due_at.date())})
    else:
        facts.append({"key": _("Incidents erased"), "value": found.erased})
        if found.answer:
            facts.append({"key": _("In words"), "value": found.answer})
    return facts


def _row(found: ObjectionRequest) -> dict[str, Any]:
    return {
        "href": reverse("depth_events:answer", args=[found.public_id]),
        "reference": found.reference,
        "kind": _(dict(OBJECTION_KINDS)[found.kind]),
        "place": f"{found.sensor.station.title}, {found.sensor.title}",
        "when": _when(found),
        "due": date_format(found.due_at.date()),
        "state": {"badge": _(dict(REQUEST_STATES)[found.state]), "colour": _COLOURS[found.state]},
    }
