"""The officer's pages: the work queue, one dossier, the request for missing parts, the exports."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people.permissions import allow
from bacasable.programme.desk import actions, exports
from bacasable.programme.desk.forms import FilterForm, MissingPartsForm
from bacasable.programme.desk.queries import (
    Arrival,
    Filters,
    arrivals,
    lines_of,
    parts_to_ask,
    received_version,
)
from bacasable.programme.dossiers import sheet, wording
from bacasable.programme.dossiers.actions import request_missing_parts
from bacasable.programme.dossiers.exports import archive_response
from bacasable.programme.dossiers.models import Dossier, MissingPartsRequest
from bacasable.programme.dossiers.queries import readable_by_the_office
from bacasable.programme.dossiers.refusals import Refused

PER_PAGE = 25


def eligibility_badge(outcome: str) -> dict[str, str]:
    """Return the badge of what the call's rules say of the answers given: a person decides, not the rules."""
    text, colour = {
        "eligible": (_("rules met"), "green"),
        "to_discuss": (_("to discuss"), "yellow"),
        "not_eligible": (_("rules not met"), "red"),
    }.get(outcome, (_("not assessed"), "grey"))
    return {"badge": text, "colour": colour}


def _row(arrival: Arrival) -> dict[str, Any]:
    return {
        "href": reverse("desk:dossier", args=[arrival.reference]),
        "reference": arrival.reference,
        "title": arrival.title,
        "received": date_format(localtime(arrival.received_at), "SHORT_DATETIME_FORMAT"),
        "version": arrival.version,
        "completeness": f"{arrival.completeness} %",
        "eligibility": eligibility_badge(arrival.eligibility),
        "state": {
            "badge": _("parts awaited") if arrival.is_awaited else Dossier.State(arrival.state).label,
            "colour": "yellow" if arrival.is_awaited else "blue",
        },
    }


@require_GET
@allow("desk.queue")
def queue(request: HttpRequest) -> HttpResponse:
    filters = Filters.read(request.GET)
    page: Any = Paginator(arrivals(filters), PER_PAGE).get_page(request.GET.get("page"))
    columns = [
        {"key": "reference", "label": _("Reference"), "nowrap": True},
        {"key": "title", "label": _("Project")},
        {"key": "received", "label": _("Received")},
        {"key": "version", "label": _("Version"), "numeric": True},
        {"key": "completeness", "label": _("Completeness"), "numeric": True},
        {"key": "eligibility", "label": _("Eligibility")},
        {"key": "state", "label": _("State")},
    ]
    return render(
        request,
        "programme/desk/queue.html",
        {
            "form": FilterForm(request.GET or None),
            "page": page,
            "columns": columns,
            "rows": [_row(arrival) for arrival in lines_of(page.object_list)],
            "export_query": urlencode(
                {key: value for key, value in request.GET.items() if key not in {"page", "export"}}
            ),
        },
    )


#: What the page of a dossier shows of it, of its call, and of the rooms above.
_SHOWN = (
    *("reference", "title", "state", "current_version"),
    *(f"call__{name}" for name in ("slug", "title", "eligibility", "time_zone", "language")),
    *(
        f"current_version__{name}"
        for name in (
            *("number", "answers", "manifest", "digest"),
            *("completeness", "eligibility", "submitted_at", "dossier"),
        )
    ),
    *("examination__state", "examination__dossier", "support__state", "support__dossier"),
    *(f"support__synthesis__{name}" for name in ("state", "public_id", "file")),
)


def _arrived(reference: str) -> Dossier:
    """Return a dossier that the office may read; a draft or a withdrawn one does not exist for it."""
    return get_object_or_404(
        readable_by_the_office()
        .select_related("call", "current_version", "examination", "support__synthesis")
        .only(*_SHOWN),
        reference=reference,
    )


@require_http_methods(["GET", "POST"])
@allow("desk.queue")
def dossier(request: HttpRequest, reference: str) -> HttpResponse:
    received = _arrived(reference)
    parts = parts_to_ask(received)
    form = MissingPartsForm(request.POST or None, dossier=received, parts=parts)
    if request.method == "POST" and form.is_valid():
        try:
            request_missing_parts(
                dossier=received,
                parts=form.cleaned_data["parts"],
                message=form.cleaned_data["message"],
                due_at=form.cleaned_data["due_on"],
                by=request.user,  # type: ignore[arg-type]
            )
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, received.call))
        else:
            messages.success(request, _("The request was sent to the authors of the dossier."))
            return redirect("desk:dossier", reference=reference)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/desk/dossier.html", _dossier_page(received, form, parts), status=status)


