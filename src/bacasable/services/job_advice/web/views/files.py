"""Files of an adviser: their list, one file, the choice about the tool, the way to the person's own page."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import running, said, sealed, shown
from bacasable.services.job_advice.web.actions import deciding, files, interviews
from bacasable.services.job_advice.web.forms import PersonForm
from bacasable.services.job_advice.web.models import File
from bacasable.services.job_advice.web.views.confirming import or_said_at
from bacasable.ui.saying import spoken

PER_PAGE = 30


@allow("job_advice.advise")
@require_http_methods(["GET", "POST"])
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The adviser's own files, those touched last first; open a new one."""
    by = cast(User, request.user)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = files.open_file(
                identity=sealed.Identity(form.cleaned_data["name"], form.cleaned_data["number"]), by=by
            )
        except Refused as refused:
            form.add_error(None, spoken(refused.said))
        else:
            return redirect("job_advice:file", made.public_id)
    own = File.objects.filter(adviser=by.public_id, state="open").select_related("person")
    page = Paginator(own, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "columns": [
            {"key": "name", "label": _("Person")},
            {"key": "reference", "label": _("Reference")},
            {"key": "last", "label": _("Last change")},
            {"key": "state", "label": _("Suggestions")},
        ],
        "rows": [_row(one) for one in page],
    }
    return render(request, "job_advice/desk.html", context, status=422 if form.errors else 200)


@allow("job_advice.advise")
@require_safe
@never_cache
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One file: what is known of the person, interviews, the plan, what they may do."""
    found = of_request(request, public_id)
    profile = sealed.profile_of(found)
    context = {
        "file": found,
        "identity": sealed.identity_of(found.person),
        "parts": shown.parts(found, profile),
        "interviews": [_interview(one) for one in found.interviews.all()],
        "words": [said.word(one) for one in found.words.select_related("item")],
        "steps": len(deciding.plan_of(found)),
        "is_open": found.state == "open",
        "is_empty": profile.is_empty(),
        **shown.base(),
    }
    return render(request, "job_advice/file.html", context)


@allow("job_advice.advise")
@require_POST
@or_said_at("job_advice:file")
def tool(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that the person refuses the tool, or wants it after all."""
    found = of_request(request, public_id)
    by = cast(User, request.user)
    if request.POST.get("choice") == "refuse":
        files.refuse_tool(file=found, by=by)
        messages.success(
            request,
            _(
                "It is noted: no suggestion from software. The interview, the advice and the plan stay the "
                "same, and nothing changes for benefits."
            ),
        )
    else:
        files.accept_tool(file=found, by=by)
        messages.success(request, _("It is noted: suggestions may be asked for again."))
    return redirect("job_advice:file", public_id)


@allow("job_advice.advise")
@require_POST
@or_said_at("job_advice:file")
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close the file."""
    files.close_file(file=of_request(request, public_id), by=cast(User, request.user))
    messages.success(request, _("The file is closed. It is kept for a year, then erased."))
    return redirect("job_advice:desk")


@allow("job_advice.advise")
@require_POST
@never_cache
@or_said_at("job_advice:file")
def link(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Make a paper code or a one-time link to the person's own page, and show it this once."""
    found = of_request(request, public_id)
    kind = "link" if request.POST.get("kind") == "link" else "paper"
    code = files.make_link(file=found, kind=kind, by=cast(User, request.user))
    address = request.build_absolute_uri(reverse("job_advice:start"))
    context = {
        "file": found,
        "kind": kind,
        "code": code,
        "address": f"{address}#{code}" if kind == "link" else address,
        "days": running.settings().link_days,
    }
    return render(request, "job_advice/link.html", context)


@allow("job_advice.advise")
@require_POST
@or_said_at("job_advice:file")
def open_interview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Open an interview, or go back to the one that is open."""
    made = interviews.open_interview(file=of_request(request, public_id), by=cast(User, request.user))
    return redirect("job_advice:interview", made.public_id)


def of_request(request: HttpRequest, public_id: uuid.UUID) -> File:
    """Return a file of this adviser; those of others do not exist."""
    own = File.objects.filter(adviser=cast(User, request.user).public_id).select_related("person")
    return get_object_or_404(own, public_id=public_id)


def _row(one: File) -> dict[str, Any]:
    refused = one.person.refused_tool_at is not None
    return {
        "href": reverse("job_advice:file", args=(one.public_id,)),
        "name": sealed.identity_of(one.person).name,
        "reference": one.person.reference,
        "last": date_format(one.last_at.astimezone(clock.zone()), "DATE_FORMAT"),
        "state": _("refused by the person") if refused else "",
    }


def _interview(one: Any) -> dict[str, Any]:
    return {
        "href": reverse("job_advice:interview", args=(one.public_id,)),
        "day": one.opened_at,
        "mode": one.mode,
        "is_open": one.closed_at is None,
    }
