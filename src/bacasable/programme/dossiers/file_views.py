"""The files of a dossier: the page that lists, adds and removes them, and the download."""

import uuid
from typing import Any

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.exchange.vault import Altered, Missing
from bacasable.people import arrival
from bacasable.people.permissions import allow
from bacasable.programme.dossiers import files, media, queries, receipts, rules, wording
from bacasable.programme.dossiers.models import Attachment, Dossier
from bacasable.programme.dossiers.refusals import Refused

log = structlog.get_logger("bacasable.files")

#: A file opened from here can run nothing, load nothing, send nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_http_methods(["GET", "POST"])
@allow("dossier.write", by_object=True)
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """List the files of the draft; a POST adds those of a plain form, each on its own."""
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.write")
    errors: list[str] = []
    if request.method == "POST":
        sent = request.FILES.getlist("files")
        for one in sent:
            try:
                files.add(
                    dossier=dossier,
                    name=one.name or "",
                    content=one.read(),
                    by=request.user,  # type: ignore[arg-type]
                    received_at=received_at,
                )
            except Refused as refused:
                errors.append(f"{_shown_name(one.name or '')}: {wording.refusal(refused, dossier.call)}")
        if not sent:
            errors.append(_("Choose a file to add."))
        added = len(sent) - len(errors) if sent else 0
        if added:
            messages.success(request, _("Files added: %(count)s.") % {"count": added})
        if not errors:
            return redirect("dossiers:files", reference=reference)
    context = _page(dossier, errors)
    return render(request, "programme/dossiers/files.html", context, status=422 if errors else 200)


def _shown_name(name: str) -> str:
    """Return a name that was sent, fit to be shown: one that cleaning refuses is not repeated whole."""
    try:
        return media.clean_name(name)
    except Refused:
        return "".join(character for character in name if character.isalnum() or character in " ._-()")[:60]


def _page(dossier: Dossier, errors: list[str]) -> dict[str, Any]:
    kept = queries.attachments_of(dossier)
    window = queries.window_of(dossier)
    may_change = window is not None and window.allows(rules.FILES)
    limits = files.limits()
    return {
        "dossier": dossier,
        "rows": [_row(dossier, attachment, may_change=may_change) for attachment in kept],
        "errors": errors,
        "may_change": may_change,
        "is_full": len(kept) >= limits.files,
        "most_files": limits.files,
        "file_bytes": limits.file_bytes,
        "file_megabytes": limits.file_bytes // files.MEGABYTE,
        "dossier_megabytes": limits.dossier_bytes // files.MEGABYTE,
        "used": receipts.octets(sum(attachment.size for attachment in kept)),
        "accept": ",".join(f".{extension}" for extension in media.accepted_extensions()),
        "accepted": ", ".join(media.accepted_extensions()),
    }


def _row(dossier: Dossier, attachment: Attachment, *, may_change: bool) -> dict[str, Any]:
    address = [dossier.reference, attachment.public_id]
    return {
        "key": format_html("<bdi>{}</bdi>", attachment.name),
        "value": format_html(
            '<a class="govuk-link" href="{}">{}<span class="govuk-visually-hidden"> {}</span></a><br>{}',
            reverse("dossiers:file", args=address),
            _("Download (%(type)s, %(size)s)")
            % {
                "type": media.EXTENSIONS[attachment.media_type][0].upper(),
                "size": receipts.octets(attachment.size),
            },
            attachment.name,
            _("Added on %(date)s")
            % {"date": date_format(attachment.added_at.astimezone(dossier.call.zone), "DATETIME_FORMAT")},
        ),
        "action_href": reverse("dossiers:file_remove", args=address) if may_change else "",
        "action_text": _("Remove"),
    }


@require_http_methods(["GET", "POST"])
@allow("dossier.write", by_object=True)
def remove(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Ask before removing a file, then remove it."""
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.write")
    attachment = dossier.attachments.filter(public_id=public_id, removed_at=None).first()
    if attachment is None:  # removed already, by a double click or a co-author
        return redirect("dossiers:files", reference=reference)
    attachment.dossier = dossier
    if request.method == "POST":
        try:
            files.remove(attachment=attachment, by=request.user, received_at=received_at)  # type: ignore[arg-type]
        except Refused as refused:
            messages.error(request, wording.refusal(refused, dossier.call))
        else:
            messages.success(request, _("The file was removed from the draft."))
        return redirect("dossiers:files", reference=reference)
    return render(
        request,
        "programme/dossiers/file_remove.html",
        {
            "dossier": dossier,
            "attachment": attachment,
            "is_submitted": attachment.blob in files.submitted_blobs(dossier),
        },
    )


@require_GET
@allow("dossier.read", by_object=True)
def download(request: HttpRequest, reference: str, public_id: uuid.UUID) -> HttpResponse:
    """Send a file to be saved, never shown as part of the site.

    The whole is read and authenticated before the first byte leaves: an altered file is never sent in part.
    """
    try:
        attachment, pieces = files.readable(reference, public_id, request.user)  # type: ignore[arg-type]
        content = b"".join(pieces)
    except (Altered, Missing) as problem:
        log.error("file unreadable", dossier=reference, file=str(public_id), problem=type(problem).__name__)
        context = {"reference": reference, "file": public_id}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    return sealed(attachment, content)


def sealed(attachment: Attachment, content: bytes) -> HttpResponse:
    """Answer with a file's content so that it can only be saved, and does nothing where it is opened."""
    response = HttpResponse(content, content_type=attachment.media_type)
    response["Content-Disposition"] = content_disposition_header(True, attachment.name)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
