"""Pages of this room."""

from django.urls import path

from bacasable.duties.breaches import views

app_name = "breaches"
urlpatterns = [
    path("breaches/", views.breaches, name="list"),
    path("breaches/new/", views.record, name="record"),
    path("breaches/<uuid:public_id>/", views.detail, name="detail"),
    path("breaches/<uuid:public_id>/revise/", views.revise, name="revise"),
    path("breaches/<uuid:public_id>/notice/<str:to>/", views.notice, name="notice"),
    path("breaches/<uuid:public_id>/<str:verb>/", views.act, name="act"),
]
