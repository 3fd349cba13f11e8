"""Addresses of the interface, under those of the service: ``/services/job-advice/api/...``."""

from importlib.metadata import version
from typing import Any

from django.urls import path, reverse
from ninja import NinjaAPI

from bacasable.people.operations import marked_urls
from bacasable.services.job_advice.web.v1 import reading, refusals


class Interface(NinjaAPI):
    """An interface whose addresses lie inside of those of the service."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Return where the interface begins, by the names of the service and its own."""
        return reverse(f"job_advice:{self.urls_namespace}:api-root", kwargs=path_params)


API = Interface(
    title="Job advice",
    version=version("bacasable"),
    description="Titles coded into occupations, opinions on profiles that name nobody, versions of tables.",
    docs_url=None,  # the framework's page loads its scripts from elsewhere
    urls_namespace="job_advice_api",
)
API.add_router("", reading.router)
refusals.register(API)

urlpatterns = [
    path("api/", marked_urls(API, {"openapi-json": "job_advice.read", "api-root": "job_advice.read"}))
]
