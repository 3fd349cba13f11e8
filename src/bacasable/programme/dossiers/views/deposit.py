"""Check, submit, receive the acknowledgement, read the versions, withdraw."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people import arrival, instance
from bacasable.people.permissions import allow, lent_roles
from bacasable.programme.dossiers import actions, queries, receipts, wording
from bacasable.programme.dossiers.actions.deposit import Incomplete
from bacasable.programme.dossiers.forms import SubmitForm, WithdrawForm, shown_as_html
from bacasable.programme.dossiers.models import Dossier, Version
from bacasable.programme.dossiers.questions import ESSENTIAL
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.views.drafts import frame, missing_link


@allow("dossier.submit", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Check the answers, then submit them."""
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.submit")
    form = SubmitForm(request.POST if request.method == "POST" else None)
    refusal, status = "", 200
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            version = actions.submit(
                dossier=dossier,
                revision=form.cleaned_data["revision"],
                by=user,
                accept_incomplete=form.cleaned_data["accept_incomplete"],
                received_at=received_at,
            )
        except Incomplete as refused:
            form.add_error("accept_incomplete", wording.refusal(refused, dossier.call))
            status = 422
        except Refused as refused:
            refusal, status = wording.refusal(refused, dossier.call), 409
        else:
            messages.success(
                request,
                _("Your dossier was received: version %(number)s.") % {"number": version.number},
            )
            return redirect("dossiers:receipt", reference=reference)
        dossier = queries.own(reference, request.user, "dossier.submit")
    elif request.method == "POST":
        status = 422
    return _check_page(request, dossier, form, refusal, status)


def _check_page(
    request: HttpRequest, dossier: Dossier, form: SubmitForm, refusal: str, status: int
) -> HttpResponse:
    attachments = queries.attachments_of(dossier)
    window = queries.window_of(dossier)
    missing = queries.missing_of(dossier, attachments)
    answers, manifest = dossier.answers, queries.manifest_of(attachments)
    if window is not None:
        answers, manifest = queries.content_to_submit(dossier, window, attachments)
    context = {
        **frame(request, dossier, window),
        "form": form,
        "refusal": refusal,
        "steps": answered_steps(dossier, answers, change=window is not None),
        "files": [{"name": file["name"], "size": receipts.octets(int(file["size"]))} for file in manifest],
        "missing": [missing_link(dossier, part) for part in missing],
        "lacks_essential": any(part.key in ESSENTIAL for part in missing),
        "has_changes": queries.has_unsubmitted_changes(dossier, window, attachments),
    }
    return render(request, "programme/dossiers/submit.html", context, status=status)


@allow("dossier.read", by_object=True)
@require_GET
@never_cache
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The acknowledgement of the last submitted version."""
    version = queries.readable_version(reference, request.user)
    return _version_page(request, version, "programme/dossiers/receipt.html")


@allow("dossier.read", by_object=True)
@require_GET
@never_cache
def version(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One submitted version: its answers, its files, its acknowledgement."""
    found = queries.readable_version(reference, request.user, number)
    return _version_page(request, found, "programme/dossiers/version.html")


def _version_page(request: HttpRequest, version: Version, template: str) -> HttpResponse:
    dossier = version.dossier
    context = {
        **frame(request, dossier, None),
        "version": version,
        "is_author": bool(lent_roles(request.user, dossier)),
        "received": wording.instant(version.submitted_at, dossier.call.zone),
        "is_current": dossier.current_version_id == version.pk,
        "steps": answered_steps(dossier, version.answers, change=False),
        "columns": [
            {"key": "name", "label": _("File")},
            {"key": "size", "label": _("Size (bytes)"), "numeric": True},
            {"key": "sha256", "label": _("SHA-256 digest")},
        ],
    }
    return render(request, template, context)


@allow("dossier.read", by_object=True)
@require_GET
@never_cache
def receipt_pdf(request: HttpRequest, reference: str, number: int) -> StreamingHttpResponse:
    """The receipt of a version, as the file that was stored with it."""
    version = queries.readable_version(reference, request.user, number)
    if not version.receipt:
        raise Http404
    chunks = instance.vault().read(bytes(version.dossier.data_key), version.receipt)
    response = StreamingHttpResponse(chunks, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{reference}-v{version.number}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@allow("dossier.write", by_object=True)
@require_GET
@never_cache
def versions(request: HttpRequest, reference: str) -> HttpResponse:
    """Every submitted version, the last first."""
    dossier = queries.own(reference, request.user, "dossier.write")
    rows = [
        {
            "number": _("Version %(number)s") % {"number": number},
            "received": wording.instant(submitted_at, dossier.call.zone),
            "digest": digest,
            "href": reverse("dossiers:version", args=[reference, number]),
        }
        for number, submitted_at, digest in dossier.versions.order_by("-number").values_list(
            "number", "submitted_at", "digest"
        )
    ]
    columns = [
        {"key": "number", "label": _("Version")},
        {"key": "received", "label": _("Received, by the server's clock")},
        {"key": "digest", "label": _("SHA-256 digest")},
    ]
    context = {**frame(request, dossier, None), "rows": rows, "columns": columns}
    return render(request, "programme/dossiers/versions.html", context)


@allow("dossier.submit", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a dossier, after a confirmation."""
    dossier = queries.own(reference, request.user, "dossier.submit")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            actions.withdraw(dossier=dossier, by=user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, dossier.call))
        else:
            messages.success(request, _("The dossier %(reference)s is withdrawn.") % {"reference": reference})
            return redirect("dossiers:overview", reference=reference)
    if dossier.state == Dossier.State.WITHDRAWN:
        return redirect("dossiers:overview", reference=reference)
    context = {**frame(request, dossier, queries.window_of(dossier)), "form": form}
    return render(request, "programme/dossiers/withdraw.html", context, status=422 if form.errors else 200)


def answered_steps(dossier: Dossier, answers: dict[str, Any], *, change: bool) -> list[dict[str, Any]]:
    """Return the answers step by step as rows of a summary list; with ``change``, a link to each question."""
    steps = []
    for step in queries.steps_of(dossier.call):
        page = reverse("dossiers:step", args=[dossier.reference, step.key])
        rows = []
        for question in step.questions:
            row = {
                "key": _(question.label),
                "value": shown_as_html(question, answers.get(step.key, {}).get(question.key)),
            }
            if change:
                row |= {"action_href": f"{page}#question-{question.key}", "action_text": _("Change")}
            rows.append(row)
        steps.append({"title": _(step.title), "rows": rows})
    return steps
