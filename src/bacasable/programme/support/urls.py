"""Pages of this room."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from bacasable.people.permissions import allow


@allow("support.read", by_object=True)
def _soon(request: HttpRequest, **_k: object) -> HttpResponse:
    raise Http404


app_name = "support"
urlpatterns = [
    path("support/", _soon, name="list"),
    path("support/<slug:reference>/", _soon, name="file"),
    *(
        path(f"support/<slug:reference>/{name}/", _soon, name=name)
        for name in (
            "questions",
            "guidance",
            "roadmap",
            "meetings",
            "documents",
            "agreement",
            "team",
            "changes",
        )
    ),
    path("support/<slug:reference>/meetings/<uuid:public_id>/", _soon, name="meeting"),
    path("support/<slug:reference>/documents/<uuid:public_id>/", _soon, name="document"),
]