def _dossier_page(received: Dossier, form: MissingPartsForm, parts: list[tuple[str, str]]) -> dict[str, Any]:
    version = received_version(received)
    labels = dict(parts)
    attachments = received.attachments.only("blob", "public_id", "dossier")
    return {
        "dossier": received,
        "version": version,
        "form": form,
        "facts": [
            {"key": _("Call"), "value": received.call.title},
            {"key": _("State"), "value": received.get_state_display()},
            {"key": _("Version"), "value": version.number},
            {
                "key": _("Received"),
                "value": date_format(localtime(version.submitted_at, received.call.zone), "DATETIME_FORMAT"),
            },
            {"key": _("Completeness"), "value": f"{version.completeness} %"},
            {"key": _("Digest"), "value": version.digest},
        ],
        "eligibility": eligibility_badge(version.eligibility),
        "onward": _onward(received),
        "steps": sheet.answers_of(version, received.call),
        "file_columns": sheet.file_columns(),
        "files": sheet.files_of(
            version,
            attachments,
            lambda public_id: reverse("dossiers:file", args=[received.reference, public_id]),
        ),
        "requests": [_request_item(asked, labels) for asked in received.missing_parts.all()],
        "versions": [
            {
                "when": known.submitted_at,
                "title": _("Version %(number)s") % {"number": known.number},
                "text": known.digest,
                "state": "current" if known.pk == version.pk else "done",
            }
            for known in received.versions.only("number", "submitted_at", "digest", "dossier")
        ],
    }


def _onward(received: Dossier) -> list[dict[str, Any]]:
    """Return where the dossier went on in the rooms above, each with its state: nothing before they begin."""
    slug, reference = received.call.slug, received.reference
    links: list[dict[str, Any]] = []

    def add(name: str, text: str, state: str, *arguments: object) -> None:
        links.append({"key": text, "value": state, "action_href": reverse(name, args=arguments)})

    if (examination := getattr(received, "examination", None)) is not None:
        state = examination.get_state_display()
        add("committee:check", _("Examination by the committee"), state, slug, reference)
    if (file := getattr(received, "support", None)) is not None:
        state = file.get_state_display()
        add("support:file", _("Support file"), state, reference)
        add("recommendations:of_file", _("Recommendations"), "", reference)
        add("evidence:of_file", _("Keys, challenges and evidence"), "", reference)
        if (synthesis := getattr(file, "synthesis", None)) is not None:
            state = synthesis.get_state_display()
            add("synthesis:preview", _("Synthesis"), state, synthesis.public_id)
    return [link | {"action_text": _("Open")} for link in links]


def _request_item(asked: MissingPartsRequest, labels: dict[str, str]) -> dict[str, Any]:
    names = ", ".join(labels.get(part, part) for part in asked.parts)
    answered = asked.answered_at is not None
    return {
        "when": asked.sent_at,
        "title": _("Answered: %(parts)s") % {"parts": names}
        if answered
        else _("Awaited until %(day)s: %(parts)s")
        % {"day": date_format(localtime(asked.due_at), "DATE_FORMAT"), "parts": names},
        "text": asked.message,
        "state": "done" if answered else "current",
    }


def _for_export(request: HttpRequest) -> "QuerySet[Dossier]":
    return arrivals(Filters.read(request.GET)).defer(None)


@require_GET
@allow("desk.queue")
def export_xlsx(request: HttpRequest) -> HttpResponse:
    content = exports.spreadsheet(_for_export(request).iterator(chunk_size=200))
    actions.record_export(kind="xlsx", count=_for_export(request).count(), by=request.user)
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="dossiers.xlsx"', "Cache-Control": "no-store"},
    )


@require_GET
@allow("desk.queue")
def export_zip(request: HttpRequest) -> StreamingHttpResponse:
    """Send the archive as it is made; the journal says so before the first byte leaves."""
    dossiers = _for_export(request)
    actions.record_export(kind="zip", count=dossiers.count(), by=request.user)
    pieces = exports.archive(dossiers.iterator(chunk_size=50))
    return archive_response(request, pieces, "dossiers.zip")
