"""Pages of this room."""

from django.urls import path

from bacasable.duties.register import office, views

app_name = "register"
urlpatterns = [
    path("services/", views.services, name="services"),
    path("register/", views.register, name="register"),
    path("services/<slug:service>/about/", views.about, name="about"),
    path("services/<slug:service>/register/", views.entry, name="entry"),
    path("services/<slug:service>/exports/", office.exports, name="exports"),
    path("services/<slug:service>/exports/import-pia/", office.import_pia, name="import_pia"),
    path("services/<slug:service>/exports/<slug:format>/", office.export, name="export"),
    path("services/<slug:service>/exports/<slug:format>/<slug:form>/", office.download, name="download"),
]
