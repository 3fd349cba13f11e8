"""The data protection officer: audits with their intervals, requests to models, retention."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.services.job_advice.processing import PROCESSING
from bacasable.services.job_advice.web.actions import audits
from bacasable.services.job_advice.web.models import PROMPT_OUTCOMES, Prompt, Training

_ATTRIBUTES = {
    "sex": N_("sex"),
    "age": N_("age"),
    "territory": N_("territory"),
    "region": N_("region"),
    "fifty and over": N_("fifty and over"),
}
_OUTCOMES = {
    "exposure": N_("How many occupations are proposed"),
    "wage": N_("Median pay of what is proposed"),
    "tension": N_("Tension of what is proposed"),
    "gain": N_("Best pay proposed, over the pay of the job held"),
}
#: Requests to a model that the page shows: when, which template, what became of it; never their words.
PROMPTS = 50
#: Sessions of training below which their count says who was trained.
_LEAST = 5


@allow("job_advice.audits")
@require_safe
@never_cache
def protection(request: HttpRequest) -> HttpResponse:
    """All of it on one page; nothing here is of a person or of an adviser."""
    last = next(iter(audits.results()), None)
    trained = Training.objects.exclude(ended_at=None)
    decoys = sum(trained.values_list("decoys", flat=True))
    enough = trained.values("adviser").distinct().count() >= _LEAST
    context = {
        "audit": _audit(last) if last else None,
        "prompts": [_prompt(one) for one in Prompt.objects.all()[:PROMPTS]],
        "prompt_columns": [
            {"key": "at", "label": _("When")},
            {"key": "template", "label": _("Template")},
            {"key": "host", "label": _("Sent to")},
            {"key": "outcome", "label": _("Outcome")},
        ],
        "retentions": _retentions(),
        "decoys": _("%(found)d of %(decoys)d were not followed")
        % {"found": sum(trained.values_list("found", flat=True)), "decoys": decoys}
        if enough and decoys
        else _("fewer than five advisers have ended a session: nothing is told"),
    }
    return render(request, "job_advice/protection.html", context)


@allow("job_advice.audits")
@require_POST
def ask_audit(request: HttpRequest) -> HttpResponse:
    """Have the worker make an audit."""
    audits.ask(by=cast(User, request.user))
    messages.success(request, _("The audit is being made. It takes a minute or two: come back to this page."))
    return redirect("job_advice:protection")


def _audit(told: Mapping[str, Any]) -> dict[str, Any]:
    ratios = [
        _ratio(attribute, outcome, one)
        for attribute, by_outcome in told["ratios"].items()
        for outcome, each in by_outcome.items()
        for one in each
    ]
    crowded = told["congestion"]
    return {
        "at": date_format(_instant(told["at"]), "DATETIME_FORMAT"),
        "people": number_format(told["people"], force_grouping=True),
        "seed": told["seed"],
        "is_synthetic": told["is_synthetic"],
        "sources": told["sources"],
        "ratios": ratios,
        "ratio_columns": [
            {"key": "group", "label": _("Group, beside which")},
            {"key": "outcome", "label": _("What")},
            {"key": "uncorrected", "label": _("Ratio as it is"), "numeric": True},
            {"key": "corrected", "label": _("Between people who did and know the same"), "numeric": True},
            {"key": "n", "label": _("People"), "numeric": True},
        ],
        "congestion": [
            {
                "key": _("Spread of what is proposed first, beside jobs (1: as jobs are)"),
                "value": _bounded(crowded["spread"], crowded["spread_interval"]),
            },
            {
                "key": _("Share of people who are proposed the commonest occupation"),
                "value": f"{number_format(100 * crowded['most_proposed'], decimal_pos=1)}\u202f%",
            },
        ],
        "proxies": [_proxy(one) for one in told["proxies"].values()],
        "proxy_columns": [
            {"key": "attribute", "label": _("What is guessed")},
            {"key": "inputs", "label": _("From what the scorer sees"), "numeric": True},
            {"key": "proposals", "label": _("From what is proposed"), "numeric": True},
            {"key": "more", "label": _("What proposals add"), "numeric": True},
        ],
    }


def _ratio(attribute: str, outcome: str, one: Mapping[str, Any]) -> dict[str, Any]:
    corrected = one["corrected"]
    return {
        "group": _("%(attribute)s: %(group)s / %(reference)s")
        % {
            "attribute": _(_ATTRIBUTES.get(attribute, attribute)),
            "group": _(one["group"]),
            "reference": _(one["reference"]),
        },
        "outcome": _(_OUTCOMES.get(outcome, outcome)),
        "uncorrected": _bounded(one["uncorrected"], one["uncorrected_interval"]),
        "corrected": _("nobody comparable")
        if corrected is None
        else _bounded(corrected, one["corrected_interval"]),
        "n": one["n"],
    }


def _proxy(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "attribute": _(_ATTRIBUTES.get(one["attribute"], one["attribute"])),
        "inputs": _bounded(one["inputs"], one["inputs_interval"]),
        "proposals": _bounded(one["proposals"], one["proposals_interval"]),
        "more": _bounded(one["more"], one["more_interval"]),
    }


def _bounded(value: float, interval: Mapping[str, Any]) -> str:
    low, high = (_number(interval[end]) for end in ("low", "high"))
    return _("%(value)s [%(low)s; %(high)s]") % {"value": _number(value), "low": low, "high": high}


def _number(value: float) -> str:
    """Return a number with two decimals, zero without a sign."""
    return number_format(round(value, 2) + 0.0, decimal_pos=2)


def _prompt(one: Prompt) -> dict[str, Any]:
    return {
        "at": date_format(one.at.astimezone(clock.zone()), "DATETIME_FORMAT"),
        "template": f"{one.template} {one.version}",
        "host": one.host,
        "outcome": _(dict(PROMPT_OUTCOMES)[one.outcome]),
    }


def _retentions() -> list[dict[str, str]]:
    kept = {item.retention.key: item.retention for item in PROCESSING.data if item.retention}
    return [
        {
            "key": _(each.label).capitalize(),
            "value": _("%(length)s from %(start)s")
            % {"length": _length(each.whole.months, each.whole.days), "start": _(each.starts)},
        }
        for each in kept.values()
    ]


def _length(months: int, days: int) -> str:
    if months:
        return _("%(count)d months") % {"count": months}
    return _("%(count)d days") % {"count": days}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(clock.zone())
