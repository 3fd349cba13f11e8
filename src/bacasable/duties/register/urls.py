"""Pages of this room."""

from django.urls import path

from bacasable.duties.register import views

app_name = "register"
urlpatterns = [
    path("services/", views.services, name="services"),
]
