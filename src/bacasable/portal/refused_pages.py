"""Pages for requests that are refused before their body reaches a view."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bacasable.people.permissions import allow
from bacasable.ui import errors


@allow("site.public")
@csrf_exempt
@never_cache
def too_large(request: HttpRequest) -> HttpResponse:
    """Say that what was sent is too large, and how much is accepted of who has signed in."""
    accepts = request.headers.get("Accept", "")
    if "application/json" in accepts and "text/html" not in accepts:  # a program, which reads no page
        return JsonResponse(
            {"code": "oversize", "detail": gettext("This is larger than anything accepted here.")}, status=413
        )
    signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
    return errors.too_large(request, settings.BACASABLE.request_megabytes if signed_in else None)


@allow("site.public")
@csrf_exempt
@never_cache
def too_slow(request: HttpRequest) -> HttpResponse:
    """Say that the sending stopped on the way, and that nothing was kept."""
    return render(request, "portal/too_slow.html", status=408)
