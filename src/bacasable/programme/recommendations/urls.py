"""Pages of this room."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.recommendations.views import acts, documents, public, writing

app_name = "recommendations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("recommendations/", public.index, name="list"),
    path("recommendations/failures/", writing.failures, name="failures"),
    path("recommendations/<slug:key>/", public.detail, name="detail"),
    path("recommendations/<slug:key>/act/", acts.act, name="act"),
    path("recommendations/<slug:key>/revise/", writing.revise, name="revise"),
    path("recommendations/<slug:key>/contracts/", writing.contracts, name="contracts"),
    path("recommendations/<slug:key>/contracts/<uuid:public_id>/hand-in/", documents.hand_in, name="hand_in"),
    path("recommendations/<slug:key>/documents/<uuid:public_id>/", documents.document, name="document"),
    path(
        "recommendations/<slug:key>/documents/<uuid:public_id>/review/",
        documents.review_document,
        name="review_document",
    ),
    path("support/<slug:reference>/recommendations/", writing.of_file, name="of_file"),
    path("support/<slug:reference>/recommendations/new/", writing.write, name="write"),
]
