"""The register of zones that cameras film too: declared and ended by a manager, and nothing is erased."""

from datetime import date

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web.actions.acts import act, of_sensor
from bacasable.services.depth_events.web.models import CctvOverlap, Sensor


def declare(
    *,
    sensor: Sensor,
    zone: str,
    filmed_by: str,
    from_on: date,
    until_on: date | None = None,
    words: str = "",
    by: User,
) -> CctvOverlap:
    """Write that a zone is filmed too: from then on nothing about it is called anonymous.

    Args:
        zone: its key; empty for all that the sensor sees.
        filmed_by: the body whose cameras they are, never a person.
        until_on: the last day, None where no end is known.

    Raises:
        Refused: it ends before it begins, or the zone is none of the sensor's.
    """
    require(by, "depth_events.manage")
    if until_on is not None and until_on < from_on:
        raise Refused(N_("cameras would film until a day before the first: check both days"))
    if zone and not sensor.zones.filter(key=zone).exists():
        raise Refused(N_("this zone is none of the sensor's: choose one of its zones, or all that it sees"))
    with act("overlap_declared", of_sensor(sensor), by, zone=zone, from_on=from_on.isoformat()):
        return CctvOverlap.objects.create(
            sensor=sensor,
            zone=zone,
            filmed_by=filmed_by.strip(),
            from_on=from_on,
            until_on=until_on,
            words=words.strip(),
            made_at=clock.now(),
            made_by=by.public_id,
        )


def end(*, overlap: CctvOverlap, last: date, by: User) -> None:
    """Write the last day on which cameras film: what was counted until then stays without the word.

    Raises:
        Refused: it would end before it begins.
    """
    require(by, "depth_events.manage")
    if last < overlap.from_on:
        raise Refused(N_("cameras would film until a day before the first: check both days"))
    with act("overlap_ended", of_sensor(overlap.sensor), by, zone=overlap.zone, until_on=last.isoformat()):
        overlap.until_on = last
        overlap.ended_at, overlap.ended_by = clock.now(), by.public_id
        overlap.save(update_fields=["until_on", "ended_at", "ended_by"])
