"""One shift leaves a station to the next: what is open goes with it, and who took it over is known."""

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web.actions.acts import act, of_station
from bacasable.services.depth_events.web.models import Handover, Station

LONGEST_NOTE = 1000


def leave(*, station: Station, note: str, by: User) -> Handover:
    """Leave a station with a note to whoever comes next.

    Raises:
        Refused: ``by`` left it before, and nobody has taken it over since.
    """
    require(by, "depth_events.watch")
    if station.handovers.filter(by=by.public_id, taken_at=None).exists():
        raise Refused(N_("you left this station before, and nobody has taken it over yet"))
    with act("handover_left", of_station(station), by):
        made: Handover = Handover.objects.create(
            station=station, by=by.public_id, at=clock.now(), note=note.strip()[:LONGEST_NOTE]
        )
    return made


def take(*, handover: Handover, by: User) -> None:
    """Take a station over from who left it.

    Raises:
        Refused: somebody has taken it over, or it is one's own.
    """
    require(by, "depth_events.watch")
    if handover.by == by.public_id:
        raise Refused(N_("who leaves a station does not take it over from themselves"))
    with act("handover_taken", of_station(handover.station), by, handover=str(handover.public_id)):
        taken = Handover.objects.filter(pk=handover.pk, taken_at=None).update(
            taken_by=by.public_id, taken_at=clock.now()
        )
        if not taken:
            raise Refused(N_("somebody took this station over before you"))
