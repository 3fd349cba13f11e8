"""Pages of this room."""

from django.urls import URLPattern, URLResolver

app_name = "call"
urlpatterns: list[URLPattern | URLResolver] = []
