"""Pages of this room."""

from django.urls import path

from bacasable.programme.desk import office, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", office.queue, name="queue"),
    path("desk/dossiers.xlsx", office.export_xlsx, name="export_xlsx"),
    path("desk/dossiers.zip", office.export_zip, name="export_zip"),
    path("desk/dossiers/<str:reference>/", office.dossier, name="dossier"),
]
