"""Pages of this room."""

from django.urls import path

from bacasable.duties.dpia import views

app_name = "dpia"
urlpatterns = [
    path("services/<slug:service>/dpia/", views.page, name="page"),
    path("services/<slug:service>/dpia/record/", views.record, name="record"),
    path("services/<slug:service>/dpia/revoke/", views.revoke, name="revoke"),
    path("dpia/<uuid:public_id>/file/", views.file, name="file"),
]
