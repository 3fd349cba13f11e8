"""States, skills, sectors and gaps of the committee in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.programme.committee import rules
from bacasable.programme.committee.models import Examination, Selection

GAPS = {
    "no_expert": N_("nobody on the panel has this skill"),
    "holds_it": N_("who has this skill assesses the dossier already"),
    "conflict": N_("who has this skill is in conflict, or was recused"),
    "undeclared": N_("who has this skill has not declared their links yet"),
    "full": N_("who could has all the dossiers that they take"),
}
#: Why an assignment ended, where the machine says it; else it is what an officer wrote.
ENDINGS = {
    "conflict": N_("conflict of interests declared"),
    "replaced": N_("the expert can no longer score"),
    "left": N_("the expert left the panel"),
    "withdrawn": N_("dossier withdrawn"),
}
_EXAMINATION_COLOURS = {
    "received": "yellow",
    "admissible": "green",
    "inadmissible": "red",
    "shortlisted": "blue",
    "set_aside": "grey",
    "decided": "purple",
}
_SELECTION_COLOURS = {
    "preparing": "yellow",
    "scoring": "blue",
    "deliberating": "teal",
    "decided": "purple",
    "published": "green",
}


def examination_badge(examination: Examination) -> dict[str, Any]:
    """Return the state of an examination as a badge."""
    label = str(Examination.State(examination.state).label)
    return {"badge": label, "text": label, "colour": _EXAMINATION_COLOURS[examination.state]}


def selection_badge(selection: Selection) -> dict[str, Any]:
    """Return the state of a selection as a badge."""
    label = str(Selection.State(selection.state).label)
    return {"badge": label, "text": label, "colour": _SELECTION_COLOURS[selection.state]}


def skill(key: str) -> str:
    """Return the name of a skill."""
    return _(rules.SKILLS.get(key, key))


def skills(keys: Iterable[str]) -> str:
    """Return the names of several skills."""
    return ", ".join(skill(key) for key in keys)


def sector(key: str) -> str:
    """Return the name of a sector, nothing where none was given."""
    return _(rules.SECTORS[key]) if key in rules.SECTORS else ""


def gap(reason: str) -> str:
    """Return why nobody can be given a dossier."""
    return _(GAPS[reason])


def ending(reason: str) -> str:
    """Return why an assignment ended."""
    return _(ENDINGS[reason]) if reason in ENDINGS else reason
