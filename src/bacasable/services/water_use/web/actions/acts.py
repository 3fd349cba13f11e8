"""An act of the water service and its journal entry."""

from contextlib import AbstractContextManager

from bacasable.people import outbox
from bacasable.people.models import User
from bacasable.services.water_use.web.models import Contract


def act(action: str, subject: str, by: User | str | None, **facts: object) -> AbstractContextManager[None]:
    """Do an act and journal it: both are there in the end, or neither. ``by`` None: the public."""
    return outbox.act(Contract, f"water_use.{action}", by=by, subject=subject, **facts)


def of_contract(contract: Contract) -> str:
    """Return how entries call a contract."""
    return f"contract:{contract.public_id}"
