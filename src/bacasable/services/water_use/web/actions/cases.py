"""Cases: an agent opens a home's curve for a reason, for some hours, and the household sees it."""

import uuid
from datetime import timedelta

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web import running
from bacasable.services.water_use.web.actions.acts import act, of_contract
from bacasable.services.water_use.web.models import CaseAccess, Contract

PERMISSION = "water_use.case"
#: Signs of a reason, at least: "leak" is none.
LEAST_REASON = 15


def open_case(*, contract: Contract, reason: str, by: User) -> CaseAccess:
    """Open a home's curve to an agent until the case ends by itself.

    Raises:
        Refused: the reason says nothing, or the contract is over.
    """
    require(by, PERMISSION)
    said = " ".join(reason.split())
    if len(said) < LEAST_REASON:
        raise Refused(N_("Say in a sentence why the curve is needed: the household reads it."))
    if contract.closed_on is not None:
        raise Refused(N_("This contract is over: its curve is opened to no agent."))
    now = clock.now()
    made = CaseAccess(
        contract=contract,
        agent=by.public_id,
        reason=said[:300],
        opened_at=now,
        until=now + timedelta(hours=running.settings().case_hours),
    )
    with act("case_opened", of_contract(contract), by, case=str(made.public_id)):
        made.save()
    return made


def of_agent(public_id: uuid.UUID, by: User) -> CaseAccess | None:
    """Return a case of this agent that is still open, None otherwise: others' do not exist."""
    rows = CaseAccess.objects.select_related("contract").filter(agent=by.public_id, ended_at=None)
    return rows.filter(public_id=public_id, until__gt=clock.now(), contract__closed_on=None).first()


def read(*, case: CaseAccess, by: User) -> None:
    """Journal that a curve is about to be read inside a case."""
    require(by, PERMISSION)
    with act("curve_read", of_contract(case.contract), by, case=str(case.public_id)):
        pass


def end(*, case: CaseAccess, by: User) -> None:
    """End a case before its time."""
    require(by, PERMISSION)
    with act("case_ended", of_contract(case.contract), by, case=str(case.public_id)):
        CaseAccess.objects.filter(pk=case.pk, ended_at=None).update(ended_at=clock.now())
