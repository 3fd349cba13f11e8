"""The home page where no programme is installed: the services that run here."""

from django.urls import path

from bacasable.duties.register import views

app_name = "home"
urlpatterns = [path("", views.services, name="home")]
