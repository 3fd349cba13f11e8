"""Pages of this room."""

from django.urls import URLPattern

app_name = "breaches"
urlpatterns: list[URLPattern] = []
