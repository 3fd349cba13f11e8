"""Addresses of the interface, under those of the service: ``/services/assistant/v1/...``."""

from importlib.metadata import version

from django.urls import path
from ninja import NinjaAPI

from bacasable.people.operations import marked_urls
from bacasable.services.assistant.web.v1 import chat, reading, refusals
from bacasable.services.assistant.web.v1.authentication import PERMISSION

API = NinjaAPI(
    title="Assistant",
    version=version("bacasable"),
    description="A part of OpenAI's interface and of the Albert API, for cited answers from official sheets.",
    docs_url=None,  # the framework's page loads its scripts from elsewhere
    urls_namespace="assistant_v1",
)
API.add_router("", reading.router)
API.add_router("", chat.router)
refusals.register(API)

urlpatterns = [path("v1/", marked_urls(API, {"openapi-json": PERMISSION, "api-root": PERMISSION}))]
