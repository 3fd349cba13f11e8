"""The plan: steps that were decided, one by one; their order and dates; on paper for the person."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import printing, sealed, shown
from bacasable.services.job_advice.web.actions import deciding, files
from bacasable.services.job_advice.web.forms import DatesForm
from bacasable.services.job_advice.web.models import PlanStep
from bacasable.services.job_advice.web.views.files import of_request
from bacasable.ui.saying import spoken


@allow("job_advice.advise")
@require_safe
@never_cache
def plan(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The plan of a file."""
    return _page(request, public_id)


@allow("job_advice.advise")
@require_POST
@never_cache
def step(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Do one thing with one step: move it, take it out, mark it done, write its dates."""
    rows = PlanStep.objects.filter(file__adviser=cast(User, request.user).public_id, removed_at=None)
    found = get_object_or_404(rows.select_related("file__person"), public_id=public_id)
    by, act = cast(User, request.user), request.POST.get("act", "")
    try:
        if act in ("earlier", "later"):
            deciding.move(step=found, earlier=act == "earlier", by=by)
        elif act == "take_out":
            deciding.take_out(step=found, by=by)
        elif act in ("done", "not_done"):
            deciding.mark_done(step=found, done=act == "done", by=by)
        elif act == "dates":
            form = DatesForm(request.POST, prefix=str(found.pk))
            if not form.is_valid():
                return _page(request, found.file.public_id, refused=(found.pk, form))
            try:
                deciding.set_dates(step=found, by=by, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, spoken(refused.said))
                return _page(request, found.file.public_id, refused=(found.pk, form))
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        messages.success(request, _("The plan is changed."))
    return redirect("job_advice:plan", found.file.public_id)


@allow("job_advice.advise")
@require_safe
@never_cache
def plan_print(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The plan as a page to print."""
    file = of_request(request, public_id)
    context = {
        "file": file,
        "identity": sealed.identity_of(file.person),
        "steps": printing.steps(file),
        "notes": printing.notes(file),
        "sections": printing.sections(file),
    }
    return render(request, "job_advice/plan_print.html", context)


@allow("job_advice.advise")
@require_POST
@never_cache
def plan_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The plan as a PDF; with a new paper code to the person's own page where that is asked."""
    file = of_request(request, public_id)
    code = ""
    if request.POST.get("with_code") and file.state == "open":
        code = files.make_link(file=file, kind="paper", by=cast(User, request.user))
    address = request.build_absolute_uri(reverse("job_advice:start"))
    made = HttpResponse(printing.plan_pdf(file, code=code, address=address), content_type="application/pdf")
    made["Content-Disposition"] = 'attachment; filename="plan.pdf"'
    return made


def _page(
    request: HttpRequest, public_id: uuid.UUID, refused: tuple[int, DatesForm] | None = None
) -> HttpResponse:
    file = of_request(request, public_id)
    rows: list[dict[str, Any]] = printing.steps(file)
    for row in rows:
        one = row["step"]
        row["form"] = (
            refused[1]
            if refused and refused[0] == one.pk
            else DatesForm(prefix=str(one.pk), initial={"starts_on": one.starts_on, "ends_on": one.ends_on})
        )
    context = {
        "file": file,
        "identity": sealed.identity_of(file.person),
        "rows": rows,
        "is_open": file.state == "open",
        "refused_form": refused[1] if refused else None,
        **shown.base(),
    }
    return render(request, "job_advice/plan.html", context, status=422 if refused else 200)
