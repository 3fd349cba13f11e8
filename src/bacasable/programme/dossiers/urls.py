"""Pages of this room."""

from django.urls import URLPattern, URLResolver, path

from bacasable.programme.dossiers import file_views, import_views, tus
from bacasable.programme.dossiers.views import authors, deposit, drafts

app_name = "dossiers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("dossiers/", drafts.mine, name="list"),
    path("calls/<slug:slug>/apply/start/", drafts.start, name="start"),
    path("dossiers/<slug:reference>/", drafts.overview, name="overview"),
    path("dossiers/<slug:reference>/steps/<slug:step>/", drafts.step, name="step"),
    path("dossiers/<slug:reference>/steps/<slug:step>/autosave/", drafts.autosave, name="autosave"),
    path("dossiers/<slug:reference>/submit/", deposit.submit, name="submit"),
    path("dossiers/<slug:reference>/receipt/", deposit.receipt, name="receipt"),
    path("dossiers/<slug:reference>/versions/", deposit.versions, name="versions"),
    path("dossiers/<slug:reference>/versions/<int:number>/", deposit.version, name="version"),
    path(
        "dossiers/<slug:reference>/versions/<int:number>/receipt.pdf", deposit.receipt_pdf, name="receipt_pdf"
    ),
    path("dossiers/<slug:reference>/withdraw/", deposit.withdraw, name="withdraw"),
    path("dossiers/<slug:reference>/co-authors/", authors.co_authors, name="co_authors"),
    path(
        "dossiers/<slug:reference>/co-authors/<uuid:person>/remove/",
        authors.remove_co_author,
        name="co_author_remove",
    ),
    path(
        "dossiers/<slug:reference>/invitations/<uuid:invitation>/cancel/",
        authors.cancel_invitation,
        name="invitation_cancel",
    ),
    path("dossiers/<slug:reference>/files/", file_views.page, name="files"),
    path("dossiers/<slug:reference>/files/<uuid:public_id>/", file_views.download, name="file"),
    path("dossiers/<slug:reference>/files/<uuid:public_id>/remove/", file_views.remove, name="file_remove"),
    path("dossiers/<slug:reference>/uploads/", tus.uploads, name="upload"),
    path("dossiers/<slug:reference>/uploads/<uuid:public_id>/", tus.piece, name="upload_piece"),
    path("dossiers/<slug:reference>/import/", import_views.import_document, name="import"),
    path("dossiers/<slug:reference>/document.<slug:extension>", import_views.document, name="document"),
    path("calls/<slug:slug>/template.<slug:extension>", import_views.template, name="template"),
]
