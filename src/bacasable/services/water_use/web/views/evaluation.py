"""Does the comparison help? Homes drawn by lot, the effect with its interval, harm to low users."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.web.actions import lots
from bacasable.services.water_use.web.desk_forms import DrawForm
from bacasable.services.water_use.web.models import LotDraw
from bacasable.ui.saying import spoken

#: Homes of a count below which only "fewer" is said.
LEAST_SAID = 11


@allow("water_use.manage")
@require_http_methods(["GET", "POST"])
@never_cache
def evaluation(request: HttpRequest) -> HttpResponse:
    """Draw, look at the effect, end. Alerts of leaks are never drawn."""
    by = cast(User, request.user)
    name = LotDraw.objects.order_by("-drawn_at").values_list("evaluation", flat=True).first()
    if request.method == "POST" and name and request.POST.get("end") == name:
        lots.end(evaluation=name, by=by)
        messages.success(request, _("The evaluation is ended: no home waits any more."))
        return redirect("water_use:evaluation")
    form = DrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            lots.draw(evaluation=given["evaluation"], share=given["percent"] / 100, by=by)
        except Refused as refused:
            form.add_error("evaluation", spoken(refused.said))
        else:
            messages.success(request, _("It is drawn. Come back when a whole month has passed."))
            return redirect("water_use:evaluation")
    context: dict[str, Any] = {"form": form, "name": name}
    if name:
        drawn = LotDraw.objects.filter(evaluation=name)
        received = drawn.filter(receives=True).count()
        context |= {"received": received, "waiting": drawn.count() - received}
        try:
            found, before, after = lots.measured(name)
        except Refused as refused:
            context["why_not"] = spoken(refused.said)
        else:
            low = found.low_users
            context |= {
                "effect": found,
                "facts": _facts(found, before, after),
                "low_facts": _facts(low, before, after) if low else [],
                "harm": low is not None and low.seen,
            }
    return render(request, "water_use/evaluation.html", context, status=422 if form.errors else 200)


def _facts(found: Any, before: str, after: str) -> list[dict[str, str]]:
    low, high = (number_format(value, decimal_pos=1) for value in (found.low, found.high))
    return [
        {
            "key": _("Months compared"),
            "value": _("%(after)s less %(before)s") % {"after": after, "before": before},
        },
        {
            "key": _("Change by the comparison"),
            "value": _("%(percent)s %%, interval at 95 %%: %(low)s to %(high)s")
            % {"percent": number_format(found.percent, decimal_pos=1), "low": low, "high": high},
        },
        {
            "key": _("Homes"),
            "value": _("%(received)d received it, %(waiting)d waited")
            % {"received": found.received, "waiting": found.waiting},
        },
    ]
