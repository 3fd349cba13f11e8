"""Refusals, phases, days and events of a support file in the reader's language."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.programme.committee.rules import SKILLS
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


#: What a side has to do; ``%(count)s`` is how many.
WAITING = {
    "resume": N_("Resume the support when its reason is over"),
    "team": N_("Compose the team"),
    "over": N_("The end has passed: extend the support, or end it"),
    "write_agreement": N_("Write the support agreement"),
    "sign": N_("Read and sign the support agreement"),
    "answer": N_("Questions to answer: %(count)s"),
    "follow": N_("Guidance on which to say what was followed: %(count)s"),
    "milestone": N_("Milestones past their date: %(count)s"),
    "minutes": N_("Minutes to write: %(count)s"),
    "remarks": N_("Remarks on minutes to take into account: %(count)s"),
    "approve": N_("Minutes to read and approve: %(count)s"),
}
EVENTS = {
    "opened": N_("Support opened by the decision"),
    "agreement_written": N_("Agreement written"),
    "agreement_office": N_("Agreement signed by the office"),
    "agreement_project": N_("Agreement signed by the project"),
    "agreement_filed": N_("Agreement signed elsewhere was filed"),
    "joined": N_("Joined the team (%(skill)s)"),
    "left": N_("Left the team"),
    "asked": N_("Question %(number)s asked"),
    "answered": N_("Question %(number)s answered"),
    "guided": N_("Guidance %(number)s given"),
    "corrected": N_("Guidance %(number)s given, which replaces %(replaced)s"),
    "followed": N_("Guidance %(number)s: %(followed)s"),
    "meeting": N_("Meeting announced for %(held_at)s"),
    "meeting_cancelled": N_("Meeting of %(held_at)s cancelled"),
    "minutes": N_("Minutes of the meeting of %(held_at)s"),
    "minutes_approved": N_("Minutes of the meeting of %(held_at)s approved"),
    "minutes_remarked": N_("Remarks on the minutes of the meeting of %(held_at)s"),
    "document": N_("Document added"),
    "document_removed": N_("Document removed"),
    "advance": N_("Next phase: %(phase)s"),
    "extend": N_("Extended until %(ends_on)s"),
    "suspend": N_("Suspended"),
    "resume": N_("Resumed; the end is now %(ends_on)s"),
    "complete": N_("Completed"),
    "exit": N_("Ended early"),
}


def waiting(key: str, count: int) -> str:
    """Return what a side has to do, as a sentence."""
    return _(WAITING[key]) % {"count": count}


def event(key: str, facts: Iterable[tuple[str, object]], file: SupportFile) -> str:
    """Return what happened, as a few words."""
    values: dict[str, object] = {}
    for name, value in facts:
        if isinstance(value, datetime):
            values[name] = moment(value, file)
        elif isinstance(value, date):
            values[name] = day(value)
        elif name == "phase":
            values[name] = phase(str(value))
        elif name == "skill":
            values[name] = skill(str(value))
        else:
            values[name] = value
    return _(EVENTS[key]) % values


def skill(key: str) -> str:
    """Return the name of a skill."""
    return _(SKILLS[key]) if key in SKILLS else key
