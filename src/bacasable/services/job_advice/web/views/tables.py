"""Tables: which are in use, with versions and dates; imports by who runs the service, and their progress."""

import uuid
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import running, shown
from bacasable.services.job_advice.web.actions import imports
from bacasable.services.job_advice.web.models import IMPORT_KINDS, STATES, Import
from bacasable.ui.saying import spoken

PER_PAGE = 20
_COLOURS = {"waiting": "yellow", "running": "blue", "done": "green", "failed": "red"}


class TablesForm(forms.Form):
    """A file of tables and what it holds."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What does the file hold?"),
        choices=lambda: [(key, _(label).capitalize()) for key, label in IMPORT_KINDS],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Official tables: the zip of the open-data archives. Sessions, events: CSV."),
    )


@allow("job_advice.import")
@require_http_methods(["GET", "POST"])
@never_cache
def tables(request: HttpRequest) -> HttpResponse:
    """The tables in use, imports so far, a file to import."""
    form = TablesForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = imports.ask(
                kind=form.cleaned_data["kind"],
                name=file.name,
                content=file.chunks(),
                by=cast(User, request.user),
            )
        except Refused as refused:
            form.add_error("file", spoken(refused.said))
        else:
            return redirect("job_advice:import", made.public_id)
    page = Paginator(Import.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    referential = running.referential()
    context = {
        "form": form,
        "page": page,
        "rows": [_row(one) for one in page],
        "columns": [
            {"key": "asked", "label": _("Asked")},
            {"key": "kind", "label": _("What")},
            {"key": "state", "label": _("State")},
        ],
        "source_columns": _source_columns(),
        "source_rows": [
            {
                "name": one.name,
                "version": one.version,
                "date": one.date,
                "licence": one.licence,
                "rows": one.rows,
            }
            for one in referential.sources
        ],
        "missing": [{"key": one.archive, "value": _(one.absence)} for one in referential.missing],
        "limits": [_(line) for line in referential.notes],
        **shown.base(),
    }
    return render(request, "job_advice/tables.html", context, status=422 if form.errors else 200)


@allow("job_advice.import")
@require_safe
@never_cache
def import_report(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """How far an import is, and what it did."""
    found = get_object_or_404(Import, public_id=public_id)
    told = found.report
    context = {
        "import": found,
        "kind": _(dict(IMPORT_KINDS)[found.kind]),
        "state": _(dict(STATES)[found.state]),
        "colour": _COLOURS[found.state],
        "is_over": found.state in ("done", "failed"),
        "lines": told.get("lines", ()),
        "facts": [{"key": name, "value": count} for name, count in told.get("tables", {}).items()],
        "source_columns": _source_columns(),
        "source_rows": [
            dict(zip(("name", "version", "date", "licence", "rows"), one, strict=True))
            for one in told.get("sources", ())
        ],
        "missing": [{"key": name, "value": _(absence)} for name, absence in told.get("missing", ())],
        "notes": [_(line) for line in told.get("notes", ())],
        "set_aside": told.get("set_aside", ()),
        "ignored": told.get("ignored", ()),
        "refused_columns": [
            {"key": "file", "label": _("File")},
            {"key": "reason", "label": _("Reason")},
            {"key": "count", "label": _("Lines"), "numeric": True},
            {"key": "first", "label": _("The first of them")},
        ],
        "refused_rows": [
            {"file": name, "reason": _(reason), "count": count, "first": ", ".join(map(str, first))}
            for name, reason, count, first in told.get("refused", ())
        ],
    }
    return render(request, "job_advice/import.html", context)


def _source_columns() -> list[dict[str, Any]]:
    return [
        {"key": "name", "label": _("Source")},
        {"key": "version", "label": _("Version")},
        {"key": "date", "label": _("Date of the data")},
        {"key": "licence", "label": _("Licence")},
        {"key": "rows", "label": _("Rows"), "numeric": True},
    ]


def _row(one: Import) -> dict[str, Any]:
    return {
        "href": f"{one.public_id}/",
        "asked": date_format(one.asked_at.astimezone(clock.zone()), "DATETIME_FORMAT"),
        "kind": _(dict(IMPORT_KINDS)[one.kind]).capitalize(),
        "state": {"badge": _(dict(STATES)[one.state]), "colour": _COLOURS[one.state]},
    }
