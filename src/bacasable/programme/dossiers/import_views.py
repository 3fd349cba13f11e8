"""Import a document into the draft, and the template that it is written in."""

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people import arrival
from bacasable.people.permissions import allow
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import importers, media, queries, template_documents, wording
from bacasable.programme.dossiers.actions.imported import take_import
from bacasable.programme.dossiers.forms import shown
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

_WRITERS = {
    "docx": (template_documents.word, media.DOCX),
    "odt": (template_documents.open_document, media.ODT),
}


@allow("call.read")
@require_GET
def template(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """The application template of a published call, in the language of the page."""
    call = get_object_or_404(Call.objects.exclude(state=Call.State.DRAFT), slug=slug)
    return _document(extension, call, f"{call.slug}.{extension}", None)


@allow("dossier.write", by_object=True)
@require_GET
def document(request: HttpRequest, reference: str, extension: str) -> HttpResponse:
    """The same template filled with the draft, to work on it elsewhere and import it again."""
    dossier = queries.own(reference, request.user, "dossier.write")
    return _document(extension, dossier.call, f"{dossier.reference}.{extension}", dossier)


@lru_cache(maxsize=64)
def _blank(extension: str, slug: str, revision: int, language: str) -> bytes:
    """Return the template of a call, made once for each revision and language: anybody may ask for it."""
    asked = Call.objects.get(slug=slug)
    content: bytes = _WRITERS[extension][0](asked.title, queries.steps_of(asked), None)
    return content


def _document(extension: str, call: Call, name: str, dossier: Dossier | None) -> HttpResponse:
    if extension not in _WRITERS:
        raise Http404
    write, media_type = _WRITERS[extension]
    if dossier:
        content = write(call.title, queries.steps_of(call), dossier.answers)
    else:
        content = _blank(extension, call.slug, call.revision, get_language() or "")
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    if dossier:
        response["Cache-Control"] = "private, no-store"
    return response


@allow("dossier.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def import_document(request: HttpRequest, reference: str) -> HttpResponse:
    """Read a document, show each answer found beside the draft's, then save those that the person takes.

    The document itself is not kept: what was read travels in the page that shows it.
    """
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.write")
    if request.method == "POST" and "apply" in request.POST:
        chosen, seen = _choice(request, dossier)
        try:
            saved = take_import(
                dossier=dossier,
                chosen=chosen,
                seen=seen,
                by=request.user,  # type: ignore[arg-type]
                received_at=received_at,
            )
        except Refused as refused:
            messages.error(request, wording.refusal(refused, dossier.call))
            return redirect("dossiers:import", reference=reference)
        _tell(request, chosen, saved)
        return redirect("dossiers:overview", reference=reference)
    errors: list[str] = []
    if request.method == "POST":
        sent = request.FILES.get("document")
        if sent is None:
            errors.append(_("Choose a document to import."))
        else:
            try:
                report = importers.read(sent.name or "", sent.read(), queries.steps_of(dossier.call))
            except Refused as refused:
                errors.append(wording.refusal(refused, dossier.call))
            else:
                return render(request, "programme/dossiers/import_preview.html", _preview(dossier, report))
    return render(
        request,
        "programme/dossiers/import.html",
        {
            "dossier": dossier,
            "errors": errors,
            "may_change": queries.window_of(dossier) is not None,
            "accept": ",".join(f".{extension}" for extension in importers.EXTENSIONS),
            "megabytes": importers.LARGEST_BYTES // (1024 * 1024),
        },
        status=422 if errors else 200,
    )


def _preview(dossier: Dossier, report: importers.ImportReport) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    for step in queries.steps_of(dossier.call):
        stored = dossier.answers.get(step.key, {})
        rows = []
        for question in step.questions:
            if question.key not in report.values.get(step.key, {}):
                continue
            value = report.values[step.key][question.key]
            has_answer = reading.is_answered(stored.get(question.key))
            rows.append(
                {
                    "key": f"{step.key}.{question.key}",
                    "label": _(question.label),
                    "values": value if isinstance(value, list) else [value],
                    "found": shown(question, value),
                    "stored": shown(question, stored.get(question.key)),
                    "is_same": value == stored.get(question.key),
                    "is_new": not has_answer,
                }
            )
        if rows:
            groups.append(
                {
                    "title": _(step.title),
                    "rows": rows,
                    "key": step.key,
                    "token": reading.token(step, stored),
                }
            )
    unread = [{"place": _(item.place), "reason": _(item.reason) % item.values} for item in report.unread]
    return {
        "dossier": dossier,
        "groups": groups,
        "unread": unread,
        "columns": [{"key": "place", "label": _("Part")}, {"key": "reason", "label": _("Why")}],
        "to_choose": any(not row["is_same"] for group in groups for row in group["rows"]),
    }


def _choice(request: HttpRequest, dossier: Dossier) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    taken = set(request.POST.getlist("take"))
    chosen: dict[str, dict[str, Any]] = {}
    for step in queries.steps_of(dossier.call):
        for question in step.questions:
            key = f"{step.key}.{question.key}"
            if key in taken:
                sent = request.POST.getlist(f"value-{key}")
                chosen.setdefault(step.key, {})[question.key] = sent
    return chosen, {key: request.POST.get(f"seen-{key}", "") for key in chosen}


def _tell(request: HttpRequest, chosen: dict[str, dict[str, Any]], saved: dict[str, Any]) -> None:
    left = sum(len(step.problems) + len(step.conflicts) for step in saved.values())
    count = sum(len(questions) for questions in chosen.values()) - left
    if count:
        messages.success(request, _("Answers taken from the document: %(count)s.") % {"count": count})
    if left:
        messages.warning(
            request,
            _("Answers left as they were, because they changed meanwhile or do not fit: %(count)s.")
            % {"count": left},
        )
    if not chosen:
        messages.info(request, _("Nothing was taken from the document."))
