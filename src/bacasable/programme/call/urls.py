"""Pages of this room."""

from django.urls import path

from bacasable.programme.call import feeds, office, views

app_name = "call"
urlpatterns = [
    path("calls/", views.call_list, name="list"),
    path("calls/feed.atom", feeds.feed, name="feed"),
    path("calls/<slug:slug>/", views.detail, name="detail"),
    path("calls/<slug:slug>/call.json", views.as_json, name="json"),
    path("calls/<slug:slug>/eligibility/", views.check_eligibility, name="eligibility"),
    path("calls/<slug:slug>/apply/", views.apply, name="apply"),
    path("calls/<slug:slug>/apply/sent/", views.apply_sent, name="apply_sent"),
    path("calls/<slug:slug>/questions/", views.questions, name="questions"),
    path("calls/<slug:slug>/questions/ask/", views.ask, name="ask"),
    path("calls/<slug:slug>/questions/<uuid:public_id>/", views.question, name="question"),
    path("calls/<slug:slug>/projects/<slug:project>/", views.project, name="project"),
    path("manage/calls/", office.call_list, name="manage_list"),
    path("manage/calls/new/", office.create, name="manage_create"),
    path("manage/calls/<slug:slug>/", office.overview, name="manage_call"),
    path("manage/calls/<slug:slug>/edit/", office.edit, name="manage_edit"),
    path("manage/calls/<slug:slug>/preview/", office.preview, name="manage_preview"),
    path("manage/calls/<slug:slug>/publish/", office.publish, name="manage_publish"),
    path("manage/calls/<slug:slug>/extend/", office.extend, name="manage_extend"),
    path("manage/calls/<slug:slug>/close/", office.close, name="manage_close"),
    path("manage/calls/<slug:slug>/archive/", office.archive, name="manage_archive"),
    path("manage/calls/<slug:slug>/questions/", office.questions, name="manage_questions"),
    path("manage/questions/<uuid:public_id>/", office.answer, name="manage_answer"),
    path("manage/questions/<uuid:public_id>/dismiss/", office.dismiss, name="manage_dismiss"),
]
