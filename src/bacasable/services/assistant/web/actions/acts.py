"""An act of the assistant and its journal entry."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import router, transaction

from bacasable.people import journal
from bacasable.people.models import User
from bacasable.services.assistant.web.models import Collection


@contextmanager
def act(action: str, subject: str, by: User | str, **facts: object) -> Iterator[None]:
    """Do an act and journal it. On PostgreSQL the service's tables lie apart: the entry is written first."""
    with transaction.atomic(using=router.db_for_write(Collection)):
        yield
        with transaction.atomic():
            journal.record(f"assistant.{action}", by=by, subject=subject, **facts)
