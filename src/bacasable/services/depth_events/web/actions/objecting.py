"""Requests by place and time: nobody says who they are, and a manager answers within a month."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bacasable.compliance import clock
from bacasable.compliance.declaration import Period
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web import shown
from bacasable.services.depth_events.web.actions.acts import act, of_sensor
from bacasable.services.depth_events.web.models import Incident, ObjectionRequest, Sensor

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: GDPR art. 12(3): one month.
TO_ANSWER = Period(months=1)
#: A request is about some hours: who passed knows when.
LONGEST = timedelta(hours=24)
#: Signs of a reference: none that is read as another.
_SIGNS, _LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 8
#: Requests of all together in a day: a form without a name invites floods.
MOST_IN_A_DAY = 500


def ask(*, sensor: Sensor, kind: str, from_at: datetime, to_at: datetime) -> ObjectionRequest:
    """Take a request about a place, from one instant to another.

    Raises:
        Refused: to object where no way avoids the sensor, a time that is none, or too many requests today.
    """
    if kind == "object" and sensor.key not in shown.avoidable(sensor.station):
        raise Refused(
            N_(
                "no way through the station avoids this sensor, so that objecting here would promise what "
                "cannot be kept: ask for erasure, or write to the data protection officer"
            )
        )
    if to_at <= from_at or to_at - from_at > LONGEST:
        raise Refused(N_("give a beginning and an end, a day apart at most"))
    now = clock.now()
    if ObjectionRequest.objects.filter(made_at__gt=now - timedelta(days=1)).count() >= MOST_IN_A_DAY:
        raise Refused(N_("too many requests came today: try again tomorrow, or write to the manager"))
    reference = "".join(secrets.choice(_SIGNS) for _sign in range(_LENGTH))
    with act("request_received", of_sensor(sensor), None, kind=kind):
        return ObjectionRequest.objects.create(
            reference=reference,
            sensor=sensor,
            kind=kind,
            from_at=from_at,
            to_at=to_at,
            made_at=now,
            due_at=TO_ANSWER.after(now),
        )


def answer(*, request: ObjectionRequest, granted: bool, words: str, by: User) -> int:
    """Answer a request; where it is granted, the incidents of that place and time go. Return how many.

    Raises:
        Refused: it was answered already, or refused without a reason.
    """
    require(by, "depth_events.manage")
    if request.state != "received":
        raise Refused(N_("this request was answered already"))
    if not granted and not words.strip():
        raise Refused(N_("a refusal gives its reason (GDPR, art. 12(4))"))
    verdict = "granted" if granted else "refused"
    with act("request_answered", of_sensor(request.sensor), by, kind=request.kind, verdict=verdict):
        erased = 0
        if granted and request.kind in ("object", "erase"):
            incidents = about(request)
            erased = incidents.count()
            incidents.delete()
        request.state, request.answer, request.erased = verdict, words.strip(), erased
        request.answered_at, request.answered_by = clock.now(), by.public_id
        request.save(update_fields=["state", "answer", "erased", "answered_at", "answered_by"])
    return erased


def about(request: ObjectionRequest) -> "QuerySet[Incident]":
    """Return the incidents of the place that lasted at any time of the request, those over only."""
    return Incident.objects.filter(
        sensor=request.sensor,
        started_at__lt=request.to_at,
        ended_at__gte=request.from_at,
    )
