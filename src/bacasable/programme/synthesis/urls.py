"""Pages of this room: what is public, what the editor writes, what the project replies to."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.synthesis.feeds import feed
from bacasable.programme.synthesis.views import composing, project, public

app_name = "synthesis"
urlpatterns: list[URLPattern | URLResolver] = [
    path("publications/", public.index, name="list"),
    path("publications/feed.xml", feed, name="feed"),
    path("publications/publications.csv", public.as_csv, name="csv"),
    path("publications/<slug:slug>/", public.detail, name="detail"),
    path("publications/<slug:slug>/synthesis.pdf", public.pdf, name="pdf"),
    path("publications/<slug:slug>/synthesis.json", public.as_json, name="json"),
    path("publications/<slug:slug>/versions/<int:number>/", public.version, name="version"),
    path("publications/<slug:slug>/versions/<int:number>/synthesis.pdf", public.pdf, name="version_pdf"),
    path("publications/<slug:slug>/changes/<int:number>/", public.changes, name="changes"),
    path("syntheses/", composing.manage_list, name="manage_list"),
    path("syntheses/new/<str:reference>/", composing.start, name="start"),
    path("syntheses/<uuid:public_id>/", composing.compose, name="compose"),
    path("syntheses/<uuid:public_id>/details/", composing.details, name="details"),
    path("syntheses/<uuid:public_id>/passages/new/", composing.passage_new, name="passage_new"),
    path("syntheses/<uuid:public_id>/passages/<uuid:passage>/", composing.passage, name="passage"),
    path("syntheses/<uuid:public_id>/passages/<uuid:passage>/move/", composing.move, name="passage_move"),
    path(
        "syntheses/<uuid:public_id>/passages/<uuid:passage>/remove/", composing.remove, name="passage_remove"
    ),
    path("syntheses/<uuid:public_id>/foresight/", composing.foresight, name="foresight"),
    path("syntheses/<uuid:public_id>/preview/", project.preview, name="preview"),
    path("syntheses/<uuid:public_id>/send/", composing.send_to_project, name="send_to_project"),
    path("syntheses/<uuid:public_id>/take-back/", composing.take_back, name="take_back"),
    path("syntheses/<uuid:public_id>/replies/<uuid:reply>/", composing.respond, name="respond"),
    path("syntheses/<uuid:public_id>/publish/", composing.publish, name="publish"),
    path("syntheses/<uuid:public_id>/correct/", composing.correct, name="correct"),
    path("support/<str:reference>/synthesis/", project.reply, name="reply"),
    path("support/<str:reference>/synthesis/agree/", project.agree, name="agree"),
]
