"""The pages of the duties, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("bacasable.duties.register.urls")),
    path("", include("bacasable.duties.rights.urls")),
    path("", include("bacasable.duties.keeping.urls")),
    path("", include("bacasable.duties.breaches.urls")),
    path("", include("bacasable.duties.dpia.urls")),
    path("", include("bacasable.duties.board.urls")),
]
