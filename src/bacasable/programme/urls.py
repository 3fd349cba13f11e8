"""The programme's pages, room by room."""

from django.urls import include, path

from bacasable.programme import api

urlpatterns = [
    path("api/v1/", api.urls()),
    path("", include("bacasable.programme.desk.urls")),
    path("", include("bacasable.programme.call.urls")),
    path("", include("bacasable.programme.dossiers.urls")),
    path("", include("bacasable.programme.committee.urls")),
    path("", include("bacasable.programme.support.urls")),
    path("", include("bacasable.programme.evidence.urls")),
    path("", include("bacasable.programme.recommendations.urls")),
    path("", include("bacasable.programme.synthesis.urls")),
]
