"""The roadmap: milestones in time, done, coming, late or dropped."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.compliance import clock
from bacasable.people.permissions import allow, require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, queries, wording
from bacasable.programme.support.forms import DropForm, MilestoneForm
from bacasable.programme.support.models import Milestone, Side, SupportFile
from bacasable.programme.support.views.frame import acted, page, person, status_of
from bacasable.programme.support.views.overview import phases


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def roadmap(request: HttpRequest, reference: str) -> HttpResponse:
    """The milestones in order of date, and for the office the form to add one."""
    file = queries.readable(reference, request.user)
    form = MilestoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, "support.guide", file)
        if form.is_valid() and acted(
            form, file, actions.add_milestone, file=file, by=person(request), **form.cleaned_data
        ):
            messages.success(request, _("The milestone is on the roadmap. The project was told."))
            return redirect("support:roadmap", reference=reference)
    today = clock.now().astimezone(file.dossier.call.zone).date()
    milestones = list(file.milestones.all())
    pending = [m for m in milestones if m.done_on is None and not m.dropped_because]
    return page(
        request,
        file,
        "roadmap",
        status=status_of(form),
        form=form,
        phases=phases(file),
        items=[_item(milestone, today) for milestone in milestones],
        pending=pending,
        late=sum(milestone.due_on < today for milestone in pending),
    )


def _item(milestone: Milestone, today: date) -> dict[str, Any]:
    lines = [milestone.description] if milestone.description else []
    state = "future"
    if milestone.done_on:
        state = "done"
        lines.insert(0, _("Done on %(day)s.") % {"day": wording.day(milestone.done_on)})
    elif milestone.dropped_because:
        state = "done"
        lines.insert(0, _("Dropped: %(reason)s") % {"reason": milestone.dropped_because})
    elif milestone.due_on < today:
        state = "current"
        lines.insert(0, _("Late: its date has passed."))
    who = _("acts: %(side)s") % {"side": milestone.get_side_display()}
    return {
        "when": wording.day(milestone.due_on),
        "title": f"{milestone.title} ({who})",
        "text": "\n".join(lines),
        "state": state,
    }


@allow("support.guide", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def milestone(request: HttpRequest, reference: str, milestone: uuid.UUID) -> HttpResponse:
    """One milestone: say that it is done, or drop it with a reason."""
    file = queries.readable(reference, request.user, "support.guide")
    if queries.side_of(file, request.user) != Side.OFFICE:
        raise PermissionDenied("support.guide")
    found = file.milestones.filter(public_id=milestone).first()
    if found is None:
        raise Http404
    done = request.POST.get("act") == "done"
    form = DropForm(request.POST if request.method == "POST" and not done else None)
    if request.method == "POST" and done:
        return _finish(request, file, found)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if acted(form, file, actions.drop_milestone, milestone=found, reason=reason, by=person(request)):
            messages.success(request, _("The milestone is dropped and stays on the roadmap with its reason."))
            return redirect("support:roadmap", reference=reference)
    is_settled = found.done_on is not None or bool(found.dropped_because)
    return page(
        request,
        file,
        "milestone",
        heading=found.title,
        status=status_of(form),
        form=form,
        milestone=found,
        due=wording.day(found.due_on),
        is_settled=is_settled,
    )


def _finish(request: HttpRequest, file: SupportFile, found: Milestone) -> HttpResponse:
    try:
        actions.finish_milestone(milestone=found, by=person(request))
    except Refused as refused:
        messages.error(request, wording.refusal(refused, file))
    else:
        messages.success(request, _("The milestone is done."))
    return redirect("support:roadmap", reference=file.dossier.reference)
