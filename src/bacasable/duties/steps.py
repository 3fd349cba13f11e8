"""The steps of a record on its page: each a form of its own, done by the action of the same name.

What was typed stays on the page where a step is refused.
"""

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from bacasable.people.models import User
from bacasable.privacy.messages import Refused

Verbs = Mapping[str, type[forms.Form]]


def act(
    request: HttpRequest, verb: str, verbs: Verbs, actions: ModuleType, **subject: Any
) -> dict[str, forms.Form]:
    """Do one step of ``subject``; return nothing once it is done, else its form with what is wrong.

    Raises:
        Http404: there is no such step.
    """
    if verb not in verbs:
        raise Http404
    form = verbs[verb](request.POST, prefix=verb)
    if form.is_valid():
        try:
            getattr(actions, verb)(by=cast(User, request.user), **subject, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, _(str(refused)))
        else:
            return {}
    return {verb: form}


def shown(
    verbs: Verbs,
    titles: Mapping[str, str],
    now_open: Iterable[str],
    bound: Mapping[str, forms.Form],
    initial: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ``duties/_steps.html`` shows: the steps open now, and the one that was refused."""
    empty = {verb: verbs[verb](prefix=verb, initial=initial) for verb in now_open if verb not in bound}
    steps = [(verb, titles[verb], {**empty, **bound}[verb]) for verb in verbs if verb in {*empty, *bound}]
    return {"steps": steps, "bound": list(bound.values())}
