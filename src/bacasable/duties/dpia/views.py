"""The impact assessment of a service: where it stands, what was recorded of it, recording and revoking."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.law import DPIA_CRITERIA
from bacasable.compliance.processing import Processing
from bacasable.duties.dpia import actions
from bacasable.duties.dpia.forms import RecordForm, RevokeForm
from bacasable.duties.dpia.models import DpiaRecord
from bacasable.duties.dpia.queries import counting, stands
from bacasable.duties.dpia.sheet import standing_facts
from bacasable.people import instance
from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.privacy.messages import Refused


@allow("dpia.read")
@require_safe
@never_cache
def page(request: HttpRequest, service: str) -> HttpResponse:
    """Where the assessment stands, what follows for production, the history, the ways to change it."""
    return _page(request, service, RevokeForm(prefix="revoke"))


def _page(request: HttpRequest, service: str, form: RevokeForm, status: int = 200) -> HttpResponse:
    declared = _declared(service)
    now = counting(declared.service)
    shown = {
        "slug": service,
        "title": _(declared.title),
        "declared": declared,
        "facts": standing_facts(declared, stands(declared)),
        "criteria": [_(DPIA_CRITERIA[key]) for key in declared.dpia.criteria],
        "reason": _(declared.dpia.reason) if declared.dpia.reason else "",
        "history": [_line(row) for row in DpiaRecord.objects.filter(service=declared.service)],
        "columns": [
            {"key": "validated", "label": _("Validated on")},
            {"key": "by", "label": _("Validated by")},
            {"key": "reason", "label": _("What the validation rests on")},
            {"key": "document", "label": _("Assessment")},
            {"key": "review", "label": _("Next review by")},
            {"key": "state", "label": _("State")},
        ],
        "may_record": may(request.user, "dpia.record"),
        "form": form if now is not None and now.revoked_at is None else None,
    }
    return render(request, "duties/dpia/page.html", shown, status=status)


@allow("dpia.record")
@recent_sign_in_required()
@require_http_methods(["GET", "POST"])
@never_cache
def record(request: HttpRequest, service: str) -> HttpResponse:
    """Record that the assessment is validated, for the declaration as it is shown."""
    declared = _declared(service)
    form = RecordForm(request.POST or None, request.FILES or None, initial={"declaration": declared.digest()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.record(service=declared.service, by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            messages.success(request, _("The validation is recorded. It holds from now on."))
            return redirect("dpia:page", service=service)
    shown = {"slug": service, "title": _(declared.title), "declared": declared, "form": form}
    return render(request, "duties/dpia/record.html", shown, status=422 if form.errors else 200)


@allow("dpia.record")
@require_POST
@recent_sign_in_required()
def revoke(request: HttpRequest, service: str) -> HttpResponse:
    """Rely on the recorded validation no more."""
    declared = _declared(service)
    form = RevokeForm(request.POST, prefix="revoke")
    if form.is_valid():
        try:
            actions.revoke(service=declared.service, by=cast(User, request.user), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            messages.success(request, _("The validation is revoked. It holds no more from now on."))
            return redirect("dpia:page", service=service)
    return _page(request, service, form, 422)


@allow("dpia.read")
@require_safe
@never_cache
def file(request: HttpRequest, public_id: uuid.UUID) -> StreamingHttpResponse:
    """The file that was attached to a record."""
    row = get_object_or_404(DpiaRecord, public_id=public_id)
    if not row.file:
        raise Http404
    chunks = instance.vault().read(bytes(row.data_key or b""), row.file)
    response = StreamingHttpResponse(chunks, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, row.file_name)
    return response


def _declared(slug: str) -> Processing:
    for key, service in catalogue().items():
        if key.replace("_", "-") == slug:
            return processing_of(service)
    raise Http404


def _line(row: DpiaRecord) -> dict[str, Any]:
    document: Any = row.reference
    if row.file:
        text = row.reference or row.file_name
        document = {"text": text, "href": reverse("dpia:file", args=[row.public_id])}
    state: Any = {"badge": _("counts now"), "colour": "green"}
    if row.revoked_at:
        at = date_format(localtime(row.revoked_at), "DATE_FORMAT")
        state = _("revoked on %(date)s: %(reason)s") % {"date": at, "reason": row.revocation_reason}
    elif row.replaced_at:
        at = date_format(localtime(row.replaced_at), "DATE_FORMAT")
        state = _("replaced on %(date)s") % {"date": at}
    return {
        "validated": date_format(row.validated_on, "DATE_FORMAT"),
        "by": row.validated_by,
        "reason": row.reason,
        "document": document,
        "review": date_format(row.review_on, "DATE_FORMAT"),
        "state": state,
    }
