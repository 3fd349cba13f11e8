"""A household's own home: volumes by month, day and hour, leaks, and what it may do."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.advice import ACTIONS, advise
from bacasable.services.water_use.web import following, letters, looking, running, shown, visiting
from bacasable.services.water_use.web.actions import droughts, household
from bacasable.services.water_use.web.forms import LeakForm
from bacasable.services.water_use.web.models import Contract
from bacasable.services.water_use.web.views.entrance import closed
from bacasable.ui.saying import spoken


@allow("water_use.own_home")
@require_safe
@never_cache
def overview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A home at a glance: leaks first, then volumes by month or between two indexes."""
    contract = visiting.own(request, public_id)
    try:
        is_index = contract.grain == "index"
        months = [] if is_index else looking.months(contract)
        volumes = looking.volumes(contract) if is_index else []
        last = looking.last_reading(contract)
    except Refused as refused:
        return closed(request, refused)
    context = {
        "contract": contract,
        "drought": droughts.told(contract.district),
        "leaks": [shown.leak(one) for one in looking.leaks(contract) if one.state == "open"],
        "last": last,
        "age": (looking.today() - last).days if last else None,
        "chart": shown.months_chart(months),
        "volumes": [shown.volume_row(volume) for volume in volumes],
        "volume_columns": shown.volume_columns(),
        "letters": _letters(contract, months),
    }
    return render(request, "water_use/home.html", context)


@allow("water_use.own_home")
@require_safe
@never_cache
def days(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The days of a month, with the date of the last reading and the gaps."""
    contract = visiting.own(request, public_id)
    if contract.grain == "index":
        return redirect("water_use:home", public_id)
    month = _month(request.GET.get("month", ""), contract)
    following_month = (month + timedelta(days=32)).replace(day=1)
    last_day = min(following_month - timedelta(days=1), looking.today())
    try:
        found = looking.days(contract, month, last_day)
        last = looking.last_reading(contract)
    except Refused as refused:
        return closed(request, refused)
    before = month - timedelta(days=1)
    until = min(last, last_day) if last else None
    context = {
        "contract": contract,
        "month": month,
        "chart": shown.days_chart(found, month),
        "total": shown.litres_text(sum(day.litres or 0 for day in found)),
        "read": sum(day.litres is not None for day in found),
        "gaps": looking.gaps([day for day in found if until and day.day <= until]),
        "last": last,
        "before": before if before >= contract.opened_on else None,
        "after": following_month if following_month <= looking.today() else None,
        "hours_asked": looking.hours_asked(contract),
    }
    return render(request, "water_use/days.html", context)


@allow("water_use.own_home")
@require_safe
@never_cache
def hours(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The hours of a day, where the household asked for them."""
    contract = visiting.own(request, public_id)
    if looking.hours_asked(contract) is None:
        messages.info(request, _("Hours are shown once you ask for them, below."))
        return redirect("water_use:rights", public_id)
    last = looking.last_reading(contract) or looking.today()
    try:
        day = min(date.fromisoformat(request.GET.get("day", "")), looking.today())
    except ValueError:
        day = last
    try:
        found = looking.hours(contract, day)
    except Refused as refused:
        return closed(request, refused)
    context = {
        "contract": contract,
        "day": found,
        "chart": shown.hours_chart(found),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < looking.today() else None,
    }
    return render(request, "water_use/hours.html", context)


@allow("water_use.own_home")
@require_safe
@never_cache
def leaks(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Leaks and unusual volumes, what was sent about them, and what the law says of each."""
    contract = visiting.own(request, public_id)
    return render(request, "water_use/leaks.html", _leaks(contract))


@allow("water_use.own_home")
@require_POST
def explain(request: HttpRequest, public_id: uuid.UUID, incident: uuid.UUID) -> HttpResponse:
    """Say what a leak was."""
    contract = visiting.own(request, public_id)
    found = get_object_or_404(contract.incidents, public_id=incident)
    form = LeakForm(request.POST, prefix=str(found.public_id))
    if not form.is_valid():
        return render(request, "water_use/leaks.html", _leaks(contract, form), status=422)
    household.explain(
        incident=found,
        explained_as=form.cleaned_data["explained_as"],
        by=visiting.identity_of(request),
    )
    messages.success(request, _("Thank you. The water service sees your answer."))
    return redirect("water_use:leaks", public_id)


@allow("water_use.own_home")
@require_POST
def explain_by_code(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say what a leak was, with the paper code alone."""
    contract = visiting.by_code(request)
    if contract is None:
        raise Http404
    found = get_object_or_404(contract.incidents, public_id=public_id)
    try:
        household.explain(incident=found, explained_as=request.POST.get("explained_as", ""), by=None)
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        messages.success(request, _("Thank you. The water service sees your answer."))
    return redirect("water_use:by_code")


@allow("water_use.own_home")
@require_http_methods(["GET", "POST"])
@never_cache
def advice(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """What the home can do, with litres and euros, and what became of what it did."""
    contract = visiting.own(request, public_id)
    identity = visiting.identity_of(request)
    if request.method == "POST" and identity is not None:
        key = request.POST.get("action", "")
        try:
            if request.POST.get("undo"):
                household.forget_action(contract=contract, action=key, by=identity)
            else:
                household.note_action(contract=contract, action=key, on=looking.today(), by=identity)
        except Refused as refused:
            messages.error(request, spoken(refused.said))
        return redirect("water_use:advice", public_id)
    taken = {row.action: row.taken_on for row in contract.advice_taken.all()}
    home = looking.declared(contract)
    known = {action.key: action for action in ACTIONS}
    offered = [
        {
            "key": one.action.key,
            "title": _(one.action.title),
            "why": _(one.action.why),
            "source": _(one.action.source),
            "litres": shown.litres_text(one.litres_a_year) if one.litres_a_year else "",
            "euros": shown.money(one.cents_a_year),
            "supposed": one.supposed_members,
        }
        for one in advise(home, millieuros_per_cubic_metre=running.price(), done=taken)
    ]
    try:
        done = [
            {"key": key, "title": _(known[key].title), "on": on, "change": following.change(contract, on)}
            for key, on in sorted(taken.items(), key=lambda pair: pair[1], reverse=True)
            if key in known
        ]
    except Refused as refused:
        return closed(request, refused)
    context = {"contract": contract, "offered": offered, "done": done}
    return render(request, "water_use/advice.html", context)


def _letters(contract: Contract, months: list[looking.Month]) -> list[date]:
    """Return the last months that make a letter: those that are over, or in which the index was read."""
    known = [month.first for month in reversed(months)] or letters.reading_months(contract)
    return [first for first in known if first < looking.today().replace(day=1)][:3]


def _leaks(contract: Contract, bad: LeakForm | None = None) -> dict[str, Any]:
    rows = []
    for incident in looking.leaks(contract):
        prefix = str(incident.public_id)
        mine = bad is not None and bad.prefix == prefix
        form = bad if mine else LeakForm(prefix=prefix, initial={"explained_as": incident.explained_as})
        rows.append({"leak": shown.leak(incident), "form": form})
    letters = contract.letters.exclude(incident=None).exclude(sent_at=None)
    return {"contract": contract, "rows": rows, "letters": letters, "form": bad}


def _month(told: str, contract: Contract) -> date:
    """Return the first day of the month asked for, within the contract; this month by default."""
    this = looking.today().replace(day=1)
    try:
        asked = date.fromisoformat(f"{told}-01")
    except ValueError:
        asked = this
    return min(max(asked, contract.opened_on.replace(day=1)), this)
