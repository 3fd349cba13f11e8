"""The root of the site: people's pages, the programme's, and each service's under its key."""

from importlib import import_module

from django.urls import include, path

from bacasable.compliance.catalogue import catalogue
from bacasable.portal import health, refused_pages
from bacasable.portal.body_limit import TOO_LARGE_PATH, TOO_SLOW_PATH

operations = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.prometheus, name="metrics"),
    path(TOO_LARGE_PATH.removeprefix("/"), refused_pages.too_large, name="too_large"),
    path(TOO_SLOW_PATH.removeprefix("/"), refused_pages.too_slow, name="too_slow"),
]
urlpatterns = [
    path("", include((operations, "portal"))),
    path("", include("bacasable.ui.urls")),
    path("", include("bacasable.people.urls")),
    path("", include("bacasable.duties.urls")),
]
for service in catalogue().values():
    if service.urls:
        prefix = (
            "" if service.key in {"platform", "instance"} else f"services/{service.key.replace('_', '-')}/"
        )
        urlpatterns.append(path(prefix, include(import_module(service.urls))))

handler400 = "bacasable.ui.errors.bad_request"
handler403 = "bacasable.ui.errors.refused"
handler404 = "bacasable.ui.errors.not_found"
handler500 = "bacasable.ui.errors.failed"
