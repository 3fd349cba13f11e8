"""The board of the data protection officer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bacasable.duties.board import queries
from bacasable.duties.rights.queries import to_sort
from bacasable.people.permissions import allow


@allow("board.read")
@require_safe
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """What is due, expiring, failed; requests and breaches; what the declarations lack."""
    context = {
        "requests": queries.requests(),
        "to_sort": to_sort().count(),
        "request_columns": [
            {"key": "reference", "label": _("Request")},
            {"key": "right", "label": _("What is asked")},
            {"key": "service", "label": _("Service")},
            {"key": "due", "label": _("Answer due on")},
            {"key": "state", "label": _("State")},
        ],
        "breaches": queries.breaches(),
        "breach_columns": [
            {"key": "title", "label": _("Breach")},
            {"key": "clock", "label": _("Notice to the authority")},
            {"key": "state", "label": _("State")},
        ],
        "retention": queries.retention(),
        "retention_columns": [{"key": "what", "label": _("What is due")}],
        "promises": queries.promised(),
        "promise_columns": [
            {"key": "promise", "label": _("Promise")},
            {"key": "service", "label": _("Service")},
            {"key": "state", "label": _("Last measurement")},
            {"key": "until", "label": _("Holds until")},
            {"key": "remedy", "label": _("How to measure")},
        ],
        "declarations": queries.declarations(),
        "declaration_columns": [
            {"key": "service", "label": _("Service")},
            {"key": "missing", "label": _("Lines missing from the register"), "numeric": True},
            {"key": "assessment", "label": _("State of the impact assessment")},
            {"key": "act", "label": _("Look or record")},
        ],
    }
    return render(request, "duties/board/board.html", context)
