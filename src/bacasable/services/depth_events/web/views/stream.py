"""Word that the board has changed, as events of a server: the page then asks for itself.

An event carries a number that changes and nothing else: what happened is read on the board, by who may.
"""

import asyncio
import hashlib
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connections
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from bacasable.people.permissions import allow
from bacasable.services.depth_events.web.models import (
    Incident,
    IncidentAct,
    Interruption,
    Sensor,
    Station,
)

#: How often the database is asked, whoever listens (seconds); how often a silent stream says that it lives.
EACH_S, ALIVE_S = 1.0, 15.0
#: After this, the browser asks again, and who it is and what they may see are checked again.
LASTS_S = 300.0
#: Streams of one account at once, in this process.
MOST_AT_ONCE = 10
_listening: Counter[int | None] = Counter()


class _Pulse:
    """The state of the board as a number, asked of the database at most once a second in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known = ""
        self._asked_s = float("-inf")

    def now(self) -> str:
        """Return the number."""
        with self._lock:
            if time.monotonic() - self._asked_s >= EACH_S:
                self._known = state()
                self._asked_s = time.monotonic()
            return self._known


_pulse = _Pulse()


def state() -> str:
    """Return a number that changes with what the board shows."""
    asked = (
        Incident.objects.aggregate(Count("pk"), Max("updated_at"), Max("escalated_at"), Max("ended_at")),
        IncidentAct.objects.aggregate(Count("pk"), Max("pk")),
        Interruption.objects.aggregate(Count("pk"), Max("to_at")),
        Station.objects.aggregate(Max("updated_at")),
        list(Sensor.objects.order_by("pk").values_list("state", "occupancy")),
    )
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]


@allow("depth_events.watch")
@require_safe
def stream(request: HttpRequest) -> HttpResponseBase:
    """Tell each change of the board, for five minutes; the browser then connects again.

    An account has a few of them at once: each board that is open asks for one.
    """
    who = request.user.pk
    if _listening[who] >= MOST_AT_ONCE:
        return HttpResponse(status=429, headers={"Retry-After": "30", "Cache-Control": "no-store"})
    return as_stream(counted(who, changes()))


async def counted(who: int | None, events: AsyncIterator[str]) -> AsyncIterator[str]:
    """Yield events, counted among the streams of ``who`` for as long as somebody reads them."""
    _listening[who] += 1
    try:
        async for event in events:
            yield event
    finally:
        _listening[who] -= 1
        if not _listening[who]:
            del _listening[who]


def as_stream(events: AsyncIterator[str]) -> StreamingHttpResponse:
    """Return events of a server that no cache or proxy holds back."""
    made = StreamingHttpResponse(events, content_type="text/event-stream; charset=utf-8")
    made["Cache-Control"] = "no-store"
    made["X-Accel-Buffering"] = "no"
    return made


async def changes(lasts_s: float = LASTS_S) -> AsyncIterator[str]:
    """Yield an event when the board has changed, first of all what it is now."""
    yield "retry: 2000\n\n"
    known, end_s, said_s = "", time.monotonic() + lasts_s, time.monotonic()
    while time.monotonic() < end_s:
        now = await sync_to_async(_asked, thread_sensitive=False)()
        if now != known:
            known, said_s = now, time.monotonic()
            yield f"event: changed\ndata: {now}\n\n"
        elif time.monotonic() - said_s > ALIVE_S:
            said_s = time.monotonic()
            yield ": alive\n\n"
        await asyncio.sleep(EACH_S)


def _asked() -> str:
    try:
        return _pulse.now()
    finally:
        connections.close_all()
