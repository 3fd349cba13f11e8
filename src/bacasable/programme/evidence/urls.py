"""Pages of this room."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.evidence.views import project, public

app_name = "evidence"
SHARED = "support/<slug:reference>/evidence/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("evidence/", public.index, name="list"),
    path("evidence/key.pem", public.key, name="key"),
    path("evidence/file/", public.file, name="file"),
    path("evidence/<uuid:public_id>/", public.detail, name="detail"),
    path("evidence/<uuid:public_id>/envelope.json", public.download, name="download"),
    path("evidence/<uuid:public_id>/key.pem", public.key_of, name="key_of"),
    path(SHARED, project.of_file, name="of_file"),
    path(f"{SHARED}keys/new/", project.enrol, name="enrol"),
    path(f"{SHARED}keys/<uuid:public_id>/confirm/", project.confirm_key, name="confirm_key"),
    path(f"{SHARED}keys/<uuid:public_id>/revoke/", project.revoke_key, name="revoke_key"),
    path(f"{SHARED}challenges/new/", project.ask, name="ask"),
    path(f"{SHARED}challenges/<uuid:public_id>/", project.challenge, name="challenge"),
    path(f"{SHARED}challenges/<uuid:public_id>.json", project.challenge_json, name="challenge_json"),
    path(f"{SHARED}challenges/<uuid:public_id>/withdraw/", project.withdraw, name="withdraw"),
    path(f"{SHARED}challenges/<uuid:public_id>/replay/", project.replay, name="replay"),
    path(f"{SHARED}send/", project.send_file, name="send_file"),
]
