"""Recommendations in the reader's language: refusals, reasons, matters, texts."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence.rules import REASONS
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.recommendations.rules import MATTERS, MISMATCHES

#: Colours of the states as badges; the text says it all.
STATE_COLOURS = {
    "draft": "grey",
    "proposed": "blue",
    "accepted": "blue",
    "in_progress": "blue",
    "shown": "yellow",
    "closed": "green",
    "to_remeasure": "orange",
    "reopened": "red",
    "no_longer_relevant": "grey",
    "replaced": "grey",
    "not_followed": "purple",
}


#: What a proposal may lack, by the code that a refusal holds.
LACKING = {
    "facts": N_("the facts relied on"),
    "legal_basis": N_("a legal basis"),
    "due_on": N_("a due date"),
}


def refusal(refused: Refused) -> str:
    """Return a refusal as a sentence."""
    values = {}
    for name, value in refused.values.items():
        if name == "state" and value in Recommendation.State.values:
            value = str(Recommendation.State(str(value)).label)
        elif name == "missing":
            value = ", ".join(_(LACKING[lacking]) for lacking in str(value).split())
        elif isinstance(value, datetime):
            value = date_format(localtime(value), "DATETIME_FORMAT")
        values[name] = value
    return _(refused.message) % values


def reason(key: str) -> str:
    """Return why evidence or a document no longer stands, in words."""
    known = MISMATCHES.get(key) or REASONS.get(key)
    return _(known) if known else ""


def matter(key: str) -> str:
    """Return a matter as people read it: the label of a known one, else as it was written."""
    return _(MATTERS[key]) if key in MATTERS else key


def matters(keys: Iterable[str]) -> list[str]:
    """Return matters as people read them."""
    return [matter(key) for key in keys]


def change_of_due_date(before: date | None, after: date | None) -> list[str]:
    """Return the line that names the former and the new due date; none where it did not change."""
    if before == after:
        return []
    return [_("Due date: %(before)s, now %(after)s.") % {"before": _day(before), "after": _day(after)}]


def _day(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else _("none")


def change_of_matters(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """Return the line that names the former and the new matters; none where they did not change."""
    former, new = matters(before), matters(after)
    if former == new:
        return []
    named = {"before": ", ".join(former) or _("none"), "after": ", ".join(new) or _("none")}
    return [_("Matters: %(before)s, now %(after)s.") % named]


def text(recommendation: Recommendation, field: str) -> str:
    """Return a text of a recommendation: ours are written in English here and translated, a project's not."""
    said = str(getattr(recommendation, field))
    if not said or recommendation.origin == Recommendation.Origin.PROJECT:
        return said
    return _(said)


def language(recommendation: Recommendation) -> str:
    """Return the language in which a text was written, that of its call; nothing where it is translated."""
    if recommendation.origin == Recommendation.Origin.OWN:
        return ""
    if text(recommendation, "text") != recommendation.text:
        return ""
    if recommendation.file is not None:
        return recommendation.file.dossier.call.language
    return recommendation.project.call.language if recommendation.project else ""


def state(recommendation: Recommendation) -> dict[str, str]:
    """Return the state as a badge; one reported by the press has no state of ours, and none is shown."""
    if recommendation.origin == Recommendation.Origin.REPORTED:
        return {"badge": _("reported by the press"), "colour": "grey"}
    return {
        "badge": str(Recommendation.State(recommendation.state).label),
        "colour": STATE_COLOURS[recommendation.state],
    }
