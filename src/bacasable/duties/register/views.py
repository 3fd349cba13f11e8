"""The services that run here, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.people.permissions import allow


@allow("register.read")
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The services of this installation, each with what it is and the way in."""
    listed = [
        {
            "declared": processing_of(service),
            "has_pages": bool(service.urls),
            "path": f"/services/{key.replace('_', '-')}/",
        }
        for key, service in catalogue().items()
        if key not in {"platform", "instance"}
    ]
    return render(request, "duties/register/services.html", {"services": listed})
