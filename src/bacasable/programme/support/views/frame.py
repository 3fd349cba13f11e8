"""What every page of a support file has: the file, who looks, from which side, what they may write."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import queries, rules, wording
from bacasable.programme.support.models import Side, SupportFile


def frame(request: HttpRequest, file: SupportFile) -> dict[str, Any]:
    """Return the context shared by the pages of ``file``."""
    user: Any = request.user
    side = queries.side_of(file, user)
    live = file.state in rules.LIVE
    office = side == Side.OFFICE
    return {
        "file": file,
        "dossier": file.dossier,
        "call": file.dossier.call,
        "title": file.dossier.title or file.dossier.reference,
        "side": side,
        "is_office": office,
        "is_over": rules.is_over(file.state),
        "state_colour": wording.COLOURS[file.state],
        "may_write": live and may(user, "support.write", file),
        "may_guide": live and office and may(user, "support.guide", file),
        "may_follow": live and not office and may(user, "support.write", file),
        "may_manage": not rules.is_over(file.state) and office and may(user, "support.manage", file),
        "may_agree": not rules.is_over(file.state) and may(user, "support.agree", file),
    }


HEADINGS = {
    "history": N_("Everything that happened"),
    "questions": N_("Questions and answers"),
    "guidance": N_("Ledger of guidance"),
    "guide": N_("Write a guidance"),
    "roadmap": N_("Roadmap"),
    "meetings": N_("Meetings"),
    "documents": N_("Documents"),
    "document_remove": N_("Remove a document"),
    "agreement": N_("Support agreement"),
    "agreement_write": N_("Write the agreement"),
    "team": N_("Team"),
    "changes": N_("Calendar and changes"),
}


def page(
    request: HttpRequest,
    file: SupportFile,
    template: str,
    *,
    status: int = 200,
    heading: str = "",
    **context: Any,
) -> HttpResponse:
    """Return a page of the room, marked never to be cached; its heading is given or in ``HEADINGS``."""
    defaults = {"form": None, "heading": heading or _(HEADINGS.get(template, ""))}
    response = render(
        request,
        f"programme/support/{template}.html",
        frame(request, file) | defaults | context,
        status=status,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def acted(form: forms.Form, file: SupportFile, act: Callable[..., object], /, **values: Any) -> bool:
    """Do ``act`` with ``values`` and say whether it was done; a refusal goes to the form, at its field."""
    try:
        act(**values)
    except Refused as refused:
        field = _FIELDS.get(refused.code)
        form.add_error(
            field if field in form.fields else None,
            wording.refusal(refused, file),
        )
        return False
    return True


#: The field that a refusal speaks of, where the form has it.
_FIELDS = {
    "not_later": "ends_on",
    "too_far": "ends_on",
    "too_late": "asked_on",
    "asked_on": "asked_on",
    "not_staff": "user",
    "author": "user",
    "future": "done_on",
}


def person(request: HttpRequest) -> User:
    """Return who asks: a signed-in person, as the middleware has checked."""
    user: Any = request.user
    return user


def status_of(form: forms.Form) -> int:
    """Return the status of a page with ``form``: 422 when what was sent is refused."""
    return 422 if form.is_bound and form.errors else 200
