"""Pages of this room."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.evidence import views

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence/", views.index, name="list"),
    path("evidence/key.pem", views.key, name="key"),
    path("evidence/file/", views.file, name="file"),
    path("evidence/<uuid:public_id>/", views.detail, name="detail"),
    path("evidence/<uuid:public_id>/envelope.json", views.download, name="download"),
]
