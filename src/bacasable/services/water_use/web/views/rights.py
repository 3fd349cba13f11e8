"""The rights of a household over its home: take away, ask for hours, object, erase, leave; its letters."""

import csv
import io
import json
import re
import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people import instance
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.water_use.processing import ASKED_HOURS, OPEN_TO_OBJECTION
from bacasable.services.water_use.web import letters, looking, running, taking_away, visiting
from bacasable.services.water_use.web.actions import access, household
from bacasable.services.water_use.web.models import LETTER_KINDS
from bacasable.services.water_use.web.views.entrance import closed
from bacasable.ui.saying import spoken

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@allow("water_use.own_home")
@require_safe
@never_cache
def rights(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """All that the household may do about its data, with who opened its curve."""
    contract = visiting.own(request, public_id)
    objected = set(contract.objections.filter(withdrawn_at=None).values_list("purpose", flat=True))
    context = {
        "contract": contract,
        "consent": looking.hours_asked(contract),
        "can_ask_hours": contract.grain == "hourly",
        "hourly_days": running.settings().hourly_days,
        "asked_months": ASKED_HOURS.months,
        "purposes": [
            {"key": purpose.key, "label": _(purpose.label), "objected": purpose.key in objected}
            for purpose in OPEN_TO_OBJECTION
        ],
        "cases": contract.cases.all(),
        "accesses": contract.accesses.filter(ended_at=None).count(),
        "letters": [
            {"row": row, "kind": _(dict(LETTER_KINDS)[row.kind])}
            for row in contract.letters.exclude(kind="code").exclude(sent_at=None)
        ],
    }
    return render(request, "water_use/rights.html", context)


@allow("water_use.own_home")
@require_POST
def hours(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask for hours, or no longer."""
    contract = visiting.own(request, public_id)
    by = _identity(request)
    if request.POST.get("ask") == "yes":
        try:
            household.ask_hours(contract=contract, by=by)
        except Refused as refused:
            messages.error(request, spoken(refused.said))
        else:
            messages.success(
                request, _("Your hours are kept and shown from now on. You may say no at any time.")
            )
    else:
        household.withdraw_hours(contract=contract, by=by)
        messages.success(request, _("Hours are shown no longer; those that only you asked for go tonight."))
    return redirect("water_use:rights", public_id)


@allow("water_use.own_home")
@require_POST
def objection(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Object to a use, or take that back."""
    contract = visiting.own(request, public_id)
    purpose, by = request.POST.get("purpose", ""), _identity(request)
    try:
        if request.POST.get("take_back"):
            household.take_back_objection(contract=contract, purpose=purpose, by=by)
            messages.success(request, _("Your objection is taken back."))
        else:
            household.object_to(contract=contract, purpose=purpose, by=by)
            messages.success(request, _("Your home is left out of this use from the next run on."))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    return redirect("water_use:rights", public_id)


@allow("water_use.own_home")
@require_http_methods(["GET", "POST"])
@never_cache
def erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Erase what rests on the household's own word; the rest is asked of the data protection officer."""
    contract = visiting.own(request, public_id)
    if request.method != "POST":
        return render(request, "water_use/erase.html", {"contract": contract})
    household.erase_said(contract=contract, by=_identity(request))
    messages.success(request, _("What you said of your home is erased. Hours go tonight."))
    return redirect("water_use:rights", public_id)


@allow("water_use.own_home")
@require_POST
def unlink(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one's own access to a home."""
    contract = visiting.own(request, public_id)
    access.unlink(contract=contract, identity=_identity(request))
    messages.success(request, _("Your identity opens this home no longer."))
    return redirect("water_use:start")


@allow("water_use.own_home")
@require_safe
@never_cache
def readings_csv(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """All volumes of the home as a table, whatever its grain."""
    contract = visiting.own(request, public_id)
    try:
        heading, rows = taking_away.table(contract)
    except Refused as refused:
        return closed(request, refused)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heading)
    writer.writerows(rows)
    made = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    made["Content-Disposition"] = 'attachment; filename="readings.csv"'
    return made


@allow("water_use.own_home")
@require_safe
@never_cache
def home_json(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """All that is held of the home, for a machine to read."""
    contract = visiting.own(request, public_id)
    try:
        held = taking_away.everything(contract)
    except Refused as refused:
        return closed(request, refused)
    content = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    made = HttpResponse(content, content_type="application/json")
    made["Content-Disposition"] = 'attachment; filename="home.json"'
    return made


@allow("water_use.own_home")
@require_safe
@never_cache
def monthly_letter(request: HttpRequest, public_id: uuid.UUID, period: str) -> HttpResponse:
    """The letter of a month that is over, made when it is asked for."""
    contract = visiting.own(request, public_id)
    told = _MONTH.fullmatch(period)
    if told is None or not 1 <= int(told[2]) <= 12 or int(told[1]) < 1:
        raise Http404
    month = date(int(told[1]), int(told[2]), 1)
    try:
        pdf = letters.monthly(contract, month)
    except Refused as refused:
        messages.error(request, spoken(refused.said))
        return redirect("water_use:home", public_id)
    return _pdf(pdf, f"{period}.pdf")


@allow("water_use.own_home")
@require_safe
@never_cache
def letter(request: HttpRequest, public_id: uuid.UUID, letter: uuid.UUID) -> HttpResponse:
    """A letter that was sent, as it was sent."""
    contract = visiting.own(request, public_id)
    found = get_object_or_404(contract.letters.exclude(kind="code").exclude(sent_at=None), public_id=letter)
    pdf = b"".join(instance.vault().read(bytes(found.data_key), found.file))
    return _pdf(pdf, f"{found.kind}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    made = HttpResponse(content, content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    return made


def _identity(request: HttpRequest) -> Any:
    """Return the identity by which the home was opened: :func:`.visiting.own` found one."""
    return visiting.identity_of(request)
