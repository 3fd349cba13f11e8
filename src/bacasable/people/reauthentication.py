"""Prove again who you are before a sensitive change, without losing what was typed.

A page guarded by :func:`recent_sign_in_required` opens only when the person proved who they are within the
last minutes. A form posted after that is held in the session, the person proves who they are, and a page
offers to send the very same form.
"""

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bacasable.people import sessions

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

_HELD = "people.held_form"
_LARGEST_HELD = 200_000
_HELD_SECONDS = 900
#: Never kept in a session, nor sent again: the person types them anew.
_SECRET_FIELDS = frozenset({"csrfmiddlewaretoken", "password", "new_password", "repeat_password", "code"})


def recent_sign_in_required(minutes: int = 15) -> Callable[[View], View]:
    """Guard a view function: it runs when the last proof is at most ``minutes`` old.

    Put it under ``@allow``. Posted files cannot be held; such a form goes back to its page.
    """

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if sessions.seconds_since_proof(request) <= minutes * 60:
                return view(request, *args, **kwargs)
            return ask(request)

        return guarded  # type: ignore[return-value]

    return guard


def ask(request: HttpRequest) -> HttpResponseBase:
    """Hold the posted form, if any, and send the person to prove who they are."""
    destination = request.get_full_path()
    if request.method == "POST":
        hold(request)
        destination = reverse("people:again_continue") if _HELD in request.session else request.path
    page = "people:again" if sessions.how(request) in sessions.STRONG else "people:staff_sign_in"
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': destination})}")


def hold(request: HttpRequest) -> None:
    """Keep the fields of a posted form in the session; nothing of files, secrets or very long forms."""
    request.session.pop(_HELD, None)
    if request.FILES:
        return
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _SECRET_FIELDS
        for value in values
    ]
    if sum(len(name) + len(str(value)) for name, value in fields) <= _LARGEST_HELD:
        request.session[_HELD] = {
            "path": request.get_full_path(),
            "fields": fields,
            "until": time.time() + _HELD_SECONDS,
        }


def held(request: HttpRequest) -> tuple[str, list[tuple[str, str]]] | None:
    """Take the held form out of the session: the address it goes to and its fields, or None."""
    form = request.session.pop(_HELD, None)
    if not form or form["until"] < time.time():
        return None
    if not url_has_allowed_host_and_scheme(form["path"], allowed_hosts=None):
        return None
    return form["path"], [(name, value) for name, value in form["fields"]]
