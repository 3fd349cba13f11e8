"""Pages of this room."""

from django.urls import path

from bacasable.duties.rights import office, views

app_name = "rights"
urlpatterns = [
    path("rights/", views.ask, name="ask"),
    path("rights/sent/", views.sent, name="sent"),
    path("rights/follow/<str:token>/", views.follow, name="follow"),
    path("rights/follow/<str:token>/confirm/", views.confirm, name="confirm"),
    path("rights/follow/<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("rights/follow/<str:token>/archive/", views.archive, name="archive"),
    path("rights/requests/", office.requests, name="requests"),
    path("rights/requests/new/", office.record, name="record"),
    path("rights/inbox/", office.inbox, name="inbox"),
    path("rights/inbox/<uuid:public_id>/<str:verb>/", office.sort, name="sort"),
    path("rights/requests/<uuid:public_id>/", office.detail, name="detail"),
    path("rights/requests/<uuid:public_id>/erase/", office.erase, name="erase"),
    path("rights/requests/<uuid:public_id>/hand-over/", office.hand_over, name="hand_over"),
    path("rights/requests/<uuid:public_id>/letter/", office.letter, name="letter"),
    path("rights/requests/<uuid:public_id>/<str:verb>/", office.act, name="act"),
]
