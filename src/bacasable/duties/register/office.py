"""Exports of a declaration, for the data protection officer: what is missing first, then the file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bacasable.compliance.exports.loading import available
from bacasable.compliance.exports.pia.document import Pia, read
from bacasable.compliance.exports.pia.from_declaration import filled
from bacasable.compliance.exports.pia.set_aside import set_aside
from bacasable.compliance.exports.pia.shown import imported
from bacasable.compliance.exports.sheet import Missing, as_page
from bacasable.duties.register.forms import AssessmentForm
from bacasable.duties.register.queries import Entry, context, entry_of, export_of, if_due
from bacasable.exchange.sheets import as_pdf
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused

#: Lines of what was set aside that the page shows; the file keeps all.
MOST_LINES = 100


@allow("register.export")
@require_safe
@never_cache
def exports(request: HttpRequest, service: str) -> HttpResponse:
    """The formats that this installation knows, for one service."""
    return _exports(request, entry_of(service), AssessmentForm())


def _exports(request: HttpRequest, found: Entry, form: AssessmentForm, status: int = 200) -> HttpResponse:
    rows = []
    for key, one in available().items():
        made, not_due = if_due(one.render, found)
        state = not_due or _("%(count)s lines could not be filled") % {
            "count": len(made.missing) if made else 0
        }
        if made and not made.missing:
            state = _("complete")
        rows.append(
            {
                "format": _(one.label),
                "href": reverse("register:export", args=[found.slug, key]),
                "extension": one.extension,
                "state": state,
            }
        )
    columns = [
        {"key": "format", "label": _("Format")},
        {"key": "extension", "label": _("File")},
        {"key": "state", "label": _("State")},
    ]
    shown = {"entry": found, "title": _(found.declared.title), "columns": columns, "rows": rows, "form": form}
    return render(request, "duties/register/exports.html", shown, status=status)


@allow("register.export")
@require_safe
@never_cache
def export(request: HttpRequest, service: str, format: str) -> HttpResponse:
    """One format: what it could not fill and where to fill it, then the files."""
    found, chosen = entry_of(service), export_of(format)
    made, not_due = if_due(chosen.render, found)
    texts = {
        "file": _("the format's own file (%(extension)s)") % {"extension": chosen.extension},
        "html": _("the same for people: a page (HTML)"),
        "pdf": _("the same for people: an accessible PDF"),
    }
    shown: dict[str, Any] = {
        "entry": found,
        "title": _(found.declared.title),
        "label": _(chosen.label),
        "not_due": not_due,
        "missing": _missing(made.missing if made else ()),
        "missing_columns": _missing_columns(),
        "downloads": [
            {"text": text, "href": reverse("register:download", args=[found.slug, format, form])}
            for form, text in texts.items()
        ],
    }
    return render(request, "duties/register/export.html", shown)


@allow("register.export")
@require_safe
@never_cache
def download(request: HttpRequest, service: str, format: str, form: str) -> HttpResponse:
    """A file: the format's own, or its page or PDF for people."""
    found, chosen = entry_of(service), export_of(format)
    if form == "file":
        made, _reason = if_due(chosen.render, found)
        content, kind = (made.content if made else b""), chosen.media_type
    elif form in {"html", "pdf"}:
        made_sheet, _reason = if_due(chosen.sheet, found)
        if made_sheet is None:
            raise Http404
        content = as_page(made_sheet) if form == "html" else as_pdf(made_sheet)
        kind = "text/html; charset=utf-8" if form == "html" else "application/pdf"
    else:
        raise Http404
    if not content:
        raise Http404
    name = chosen.file_name(found.declared, "" if form == "file" else form)
    return _file(content, name, kind)


@allow("register.export")
@require_POST
@never_cache
def import_pia(request: HttpRequest, service: str) -> HttpResponse:
    """Read an assessment, answer what it leaves open, show what was set aside or give the filled file."""
    found = entry_of(service)
    form = AssessmentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _exports(request, found, form, 422)
    told = context(found.declared)
    try:
        assessment, done, added = filled(read(form.content()), found.declared, told)
    except Refused as refused:
        form.add_error("file", _(str(refused)))
        return _exports(request, found, form, 422)
    if request.POST.get("as") == "file":
        return _file(assessment.write(), f"{found.service.key}-pia.json", "application/json")
    return render(
        request,
        "duties/register/assessment.html",
        {
            "entry": found,
            "title": _(found.declared.title),
            "sheet": imported(assessment, told),
            "filled": len(done),
            "measures": len(added),
            **_aside(assessment),
            "missing": _missing(imported(assessment, told).missing),
            "missing_columns": _missing_columns(),
        },
    )


def _aside(assessment: Pia) -> dict[str, Any]:
    lines = [
        {"place": one.place, "found": one.found, "why": _(one.reason) if one.reason else ""}
        for one in set_aside(assessment)
    ]
    return {
        "aside": lines[:MOST_LINES],
        "more": max(0, len(lines) - MOST_LINES),
        "aside_columns": [
            {"key": "place", "label": _("Where")},
            {"key": "found", "label": _("What")},
            {"key": "why", "label": _("Why")},
        ],
    }


def _missing(missing: tuple[Missing, ...]) -> list[dict[str, Any]]:
    return [{"what": one.what, "where": one.where} for one in missing]


def _missing_columns() -> list[dict[str, str]]:
    return [{"key": "what", "label": _("What is missing")}, {"key": "where", "label": _("Where to fill it")}]


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
