"""Pages of this room."""

from django.urls import URLPattern

app_name = "board"
urlpatterns: list[URLPattern] = []
