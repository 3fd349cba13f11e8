"""One's own conversations: the list, and forgetting them."""

import uuid
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.services.assistant.processing import KEPT_CONVERSATION
from bacasable.services.assistant.web import readings
from bacasable.services.assistant.web.actions import conversations
from bacasable.services.assistant.web.models import Conversation

PER_PAGE = 20


@allow("assistant.ask")
@require_safe
@never_cache
def history(request: HttpRequest) -> HttpResponse:
    """One's conversations, with the day on which each goes by itself."""
    user = cast(User, request.user)
    page = Paginator(readings.own(user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "conversation": row,
            "title": readings.first_words(row),
            "goes_on": KEPT_CONVERSATION.due_at(row.last_at),
        }
        for row in page
    ]
    return render(request, "assistant/history.html", {"page": page, "rows": rows})


@allow("assistant.ask")
@require_POST
def erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Erase one conversation."""
    user = cast(User, request.user)
    found = get_object_or_404(Conversation, public_id=public_id, person=user.public_id)
    conversations.erase(conversation=found, by=user)
    messages.success(request, _("The conversation is erased, with its drafts."))
    return redirect("assistant:history")


@allow("assistant.ask")
@require_http_methods(["GET", "POST"])
@never_cache
def erase_all(request: HttpRequest) -> HttpResponse:
    """Ask whether to erase all of one's conversations, then do it."""
    user = cast(User, request.user)
    if request.method != "POST":
        return render(request, "assistant/erase_all.html", {"count": len(readings.own(user))})
    count = conversations.erase_all(by=user)
    said = ngettext("%(count)d conversation is erased.", "%(count)d conversations are erased.", count)
    messages.success(request, said % {"count": count})
    return redirect("assistant:history")
