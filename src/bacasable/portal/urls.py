"""The root of the site: people's pages, the programme's, and each service's under its key."""

from importlib import import_module

from django.urls import include, path

from bacasable.compliance.catalogue import catalogue

urlpatterns = [path("", include("bacasable.people.urls"))]
for service in catalogue().values():
    if service.urls:
        prefix = "" if service.key == "platform" else f"services/{service.key.replace('_', '-')}/"
        urlpatterns.append(path(prefix, include(import_module(service.urls))))
