"""The way in: what the service is, a paper code, a proven identity."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bacasable.people.permissions import allow
from bacasable.services.water_use.processing import PROCESSING


@allow("water_use.read")
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the service is, and what it never does."""
    return render(request, "water_use/start.html", {"refused": PROCESSING.refused_uses.values()})
