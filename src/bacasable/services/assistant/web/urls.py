"""Addresses of the assistant; the portal puts them under /services/assistant/."""

from django.urls import URLPattern, URLResolver, path

from bacasable.services.assistant.web.v1.urls import urlpatterns as interface
from bacasable.services.assistant.web.views import asking, keeping, keys, library, office, replies

app_name = "assistant"
#: Pages come before the programming interface, which has a name of its own (``assistant_v1``).
urlpatterns: list[URLPattern | URLResolver] = [
    path("", asking.ask, name="ask"),
    path("conversations/", keeping.history, name="history"),
    path("conversations/erase/", keeping.erase_all, name="erase_all"),
    path("conversations/<uuid:public_id>/", asking.conversation, name="conversation"),
    path("conversations/<uuid:public_id>/erase/", keeping.erase, name="erase"),
    path("questions/<uuid:public_id>/correct/", asking.correct, name="correct"),
    path("questions/<uuid:public_id>/situation/", asking.situation, name="situation"),
    path("questions/<uuid:public_id>/opinion/", asking.opinion, name="opinion"),
    path("questions/<uuid:public_id>/reply/", replies.make, name="reply"),
    path("replies/<uuid:public_id>/", replies.draft, name="draft"),
    path("replies/<uuid:public_id>/reply.pdf", replies.draft_pdf, name="draft_pdf"),
    path("replies/<uuid:public_id>/reply.eml", replies.draft_email, name="draft_email"),
    path("replies/<uuid:public_id>/erase/", replies.draft_erase, name="draft_erase"),
    path("sheets/<slug:collection>/<path:sheet_id>", library.sheet, name="sheet"),
    path("prompts/", library.prompts, name="prompts"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<uuid:public_id>/revoke/", keys.revoke, name="key_revoke"),
    path("collections/", office.library, name="library"),
    path("collections/<uuid:public_id>/", office.collection, name="collection"),
    path("collections/<uuid:public_id>/import/", office.import_file, name="import_file"),
    path("collections/<uuid:public_id>/import-shipped/", office.import_shipped, name="import_shipped"),
    path("collections/<uuid:public_id>/remove/", office.collection_remove, name="collection_remove"),
    path("imports/<uuid:public_id>/", office.import_progress, name="import"),
    path("groups/", office.groups, name="groups"),
    path("groups/<uuid:public_id>/", office.group, name="group"),
    path("groups/<uuid:public_id>/members/<uuid:person>/end/", office.member_end, name="member_end"),
    path("opinions/", office.opinions, name="opinions"),
    *interface,
]
