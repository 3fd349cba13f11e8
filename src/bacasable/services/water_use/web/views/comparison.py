"""A home beside similar ones: in the browser from published quantiles, or here for who has no script."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.comparison.placing import place, similar
from bacasable.services.water_use.engine.comparison.publishing import Release
from bacasable.services.water_use.engine.meters import Declared
from bacasable.services.water_use.web import looking, publishing, shown, visiting
from bacasable.services.water_use.web.actions import household, learning
from bacasable.services.water_use.web.forms import HomeForm
from bacasable.services.water_use.web.models import Release as Row
from bacasable.services.water_use.web.views.entrance import closed
from bacasable.ui.saying import spoken


@allow("water_use.read")
@require_safe
def release(request: HttpRequest, period: str) -> HttpResponse:
    """The quantiles published for a period: the same for everybody, so that nobody need say who they are."""
    row = Row.objects.filter(kind=publishing.QUANTILES, period=period).first()
    if row is None:
        raise Http404
    made = HttpResponse(row.content, content_type="application/json")
    made["Cache-Control"] = "public, max-age=86400"
    made["ETag"] = f'"{row.digest}"'
    return made


@allow("water_use.own_home")
@require_http_methods(["GET", "POST"])
@never_cache
def comparison(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where a home stands. A form that is posted (no script) is answered and not kept."""
    contract = visiting.own(request, public_id)
    known = looking.declared(contract)
    form = HomeForm(request.POST if request.method == "POST" else None, home=known)
    home = form.said() if form.is_valid() else known
    waits = publishing.waits(contract) and "show" not in request.GET
    found = publishing.last(contract.grain)
    try:
        mine = looking.litres_a_day(contract)
    except Refused as refused:
        return closed(request, refused)
    context: dict[str, Any] = {
        "contract": contract,
        "form": form,
        "waits": waits,
        "release": found,
        "mine": mine,
    }
    if mine:
        context["mine_text"] = shown.litres_text(mine[0])
    if not waits and (expected := learning.expected_of(home.members)):
        context["expected"] = {
            **expected,
            **{name: shown.litres_text(expected[name]) for name in ("litres", "low", "high")},
            "within": mine and expected["low"] <= mine[0] <= expected["high"],
        }
    if found is not None and not waits:
        context |= _placed(found, home, mine[0] if mine else None)
    return render(request, "water_use/comparison.html", context, status=422 if form.errors else 200)


@allow("water_use.own_home")
@require_POST
def describe(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep what the household says of its home, because it asked to."""
    contract = visiting.own(request, public_id)
    identity = visiting.identity_of(request)
    form = HomeForm(request.POST, home=looking.declared(contract))
    if form.is_valid() and identity is not None:
        household.describe(contract=contract, home=form.said(), by=identity)
        messages.success(request, _("What you said of your home is kept. Correct it here at any time."))
    else:
        messages.error(request, _("This was not kept: check the number of people."))
    return redirect("water_use:comparison", public_id)


def _placed(found: Release, home: Declared, litres_a_day: float | None) -> dict[str, Any]:
    """Return who is compared with, how spread they are, and where the home stands."""
    try:
        alike = similar(found, home)
    except Refused as refused:
        return {"why_not": spoken(refused.said)}
    cell = alike.quantiles
    told: dict[str, Any] = {
        "cohort": [shown.variable_words(name, value) for name, value in cell.variables],
        "homes": cell.n,
        "too_few": [
            ", ".join(shown.variable_name(name) for name in variables) for variables in alike.too_few
        ],
        "not_said": [shown.variable_name(name) for name in alike.not_said],
        "chart": shown.spread_chart(cell, litres_a_day),
    }
    if litres_a_day is not None:
        where = place(litres_a_day, cell)
        told |= {
            "above": round(100 * where.above),
            "below": round(100 * where.below),
            "median": shown.litres_text(where.median),
            "difference": where.difference,
            "difference_text": shown.litres_text(abs(where.difference)),
            "difference_euros": shown.euros(abs(where.difference) * 365),
        }
    return told
