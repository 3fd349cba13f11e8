"""Pages of evidence: the list, one piece with its download, public keys, and the filing of an envelope."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.compliance.evidence import EvidenceRefused
from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.programme.evidence import actions, queries, readings
from bacasable.programme.evidence.forms import EnvelopeForm
from bacasable.programme.evidence.keys import current_key, keys_for
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.rules import REASONS

PER_PAGE = 50


@allow("evidence.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The evidence that this person may read, the newest first, failed and void runs included."""
    stored = queries.visible_to(request.user).order_by("-measured_at", "-pk")
    page = Paginator(stored, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "columns": readings.columns(),
        "rows": readings.rows(page.object_list),
        "may_file": may(request.user, "evidence.receive"),
    }
    return render(request, "programme/evidence/list.html", context)


@allow("evidence.read")
@require_GET
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One piece of evidence, verified again as the page is made."""
    reading = readings.read(queries.readable(public_id, request.user))
    stored = reading.stored
    of_project = stored.file is not None and may(request.user, queries.READ, stored.file)
    context = {
        "stored": stored,
        "reading": reading,
        "service_title": readings.service_title(stored.service),
        "verdict_colour": readings.VERDICT_COLOURS[stored.verdict],
        "label_colour": readings.LABEL_COLOURS[stored.label],
        "reference": stored.file.dossier.reference if stored.file and of_project else "",
        "has_key": stored.key_id in keys_for(stored).keys,
    }
    if reading.evidence:
        context |= readings.shown(stored, reading.evidence)
    return render(request, "programme/evidence/detail.html", context)


@allow("evidence.read")
@require_GET
def download(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The envelope, byte for byte as it was received."""
    stored = queries.readable(public_id, request.user)
    name = f"{stored.service}-{stored.control}-{stored.measured_at:%Y%m%dT%H%M%SZ}.json"
    return HttpResponse(
        bytes(stored.envelope),
        content_type="application/vnd.dsse+json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@allow("evidence.read")
@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The public key that signs here, in PEM."""
    current = current_key()
    if current is None:
        raise Http404
    return _pem(current.pem, "evidence-key.pem")


@allow("evidence.read")
@require_GET
def key_of(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The public key that signed one piece of evidence, in PEM."""
    stored: StoredEvidence = queries.readable(public_id, request.user)
    held = keys_for(stored).keys.get(stored.key_id)
    if held is None:
        raise Http404
    return _pem(held.pem, f"key-{stored.key_id[:16]}.pem")


def _pem(pem: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        pem,
        content_type="application/x-pem-file",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@allow("evidence.receive")
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """File an envelope about ourselves: kept when it holds, refused with the reason when it does not."""
    form = EnvelopeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            stored = actions.receive(
                envelope_bytes=form.cleaned_data["envelope"].read(), by=cast(User, request.user)
            )
        except EvidenceRefused as refused:
            form.add_error("envelope", _(REASONS[refused.reason]))
        else:
            messages.success(request, _("The evidence is verified and kept."))
            return redirect("evidence:detail", stored.public_id)
    return render(request, "programme/evidence/file.html", {"form": form}, status=422 if form.errors else 200)
