"""'And me?' arranged for its page: what a service knows of the reader, decides, measures; their rights."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bacasable.compliance.declaration import DataField
from bacasable.compliance.exports.interface import Measured
from bacasable.compliance.exports.model_card import RISKS, ROLES
from bacasable.compliance.exports.reading import Reading
from bacasable.compliance.rights import Applicability, Right, applicable
from bacasable.duties.register.queries import Entry, Promise, context, promises
from bacasable.ui.declaration import kept, semicolon

COLOURS = {
    "kept": "green",
    "not_kept": "red",
    "void": "orange",
    "never": "grey",
    "old": "yellow",
    "changed": "yellow",
}


def ask_for(entry: Entry, right: Right) -> str:
    """Return the address of the form of rights, with the service and the right chosen."""
    return f"{reverse('rights:ask')}?{urlencode({'service': entry.service.key, 'right': right.value})}"


def and_me(entry: Entry) -> dict[str, Any]:
    """Return what the page of one service shows."""
    declared = entry.declared
    reading = Reading(declared, context(declared))
    found = applicable(declared)
    return {
        "entry": entry,
        "title": _(declared.title),
        "facts": _facts(reading),
        "groups": _groups(entry, reading),
        "data_columns": [
            {"key": "data", "label": _("What")},
            {"key": "source", "label": _("Where it comes from")},
            {"key": "purposes", "label": _("What for")},
            {"key": "retention", "label": _("How long")},
        ],
        "decides": declared.automated_decisions,
        "algorithms": declared.algorithms,
        "promises": [_promise(one) for one in promises(entry)],
        "buttons": _buttons(entry, found),
        "cannot_object": _cannot_object(found),
        "rights": _rights(entry, found),
        "right_columns": [
            {"key": "right", "label": _("I may ask to")},
            {"key": "answer", "label": _("Does it apply?")},
            {"key": "why", "label": _("Why")},
            {"key": "article", "label": _("Article")},
        ],
        "ai": _ai(entry),
    }


def _facts(reading: Reading) -> list[dict[str, Any]]:
    declared = reading.declaration
    pairs = (
        (_("Who is responsible"), reading.controller()),
        (_("Who watches over my data"), reading.dpo()),
        (_("What for"), semicolon().join(reading.purpose(purpose) for purpose in declared.purposes)),
        (_("Who receives it"), semicolon().join((*reading.recipients(), *reading.processors()))),
        (_("Outside the European Union"), semicolon().join(reading.transfers()) or _("Nothing goes there.")),
        (_("Which person watches"), reading.say(declared.oversight.by)),
        (_("Impact assessment"), reading.dpia()),
    )
    return [{"key": key, "value": capfirst(value)} for key, value in pairs if value]


def _groups(entry: Entry, reading: Reading) -> list[dict[str, Any]]:
    """Return the data by kind of person: everybody looks for the line that is about them."""
    labels = {purpose.key: _(purpose.label) for purpose in entry.declared.purposes}
    return [
        {
            "id": f"me-{key.replace('_', '-')}",
            "who": capfirst(_(label)),
            "rows": [_data(item, reading, labels) for item in entry.declared.data if key in item.persons],
        }
        for key, label in entry.declared.persons.items()
    ]


def _data(item: DataField, reading: Reading, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "data": capfirst(_(item.label)),
        "source": _("me") if item.source == "person" else reading.source(item),
        "purposes": semicolon().join(labels[key] for key in item.purposes),
        "retention": kept(item.retention) if item.retention else "",
    }


def _promise(one: Promise) -> dict[str, Any]:
    return {
        "title": _(one.control.title),
        "about": _(one.control.description) if one.control.description else "",
        "state": verdict(one),
        "colour": COLOURS[one.state],
        "facts": measured_facts(one.measured) if one.measured else [],
    }


def verdict(one: Promise) -> str:
    """Return in a few words what the last measurement of a promise says."""
    return {
        "kept": _("kept"),
        "not_kept": _("not kept"),
        "void": _("the measurement proves nothing"),
        "never": _("never measured here"),
        "old": _("measured too long ago"),
        "changed": _("measured before a change"),
    }[one.state]


def percent(share: float) -> str:
    """Return a share as a percentage with as many decimals as it needs: 0.0029 gives 0.29 %."""
    decimals = 2 if share < 0.1 else 1
    return _("%(number)s %%") % {"number": number_format(share * 100, decimals)}


def measured_facts(found: Measured) -> list[dict[str, Any]]:
    """Return the lines that say a measurement: what, how much, how sure, when."""
    promise = _("at most %(threshold)s") if found.direction == "at_most" else _("at least %(threshold)s")
    interval = _("between %(low)s and %(high)s, with %(level)s confidence, from %(n)s trials") % {
        "low": percent(found.low),
        "high": percent(found.high),
        "level": _("%(number)s %%") % {"number": number_format(found.level * 100, 0)},
        "n": number_format(found.n, 0, force_grouping=True),
    }
    pairs = (
        (_("What is measured"), _(found.unit)),
        (_("What is promised"), promise % {"threshold": percent(found.threshold)}),
        (_("What was found"), percent(found.value)),
        (_("How sure it is"), interval),
        (_("When"), date_format(localtime(found.measured_at), "DATE_FORMAT")),
        (_("Who says so"), _(found.label) if found.label else ""),
    )
    return [{"key": key, "value": value} for key, value in pairs if value]


def _buttons(entry: Entry, found: dict[Right, dict[str, Applicability]]) -> list[dict[str, str]]:
    texts = {
        Right.HUMAN_REVIEW: _("Ask for a person"),
        Right.WITHDRAWAL: _("Withdraw my consent"),
        Right.OBJECTION: _("Object"),
    }
    return [
        {"text": text, "href": ask_for(entry, right)}
        for right, text in texts.items()
        if any(one.applies for one in found[right].values())
    ]


def _cannot_object(found: dict[Right, dict[str, Applicability]]) -> str:
    """Return why nobody may object to anything here; empty where somebody may."""
    if any(one.applies for right in (Right.OBJECTION, Right.WITHDRAWAL) for one in found[right].values()):
        return ""
    return next((_(one.reason) for one in found[Right.OBJECTION].values()), "")


def _rights(entry: Entry, found: dict[Right, dict[str, Applicability]]) -> list[dict[str, Any]]:
    """Return a row for each right; a right that applies to some purposes only has a row for each answer."""
    labels = {purpose.key: _(purpose.label) for purpose in entry.declared.purposes}
    rows = []
    for right, by_purpose in found.items():
        grouped: dict[tuple[bool, bool, str], list[str]] = {}
        for key, one in by_purpose.items():
            grouped.setdefault((one.applies, bool(one.condition), one.condition or one.reason), []).append(
                labels[key]
            )
        for (applies, conditional, reason), purposes in grouped.items():
            why = _(reason)
            if len(grouped) > 1:
                why = _("%(why)s (for: %(purposes)s)") % {"why": why, "purposes": semicolon().join(purposes)}
            asked = {"text": capfirst(_(right.label))}
            if applies:
                asked["href"] = ask_for(entry, right)
            article = _(right.article)
            rows.append(
                {
                    "right": asked,
                    "answer": _answer(applies, conditional),
                    "why": capfirst(why),
                    "article": _("GDPR %(article)s") % {"article": article}
                    if article[0].isdigit()
                    else article,
                }
            )
    return rows


def _answer(applies: bool, conditional: bool) -> str:
    if not applies:
        return _("no")
    return _("yes, in some cases") if conditional else _("yes")


def _ai(entry: Entry) -> dict[str, Any]:
    profile = entry.declared.ai_act
    return {
        "uses": profile.uses_ai,
        "risk": _(RISKS[profile.risk]),
        "role": _(ROLES[profile.role]) if ROLES[profile.role] else "",
        "notice": _(profile.notice_to_persons) if profile.notice_to_persons else "",
        "reasons": [
            {"key": _("Article %(article)s") % {"article": article}, "value": capfirst(_(reason))}
            for article, reason in profile.class_reasons.items()
        ],
    }
