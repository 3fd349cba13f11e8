"""What is said of an opinion, in the language of the page: the sentences of the engine, nothing of its own.

The engine's controls measure these very sentences (``engine/wording``).
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.compliance.service import N_
from bacasable.services.job_advice.engine import wording
from bacasable.services.job_advice.engine.trace import Advice, Suggestion
from bacasable.services.job_advice.engine.wording import Reader, Sentence
from bacasable.services.job_advice.web.models import KINDS
from bacasable.ui.saying import spoken

#: Sentences that headings and the foot of a page say already, once for all suggestions.
_AROUND = frozenset(("opening", "closing"))
#: Notes that pages show as a notice of their own.
_ELSEWHERE = frozenset(("synthetic",))
_BECAUSE = {
    "applies": N_("apply"),
    "applies_after": N_("apply after the training"),
    "trains_for": N_("train"),
    "prepares": N_("prepare"),
    "explores": N_("find out"),
}


@dataclass(frozen=True)
class Line:
    """A sentence and where it comes from: what it counts, fields, rows with version and date."""

    text: str
    source: str = ""


def kind(suggestion: Suggestion) -> str:
    """Return what kind of thing is suggested."""
    return _(dict(KINDS)[suggestion.kind])


def brief(opinion: Advice, suggestion: Suggestion, reader: Reader = "jobseeker") -> list[str]:
    """Return the main reasons for and the main one against, in plain words or in easy ones."""
    told = wording.sentences(opinion, suggestion, reader)
    return [spoken(one.said) for one in told if one.name not in _AROUND]


def exhaustive(opinion: Advice, suggestion: Suggestion) -> list[tuple[str, list[Line]]]:
    """Return all factors under their heading: for, against, missing, shown without counting."""
    titles = {
        "for": _("For"),
        "against": _("Against"),
        "missing": _("Missing, to be surer"),
        "shown": _("Shown, and not counted"),
    }
    told = wording.sentences(opinion, suggestion)
    return [(title, [_line(one) for one in told if one.sign == sign]) for sign, title in titles.items()]


def diagnosis(opinion: Advice, reader: Reader = "adviser") -> list[str]:
    """Return what seems to be in the way and its signs; for the adviser also what speaks for others."""
    return [spoken(one.said) for one in wording.diagnosis(opinion, reader)]


def notes(opinion: Advice) -> list[str]:
    """Return what limits the opinion as a whole."""
    return [spoken(one.said) for one in wording.notes(opinion) if one.name not in _ELSEWHERE]


def whole(opinion: Advice) -> dict[str, Any]:
    """Return all that is said of an opinion, as values of JSON: each sentence with its sign and factor."""
    return {
        "diagnosis": [_plain(one) for one in wording.diagnosis(opinion)],
        "suggestions": {
            one.rank: [_plain(line) for line in wording.sentences(opinion, one)]
            for one in opinion.suggestions
        },
        "notes": [_plain(one) for one in wording.notes(opinion)],
    }


def path(opinion: Advice) -> list[dict[str, str]]:
    """Return the steps of a possible path, as a timeline shows them."""
    made = []
    for step in opinion.path:
        weeks = ngettext("%(count)d week", "%(count)d weeks", step.weeks) % {"count": step.weeks}
        when = (
            _("from now, %(weeks)s") % {"weeks": weeks}
            if not step.starts_week
            else _("from week %(first)d, %(weeks)s") % {"first": step.starts_week, "weeks": weeks}
        )
        does = _(_BECAUSE.get(step.because.partition(":")[0], "")) if step.because else ""
        made.append({"when": when, "title": step.label, "text": does, "state": "future"})
    return made


def _plain(one: Sentence) -> dict[str, str]:
    return {"text": spoken(one.said), "sign": one.sign, "name": one.name}


def _line(one: Sentence) -> Line:
    return Line(spoken(one.said), "\N{NARROW NO-BREAK SPACE}; ".join(spoken(cite) for cite in one.cites()))
