"""Addresses of the water service; the portal puts them under /services/water-use/."""

from django.urls import URLPattern, URLResolver, path

from bacasable.services.water_use.web.views import entrance

app_name = "water_use"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", entrance.start, name="start"),
]
