"""Documents for contracts: hand in, read, review."""

import uuid
from typing import Any

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.exchange.vault import Altered, Missing
from bacasable.people.permissions import allow
from bacasable.programme.dossiers import files, media
from bacasable.programme.dossiers.file_views import SANDBOX
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.recommendations import actions, queries, readings, wording
from bacasable.programme.recommendations.actions import reviewing
from bacasable.programme.recommendations.forms import HandInForm, ReviewDocumentForm
from bacasable.programme.recommendations.models import Contract

log = structlog.get_logger("bacasable.files")


@allow("recommendation.of_project", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def hand_in(request: HttpRequest, key: str, public_id: uuid.UUID) -> HttpResponse:
    """Hand in a document that a contract expects."""
    recommendation = queries.held(key, request.user, "recommendation.of_project")
    contract = (
        recommendation.contracts.select_related("recommendation__file__dossier")
        .filter(public_id=public_id, kind=Contract.Kind.DOCUMENT)
        .first()
    )
    if contract is None or recommendation.file is None:
        raise Http404
    user: Any = request.user
    posted = request.method == "POST"
    form = HandInForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        sent = form.cleaned_data["document"]
        try:
            actions.hand_in(contract=contract, name=sent.name or "", content=sent.read(), by=user)
        except Refused as refused:
            form.add_error("document", wording.refusal(refused))
        else:
            messages.success(request, _("The document is handed in; the other side is told."))
            return redirect("recommendations:detail", key=key)
    context = {
        "recommendation": recommendation,
        "contract": contract,
        "age": readings.days(contract.maximum_age_days),
        "form": form,
        "accepted": ", ".join(media.accepted_extensions()),
        "file_megabytes": files.limits().file_bytes // files.MEGABYTE,
    }
    return render(
        request, "programme/recommendations/hand_in.html", context, status=422 if form.errors else 200
    )


@allow("recommendation.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def review_document(request: HttpRequest, key: str, public_id: uuid.UUID) -> HttpResponse:
    """Accept a document until it expires, or refuse it with reasons."""
    document = reviewing.found(key, public_id, request.user, "recommendation.write")  # type: ignore[arg-type]
    user: Any = request.user
    form = ReviewDocumentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_document(document=document, by=user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("reasons" if refused.code == "reasons" else None, wording.refusal(refused))
        else:
            messages.success(request, _("The review is kept; both sides are told."))
            return redirect("recommendations:detail", key=key)
    context = {
        "recommendation": document.contract.recommendation,
        "contract": document.contract,
        "document": document,
        "handed_in_by": readings.person(document.handed_in_by),
        "age": readings.days(document.contract.maximum_age_days),
        "is_reviewed": document.verdict != document.Verdict.WAITING,
        "form": form,
    }
    return render(
        request, "programme/recommendations/review_document.html", context, status=422 if form.errors else 200
    )


@allow("recommendation.of_project", by_object=True)
@require_GET
@never_cache
def document(request: HttpRequest, key: str, public_id: uuid.UUID) -> HttpResponse:
    """Send a document to be saved; the whole is authenticated before the first byte leaves."""
    found = reviewing.found(key, public_id, request.user, "recommendation.of_project")  # type: ignore[arg-type]
    try:
        content = b"".join(reviewing.readable(found))
    except (Altered, Missing) as problem:
        log.error("file unreadable", recommendation=key, problem=type(problem).__name__)
        context = {"reference": key, "file": public_id}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    response = HttpResponse(content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
