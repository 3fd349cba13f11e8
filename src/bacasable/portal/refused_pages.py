"""Pages for requests that are refused before their body reaches a view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from bacasable.people.permissions import allow


@allow("site.public")
@csrf_exempt
@never_cache
def too_large(request: HttpRequest) -> HttpResponse:
    """Say that what was sent is too large, and how much is accepted."""
    from django.conf import settings

    context = {"megabytes": settings.BACASABLE.request_megabytes}
    return render(request, "portal/too_large.html", context, status=413)


@allow("site.public")
@csrf_exempt
@never_cache
def too_slow(request: HttpRequest) -> HttpResponse:
    """Say that the sending stopped on the way, and that nothing was kept."""
    return render(request, "portal/too_slow.html", status=408)
