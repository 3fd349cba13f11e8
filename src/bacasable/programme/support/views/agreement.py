"""The support agreement: read, written, signed by each side, filed as signed elsewhere, taken as a PDF."""

from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.exchange.vault import Altered, Missing
from bacasable.people import reauthentication, sessions
from bacasable.people.permissions import allow, may
from bacasable.programme.dossiers.file_views import SANDBOX
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, documents, queries, wording
from bacasable.programme.support.forms import AgreementForm, SignForm
from bacasable.programme.support.models import Side, SupportFile
from bacasable.programme.support.views.frame import acted, page, person, status_of

log = structlog.get_logger("bacasable.support")
#: A signature for the office asks for a proof of who signs that is at most this old.
RECENT_SECONDS = 15 * 60


@allow("support.read", by_object=True)
@require_GET
@never_cache
def read(request: HttpRequest, reference: str) -> HttpResponse:
    """The text, who signed it, and what the reader may do with it."""
    file = queries.readable(reference, request.user)
    return _page(request, file, None)


def _page(request: HttpRequest, file: SupportFile, form: SignForm | None, error: str = "") -> HttpResponse:
    agreement = queries.agreement_of(file)
    side = queries.side_of(file, request.user)
    permission = "support.manage" if side == Side.OFFICE else "support.agree"
    can_sign = (
        agreement is not None
        and file.state == SupportFile.State.OPENED
        and getattr(agreement, f"{side}_signed_at") is None
        and may(request.user, permission, file)
    )
    if form is None and can_sign and agreement is not None:
        form = SignForm(initial={"name": person(request).name, "seen": agreement.sha256})
    signed = agreement is not None and bool(agreement.office_signed_at or agreement.project_signed_at)
    status = 422 if error else status_of(form) if form is not None else 200
    return page(
        request,
        file,
        "agreement",
        status=status,
        agreement=agreement,
        form=form if can_sign or (form is not None and form.is_bound) else None,
        can_sign=can_sign,
        can_edit=file.state == SupportFile.State.OPENED and not signed,
        is_opened=file.state == SupportFile.State.OPENED,
        office_at=wording.moment(agreement.office_signed_at, file) if agreement else "",
        project_at=wording.moment(agreement.project_signed_at, file) if agreement else "",
        filed_at=wording.moment(agreement.signed_filed_at, file) if agreement else "",
        paragraphs=agreement.text.split("\n") if agreement else [],
        language=queries.language_of(file),
        errors=[error] if error else [],
    )


@allow("support.manage", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def write(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the text, from that of the jurisdiction, until one side signs."""
    file = queries.readable(reference, request.user, "support.manage")
    agreement = queries.agreement_of(file)
    initial = agreement.text if agreement else queries.proposed_agreement(file)
    form = AgreementForm(request.POST if request.method == "POST" else None, initial={"content": initial})
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["content"]
        if acted(form, file, actions.write_agreement, file=file, content=content, by=person(request)):
            messages.success(request, _("The agreement can be signed by both sides."))
            return redirect("support:agreement", reference=reference)
    return page(request, file, "agreement_write", status=status_of(form), form=form)


@allow("support.agree", by_object=True)
@require_POST
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Sign for the project: being signed in, by a one-time link even, is enough, and the page says so."""
    file = queries.readable(reference, request.user, "support.agree")
    return _sign(request, file, Side.PROJECT)


@allow("support.manage", by_object=True)
@require_POST
def sign_for_office(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Sign for the office, by one who has just proved again who they are."""
    file = queries.readable(reference, request.user, "support.manage")
    if queries.side_of(file, request.user) != Side.OFFICE:
        raise PermissionDenied("support.manage")
    if sessions.seconds_since_proof(request) > RECENT_SECONDS:
        return reauthentication.ask(request)
    return _sign(request, file, Side.OFFICE)


def _sign(request: HttpRequest, file: SupportFile, side: str) -> HttpResponse:
    form = SignForm(request.POST)
    if form.is_valid():
        values: dict[str, Any] = {name: form.cleaned_data[name] for name in ("name", "capacity", "seen")}
        if acted(form, file, actions.sign_agreement, file=file, side=side, by=person(request), **values):
            messages.success(request, _("Signed. The other side was told."))
            return redirect("support:agreement", reference=file.dossier.reference)
    return _page(request, queries.readable(file.dossier.reference, request.user), form)


@allow("support.manage", by_object=True)
@require_POST
def file_signed(request: HttpRequest, reference: str) -> HttpResponse:
    """File the PDF that both sides signed elsewhere."""
    file = queries.readable(reference, request.user, "support.manage")
    sent = request.FILES.get("signed")
    if sent is None:
        return _page(request, file, None, _("Choose the signed PDF."))
    try:
        actions.file_signed_agreement(
            file=file, name=sent.name or "", content=sent.read(), by=person(request)
        )
    except Refused as refused:
        return _page(request, file, None, wording.refusal(refused, file))
    messages.success(request, _("The signed agreement is filed and the support starts."))
    return redirect("support:agreement", reference=reference)


@allow("support.read", by_object=True)
@require_GET
@never_cache
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The agreement as it stands on the platform, as a tagged PDF."""
    file = queries.readable(reference, request.user)
    agreement = queries.agreement_of(file)
    if agreement is None:
        raise Http404
    return _attachment(documents.agreement_pdf(file, agreement), f"{reference}-agreement.pdf")


@allow("support.read", by_object=True)
@require_GET
@never_cache
def signed(request: HttpRequest, reference: str) -> HttpResponse:
    """The PDF signed elsewhere, as it was filed."""
    try:
        content = b"".join(actions.read_signed_agreement(reference, request.user))
    except (Altered, Missing) as problem:
        log.error("agreement unreadable", dossier=reference, problem=type(problem).__name__)
        context = {"reference": reference, "file": "agreement"}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    return _attachment(content, f"{reference}-agreement-signed.pdf")


def _attachment(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
