"""Pages of this room."""

from django.urls import path

from bacasable.programme.desk import office
from bacasable.programme.desk.views import home, inspection, today

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("today/", today.today, name="today"),
    path("desk/", office.queue, name="queue"),
    path("desk/dossiers.xlsx", office.export_xlsx, name="export_xlsx"),
    path("desk/dossiers.zip", office.export_zip, name="export_zip"),
    path("desk/dossiers/<str:reference>/", office.dossier, name="dossier"),
    path("desk/dossiers/<str:reference>/exceptions/", inspection.exceptions, name="exceptions"),
    path("desk/exceptions/", inspection.given, name="exceptions_given"),
    path("desk/exceptions/<uuid:public_id>/close/", inspection.close, name="exception_close"),
    path("inspection/", inspection.opened, name="inspection"),
    path("inspection/<uuid:public_id>/", inspection.inspected, name="inspected"),
    path("inspection/<uuid:public_id>/files/<uuid:file>/", inspection.inspected_file, name="inspected_file"),
]
