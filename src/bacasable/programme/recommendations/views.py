"""Pages of recommendations: the list, and one with its contracts and the evidence that closes them."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from bacasable.people.permissions import allow
from bacasable.programme.evidence import readings
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations.models import Contract, Recommendation

STATE_COLOURS = {"proposed": "blue", "closed": "green", "to_remeasure": "orange"}
EVIDENCE_SHOWN = 20


def _state(recommendation: Recommendation) -> dict[str, str]:
    return {"badge": recommendation.get_state_display(), "colour": STATE_COLOURS[recommendation.state]}


@allow("recommendation.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All recommendations and their state."""
    recommendations = Recommendation.objects.order_by("service", "created_at")
    context = {
        "columns": [
            {"key": "title", "label": _("Recommendation")},
            {"key": "service", "label": _("Service")},
            {"key": "state", "label": _("State")},
            {"key": "since", "label": _("Closed on")},
        ],
        "rows": [
            {
                "title": _(item.title),
                "service": readings.service_title(item.service),
                "state": _state(item),
                "since": date_format(localtime(item.closed_at)) if item.closed_at else "",
                "href": reverse("recommendations:detail", args=[item.key]),
            }
            for item in recommendations
        ],
    }
    return render(request, "programme/recommendations/list.html", context)


def _contract(contract: Contract) -> dict[str, Any]:
    days = contract.maximum_age_days
    row: dict[str, Any] = {
        "control": readings.control_title(contract.recommendation.service, contract.control),
        "promise": readings.promise(contract.direction, contract.threshold),
        "age": ngettext("%(days)s day", "%(days)s days", days) % {"days": days},
        "closed_by": _("waiting for evidence"),
    }
    if contract.closed_by:
        row["closed_by"] = {
            "text": date_format(localtime(contract.closed_by.measured_at), "SHORT_DATETIME_FORMAT"),
            "href": reverse("evidence:detail", args=[contract.closed_by.public_id]),
        }
    return row


@allow("recommendation.read")
@require_GET
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One recommendation: what it asks, its contracts, all evidence about them, failed runs included."""
    contracts = Contract.objects.select_related("closed_by").order_by("pk")
    recommendation = get_object_or_404(
        Recommendation.objects.prefetch_related(Prefetch("contracts", contracts)), key=key
    )
    stored = StoredEvidence.objects.defer("envelope").filter(
        service=recommendation.service,
        control__in=[contract.control for contract in recommendation.contracts.all()],
    )
    context = {
        "recommendation": recommendation,
        "title": _(recommendation.title),
        "text": _(recommendation.text),
        "legal_basis": _(recommendation.legal_basis) if recommendation.legal_basis else "",
        "service_title": readings.service_title(recommendation.service),
        "state_colour": STATE_COLOURS[recommendation.state],
        "contract_columns": [
            {"key": "control", "label": _("Control")},
            {"key": "promise", "label": _("Promise")},
            {"key": "age", "label": _("Evidence holds for")},
            {"key": "closed_by", "label": _("Fulfilled by the measurement of")},
        ],
        "contract_rows": [_contract(contract) for contract in recommendation.contracts.all()],
        "columns": readings.columns(),
        "rows": readings.rows(stored[:EVIDENCE_SHOWN]),
        "counts": {verdict: stored.filter(verdict=verdict).count() for verdict in readings.VERDICT_COLOURS},
    }
    return render(request, "programme/recommendations/detail.html", context)
