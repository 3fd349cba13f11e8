"""Replies: made from an answer, edited, validated, taken away as a file. Nothing is sent from here."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import readings, replies, saying, sealed
from bacasable.services.assistant.web.actions import drafts
from bacasable.services.assistant.web.forms import DraftForm, SheetDraftForm
from bacasable.services.assistant.web.models import Draft


@allow("assistant.ask")
@require_POST
def make(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Draft a reply from an answer."""
    user = cast(User, request.user)
    turn = readings.turn_of(public_id, user)
    if turn is None:
        raise Http404
    kind = request.POST.get("kind", "")
    words = replies.compose(kind, readings.shown(turn, user))
    try:
        made = drafts.make(turn=turn, kind=kind, words=words, by=user)
    except Refused as refused:
        messages.error(request, saying.spoken(refused.said))
        return redirect(readings.address_of(turn))
    return redirect("assistant:draft", made.public_id)


@allow("assistant.ask")
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Read and edit a draft; ``validate`` says that it is the agent's."""
    found, words = _opened(request, public_id)
    user = cast(User, request.user)
    shape = SheetDraftForm if found.kind == "sheet" else DraftForm
    form = shape(request.POST) if request.method == "POST" else shape(initial=words)
    if form.is_valid():
        words = drafts.write(draft=found, changes=form.cleaned_data, by=user)
        if "validate" in request.POST:
            drafts.validate(draft=found, by=user)
            messages.success(request, _("You validated this reply. It is yours; nothing was sent."))
        else:
            messages.success(request, _("The draft is kept."))
        return redirect("assistant:draft", found.public_id)
    context = {
        "form": form,
        "draft": found,
        "kind": readings.kind_of(found),
        "words": words,
        "back": readings.address_of(found.turn),
        "mark": replies.mark_of(words, is_validated=found.validated_at is not None),
        "source_type": replies.source_type_of(words),
        "text": replies.as_text(found, words),
    }
    return render(request, "assistant/draft.html", context, status=422 if form.errors else 200)


@allow("assistant.ask")
@require_safe
@never_cache
def draft_pdf(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The reply as a PDF."""
    found, words = _opened(request, public_id)
    made = HttpResponse(replies.as_pdf(found, words), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{found.kind}.pdf"'
    return made


@allow("assistant.ask")
@require_safe
@never_cache
def draft_email(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The reply as a message that a mail program opens; who it goes to is typed there."""
    found, words = _opened(request, public_id)
    made = HttpResponse(replies.as_email(found, words), content_type="message/rfc822")
    made["Content-Disposition"] = f'attachment; filename="{found.kind}.eml"'
    return made


@allow("assistant.ask")
@require_POST
def draft_erase(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Erase a draft."""
    found, _words = _opened(request, public_id)
    address = readings.address_of(found.turn)
    drafts.erase(draft=found, by=cast(User, request.user))
    messages.success(request, _("The draft is erased."))
    return redirect(address)


def _opened(request: HttpRequest, public_id: uuid.UUID) -> tuple[Draft, dict[str, Any]]:
    """Return one's own draft and its words; somebody else's does not exist."""
    person = cast(User, request.user).public_id
    found = (
        Draft.objects.select_related("turn__conversation")
        .filter(public_id=public_id, turn__conversation__person=person)
        .first()
    )
    if found is None:
        raise Http404
    return found, sealed.words_of(found.turn.conversation, found)
