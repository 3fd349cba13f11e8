"""A suggestion's reasons in other words: what a model is asked is on the page, before and after."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import running, sealed
from bacasable.services.job_advice.web.actions import rephrasing
from bacasable.services.job_advice.web.models import PROMPT_OUTCOMES, Item
from bacasable.ui.saying import spoken


@allow("job_advice.advise")
@require_POST
def say_again(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask the model; the page of the suggestion shows what came of it."""
    by = cast(User, request.user)
    rows = Item.objects.filter(advice__interview__file__adviser=by.public_id)
    found = get_object_or_404(rows.select_related("advice__interview__file"), public_id=public_id)
    try:
        made = rephrasing.say_again(item=found, endpoint=running.endpoint(), language=_language(), by=by)
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    else:
        if made.outcome != "kept":
            messages.info(request, _(dict(PROMPT_OUTCOMES)[made.outcome]).capitalize())
    return redirect("job_advice:item", public_id)


def other_words(item: Item) -> dict[str, Any]:
    """Return what the page of a suggestion shows of models: nothing where none is configured or was asked.

    ``again`` holds the last answer that was kept, ``would_ask`` the request, ``host`` who gets it.
    """
    endpoint, interview = running.endpoint(), item.advice.interview
    last = item.prompts.filter(outcome="kept").first()
    told = sealed.words_of(interview.file, last) if last else {}
    is_open = interview.closed_at is None and interview.file.state == "open"
    asks = endpoint is not None and is_open
    return {
        "again": told.get("answer", ""),
        "again_asked": told.get("asked", ""),
        "again_host": last.host if last else "",
        "would_ask": rephrasing.would_ask(item, _language()).text if asks else "",
        "host": endpoint.host if endpoint else "",
    }


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"
