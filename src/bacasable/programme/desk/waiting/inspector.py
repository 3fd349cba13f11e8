"""What was opened to an inspector, and until when."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.programme.desk.queries import exceptions_in_force
from bacasable.programme.desk.waiting.lines import Line, address


def lines(user: User, now: datetime) -> Iterator[Line]:
    """Yield the exceptions in force; one query."""
    for exception in exceptions_in_force(user, now):
        dossier = exception.dossier
        page = address("desk:inspected", exception.public_id)
        yield Line(
            _("Read the dossier opened to you"),
            dossier.reference,
            page,
            exception.ends_at,
            dossier.call.zone,
        )
