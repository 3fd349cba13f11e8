"""An act of the assistant and its journal entry."""

from contextlib import AbstractContextManager

from bacasable.people import outbox
from bacasable.people.models import User
from bacasable.services.assistant.web.models import Collection


def act(action: str, subject: str, by: User | str, **facts: object) -> AbstractContextManager[None]:
    """Do an act and journal it: both are there in the end, or neither."""
    return outbox.act(Collection, f"assistant.{action}", by=by, subject=subject, **facts)
