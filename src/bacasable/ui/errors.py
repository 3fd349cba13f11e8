"""Pages for what goes wrong: what happened, what was kept, what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bacasable.compliance.catalogue import catalogue


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    return render(request, "ui/errors/400.html", status=400)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page needs a role that this person does not hold; the page says which."""
    permission = str(exception) if exception else ""
    return render(request, "ui/errors/403.html", {"needed": roles_needed(permission)}, status=403)


def roles_needed(permission: str) -> list[str]:
    """The labels of the roles that hold a permission, in the reader's language; none for an unknown key."""
    services = catalogue().values()
    holders = {
        role
        for service in services
        for line in service.permissions
        if line.key == permission
        for role in line.roles
    }
    return [_(role.label) for service in services for role in service.roles if role.key in holders]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that came without its token: mostly a session that ended, or cookies refused."""
    return render(request, "ui/errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404. Also for what this person may not see, so that the page must not tell one from the other."""
    return render(request, "ui/errors/404.html", status=404)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes a form was opened as a page."""
    return render(request, "ui/errors/405.html", status=405)


def too_large(request: HttpRequest, megabytes: int | None = None) -> HttpResponse:
    """413: what was sent is larger than what is accepted."""
    return render(request, "ui/errors/413.html", {"megabytes": megabytes}, status=413)


def too_many(request: HttpRequest, retry_after_seconds: int | None = None) -> HttpResponse:
    """429: too many requests in a short time; ``Retry-After`` says when to come back."""
    context: dict[str, Any] = {}
    if retry_after_seconds is not None:
        context["minutes"] = max(1, -(-retry_after_seconds // 60))
    response = render(request, "ui/errors/429.html", context, status=429)
    if retry_after_seconds is not None:
        response.headers["Retry-After"] = str(retry_after_seconds)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """500: our fault. Drawn without session, database or menu, since one of them may be what failed."""
    return HttpResponse(render_to_string("ui/errors/500.html"), status=500)
