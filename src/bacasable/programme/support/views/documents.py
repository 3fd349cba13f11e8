"""Documents shared by the two sides: listed, added, downloaded, removed."""

import uuid
from typing import Any

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.exchange.vault import Altered, Missing
from bacasable.people.permissions import allow, require
from bacasable.programme.dossiers import files, media, receipts
from bacasable.programme.dossiers.file_views import SANDBOX
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, queries, rules, wording
from bacasable.programme.support.models import SupportDocument, SupportFile
from bacasable.programme.support.views.frame import page, person

log = structlog.get_logger("bacasable.support")


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """List the documents; a POST adds those of a plain form, each on its own."""
    file = queries.readable(reference, request.user)
    errors: list[str] = []
    if request.method == "POST":
        require(request.user, "support.write", file)
        sent = request.FILES.getlist("files")
        for one in sent:
            try:
                actions.add_document(file=file, name=one.name or "", content=one.read(), by=person(request))
            except Refused as refused:
                errors.append(f"{_shown_name(one.name or '')}: {wording.refusal(refused, file)}")
        if not sent:
            errors.append(_("Choose a file to add."))
        if len(sent) > len(errors):
            messages.success(request, _("Documents added: %(count)s.") % {"count": len(sent) - len(errors)})
        if not errors:
            return redirect("support:documents", reference=reference)
    side = queries.side_of(file, request.user)
    kept = list(file.documents.select_related("added_by", "removed_by").order_by("-added_at"))
    limits = files.limits()
    return page(
        request,
        file,
        "documents",
        status=422 if errors else 200,
        errors=errors,
        rows=[_row(file, one, side) for one in kept if one.removed_at is None],
        removed=[_removed(file, one) for one in kept if one.removed_at is not None],
        accept=",".join(f".{extension}" for extension in media.accepted_extensions()),
        accepted=", ".join(media.accepted_extensions()),
        file_megabytes=limits.file_bytes // files.MEGABYTE,
        most_files=limits.files,
    )


def _shown_name(name: str) -> str:
    """Return a name that was sent, fit to be shown: one that cleaning refuses is not repeated whole."""
    try:
        return media.clean_name(name)
    except Refused:
        return "".join(character for character in name if character.isalnum() or character in " ._-()")[:60]


def _row(file: SupportFile, one: SupportDocument, side: str) -> dict[str, Any]:
    address = [file.dossier.reference, one.public_id]
    may_remove = one.side == side and file.state in rules.LIVE
    return {
        "key": format_html("<bdi>{}</bdi>", one.name),
        "value": format_html(
            '<a class="govuk-link" href="{}">{}<span class="govuk-visually-hidden"> {}</span></a><br>{}',
            reverse("support:document", args=address),
            _("Download (%(type)s, %(size)s)")
            % {
                "type": media.EXTENSIONS[one.media_type][0].upper(),
                "size": receipts.octets(one.size),
            },
            one.name,
            _("Added by %(person)s (%(side)s) on %(date)s")
            % {
                "person": one.added_by,
                "side": one.get_side_display(),
                "date": wording.moment(one.added_at, file),
            },
        ),
        "action_href": reverse("support:document_remove", args=address) if may_remove else "",
        "action_text": _("Remove"),
    }


def _removed(file: SupportFile, one: SupportDocument) -> dict[str, Any]:
    return {
        "key": format_html("<bdi>{}</bdi>", one.name),
        "value": format_html(
            "{}<br>SHA-256 {}",
            _("Removed by %(person)s on %(date)s; its content is erased.")
            % {"person": one.removed_by, "date": wording.moment(one.removed_at, file)},
            one.sha256,
        ),
    }


@allow("support.read", by_object=True)
@require_GET
def download(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Send a document to be saved, never shown as part of the site; the whole is authenticated first."""
    try:
        document, pieces = actions.readable_document(reference, public_id, request.user)
        content = b"".join(pieces)
    except (Altered, Missing) as problem:
        log.error("file unreadable", dossier=reference, file=str(public_id), problem=type(problem).__name__)
        context = {"reference": reference, "file": public_id}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    response = HttpResponse(content, content_type=document.media_type)
    response["Content-Disposition"] = content_disposition_header(True, document.name)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@allow("support.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def remove(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Ask before removing a document, then remove it."""
    file = queries.readable(reference, request.user, "support.write")
    document = file.documents.filter(public_id=public_id, removed_at=None).first()
    if document is None:  # removed already, by a double click or a colleague
        return redirect("support:documents", reference=reference)
    if request.method == "POST":
        try:
            actions.remove_document(document=document, by=person(request))
        except Refused as refused:
            messages.error(request, wording.refusal(refused, file))
        else:
            messages.success(request, _("The document was removed. The other side was told."))
        return redirect("support:documents", reference=reference)
    return page(request, file, "document_remove", document=document)
