"""Training: files that do not exist, suggestions of which some are bad on purpose, one's own result."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.profiles import Profile
from bacasable.services.job_advice.web import shown
from bacasable.services.job_advice.web.actions import training
from bacasable.services.job_advice.web.forms import DecisionForm
from bacasable.services.job_advice.web.models import KINDS, VERBS, Training, TrainingItem
from bacasable.ui.saying import spoken


@allow("job_advice.train")
@require_http_methods(["GET", "POST"])
@never_cache
def trainings(request: HttpRequest) -> HttpResponse:
    """One's own sessions, for as long as they are one's own; begin another."""
    by = cast(User, request.user)
    if request.method == "POST":
        try:
            made = training.start(by=by)
        except Refused as refused:
            messages.error(request, spoken(refused.said))
            return redirect("job_advice:trainings")
        return redirect("job_advice:training_file", made.public_id, 1)
    rows = [_row(one) for one in Training.objects.filter(adviser=by.public_id)]
    columns = [
        {"key": "day", "label": _("Session")},
        {"key": "shown", "label": _("Suggestions"), "numeric": True},
        {"key": "found", "label": _("Bad ones seen"), "numeric": True},
    ]
    return render(request, "job_advice/trainings.html", {"rows": rows, "columns": columns, **shown.base()})


@allow("job_advice.train")
@require_http_methods(["GET", "POST"])
@never_cache
def training_file(request: HttpRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    """One file of a session: who it would be, what is suggested, an act for each."""
    found = _found(request, public_id)
    if found.ended_at is not None:
        return redirect("job_advice:training_result", public_id)
    items = list(found.items.filter(file=number))
    if not items:
        raise Http404
    refused = None
    if request.method == "POST":
        one = next((item for item in items if str(item.position) == request.POST.get("position")), None)
        if one is None:
            raise Http404
        form = DecisionForm(request.POST, prefix=_prefix(one))
        if form.is_valid():
            training.decide(item=one, verb=form.cleaned_data["verb"], by=cast(User, request.user))
            return redirect("job_advice:training_file", public_id, number)
        refused = (one, form)
    context = {
        "training": found,
        "number": number,
        "count": len(found.profiles[: training.FILES]),
        "parts": shown.told(Profile.from_json(found.profiles[number - 1])),
        "rows": [_item(one, refused) for one in items],
        "refused_form": refused[1] if refused else None,
        "is_last": number == found.items.order_by("-file").values_list("file", flat=True)[0],
        "next": number + 1,
        **shown.base(),
    }
    return render(request, "job_advice/training_file.html", context, status=422 if refused else 200)


@allow("job_advice.train")
@require_POST
def training_end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a session, once each suggestion is decided."""
    found = _found(request, public_id)
    try:
        training.finish(training=found, by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
        waits = found.items.filter(verb="").first()
        return redirect("job_advice:training_file", public_id, waits.file if waits else 1)
    return redirect("job_advice:training_result", public_id)


@allow("job_advice.train")
@require_safe
@never_cache
def training_result(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One's own result: which suggestions were bad on purpose, and what one did of them."""
    found = _found(request, public_id)
    if found.ended_at is None:
        return redirect("job_advice:training_file", public_id, 1)
    columns = [
        {"key": "label", "label": _("Suggestion")},
        {"key": "file", "label": _("File"), "numeric": True},
        {"key": "truth", "label": _("What it was")},
        {"key": "verb", "label": _("What you did")},
    ]
    rows = [
        {
            "label": one.label,
            "file": one.file,
            "truth": {"badge": _("bad on purpose"), "colour": "red"}
            if one.is_decoy
            else _("true suggestion"),
            "verb": _(dict(VERBS)[one.verb]),
        }
        for one in found.items.all()
    ]
    context = {"training": found, "rows": rows, "columns": columns}
    return render(request, "job_advice/training_result.html", context)


def _found(request: HttpRequest, public_id: uuid.UUID) -> Training:
    own = Training.objects.filter(adviser=cast(User, request.user).public_id)
    return get_object_or_404(own, public_id=public_id)


def _item(one: TrainingItem, refused: tuple[TrainingItem, DecisionForm] | None) -> dict[str, Any]:
    form = refused[1] if refused and refused[0].pk == one.pk else None
    return {
        "item": one,
        "kind": _(dict(KINDS)[one.kind]),
        "done": _(dict(VERBS)[one.verb]) if one.verb else "",
        "form": form or DecisionForm(prefix=_prefix(one), initial={"text": one.label}),
    }


def _prefix(one: TrainingItem) -> str:
    return f"item-{one.position}"


def _row(one: Training) -> dict[str, Any]:
    day = date_format(one.started_at.astimezone(clock.zone()), "DATETIME_FORMAT")
    if one.ended_at is None:
        return {"day": day, "href": f"{one.public_id}/1/", "shown": "", "found": _("not finished")}
    seen = _("%(found)d of %(decoys)d") % {"found": one.found, "decoys": one.decoys}
    return {"day": day, "href": f"{one.public_id}/result/", "shown": one.shown, "found": seen}
