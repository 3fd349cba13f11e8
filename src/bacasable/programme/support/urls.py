"""Pages of this room."""

from django.urls import path

from bacasable.programme.support.views import (
    agreement,
    changes,
    documents,
    meetings,
    overview,
    register,
    roadmap,
)

app_name = "support"
_FILE = "support/<slug:reference>/"
urlpatterns = [
    path("support/", overview.mine, name="list"),
    path(_FILE, overview.detail, name="file"),
    path(f"{_FILE}history/", overview.history, name="history"),
    path(f"{_FILE}questions/", register.questions, name="questions"),
    path(f"{_FILE}questions/<int:number>/", register.answer, name="answer"),
    path(f"{_FILE}guidance/", register.guidance, name="guidance"),
    path(f"{_FILE}guidance.csv", register.ledger_csv, name="ledger_csv"),
    path(f"{_FILE}guidance/new/", register.guide, name="guide"),
    path(f"{_FILE}guidance/<int:number>/", register.follow, name="follow"),
    path(f"{_FILE}roadmap/", roadmap.roadmap, name="roadmap"),
    path(f"{_FILE}roadmap/<uuid:milestone>/", roadmap.milestone, name="milestone"),
    path(f"{_FILE}meetings/", meetings.meetings, name="meetings"),
    path(f"{_FILE}meetings/<uuid:public_id>/", meetings.meeting, name="meeting"),
    path(f"{_FILE}documents/", documents.documents, name="documents"),
    path(f"{_FILE}documents/<uuid:public_id>/", documents.download, name="document"),
    path(f"{_FILE}documents/<uuid:public_id>/remove/", documents.remove, name="document_remove"),
    path(f"{_FILE}agreement/", agreement.read, name="agreement"),
    path(f"{_FILE}agreement/write/", agreement.write, name="agreement_write"),
    path(f"{_FILE}agreement/sign/", agreement.sign, name="agreement_sign"),
    path(f"{_FILE}agreement/sign-office/", agreement.sign_for_office, name="agreement_sign_office"),
    path(f"{_FILE}agreement/file/", agreement.file_signed, name="agreement_file"),
    path(f"{_FILE}agreement.pdf", agreement.pdf, name="agreement_pdf"),
    path(f"{_FILE}agreement-signed.pdf", agreement.signed, name="agreement_signed"),
    path(f"{_FILE}team/", changes.team, name="team"),
    path(f"{_FILE}team/<uuid:person>/remove/", changes.remove_member, name="team_remove"),
    path(f"{_FILE}changes/", changes.changes, name="changes"),
    path(f"{_FILE}changes/leave/", changes.leave, name="leave"),
    path(f"{_FILE}changes/<slug:kind>/", changes.change, name="change"),
]
