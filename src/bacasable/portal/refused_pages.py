"""Pages for requests that are refused before their body reaches a view."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bacasable.people.permissions import allow
from bacasable.portal.body_limit import REFUSED
from bacasable.ui import errors

API = "/api/"


def _refused(request: HttpRequest) -> tuple[str, int]:
    """Return the path that was asked for and the most bytes accepted there (0: not known)."""
    scope: dict[str, Any] = getattr(request, "scope", {})
    path, limit = scope.get(REFUSED, ("", 0))
    return path, limit


def _is_for_a_program(request: HttpRequest, path: str) -> bool:
    """Say whether a program asked, which reads no page: whatever it says it accepts, under ``/api/``."""
    accepts = request.headers.get("Accept", "")
    return path.startswith(API) or ("application/json" in accepts and "text/html" not in accepts)


@allow("site.public")
@csrf_exempt
@never_cache
def too_large(request: HttpRequest) -> HttpResponse:
    """Say that what was sent is too large, and how much is accepted of who has signed in."""
    path, limit = _refused(request)
    if _is_for_a_program(request, path):
        detail = gettext("This is larger than anything accepted here.")
        if limit:
            detail = gettext(
                "This is larger than the %(limit)s bytes accepted here. Send each evidence file alone, "
                "as it was written, in a request of its own."
            ) % {"limit": limit}
        return JsonResponse({"code": "oversize", "detail": detail}, status=413)
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return errors.too_large(request, settings.BACASABLE.request_megabytes if signed_in else None)


@allow("site.public")
@csrf_exempt
@never_cache
def too_slow(request: HttpRequest) -> HttpResponse:
    """Say that the sending stopped on the way, and that nothing was kept."""
    path, _limit = _refused(request)
    if _is_for_a_program(request, path):
        detail = gettext("The sending stopped on the way and nothing was kept. Send it again.")
        return JsonResponse({"code": "too_slow", "detail": detail}, status=408)
    return render(request, "portal/too_slow.html", status=408)
