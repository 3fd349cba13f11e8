"""What agents do about leaks and unusual volumes. Software sends nothing: an agent does, and says so here.

An early warning has no legal effect. A notice of the law is validated by an agent who saw the computation;
its month begins then, once.
"""

from datetime import datetime, time

from django.db import router, transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine import calendar
from bacasable.services.water_use.engine.notice import TIMES, attestation_due
from bacasable.services.water_use.web import letters
from bacasable.services.water_use.web.actions import letters as kept
from bacasable.services.water_use.web.actions.acts import act, of_contract
from bacasable.services.water_use.web.models import EXPLANATIONS, Incident, Letter

PERMISSION = "water_use.leaks"
#: Civil hours between which an agent may call a household, on working days.
CALLS = (time(9), time(19))


def may_call(at: datetime) -> bool:
    """Say whether an agent may call a household at an instant: on working days from 9 to 19."""
    here = at.astimezone(clock.zone())
    return calendar.off(here.date()) == "working" and CALLS[0] <= here.time() < CALLS[1]


def read(*, incident: Incident, by: User) -> None:
    """Journal that an agent is about to read whose home it is, or a letter about it."""
    require(by, PERMISSION)
    with act("incident_read", of_contract(incident.contract), by, incident=str(incident.public_id)):
        pass


def acknowledge(*, incident: Incident, by: User) -> None:
    """Note that an agent has seen it and follows it."""
    _note(incident, by, "leak_acknowledged", "acknowledged_at")


def called(*, incident: Incident, by: User) -> None:
    """Note that an agent called the household.

    Raises:
        Refused: it is not an hour at which anybody is called.
    """
    if not may_call(clock.now()):
        raise Refused(N_("Households are called from 9 to 19 on working days. Wait until then."))
    _note(incident, by, "household_called", "called_at")


def warn(*, incident: Incident, by: User) -> Letter:
    """Print and keep the early warning of a leak, to be posted.

    Raises:
        Refused: it is no leak that runs, or its warning is there already.
    """
    require(by, PERMISSION)
    if incident.kind != "flow" or incident.state != "open":
        raise Refused(N_("An early warning tells of water that runs now. This does not."))
    if incident.letters.filter(kind="warning").exists():
        raise Refused(N_("The early warning of this leak was made: one alert a leak. Send that one."))
    return kept.keep(
        contract=incident.contract, letter=letters.of_warning(incident), by=by, incident=incident
    )


def notify(*, incident: Incident, by: User) -> Letter:
    """Validate the notice of the law: its letter is kept, and the month for an attestation begins. Once.

    Raises:
        Refused: the law asks for no notice here, or it was validated before.
    """
    require(by, PERMISSION)
    if incident.kind != "volume" or (incident.litres or 0) <= TIMES * (incident.average_litres or 0):
        raise Refused(N_("The law asks for a notice of a volume above twice its average. This is none."))
    now = clock.now()
    due = attestation_due(now.astimezone(clock.zone()).date())
    with transaction.atomic(using=router.db_for_write(Incident)):
        waiting = Incident.objects.filter(pk=incident.pk, notified_at=None, state="open")
        if not waiting.update(notified_at=now, attestation_due=due):
            raise Refused(N_("This notice was validated before, or what it tells of is closed."))
        incident.refresh_from_db()
        with act("notice_validated", _named(incident), by, due=due.isoformat()):
            return kept.keep(
                contract=incident.contract, letter=letters.of_notice(incident), by=by, incident=incident
            )


def attested(*, incident: Incident, by: User) -> None:
    """Note that the plumber's attestation was received; whether it is in time is shown, not decided.

    Raises:
        Refused: no notice was sent that it would answer.
    """
    if incident.notified_at is None:
        raise Refused(N_("An attestation answers a notice of the law. None was validated here."))
    _note(incident, by, "attestation_received", "attested_at")


def close(*, incident: Incident, explained_as: str, by: User) -> None:
    """Close what the household explained to an agent: a leak that is repaired, or a use.

    Raises:
        Refused: the words are not one of the answers.
    """
    require(by, PERMISSION)
    if explained_as not in dict(EXPLANATIONS) or explained_as == "looking":
        raise Refused(N_("This is not one of the answers. Choose one of the list."))
    with act("leak_closed", _named(incident), by, explained_as=explained_as):
        Incident.objects.filter(pk=incident.pk).update(state="explained", explained_as=explained_as)


def _note(incident: Incident, by: User, action: str, column: str) -> None:
    """Note an instant, the first time: what was noted stays."""
    require(by, PERMISSION)
    with act(action, _named(incident), by):
        Incident.objects.filter(pk=incident.pk, **{column: None}).update(**{column: clock.now()})
    incident.refresh_from_db()


def _named(incident: Incident) -> str:
    return f"leak:{incident.public_id}"
