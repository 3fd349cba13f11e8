"""Lawful exceptions to the inspection firewall: the president's pages, and the inspector's."""

import uuid
from typing import Any, cast

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.exchange.vault import Altered, Missing
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.programme.desk import actions, files
from bacasable.programme.desk.forms import ExceptionForm, FindDossierForm
from bacasable.programme.desk.models import LawfulException
from bacasable.programme.desk.queries import (
    exceptions_in_force,
    exceptions_with_dossier,
    inspected_exception,
    inspectors,
    received_version,
)
from bacasable.programme.dossiers import sheet, wording
from bacasable.programme.dossiers.file_views import sealed
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.queries import readable_by_the_office
from bacasable.programme.dossiers.refusals import Refused

log = structlog.get_logger("bacasable.inspection")


@allow("inspection.except")
@require_GET
@never_cache
def given(request: HttpRequest) -> HttpResponse:
    """Every exception that was given, and the way to a dossier by its reference."""
    form = FindDossierForm(request.GET if "reference" in request.GET else None)
    if form.is_valid():
        reference = form.cleaned_data["reference"].strip().upper()
        if readable_by_the_office().filter(reference=reference).exists():
            return redirect("desk:exceptions", reference=reference)
        form.add_error("reference", _("No submitted dossier has this reference. Check it and try again."))
    context = {
        "form": form,
        "columns": [{"key": "reference", "label": _("Dossier"), "nowrap": True}, *_columns()],
        "rows": [_row(exception) for exception in exceptions_with_dossier()],
    }
    return render(request, "programme/desk/exceptions_given.html", context)


@allow("inspection.except")
@require_http_methods(["GET", "POST"])
@never_cache
@recent_sign_in_required()
def exceptions(request: HttpRequest, reference: str) -> HttpResponse:
    """The exceptions on one dossier, and the form that gives another."""
    dossier = get_object_or_404(readable_by_the_office().select_related("call"), reference=reference)
    form = ExceptionForm(request.POST or None, dossier=dossier, inspectors=inspectors())
    if request.method == "POST" and form.is_valid():
        try:
            actions.open_to_inspector(dossier=dossier, by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, dossier.call))
        else:
            messages.success(request, _("The dossier is open to the inspector, who was told by e-mail."))
            return redirect("desk:exceptions", reference=reference)
    known = list(exceptions_with_dossier().filter(dossier=dossier))
    context = {
        "dossier": dossier,
        "form": form,
        "has_inspectors": bool(form.fields["inspector"].choices),  # type: ignore[attr-defined]
        "columns": _columns(),
        "rows": [_row(exception) | {"href": ""} for exception in known],
        "open_ones": [_in_force(exception) for exception in known if exception.is_in_force()],
    }
    return render(request, "programme/desk/exceptions.html", context, status=422 if form.errors else 200)


@allow("inspection.except")
@require_POST
@recent_sign_in_required()
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Close an exception before its end."""
    exception = get_object_or_404(exceptions_with_dossier(), public_id=public_id)
    actions.close_to_inspector(exception=exception, by=cast(User, request.user))
    messages.success(request, _("The dossier is closed to this inspector."))
    return redirect("desk:exceptions", reference=exception.dossier.reference)


@allow("inspection.list")
@require_GET
@never_cache
def opened(request: HttpRequest) -> HttpResponse:
    """The exceptions in force for the inspector who asks."""
    context = {
        "columns": [
            {"key": "reference", "label": _("Dossier"), "nowrap": True},
            {"key": "ground", "label": _("Ground")},
            {"key": "until", "label": _("Until")},
        ],
        "rows": [
            {
                "reference": exception.dossier.reference,
                "href": reverse("desk:inspected", args=[exception.public_id]),
                "ground": exception.get_ground_display(),
                "until": wording.instant(exception.ends_at, exception.dossier.call.zone),
            }
            for exception in exceptions_in_force(cast(User, request.user), clock.now())
        ],
    }
    return render(request, "programme/desk/inspection.html", context)


@allow("inspection.read", by_object=True)
@require_GET
@never_cache
def inspected(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The version that the office holds, to be read only; each reading is journalled."""
    exception = inspected_exception(public_id, request.user)
    if exception is None:
        raise Http404
    actions.inspect(exception=exception, by=cast(User, request.user))
    dossier = exception.dossier
    version = received_version(dossier)

    def address(file: uuid.UUID) -> str:
        return reverse("desk:inspected_file", args=[exception.public_id, file])

    context = {
        "exception": exception,
        "dossier": dossier,
        "facts": _facts(exception, dossier),
        "steps": sheet.answers_of(version, dossier.call),
        "columns": sheet.file_columns(),
        "files": sheet.files_of(version, dossier.attachments.all(), address),
    }
    return render(request, "programme/desk/inspected.html", context)


def _facts(exception: LawfulException, dossier: Dossier) -> list[dict[str, Any]]:
    version, zone = received_version(dossier), dossier.call.zone
    return [
        {"key": _("Call"), "value": dossier.call.title},
        {"key": _("Version"), "value": version.number},
        {"key": _("Received"), "value": wording.instant(version.submitted_at, zone)},
        {"key": _("Digest"), "value": version.digest},
        {"key": _("Ground"), "value": exception.get_ground_display()},
        {"key": _("Open to you until"), "value": wording.instant(exception.ends_at, zone)},
    ]


@allow("inspection.read", by_object=True)
@require_GET
@never_cache
def inspected_file(request: HttpRequest, public_id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """A file of that version, to be saved; each is journalled."""
    exception = inspected_exception(public_id, request.user)
    if exception is None:
        raise Http404
    try:
        attachment, content = files.of_received_version(exception.dossier, file)
    except (Altered, Missing) as problem:
        log.error("file unreadable", exception=str(public_id), problem=type(problem).__name__)
        context = {"reference": exception.dossier.reference, "file": file}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    actions.inspect(exception=exception, file=attachment, by=cast(User, request.user))
    return sealed(attachment, content)


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "inspector", "label": _("Inspector")},
        {"key": "ground", "label": _("Ground")},
        {"key": "given", "label": _("Given")},
        {"key": "until", "label": _("Until")},
        {"key": "state", "label": _("State")},
    ]


def _row(exception: LawfulException) -> dict[str, Any]:
    zone = exception.dossier.call.zone
    text, colour = (
        (_("closed"), "grey")
        if exception.revoked_at
        else (_("in force"), "orange")
        if exception.is_in_force()
        else (_("ended"), "grey")
    )
    return {
        "reference": exception.dossier.reference,
        "href": reverse("desk:exceptions", args=[exception.dossier.reference]),
        "inspector": str(exception.inspector),
        "ground": exception.get_ground_display(),
        "given": wording.instant(exception.given_at, zone),
        "until": wording.instant(exception.revoked_at or exception.ends_at, zone),
        "state": {"badge": text, "colour": colour},
    }


def _in_force(exception: LawfulException) -> dict[str, Any]:
    return {
        "inspector": str(exception.inspector),
        "reasons": exception.reasons,
        "close": reverse("desk:exception_close", args=[exception.public_id]),
    }
