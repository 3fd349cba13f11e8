"""The gate before incidents: none of real people is kept before the impact assessment is validated."""

from bacasable.compliance.gate import Gate, NotYet
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.rows import READING_JOURNAL
from bacasable.services.depth_events.processing import INTERVENTION, PROCESSING
from bacasable.services.depth_events.processing.purposes import INCIDENT


def gate() -> Gate:
    """Return the gate of the service, with what is recorded of its assessment today."""
    return Gate(PROCESSING, journal=READING_JOURNAL, dpias=RECORDED_DPIAS)


def keeps_incidents() -> bool:
    """Whether incidents may be kept here: people are fictional, or the assessment is validated."""
    try:
        gate().admit(purpose=INTERVENTION.key, data_set=INCIDENT, fields=("incident",))
    except NotYet:
        return False
    return True
