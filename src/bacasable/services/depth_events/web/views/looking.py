"""What a sensor "sees", for who calibrates it: the protected matrix, for some seconds, kept nowhere.

The page asks the edge through the broker and shows what comes while the look lasts. The edge answers only
where its own configuration allows it.
"""

import asyncio
import base64
import json
import secrets
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bacasable.compliance import clock
from bacasable.exchange.mqtt import Client
from bacasable.exchange.mqtt_address import Broker
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.depth_events.engine.messages import (
    Calibration,
    CalibrationAsked,
    Topics,
    build,
    parse,
)
from bacasable.services.depth_events.web import connecting, shown
from bacasable.services.depth_events.web.actions import looking
from bacasable.services.depth_events.web.forms import LookForm
from bacasable.services.depth_events.web.models import CalibrationLook, Sensor
from bacasable.services.depth_events.web.views.stream import as_stream
from bacasable.ui.saying import spoken

#: Looks listed beside the form.
LAST = 10
_CONNECTS_S = 8.0


@allow("depth_events.calibrate")
@require_safe
@never_cache
def sensors(request: HttpRequest) -> HttpResponse:
    """The sensors of each station, one of which is to be calibrated."""
    found = Sensor.objects.select_related("station").order_by("station__title", "pk")
    return render(request, "depth_events/board/sensors.html", {"sensors": found})


@allow("depth_events.calibrate")
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: HttpRequest, station: str, key: str) -> HttpResponse:
    """Ask to see what is left of a sensor's frames, with a reason; who looked before is listed."""
    sensor = get_object_or_404(Sensor.objects.select_related("station"), station__key=station, key=key)
    form = LookForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = looking.look(sensor=sensor, **form.cleaned_data, by=cast(User, request.user))
        except Refused as refused:
            form.add_error("reason", spoken(refused.said))
        else:
            return redirect("depth_events:look", made.public_id)
    context = {
        "sensor": sensor,
        "form": form,
        "setting": shown.setting_words(sensor.setting),
        "looks": [
            {
                "when": date_format(one.asked_at.astimezone(clock.zone()), "SHORT_DATETIME_FORMAT"),
                "reason": one.reason,
                "seconds": round((one.until - one.asked_at).total_seconds()),
            }
            for one in sensor.looks.all()[:LAST]
        ],
        "columns": [
            {"key": "when", "label": _("Asked")},
            {"key": "reason", "label": _("Why")},
            {"key": "seconds", "label": _("Seconds"), "numeric": True},
        ],
    }
    return render(request, "depth_events/board/calibration.html", context, status=422 if form.errors else 200)


@allow("depth_events.calibrate")
@require_safe
@never_cache
def look(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The page that shows the matrix while the look lasts."""
    found = _mine(request, public_id)
    context = {"look": found, "sensor": found.sensor, "lasts": found.until > clock.now()}
    return render(request, "depth_events/board/look.html", context)


@allow("depth_events.calibrate")
@require_safe
def matrices(request: HttpRequest, public_id: uuid.UUID) -> StreamingHttpResponse:
    """The matrices of a look that lasts, as events of a server."""
    found = _mine(request, public_id)
    broker = connecting.broker()
    if found.until <= clock.now() or broker is None:
        raise Http404
    sensor = found.sensor
    prefix = next(
        (one for one in connecting.prefixes([sensor.station.key]) if one.endswith(f"/{sensor.station.key}")),
        f"bacasable/{sensor.station.key}",
    )
    return as_stream(seen(broker, Topics(prefix), sensor.key, found.until))


def _mine(request: HttpRequest, public_id: uuid.UUID) -> CalibrationLook:
    found: CalibrationLook = get_object_or_404(
        CalibrationLook.objects.select_related("sensor__station"),
        public_id=public_id,
        by=cast(User, request.user).public_id,
    )
    return found


async def seen(broker: Broker, topics: Topics, sensor: str, until: datetime) -> AsyncIterator[str]:
    """Yield what the edge shows of a sensor until then; ``end`` when it is over, ``none`` without an edge."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[Calibration] = asyncio.Queue(4)

    def put(message: Calibration) -> None:
        # Who draws slowly misses some: what is shown is for now.
        if not queue.full():
            queue.put_nowait(message)

    def take(topic: str, payload: bytes) -> None:
        try:
            message = parse(topic, payload)
        except ValueError:
            return
        if isinstance(message, Calibration):
            loop.call_soon_threadsafe(put, message)

    client = Client(broker, f"bacasable-look-{secrets.token_hex(6)}")
    client.subscribe(topics.of_sensor(sensor, "calibration"), take, retained=False)
    client.start()
    count = 0
    try:
        if not await asyncio.to_thread(client.wait_until_connected, _CONNECTS_S):
            yield "event: none\ndata: \n\n"
            return
        seconds = max(1, round((until - clock.now()).total_seconds()))
        client.publish(*build(topics, CalibrationAsked(sensor, seconds)), "fleeting")
        while (left_s := (until - clock.now()).total_seconds()) > 0:
            try:
                message = await asyncio.wait_for(queue.get(), min(left_s, 5.0))
            except TimeoutError:
                if not count:
                    yield ": nothing yet\n\n"
                continue
            count += 1
            told = {
                "columns": message.columns,
                "rows": message.rows,
                "heights": base64.b64encode(message.heights_mm).decode("ascii"),
            }
            yield f"event: matrix\ndata: {json.dumps(told)}\n\n"
        yield f"event: {'end' if count else 'none'}\ndata: \n\n"
    finally:
        await asyncio.to_thread(client.stop, 1.0)
