"""The team, and what changes the life of a support: phases, extension, suspension, end."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance.service import N_
from bacasable.people.permissions import allow, require
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import actions, queries, rules, wording
from bacasable.programme.support.forms import EndForm, ExtendForm, MemberForm, ReasonForm
from bacasable.programme.support.models import SupportFile
from bacasable.programme.support.views.frame import acted, frame, page, person, status_of

#: What an officer may do with the life of a file: its action, its form, its title and what it does.
KINDS: dict[str, tuple[Any, type[ReasonForm], str, str]] = {
    "advance": (
        actions.advance,
        ReasonForm,
        N_("Pass to the next phase"),
        N_("The phase is not taken back. Say what was done in the present one."),
    ),
    "extend": (actions.extend, ExtendForm, N_("Extend the support"), N_("The end moves later.")),
    "suspend": (
        actions.suspend,
        ReasonForm,
        N_("Suspend the support"),
        N_("Nobody writes in the file meanwhile. The end moves later by the days of the suspension."),
    ),
    "resume": (
        actions.resume,
        ReasonForm,
        N_("Resume the support"),
        N_("Both sides write again. The end moves later by the days of the suspension."),
    ),
    "complete": (
        actions.complete,
        EndForm,
        N_("Complete the support"),
        N_("The work is done. The file can only be read afterwards."),
    ),
    "exit": (
        actions.exit,
        EndForm,
        N_("End the support early"),
        N_("The file can only be read afterwards. What was said and shown stays for both sides."),
    ),
}


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def team(request: HttpRequest, reference: str) -> HttpResponse:
    """Who supports the project, and for an officer the form to add somebody."""
    file = queries.readable(reference, request.user)
    context = frame(request, file)
    form = None
    if request.method == "POST":
        require(request.user, "support.manage", file)
        form = MemberForm(request.POST, file=file)
        if form.is_valid() and acted(
            form, file, actions.add_member, file=file, by=person(request), **form.cleaned_data
        ):
            messages.success(request, _("This person is in the team and was told."))
            return redirect("support:team", reference=reference)
    elif context["may_manage"]:
        form = MemberForm(file=file)
    members = [
        {
            "user": member.user,
            "skill": wording.skill(member.skill),
            "is_lead": member.is_lead,
            "since": wording.moment(member.joined_at, file),
        }
        for member in queries.team_of(file)
    ]
    status = status_of(form) if form is not None else 200
    return page(request, file, "team", status=status, form=form, members=members)


@allow("support.manage", by_object=True)
@require_POST
def remove_member(request: HttpRequest, reference: str, person: uuid.UUID) -> HttpResponse:
    """Take a person off the team."""
    file = queries.readable(reference, request.user, "support.manage")
    member = file.team.filter(user__public_id=person, left_at=None).first()
    if member is not None:
        user: Any = request.user
        try:
            actions.remove_member(member=member, by=user)
        except Refused as refused:
            messages.error(request, wording.refusal(refused, file))
        else:
            messages.success(request, _("This person left the team."))
    return redirect("support:team", reference=reference)


@allow("support.read", by_object=True)
@require_GET
@never_cache
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed the calendar, with its reasons, and what may be done now."""
    file = queries.readable(reference, request.user)
    context = frame(request, file)
    items = [
        {
            "when": wording.moment(change.at, file),
            "title": wording.event(change.kind, [("phase", change.phase), ("ends_on", change.ends_on)], file),
            "text": f"{change.reason}\n{change.by} ({change.get_side_display()})",
            "state": "done",
        }
        for change in file.changes.select_related("by").order_by("-at", "-pk")
    ]
    open_verbs = [
        {"href": reverse("support:change", args=[reference, key]), "text": _(KINDS[key][2])}
        for key in KINDS
        if context["may_manage"] and _is_possible(file, key)
    ]
    if context["may_agree"] and not context["is_office"]:
        open_verbs.append({"href": reverse("support:leave", args=[reference]), "text": _(KINDS["exit"][2])})
    return page(
        request,
        file,
        "changes",
        items=items,
        verbs=open_verbs,
        starts=wording.day(file.starts_on),
        ends=wording.day(queries.expected_end(file)),
        is_ai_act=queries.shows_shield(file),
    )


def _is_possible(file: SupportFile, kind: str) -> bool:
    if kind not in rules.TRANSITIONS[file.state]:
        return False
    is_last = file.phase == rules.TRACKS[file.track].phases[-1]
    return {"advance": not is_last, "complete": is_last}.get(kind, True)


@allow("support.manage", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """One change by an officer, with its reasons."""
    file = queries.readable(reference, request.user, "support.manage")
    if kind not in KINDS:
        raise Http404
    return _change(request, file, kind)


@allow("support.agree", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """The project ends its support early."""
    file = queries.readable(reference, request.user, "support.agree")
    return _change(request, file, "exit")


def _change(request: HttpRequest, file: SupportFile, kind: str) -> HttpResponse:
    act, form_class, title, effect = KINDS[kind]
    initial = {"revision": file.revision}
    form: forms.Form = form_class(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "confirm"}
        if acted(form, file, act, file=file, by=person(request), **values):
            messages.success(request, _("Done. Both sides were told."))
            return redirect("support:file", reference=file.dossier.reference)
    return page(
        request,
        file,
        "change",
        heading=_(title),
        status=status_of(form),
        form=form,
        verb=_(title),
        effect=_(effect),
        kind=kind,
        is_ai_act=queries.shows_shield(file),
        ends=wording.day(file.ends_on),
        is_end=kind in ("complete", "exit"),
        is_refused=kind not in rules.TRANSITIONS[file.state],
    )
