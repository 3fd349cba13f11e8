"""Addresses of the interface, under those of the service: ``/services/water-use/api/...``."""

from importlib.metadata import version

from django.urls import path
from ninja import NinjaAPI

from bacasable.people.operations import marked_urls
from bacasable.services.water_use.web.v1 import reading, refusals

API = NinjaAPI(
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
