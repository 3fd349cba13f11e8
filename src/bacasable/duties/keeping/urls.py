"""Pages of this room."""

from django.urls import path

from bacasable.duties.keeping import views

app_name = "keeping"
urlpatterns = [
    path("keeping/", views.due, name="due"),
    path("keeping/purge/", views.purge, name="purge"),
    path("keeping/visas/", views.visas, name="visas"),
    path("keeping/visas/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("keeping/<uuid:public_id>/", views.run, name="run"),
]
