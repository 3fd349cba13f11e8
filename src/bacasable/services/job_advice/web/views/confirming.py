"""What is refused is said to who asked it; words that are stopped are read again before they are kept."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web.forms import ConfirmedForm
from bacasable.services.job_advice.web.words import Stopped
from bacasable.ui.saying import spoken


def kept(form: ConfirmedForm, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Do an act with what was typed; where its words are stopped, say which, and let them be read again."""
    try:
        act(form.cleaned_data)
    except Stopped as stopped:
        for words, why in stopped.found:
            form.add_error(None, _("“%(words)s”: %(why)s") % {"words": words, "why": _(why)})
        form.add_error(None, spoken(stopped.said))
        if not stopped.blocked:
            read = ",".join(filter(None, (form.cleaned_data["confirmed"], stopped.digest)))
            form.data = {**form.data.dict(), form.add_prefix("confirmed"): read}  # type: ignore[attr-defined]
            form.is_to_confirm = True  # type: ignore[attr-defined]
    except Refused as refused:
        form.add_error(None, spoken(refused.said))
    else:
        return True
    return False


_View = Callable[[HttpRequest, uuid.UUID], HttpResponse]


def or_said_at(page: str) -> Callable[[_View], _View]:
    """Lead back to ``page`` of the same thing, with the reason, where an act is refused: it was done twice,
    or something else was done meanwhile."""

    def decorated(view: _View) -> _View:
        @wraps(view)
        def wrapped(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
            try:
                return view(request, public_id)
            except Refused as refused:
                messages.error(request, spoken(refused.said))
                return redirect(page, public_id)

        return wrapped

    return decorated
