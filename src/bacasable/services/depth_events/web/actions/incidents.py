"""What operators do of an incident: they take it, say what it was; each act is journalled."""

from django.db import router, transaction

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import N_, Refused
from bacasable.services.depth_events.web.actions.acts import act, of_sensor
from bacasable.services.depth_events.web.models import OUTCOMES, Incident, IncidentAct

#: Words of a note at most.
LONGEST_NOTE = 500


def acknowledge(*, incident: Incident, by: User) -> None:
    """Take an incident: others see that somebody is on it.

    Raises:
        Refused: somebody took it before.
    """
    require(by, "depth_events.watch")
    with transaction.atomic(using=router.db_for_write(Incident)):
        # Two who take it at once wait for each other here.
        Incident.objects.select_for_update().get(pk=incident.pk)
        if incident.acts.filter(verb="acknowledged").exists():
            raise Refused(N_("somebody took this incident before you"))
        _act(incident, "acknowledged", by)


def say_outcome(*, incident: Incident, outcome: str, note: str = "", by: User) -> None:
    """Say whether an alert was true; said again, the last word counts.

    Raises:
        Refused: none of the outcomes.
    """
    require(by, "depth_events.watch")
    if outcome not in dict(OUTCOMES):
        raise Refused(N_("say whether the alert was true, false, or that it is not known"))
    if incident.outcome == outcome and not note:
        return
    _act(incident, "outcome", by, outcome=outcome, note=note.strip()[:LONGEST_NOTE])


def _act(incident: Incident, verb: str, by: User, outcome: str = "", note: str = "") -> None:
    told = {"outcome": outcome} if outcome else {}
    name = "incident_acknowledged" if verb == "acknowledged" else "outcome_said"
    with act(name, of_sensor(incident.sensor), by, incident=incident.incident_key, **told):
        IncidentAct.objects.create(
            incident=incident, verb=verb, outcome=outcome, note=note, at=clock.now(), by=by.public_id
        )
