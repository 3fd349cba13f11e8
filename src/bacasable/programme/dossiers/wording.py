"""Refusals, problems and instants in the reader's language and in the call's time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.programme.call.models import Call
from bacasable.programme.dossiers.answers import MissingPart, Problem
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.rules import FILES


def instant(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant to the second, with its zone and offset, as receipts and refusals state it."""
    local = at.astimezone(zone)
    return _("%(date)s at %(time)s (%(zone)s, UTC%(offset)s)") % {
        "date": date_format(local, "DATE_FORMAT"),
        "time": f"{local:%H:%M:%S}",
        "zone": zone.key,
        "offset": f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:],
    }


def refusal(refused: Refused, call: Call) -> str:
    """Return a refusal as a sentence; its instants in the call's time zone."""
    values = {
        name: instant(value, call.zone)
        if isinstance(value, datetime)
        else str(Dossier.State(str(value)).label)
        if name == "state" and value in Dossier.State.values
        else value
        for name, value in refused.values.items()
    }
    return _(refused.message) % values


def problem(found: Problem) -> str:
    """Return why an answer is refused, as a sentence."""
    return _(found.message) % {"limit": found.limit, "length": found.length}


def part(missing: MissingPart) -> str:
    """Return the name of a missing part."""
    return _(missing.label)


def part_named(key: str, steps: tuple[Step, ...]) -> str:
    """Return the name of a part from its key in a request: ``step.question`` or ``files``."""
    if key == FILES:
        return _("Attached files")
    for step in steps:
        for question in step.questions:
            if key == f"{step.key}.{question.key}":
                return _(question.label)
    return key
