"""Pages that belong to no room, and the switches of language and theme."""

from django.urls import path

from bacasable.ui import views

app_name = "ui"
urlpatterns = [
    path("accessibility/", views.accessibility, name="accessibility"),
    path("legal/", views.legal, name="legal"),
    path("security/", views.security, name="security"),
    path("privacy/", views.privacy, name="privacy"),
    path("components/", views.components, name="components"),
    path("language/", views.set_language, name="language"),
    path("theme/", views.set_theme, name="theme"),
]
