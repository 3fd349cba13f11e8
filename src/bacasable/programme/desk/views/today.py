"""What waits for the person who is signed in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bacasable.people.permissions import allow
from bacasable.programme.desk.waiting import Group, Line, waiting_for

#: Letters of what stays on one line: a reference.
SHORT = 20


@allow("desk.today")
@require_GET
@never_cache
def today(request: HttpRequest) -> HttpResponse:
    """One table for each side of the person's work, the most urgent line first."""
    context = {"groups": [_table(group) for group in waiting_for(request.user)]}
    return render(request, "programme/desk/today.html", context)


def _table(group: Group) -> dict[str, Any]:
    """Return what ``{% data_table %}`` takes; a column that would stay empty is left out."""
    lines = group.lines
    columns: list[dict[str, Any]] = [
        {"key": "what", "label": _("What to do")},
        {"key": "of", "label": _("Of"), "nowrap": all(len(line.of) <= SHORT for line in lines)},
    ]
    if any(line.until for line in lines):
        columns.append({"key": "until", "label": _("Until")})
    if any(line.is_late for line in lines):
        columns.append({"key": "state", "label": _("State")})
    return {
        "key": f"waiting-{group.key}",
        "title": group.title,
        "columns": columns,
        "rows": [_row(line) for line in lines],
    }


def _row(line: Line) -> dict[str, Any]:
    late = {"badge": _("late"), "colour": "orange"} if line.is_late else ""
    return {"what": line.what, "href": line.href, "of": line.of, "until": line.stated(), "state": late}
