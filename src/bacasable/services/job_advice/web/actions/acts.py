"""An act of job advice and its journal entry."""

from contextlib import AbstractContextManager

from bacasable.people import outbox
from bacasable.people.models import User
from bacasable.services.job_advice.web.models import File


def act(action: str, subject: str, by: User | str | None, **facts: object) -> AbstractContextManager[None]:
    """Do an act and journal it: both are there in the end, or neither. ``by`` None: the person themself."""
    return outbox.act(File, f"job_advice.{action}", by=by, subject=subject, **facts)


def of_file(file: File) -> str:
    """Return how entries call a file: by its public identifier, never by who it is about."""
    return f"file:{file.public_id}"
