"""From one shift to the next: what is open at a station, the note that is left, who takes over."""

import uuid
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.web.actions import handover as acts
from bacasable.services.depth_events.web.forms import HandoverForm
from bacasable.services.depth_events.web.models import Handover, Incident, Interruption, Station
from bacasable.ui.saying import spoken

#: A shift, and the handovers that are listed.
SHIFT, LAST = timedelta(hours=12), 10


@allow("depth_events.watch")
@require_http_methods(["GET", "POST"])
@never_cache
def handover(request: HttpRequest, key: str) -> HttpResponse:
    """What goes with a station to the next shift; a note is left."""
    station = get_object_or_404(Station, key=key)
    form = HandoverForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            acts.leave(station=station, **form.cleaned_data, by=cast(User, request.user))
        except Refused as refused:
            form.add_error("note", spoken(refused.said))
        else:
            messages.success(request, _("The station is left to the next shift, with your note."))
            return redirect("depth_events:handover", station.key)
    me = cast(User, request.user).public_id
    left = list(station.handovers.all()[:LAST])
    context = {
        "station": station,
        "form": form,
        "waiting": [one for one in left if one.taken_at is None and one.by != me],
        "open": _open(station),
        "open_columns": [
            {"key": "when", "label": _("Began")},
            {"key": "what", "label": _("What")},
            {"key": "state", "label": _("State")},
        ],
        "left": [
            {
                "when": _when(one.at),
                "note": one.note or "–",
                "taken": _when(one.taken_at) if one.taken_at else _("not yet"),
            }
            for one in left
        ],
        "left_columns": [
            {"key": "when", "label": _("Left")},
            {"key": "note", "label": _("Note")},
            {"key": "taken", "label": _("Taken over")},
        ],
    }
    return render(request, "depth_events/board/handover.html", context, status=422 if form.errors else 200)


@allow("depth_events.watch")
@require_POST
def take(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a station over."""
    found: Handover = get_object_or_404(Handover.objects.select_related("station"), public_id=public_id)
    try:
        acts.take(handover=found, by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        messages.success(request, _("You have taken the station over."))
    return redirect("depth_events:handover", found.station.key)


def _open(station: Station) -> list[dict[str, Any]]:
    """Return incidents that go on or whose outcome nobody said, and what is not watched."""
    since = clock.now() - SHIFT
    rows = []
    kept = Incident.objects.filter(station=station).select_related("sensor").prefetch_related("acts")
    for one in kept.filter(started_at__gte=since) | kept.filter(ended_at=None):
        if one.ended_at is not None and one.outcome:
            continue
        kind = _(one.get_kind_display()).capitalize()
        rows.append(
            {
                "when": _when(one.started_at),
                "what": {
                    "text": f"{kind}, {one.sensor.title}",
                    "href": reverse("depth_events:incident", args=[one.public_id]),
                },
                "state": _("goes on") if one.ended_at is None else _("over, outcome to be said"),
            }
        )
    for gap in Interruption.objects.filter(station=station, to_at=None).select_related("sensor"):
        where = gap.sensor.title if gap.sensor else _("the whole station")
        rows.append({"when": _when(gap.from_at), "what": where, "state": _("not watched")})
    return rows


def _when(at: Any) -> str:
    return date_format(at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT")
