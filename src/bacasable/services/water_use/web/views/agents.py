"""The agents' desk: leaks and unusual volumes by state, their letters, paper codes. Never a curve.

A curve is opened inside a case: a reason that the household reads, a journal entry, an end by itself.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance
from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.engine.notice import EXCLUDED, SOURCE, TIMES
from bacasable.services.water_use.web import letters, linkage, looking, sealed, shown
from bacasable.services.water_use.web.actions import access, cases, incidents
from bacasable.services.water_use.web.actions import letters as kept
from bacasable.services.water_use.web.desk_forms import CaseForm, CloseForm, NumberForm
from bacasable.services.water_use.web.models import (
    INCIDENT_KINDS,
    LEAK_STATES,
    LETTER_KINDS,
    CaseAccess,
    Contract,
    Incident,
    Letter,
)
from bacasable.services.water_use.web.views.entrance import closed
from bacasable.services.water_use.web.volumes_store import ERASED
from bacasable.ui.saying import spoken

PER_PAGE = 50
#: Days of a curve that a case shows.
CASE_DAYS = 60
_EXCLUDED = {
    "appliance": N_("household appliances"),
    "sanitary": N_("sanitary equipment"),
    "heating": N_("heating"),
}


@allow("water_use.leaks")
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for an agent: by state, the largest first; no name and no curve."""
    state = request.GET.get("state", "open")
    state = state if state in dict(LEAK_STATES) else "open"
    rows = _known().filter(state=state)
    page = Paginator(rows.order_by("acknowledged_at", "-litres_per_hour", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    counts = {key: _known().filter(state=key).count() for key, _label in LEAK_STATES}
    context = {
        "state": state,
        "states": [
            {"key": key, "label": _(label).capitalize(), "count": counts[key]} for key, label in LEAK_STATES
        ],
        "page": page,
        "columns": _columns(),
        "rows": [_row(one) for one in page],
        "may_call": incidents.may_call(clock.now()),
        "code_form": NumberForm(),
        "may_manage": may(request.user, "water_use.manage"),
    }
    return render(request, "water_use/queue.html", context)


@allow("water_use.leaks")
@require_safe
@never_cache
def incident(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One leak or volume: whom to call, the computation, what was sent and answered."""
    return _page(request, _found(public_id))


@allow("water_use.leaks")
@require_POST
def follow(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Do one of the acts of an agent on it."""
    found = _found(public_id)
    by = cast(User, request.user)
    done: dict[str, tuple[Callable[..., Any], str]] = {
        "acknowledge": (incidents.acknowledge, _("You follow this.")),
        "called": (incidents.called, _("The call is noted.")),
        "warn": (incidents.warn, _("The early warning is made. Print it, post it, then note that it left.")),
        "notify": (incidents.notify, _("The notice is validated: its letter is made, its month runs.")),
        "attested": (incidents.attested, _("The attestation is noted.")),
    }
    act, said = done.get(request.POST.get("act", ""), (None, ""))
    if act is None:
        raise Http404
    try:
        act(incident=found, by=by)
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        messages.success(request, said)
    return redirect("water_use:incident", public_id)


@allow("water_use.leaks")
@require_POST
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close it with what the household said."""
    found = _found(public_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, close_form=form, status=422)
    incidents.close(
        incident=found, explained_as=form.cleaned_data["explained_as"], by=cast(User, request.user)
    )
    messages.success(request, _("It is closed."))
    return redirect("water_use:queue")


@allow("water_use.leaks")
@require_POST
def letter_sent(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that a letter left."""
    found = get_object_or_404(Letter.objects.exclude(incident=None), public_id=public_id)
    try:
        kept.mark_sent(letter=found, by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        messages.success(request, _("The letter is noted as sent."))
    return redirect("water_use:incident", found.incident.public_id)  # type: ignore[union-attr]


@allow("water_use.leaks")
@require_safe
@never_cache
def letter_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The letter of a leak, to be printed and posted."""
    found = get_object_or_404(Letter.objects.exclude(incident=None), public_id=public_id)
    incidents.read(incident=cast(Incident, found.incident), by=cast(User, request.user))
    content = b"".join(instance.vault().read(bytes(found.data_key), found.file))
    return _pdf(content, f"{found.kind}.pdf")


@allow("water_use.leaks")
@require_POST
@never_cache
def code_letter(request: HttpRequest) -> HttpResponse:
    """Make a paper code for a contract and give its letter, which is kept nowhere."""
    form = NumberForm(request.POST)
    contract = _by_number(form.cleaned_data["number"]) if form.is_valid() else None
    if contract is None:
        messages.error(request, _("No contract that runs has this number. Check it."))
        return redirect("water_use:queue")
    code = access.make_code(contract=contract, by=cast(User, request.user))
    return _pdf(letters.printed(contract, letters.of_code(code)), "code.pdf")


@allow("water_use.case")
@require_POST
def open_case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open the curve of the home of an incident, for a reason."""
    found = _found(public_id)
    form = CaseForm(request.POST)
    if form.is_valid():
        try:
            made = cases.open_case(
                contract=found.contract, reason=form.cleaned_data["reason"], by=cast(User, request.user)
            )
        except Refused as refused:
            form.add_error("reason", spoken(refused.said))
        else:
            return redirect("water_use:case", made.public_id)
    return _page(request, found, case_form=form, status=422)


@allow("water_use.case")
@require_http_methods(["GET", "POST"])
@never_cache
def case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The curve of a home by day, inside a case of this agent that still runs."""
    by = cast(User, request.user)
    found = cases.of_agent(public_id, by)
    if found is None:
        raise Http404
    if request.method == "POST":
        cases.end(case=found, by=by)
        messages.success(request, _("The case is ended: the curve is closed again."))
        return redirect("water_use:queue")
    cases.read(case=found, by=by)
    last = looking.today() - timedelta(days=1)
    try:
        is_index = found.contract.grain == "index"
        days = [] if is_index else looking.days(found.contract, last - timedelta(days=CASE_DAYS), last)
        volumes = looking.volumes(found.contract) if is_index else []
    except Refused as refused:
        return closed(request, refused)
    chart = shown.days_chart(days, last)
    context = {
        "case": found,
        "chart": replace(chart, title=_("Litres a day")) if chart else None,
        "gaps": looking.gaps(days),
        "volumes": [shown.volume_row(volume) for volume in volumes],
        "volume_columns": shown.volume_columns(),
        "is_index": is_index,
    }
    return render(request, "water_use/case.html", context)


def _found(public_id: uuid.UUID) -> Incident:
    return get_object_or_404(_known(), public_id=public_id)


def _known() -> QuerySet[Incident]:
    """Return the incidents of contracts whose names were not erased: the others are nobody's any more."""
    rows = Incident.objects.exclude(contract__number_digest__startswith=ERASED)
    return rows.select_related("contract")


def _by_number(number: str) -> Contract | None:
    try:
        digest = linkage.number_digest(number)
    except Refused:  # no letter or digit in it
        return None
    return Contract.objects.filter(number_digest=digest, closed_on=None).first()


def _page(
    request: HttpRequest,
    found: Incident,
    *,
    case_form: CaseForm | None = None,
    close_form: CloseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    incidents.read(incident=found, by=cast(User, request.user))
    names = sealed.names_of(found.contract)
    words = dict(LETTER_KINDS)
    mine = CaseAccess.objects.filter(
        contract=found.contract,
        agent=cast(User, request.user).public_id,
        ended_at=None,
        until__gt=clock.now(),
    )
    context = {
        "incident": found,
        "leak": shown.leak(found),
        "kind": _(dict(INCIDENT_KINDS)[found.kind]),
        "facts": _facts(found),
        "computation": _computation(found),
        "excluded": [_(_EXCLUDED[one]) for one in EXCLUDED],
        "source": SOURCE,
        "names": names,
        "letters": [{"row": one, "kind": _(words[one.kind])} for one in found.letters.all()],
        "may_call": incidents.may_call(clock.now()),
        "case_form": (case_form or CaseForm()) if may(request.user, "water_use.case") else None,
        "close_form": close_form or CloseForm(),
        "cases": mine,
        "is_late": found.attestation_due is not None
        and found.attested_at is None
        and looking.today() > found.attestation_due,
    }
    return render(request, "water_use/incident.html", context, status=status)


def _facts(found: Incident) -> list[dict[str, str]]:
    """Return what happened to it, in order, where it did."""
    instants = (
        (_("Seen since"), found.start),
        (_("Last seen"), found.last_seen),
        (_("Followed since"), found.acknowledged_at),
        (_("Household called"), found.called_at),
        (_("Early warning sent"), found.warned_at),
        (_("Notice validated"), found.notified_at),
        (_("Attestation received"), found.attested_at),
    )
    facts = [
        {"key": key, "value": date_format(at.astimezone(clock.zone()), "DATETIME_FORMAT")}
        for key, at in instants
        if at is not None
    ]
    if found.attestation_due:
        facts.append(
            {"key": _("Attestation due"), "value": date_format(found.attestation_due, "DATE_FORMAT")}
        )
    return facts


def _computation(found: Incident) -> list[dict[str, str]]:
    """Return the computation of the notice of the law, line by line."""
    if found.kind != "volume" or not (found.first_day and found.last_day):
        return []
    litres, average = found.litres or 0, found.average_litres or 0
    period = _("%(first)s to %(last)s") % {
        "first": date_format(found.first_day, "DATE_FORMAT"),
        "last": date_format(found.last_day, "DATE_FORMAT"),
    }
    return [
        {"key": _("Period"), "value": period},
        {"key": _("Volume of the period"), "value": shown.litres_text(litres)},
        {
            "key": _("Average of comparable homes of the area: this one has no history")
            if found.average_basis == "comparable"
            else _("Average of the same period of the years before, earlier occupants included"),
            "value": shown.litres_text(average),
        },
        {"key": _("Twice the average"), "value": shown.litres_text(TIMES * average)},
        {"key": _("Beyond it"), "value": shown.litres_text(max(0, litres - TIMES * average))},
    ]


def _columns() -> list[dict[str, object]]:
    return [
        {"key": "since", "label": _("Since")},
        {"key": "kind", "label": _("What is seen")},
        {"key": "district", "label": _("District")},
        {"key": "flow", "label": _("Flow by hour"), "numeric": True},
        {"key": "volume", "label": _("Volume"), "numeric": True},
        {"key": "sure", "label": _("How sure"), "numeric": True},
        {"key": "step", "label": _("Where it stands")},
    ]


def _row(one: Incident) -> dict[str, object]:
    leak = shown.leak(one)
    sure = "" if one.confidence is None else _("%(percent)d %%") % {"percent": round(100 * one.confidence)}
    return {
        "href": f"leaks/{one.public_id}/",
        "since": date_format(one.start.astimezone(clock.zone()), "DATE_FORMAT"),
        "kind": _(dict(INCIDENT_KINDS)[one.kind]).capitalize(),
        "district": one.contract.district,
        "flow": leak.flow if one.litres_per_hour else "",
        "volume": leak.volume,
        "sure": sure,
        "step": _step(one),
    }


def _step(one: Incident) -> dict[str, str]:
    steps = (
        (one.attested_at, _("attestation received"), "green"),
        (one.notified_at, _("notice validated"), "purple"),
        (one.warned_at, _("early warning sent"), "blue"),
        (one.called_at, _("household called"), "blue"),
        (one.acknowledged_at, _("followed"), "teal"),
    )
    for at, words, colour in steps:
        if at is not None:
            return {"badge": words, "colour": colour}
    return {"badge": _("to be seen"), "colour": "yellow"}


def _pdf(content: bytes, name: str) -> HttpResponse:
    made = HttpResponse(content, content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    return made
