"""What a household does with its home: describe it, ask for hours, object, explain a leak, note an action."""

import uuid
from datetime import date

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.advice import ACTIONS
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.processing import OPEN_TO_OBJECTION
from bacasable.services.water_use.web.actions.acts import act, of_contract
from bacasable.services.water_use.web.models import (
    EXPLANATIONS,
    AdviceTaken,
    Contract,
    HourlyConsent,
    Household,
    Incident,
    Objection,
)


def describe(*, contract: Contract, home: Declared, by: uuid.UUID) -> None:
    """Keep what a household says of its home; the kind of dwelling too, where it corrects what was known."""
    with act("home_described", of_contract(contract), _who(by)):
        Household.objects.update_or_create(
            contract=contract,
            defaults={
                "members": home.members,
                "garden": home.garden,
                "pool": home.pool,
                "dishwasher": home.dishwasher,
                "source": "household",
                "declared_on": clock.now().date(),
            },
        )
        Contract.objects.filter(pk=contract.pk).update(dwelling=home.dwelling or "")


def ask_hours(*, contract: Contract, by: uuid.UUID) -> None:
    """Consent to hours being kept and shown. Doing it twice changes nothing.

    Raises:
        Refused: the meter gives no hours.
    """
    if contract.grain != "hourly":
        raise Refused(N_("This meter gives no volume an hour. Nothing to ask for yet."))
    if contract.consents.filter(withdrawn_at=None).exists():
        return
    with act("hours_asked", of_contract(contract), _who(by)):
        HourlyConsent.objects.create(contract=contract)


def withdraw_hours(*, contract: Contract, by: uuid.UUID) -> None:
    """Withdraw the consent: hours that only it kept go with the next night."""
    with act("hours_withdrawn", of_contract(contract), _who(by)):
        contract.consents.filter(withdrawn_at=None).update(withdrawn_at=clock.now())


def object_to(*, contract: Contract, purpose: str, by: uuid.UUID) -> None:
    """Object to a purpose; it holds from the next run. Doing it twice changes nothing.

    Raises:
        Refused: the purpose is not one that a household objects to here.
    """
    if purpose not in {known.key for known in OPEN_TO_OBJECTION}:
        raise Refused(N_("This use cannot be objected to here. Write to the data protection officer."))
    if contract.objections.filter(purpose=purpose, withdrawn_at=None).exists():
        return
    with act("objection_made", of_contract(contract), _who(by), purpose=purpose):
        Objection.objects.create(contract=contract, purpose=purpose)


def take_back_objection(*, contract: Contract, purpose: str, by: uuid.UUID) -> None:
    """Take an objection back."""
    with act("objection_withdrawn", of_contract(contract), _who(by), purpose=purpose[:40]):
        contract.objections.filter(purpose=purpose, withdrawn_at=None).update(withdrawn_at=clock.now())


def explain(*, incident: Incident, explained_as: str, by: uuid.UUID | None) -> None:
    """Note what a household says of a leak, which acknowledges it. ``by`` None: whoever has the paper code.

    A leak that is said to be a use is closed as explained; one that is repaired stays open until it is not
    seen.

    Raises:
        Refused: the words are not one of the answers.
    """
    if explained_as not in dict(EXPLANATIONS):
        raise Refused(N_("This is not one of the answers. Choose one of the list."))
    changes: dict[str, object] = {"explained_as": explained_as, "acknowledged_at": clock.now()}
    if explained_as == "use":
        changes["state"] = "explained"
    with act(
        "leak_explained",
        f"leak:{incident.public_id}",
        _who(by) if by else None,
        explained_as=explained_as,
    ):
        Incident.objects.filter(pk=incident.pk).update(**changes)


def note_action(*, contract: Contract, action: str, on: date, by: uuid.UUID) -> None:
    """Note that a household did one of the actions advised, from a day on.

    Raises:
        Refused: there is no such action.
    """
    if action not in {known.key for known in ACTIONS}:
        raise Refused(N_("There is no such action. Choose one of the list."))
    with act("advice_taken", of_contract(contract), _who(by), what=action):
        AdviceTaken.objects.update_or_create(contract=contract, action=action, defaults={"taken_on": on})


def forget_action(*, contract: Contract, action: str, by: uuid.UUID) -> None:
    """Forget that a household did an action."""
    with act("advice_undone", of_contract(contract), _who(by), what=action[:40]):
        contract.advice_taken.filter(action=action).delete()


def erase_said(*, contract: Contract, by: uuid.UUID) -> None:
    """Erase at once what rests on the household's word or consent: its description, hours, actions."""
    with act("said_erased", of_contract(contract), _who(by)):
        Household.objects.filter(contract=contract).delete()
        contract.advice_taken.all().delete()
        contract.consents.filter(withdrawn_at=None).update(withdrawn_at=clock.now())


def _who(identity: uuid.UUID) -> str:
    return f"household:{identity}"
