"""The public pages of the register: services, 'And me?', the entries."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bacasable.compliance.exports import register as format
from bacasable.compliance.exports.reading import Reading
from bacasable.duties.register.queries import context, entries, entry_of
from bacasable.duties.register.sheet import and_me
from bacasable.people.permissions import allow, may
from bacasable.ui.declaration import semicolon


@allow("register.read")
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The services of this installation, each with what it is and the way in."""
    return render(request, "duties/register/services.html", {"entries": entries()})


@allow("register.read")
@require_safe
def about(request: HttpRequest, service: str) -> HttpResponse:
    """'And me?' of one service, in plain words."""
    return render(request, "duties/register/about.html", and_me(entry_of(service)))


@allow("register.read")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The public part of the register: a line for each purpose of each service."""
    rows = []
    for found in entries():
        reading = Reading(found.declared, context(found.declared))
        for purpose in found.declared.purposes:
            data = reading.data_of(purpose)
            rows.append(
                {
                    "service": {
                        "text": reading.title(),
                        "href": reverse("register:entry", args=[found.slug]),
                    },
                    "purpose": capfirst(reading.purpose(purpose)),
                    "basis": capfirst(reading.basis(purpose)),
                    "persons": semicolon().join(reading.persons(data)),
                    "categories": semicolon().join(reading.categories(data)),
                }
            )
    columns = [
        {"key": "purpose", "label": _("Purpose")},
        {"key": "service", "label": _("Service")},
        {"key": "basis", "label": _("Lawful basis")},
        {"key": "persons", "label": _("Whose data")},
        {"key": "categories", "label": _("Which data")},
    ]
    return render(request, "duties/register/register.html", {"columns": columns, "rows": rows})


@allow("register.read")
@require_safe
def entry(request: HttpRequest, service: str) -> HttpResponse:
    """The entry of one service: purposes, basis, persons, data, recipients, retention, measures."""
    found = entry_of(service)
    shown = {
        "entry": found,
        "sheet": format.sheet(found.declared, context(found.declared)),
        "may_export": may(request.user, "register.export"),
        "may_assess": may(request.user, "dpia.read"),
    }
    return render(request, "duties/register/entry.html", shown)
