"""The data protection officer's board: budget, cohorts hidden, attacks, retention, objections, cases."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bacasable.compliance.processing import Retention
from bacasable.compliance.service import N_
from bacasable.people.permissions import allow
from bacasable.privacy.disclosure.ledger import Ledger, shown
from bacasable.services.water_use.engine.comparison.ladder import LEAST_K
from bacasable.services.water_use.processing import OPEN_TO_OBJECTION, PROCESSING
from bacasable.services.water_use.web import evidence, publishing
from bacasable.services.water_use.web.actions import learning
from bacasable.services.water_use.web.models import CaseAccess, Objection, Release
from bacasable.ui.charts import LineChart, Value

_REASONS = {
    "small": N_("too few homes"),
    "dominance": N_("one home weighs too much"),
    "differencing": N_("a subtraction would tell of a few"),
}
#: What may be crossed to learn what a home uses.
_SOURCES = {
    "members": N_("number of people"),
    "dwelling": N_("kind of dwelling"),
    "surface_m2": N_("surface"),
    "garden": N_("garden"),
    "pool": N_("pool"),
    "dishwasher": N_("dishwasher"),
}
_VERDICTS = {"passed": "green", "failed": "red", "void": "grey"}
MONTHS, CASES = 24, 50


@allow("water_use.protection")
@require_safe
@never_cache
def protection(request: HttpRequest) -> HttpResponse:
    """All of it on one page; nothing is of one home but the cases, whose contract is a number."""
    context = {
        "charges": _charges(),
        "charge_columns": [
            {"key": "at", "label": _("When")},
            {"key": "data_set", "label": _("Data")},
            {"key": "amount", "label": _("Spent"), "numeric": True},
            {"key": "what", "label": _("For")},
        ],
        "releases": [_release(row) for row in Release.objects.filter(kind=publishing.QUANTILES)[:MONTHS]],
        "release_columns": [
            {"key": "period", "label": _("Month")},
            {"key": "published", "label": _("Cohorts published"), "numeric": True},
            *({"key": key, "label": _(label), "numeric": True} for key, label in _REASONS.items()),
        ],
        **_learned(),
        "measured": [_measured(one) for one in evidence.last()],
        "measured_columns": [
            {"key": "title", "label": _("Promise")},
            {"key": "value", "label": _("Measured"), "numeric": True},
            {"key": "interval", "label": _("Interval"), "numeric": True},
            {"key": "threshold", "label": _("Bound"), "numeric": True},
            {"key": "verdict", "label": _("Verdict")},
            {"key": "at", "label": _("When")},
        ],
        "retentions": _retentions(),
        "objections": [_objection(purpose.key, purpose.label) for purpose in OPEN_TO_OBJECTION],
        "cases": [_case(one) for one in CaseAccess.objects.select_related("contract")[:CASES]],
        "case_columns": [
            {"key": "opened", "label": _("Opened")},
            {"key": "until", "label": _("Until")},
            {"key": "agent", "label": _("Agent")},
            {"key": "contract", "label": _("Contract")},
            {"key": "reason", "label": _("Reason")},
        ],
    }
    return render(request, "water_use/protection.html", context)


def _charges() -> list[dict[str, str]]:
    path = publishing.ledger_path()
    if not path.exists():
        return []
    return [
        {"at": one.at, "data_set": one.data_set, "amount": shown(one.amount), "what": one.what}
        for one in reversed(Ledger(path).charges())
    ]


def _learned() -> dict[str, object]:
    """Return what was learned of the last month: sources, what homes of each size use, the mean day."""
    made = learning.last()
    told = made.figures if made else {}
    profile = publishing.last_profile()
    return {
        "learned": told,
        "sources": [_source(one) for one in told.get("ledger", {}).get("entries", ())],
        "source_columns": [
            {"key": "source", "label": _("Source")},
            {"key": "said", "label": _("Homes that said it"), "numeric": True},
            {"key": "gain", "label": _("Error taken away"), "numeric": True},
            {"key": "interval", "label": _("Interval"), "numeric": True},
            {"key": "kept", "label": _("Verdict")},
        ],
        "expected": [
            {**one, "interval": f"{one['low']} – {one['high']}"} for one in told.get("expected", ())
        ],
        "expected_columns": [
            {"key": "members", "label": _("People in the home")},
            {"key": "homes", "label": _("Homes"), "numeric": True},
            {"key": "litres", "label": _("Expected, litres a day"), "numeric": True},
            {"key": "interval", "label": _("Nine homes of ten"), "numeric": True},
        ],
        "profile": profile,
        "profile_chart": LineChart(
            id="mean-day",
            title=_("Mean day of all homes, litres an hour and home"),
            unit="L",
            values=tuple(Value(f"{hour} h", litres) for hour, litres in enumerate(profile["litres"])),
        )
        if profile
        else None,
    }


def _source(one: Mapping[str, Any]) -> dict[str, object]:
    words = _SOURCES[one["source"]]
    low, high = (_percent(one[name]) for name in ("low", "high"))
    verdict, colour = (_("crossed"), "green") if one["kept"] else (_("dropped"), "grey")
    return {
        "source": _(words).capitalize(),
        "said": one["said"],
        "gain": _percent(one["gain"]),
        "interval": f"{low} – {high}",
        "kept": {"badge": verdict, "colour": colour},
    }


def _percent(share: float) -> str:
    return _("%(percent)s %%") % {"percent": number_format(100 * share, decimal_pos=1)}


def _release(row: Release) -> dict[str, object]:
    published = publishing.from_json(row.content)
    return {
        "period": row.period,
        "published": len(published.cells),
        **{key: row.suppressed.get(key, 0) for key in _REASONS},
    }


def _measured(one: evidence.Measured) -> dict[str, object]:
    sign = "≤" if one.at_most else "≥"
    return {
        "title": _(one.title),
        "value": _number(one.value),
        "interval": f"{_number(one.low)} – {_number(one.high)}",
        "threshold": f"{sign} {_number(one.threshold)} {_(one.unit)}",
        "verdict": {"badge": _(one.verdict), "colour": _VERDICTS.get(one.verdict, "grey")},
        "at": one.at[:16].replace("T", " "),
    }


def _number(value: float) -> str:
    return str(number_format(value, decimal_pos=3, use_l10n=True)).rstrip("0").rstrip(",.") or "0"


def _retentions() -> list[dict[str, str]]:
    told = {each.key: each for each in _kept()}
    return [
        {
            "key": _(each.label).capitalize(),
            "value": _("%(length)s from %(start)s")
            % {"length": _length(each.whole.months, each.whole.days), "start": _(each.starts)},
        }
        for each in told.values()
    ]


def _kept() -> Iterable[Retention]:
    return (item.retention for item in PROCESSING.data if item.retention is not None)


def _length(months: int, days: int) -> str:
    if months:
        return _("%(count)d months") % {"count": months}
    return _("%(count)d days") % {"count": days}


def _objection(key: str, title: str) -> dict[str, str]:
    count = Objection.objects.filter(purpose=key, withdrawn_at=None).count()
    few = _("fewer than %(least)d") % {"least": LEAST_K}
    return {"key": _(title).capitalize(), "value": str(count) if count >= LEAST_K else few}


def _case(one: CaseAccess) -> dict[str, str]:
    return {
        "opened": date_format(one.opened_at, "DATETIME_FORMAT"),
        "until": date_format(one.ended_at or one.until, "DATETIME_FORMAT"),
        "agent": str(one.agent)[:8],
        "contract": str(one.contract.public_id)[:8],
        "reason": one.reason,
    }
