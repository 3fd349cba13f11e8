"""Addresses of the assistant; the portal puts them under /services/assistant/."""

from django.urls import URLPattern, URLResolver

from bacasable.services.assistant.web.v1.urls import urlpatterns as interface

app_name = "assistant"
#: Pages come before the programming interface, which has a name of its own (``assistant_v1``).
urlpatterns: list[URLPattern | URLResolver] = [*interface]
