"""The public list, and one recommendation as each reader may see it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bacasable.people.permissions import allow, may
from bacasable.programme.evidence import readings as evidence_readings
from bacasable.programme.recommendations import queries, wording
from bacasable.programme.recommendations.forms import FilterForm
from bacasable.programme.recommendations.models import Recommendation
from bacasable.programme.recommendations.views.page import page_of

PER_PAGE = 25
#: What a line of the list shows.
_SHOWN = ("key", "origin", "title", "service", "matters", "state", "closed_at", "project__name")


@allow("recommendation.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The public recommendations and their state, narrowed by service, state or matter."""
    public = queries.public()
    said = list(public.order_by().values_list("service", "state", "matters", "origin", "pk"))
    ours = {state for _v, state, _m, origin, _pk in said if origin != Recommendation.Origin.REPORTED}
    form = FilterForm(
        request.GET,
        services=sorted({service for service, *_rest in said if service}),
        states=[state for state in Recommendation.State.values if state in ours],
        matters={matter for _v, _s, matters, *_rest in said for matter in matters},
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    found = public.select_related("project").only(*_SHOWN).order_by("service", "created_at")
    if chosen.get("service"):
        found = found.filter(service=chosen["service"])
    if chosen.get("state"):
        found = found.filter(state=chosen["state"]).exclude(origin=Recommendation.Origin.REPORTED)
    if chosen.get("matter"):
        # SQLite cannot look inside JSON: chosen here, among what the filters read anyway
        found = found.filter(pk__in=[pk for *_rest, named, _o, pk in said if chosen["matter"] in named])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "may_judge": may(request.user, "recommendation.judge"),
        "is_narrowed": any(chosen.values()),
        "columns": [
            {"key": "title", "label": _("Recommendation")},
            {"key": "service", "label": _("Service or project")},
            {"key": "matters", "label": _("Matters")},
            {"key": "state", "label": _("State")},
            {"key": "since", "label": _("Closed on")},
        ],
        "rows": [_row(item) for item in page.object_list],
    }
    return render(request, "programme/recommendations/list.html", context)


def _row(item: Recommendation) -> dict[str, Any]:
    service = evidence_readings.service_title(item.service) if item.service else ""
    return {
        "title": wording.text(item, "title"),
        "service": service or (item.project.name if item.project else ""),
        "matters": ", ".join(wording.matters(item.matters)),
        "state": wording.state(item),
        "since": date_format(localtime(item.closed_at)) if item.closed_at else "",
        "href": reverse("recommendations:detail", args=[item.key]),
    }


@allow("recommendation.read")
@require_GET
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One recommendation: what it asks, its contracts, all evidence about them, failed runs included."""
    recommendation, sees = queries.readable(key, request.user)
    return page_of(request, recommendation, sees=sees)
