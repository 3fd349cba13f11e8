"""The gate before files: what is read of a person is declared, and no opinion comes before the assessment."""

from functools import cache

from bacasable.compliance.gate import Gate
from bacasable.duties.dpia.queries import RECORDED_DPIAS
from bacasable.people.rows import READING_JOURNAL
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.processing import ADVISE, LIMITS, PROCESSING
from bacasable.services.job_advice.processing.purposes import FILE
from bacasable.services.job_advice.web import sealed
from bacasable.services.job_advice.web.models import File


@cache
def gate() -> Gate:
    """Return the gate of the service: each reading is journalled before it happens."""
    return Gate(PROCESSING, journal=READING_JOURNAL, dpias=RECORDED_DPIAS)


def profile_to_advise(file: File) -> Profile:
    """Return the profile of a file for an opinion; its limits as a purpose of their own, where it has some.

    Raises:
        NotYet: people here are real, and the impact assessment is not validated.
    """
    gate().admit(purpose=ADVISE.key, data_set=FILE, fields=("sealed", "department"))
    if file.limits:
        gate().admit(purpose=LIMITS.key, data_set=FILE, fields=("limits",))
    return sealed.profile_of(file)
