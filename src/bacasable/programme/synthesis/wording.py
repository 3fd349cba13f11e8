"""The parts of a publication in the reader's language."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance.service import N_
from bacasable.programme.dossiers import wording as dossiers
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.readings import percent, promise
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.synthesis import rules
from bacasable.programme.synthesis.models import Synthesis

STATE_COLOURS = {"composing": "blue", "with_project": "yellow", "published": "green"}
CONFIDENTIALITY_COLOURS = {"public": "green", "restricted": "yellow", "secret": "red"}

FORESIGHT = {
    "signal": N_("Signal seen today"),
    "change": N_("Change that it announces"),
    "horizon": N_("What it may be in ten years"),
    "driving_force": N_("Driving force"),
}
PARTS = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "theme": N_("Theme"),
    "sector": N_("Sector"),
    "keywords": N_("Keywords"),
    "passage": N_("Passage"),
    "reply": N_("Reply of the project"),
    **{f"foresight_{name}": label for name, label in FORESIGHT.items()},
}


def refusal(refused: Refused, synthesis: Synthesis) -> str:
    """Return a refusal as a sentence; its instants in the call's time zone."""
    return dossiers.refusal(refused, synthesis.call)


def state(key: str) -> str:
    """Return the name of a recommendation's state."""
    labels = dict(Recommendation.State.choices)
    return str(labels.get(key, key))


def confidentiality(key: str) -> dict[str, str]:
    """Return who may read a passage, as a badge."""
    return {"text": _(rules.CONFIDENTIALITY[key]), "colour": CONFIDENTIALITY_COLOURS[key]}


def part(key: str) -> str:
    """Return the name of a part that an erratum changed."""
    return _(PARTS[key])


def foresight(card: dict[str, str] | None) -> list[tuple[str, str]]:
    """Return the foresight card in order, labelled; nothing where there is none."""
    return [(_(label), card[name]) for name, label in FORESIGHT.items()] if card else []


def contract(frozen: dict[str, Any]) -> str:
    """Return a contract as it was published, in one line."""
    if frozen["control"]:
        asked = frozen["control_title"] or frozen["control"]
        if frozen["threshold"] is not None and frozen["direction"]:
            asked = _("%(control)s: %(promise)s") % {
                "control": asked,
                "promise": promise(frozen["direction"], frozen["threshold"]),
            }
    else:
        asked = _("A document that people review: %(document)s") % {"document": frozen["document"]}
    days = frozen["maximum_age_days"]
    holds = ngettext("holds for %(days)s day", "holds for %(days)s days", days) % {"days": days}
    return f"{asked} – {holds} – {fulfilled(frozen)}"


def fulfilled(frozen: dict[str, Any]) -> str:
    """Return what fulfilled a contract when it was published, or that nothing did."""
    evidence = frozen["evidence"]
    if evidence is None:
        return _("document reviewed and accepted") if frozen["reviewed"] else _("waiting for evidence")
    at = parse_datetime(evidence["measured_at"])
    day = date_format(localtime(at)) if at else ""
    if evidence["value"] is None:
        return _("measured on %(day)s") % {"day": day}
    labels = dict(StoredEvidence.Label.choices)
    return _("%(value)s measured on %(day)s, %(by)s") % {
        "value": percent(evidence["value"]),
        "day": day,
        "by": labels.get(evidence["label"], evidence["label"]),
    }
