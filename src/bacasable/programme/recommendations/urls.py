"""Pages of this room."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.recommendations import views

app_name = "recommendations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("recommendations/", views.index, name="list"),
    path("recommendations/<slug:key>/", views.detail, name="detail"),
]
