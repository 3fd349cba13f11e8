"""Somebody looks at what is left of a sensor's frames for some seconds, for a reason: it is journalled."""

from datetime import timedelta

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.engine.messages import LONGEST_LOOK_S
from bacasable.services.depth_events.web.actions.acts import act, of_sensor
from bacasable.services.depth_events.web.models import CalibrationLook, Sensor

SHORTEST_REASON, LONGEST_REASON = 10, 300


def look(*, sensor: Sensor, reason: str, seconds: int, by: User) -> CalibrationLook:
    """Write down that ``by`` looks at a sensor from now on, why and until when.

    Raises:
        Refused: no reason to speak of, or too long a look.
    """
    require(by, "depth_events.calibrate")
    told = reason.strip()
    if not SHORTEST_REASON <= len(told) <= LONGEST_REASON:
        raise Refused(N_("say in a few words why you look: it is kept, with your name"))
    if not 1 <= seconds <= LONGEST_LOOK_S:
        raise Refused(N_("look for 60 seconds at most"))
    now = clock.now()
    with act("calibration_look", of_sensor(sensor), by, seconds=seconds):
        made: CalibrationLook = CalibrationLook.objects.create(
            sensor=sensor,
            by=by.public_id,
            reason=told,
            asked_at=now,
            until=now + timedelta(seconds=seconds),
        )
    return made
