"""Refusals, phases, days and events of a support file in the reader's language."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import rules
from bacasable.programme.support.models import SupportFile

#: The colour of the badge of each state.
COLOURS = {"opened": "yellow", "active": "blue", "suspended": "orange", "completed": "green", "exited": "red"}


def refusal(refused: Refused, file: SupportFile) -> str:
    """Return a refusal as a sentence; its instants in the call's time zone."""
    values: dict[str, object] = {}
    for name, value in refused.values.items():
        if name == "state" and value in SupportFile.State.values:
            values[name] = str(SupportFile.State(str(value)).label)
        elif isinstance(value, date) and not isinstance(value, datetime):
            values[name] = day(value)
        else:
            values[name] = value
    return wording.refusal(Refused(refused.code, refused.message, **values), file.dossier.call)


def day(value: date | None) -> str:
    """Return a day as people write it, or an empty string."""
    return date_format(value, "DATE_FORMAT") if value else ""


def moment(at: datetime | None, file: SupportFile) -> str:
    """Return an instant to the minute in the time zone of the call, or an empty string."""
    return date_format(at.astimezone(file.dossier.call.zone), "DATETIME_FORMAT") if at else ""


def phase(key: str) -> str:
    """Return the name of a phase."""
    return _(rules.PHASES[key]) if key in rules.PHASES else key
