"""Addresses of the interface, under those of the service: ``/services/water-use/api/...``."""

from importlib.metadata import version
from typing import Any

from django.urls import path, reverse
from ninja import NinjaAPI

from bacasable.people.operations import marked_urls
from bacasable.services.water_use.web.v1 import reading, refusals


class Interface(NinjaAPI):
    """An interface whose addresses lie inside of those of the service."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Return where the interface begins, by the names of the service and its own."""
        return reverse(f"water_use:{self.urls_namespace}:api-root", kwargs=path_params)


API = Interface(
    title="Water use",
    version=version("bacasable"),
    description="What is published of similar homes, the forecast of districts, and one's own home.",
    docs_url=None,  # the framework's page loads its scripts from elsewhere
    urls_namespace="water_use_api",
)
API.add_router("", reading.router)
refusals.register(API)

urlpatterns = [
    path("api/", marked_urls(API, {"openapi-json": "water_use.read", "api-root": "water_use.read"}))
]
