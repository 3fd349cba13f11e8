"""The yardstick of pages.py: one Django view without session, template or query, on the same server."""

from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        SECRET_KEY="not-a-secret",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    )


def page(request: Any) -> HttpResponse:
    return HttpResponse("<!doctype html><title>bare</title><p>" + "A bare page. " * 800)


urlpatterns = [path("healthz", page), path("", page)]
application = get_asgi_application()
