"""What is due, what was destroyed, and the visas of the archives."""

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.duties.keeping import actions
from bacasable.duties.keeping.forms import VisaForm
from bacasable.duties.keeping.models import PurgeRun, Visa
from bacasable.duties.keeping.rules import retentions
from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.privacy.messages import Refused

#: Receipts on the page; the journal holds all of them.
SHOWN = 50


@allow("keeping.read")
@require_safe
@never_cache
def due(request: HttpRequest) -> HttpResponse:
    """What a purge would do now, what waits for the archives, the last receipts."""
    outcome = actions.look()
    rows = _rows(line.as_plain() for line in outcome.lines)
    context = {
        "columns": _columns(),
        "rows": rows,
        "count": outcome.count,
        "may_purge": may(request.user, "keeping.purge"),
        "runs": [
            {
                "at": date_format(timezone.localtime(run.at), "DATETIME_FORMAT"),
                "href": reverse("keeping:run", args=[run.public_id]),
                "count": run.count,
                "state": "" if run.is_whole else {"badge": _("stopped half way"), "colour": "orange"},
            }
            for run in PurgeRun.objects.all()[:SHOWN]
        ],
        "run_columns": [
            {"key": "at", "label": _("When")},
            {"key": "count", "label": _("Pieces of data destroyed"), "numeric": True},
            {"key": "state", "label": _("State")},
        ],
    }
    return render(request, "duties/keeping/due.html", context)


@allow("keeping.purge")
@require_POST
@recent_sign_in_required()
def purge(request: HttpRequest) -> HttpResponse:
    """Destroy now what is due."""
    run = actions.purge(by=cast(User, request.user))
    said = ngettext(
        "%(count)s piece of data was destroyed.", "%(count)s pieces of data were destroyed.", run.count
    ) % {"count": run.count}
    messages.success(request, said)
    return redirect("keeping:run", public_id=run.public_id)


@allow("keeping.read")
@require_safe
@never_cache
def run(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The receipt of one purge."""
    found = get_object_or_404(PurgeRun.objects.select_related("by"), public_id=public_id)
    context = {"run": found, "columns": _columns(), "rows": _rows(found.lines)}
    return render(request, "duties/keeping/run.html", context)


@allow("keeping.visa")
@require_http_methods(["GET", "POST"])
@never_cache
def visas(request: HttpRequest) -> HttpResponse:
    """The visas recorded, and the form of a new one."""
    form = VisaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_visa(by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            messages.success(request, _("The visa is recorded: the next purge relies on it."))
            return redirect("keeping:visas")
    today = timezone.localdate(clock.now())
    known = retentions()
    context = {
        "form": form,
        "visas": [
            {
                "visa": visa,
                "what": _(known[where].label) if (where := (visa.service, visa.retention)) in known else "",
                "in_force": visa.is_in_force(today),
            }
            for visa in Visa.objects.select_related("recorded_by")
        ],
    }
    return render(request, "duties/keeping/visas.html", context, status=422 if form.errors else 200)


@allow("keeping.visa")
@require_POST
def withdraw(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Rely on a visa no more."""
    actions.withdraw_visa(visa=get_object_or_404(Visa, public_id=public_id), by=cast(User, request.user))
    messages.success(request, _("No purge relies on this visa any more."))
    return redirect("keeping:visas")


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "what", "label": _("Data")},
        {"key": "service", "label": _("Service")},
        {"key": "count", "label": _("Records"), "numeric": True},
        {"key": "why", "label": _("Why it is kept")},
    ]


def _rows(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each piece of data that is due, destroyed or kept; one for a store that stopped."""
    rows = []
    for line in lines:
        service = catalogue().get(line["service"])
        declared = processing_of(service) if service else None
        title = _(declared.title) if declared else line["service"]
        labels = {item.name: _(item.label) for item in declared.data} if declared else {}
        for name in dict.fromkeys((*line["erased"], *line["kept"])):
            rows.append(
                {
                    "what": labels.get(name, name),
                    "service": title,
                    "count": line["erased"].get(name, 0),
                    "why": _(line["kept"][name]) if name in line["kept"] else "",
                }
            )
        if line["stopped"]:
            rows.append({"what": line["store"], "service": title, "count": "", "why": line["stopped"]})
    return rows
