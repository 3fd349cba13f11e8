"""The interview, side by side with the person: a view first, suggestions with their reasons, an act for each.

The screen is shared: nothing on these pages is about anybody else.
"""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.engine.trace import Advice as Opinion
from bacasable.services.job_advice.engine.trace import Suggestion
from bacasable.services.job_advice.web import running, sealed, shown, telling
from bacasable.services.job_advice.web.actions import deciding, interviews
from bacasable.services.job_advice.web.changes import said_of
from bacasable.services.job_advice.web.forms import (
    DecisionForm,
    NoteForm,
    OwnAdviceForm,
    ViewForm,
)
from bacasable.services.job_advice.web.models import VERBS, Advice, Interview, Item
from bacasable.services.job_advice.web.views import rephrasing
from bacasable.services.job_advice.web.views.confirming import kept, or_said_at
from bacasable.ui.saying import spoken

#: Colours of what was done, beside its words.
_COLOURS = {"retained": "green", "modified": "teal", "refused": "orange", "deferred": "yellow"}


@allow("job_advice.advise")
@require_safe
@never_cache
def interview(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The interview as it stands."""
    return _page(request, _found(request, public_id))


@allow("job_advice.advise")
@require_POST
@never_cache
def view(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the adviser's own view, before suggestions."""
    found = _found(request, public_id)
    form = ViewForm(request.POST, prefix="view")
    if form.is_valid() and kept(
        form,
        lambda given: interviews.give_view(interview=found, by=cast(User, request.user), **given),
    ):
        return redirect("job_advice:interview", public_id)
    return _page(request, found, view_form=form)


@allow("job_advice.advise")
@require_POST
@never_cache
def note(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep the note."""
    found = _found(request, public_id)
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid() and kept(
        form,
        lambda given: interviews.write_note(interview=found, by=cast(User, request.user), **given),
    ):
        messages.success(request, _("The note is kept."))
        return redirect("job_advice:interview", public_id)
    return _page(request, found, note_form=form)


@allow("job_advice.advise")
@require_POST
def suggest(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask the software for an opinion."""
    found = _found(request, public_id)
    try:
        interviews.suggest(interview=found, by=cast(User, request.user))
    except Refused as refused:
        messages.error(request, spoken(refused.said))
    return redirect("job_advice:interview", public_id)


@allow("job_advice.advise")
@require_POST
@never_cache
def decide(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Do one of four things with one suggestion."""
    item = _item(request, public_id)
    form = DecisionForm(request.POST, prefix=_prefix(item))
    if form.is_valid() and kept(
        form, lambda given: deciding.decide(item=item, by=cast(User, request.user), **given)
    ):
        messages.success(request, _("It is written: %(verb)s.") % {"verb": _verb(form.cleaned_data["verb"])})
        return redirect("job_advice:interview", item.advice.interview.public_id)
    return _page(request, item.advice.interview, decision=(item.pk, form))


@allow("job_advice.advise")
@require_POST
@never_cache
def own_advice(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Keep an advice of one's own, or that none of these is right."""
    found = _found(request, public_id)
    form = OwnAdviceForm(request.POST, prefix="own")
    if form.is_valid() and kept(
        form, lambda given: deciding.advise_oneself(interview=found, by=cast(User, request.user), **given)
    ):
        messages.success(request, _("It is written: %(verb)s.") % {"verb": _verb(form.cleaned_data["verb"])})
        return redirect("job_advice:interview", public_id)
    return _page(request, found, own_form=form)


@allow("job_advice.advise")
@require_POST
@or_said_at("job_advice:interview")
def close(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End the interview."""
    found = _found(request, public_id)
    interviews.close_interview(interview=found, by=cast(User, request.user))
    messages.success(request, _("The interview is over. The plan can be printed for the person."))
    return redirect("job_advice:plan", found.file.public_id)


@allow("job_advice.advise")
@require_safe
@never_cache
def item(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything behind one suggestion: each reason with its source, and what would change the opinion."""
    found = _item(request, public_id)
    opinion = interviews.opinion_of(found.advice)
    suggestion = suggestion_of(opinion, found)
    context = {
        "item": found,
        "interview": found.advice.interview,
        "file": found.advice.interview.file,
        "suggestion": suggestion,
        "kind": telling.kind(suggestion),
        "lines": telling.exhaustive(opinion, suggestion),
        "changes": said_of(interviews.profile_of(found.advice), suggestion),
        **rephrasing.other_words(found),
        **shown.base(),
    }
    return render(request, "job_advice/item.html", context)


def suggestion_of(opinion: Opinion, found: Item) -> Suggestion:
    """Return the suggestion that an item is, in the opinion as it was shown."""
    return next(one for one in opinion.suggestions if one.rank == found.rank)


def _page(
    request: HttpRequest,
    found: Interview,
    *,
    view_form: ViewForm | None = None,
    note_form: NoteForm | None = None,
    own_form: OwnAdviceForm | None = None,
    decision: tuple[int, DecisionForm] | None = None,
) -> HttpResponse:
    file, told = found.file, sealed.words_of(found.file, found)
    advice = found.advices.first()
    is_open = found.closed_at is None and file.state == "open"
    profile = sealed.profile_of(file)
    refused = next(
        (form for form in (view_form, note_form, own_form, decision and decision[1]) if form), None
    )
    context = {
        "interview": found,
        "file": file,
        "identity": sealed.identity_of(file.person),
        "is_open": is_open,
        "without_tool": found.mode == "without_tool",
        "waits_for_view": running.settings().view_first and found.viewed_at is None,
        "view": told.get("view", ""),
        "view_form": view_form or ViewForm(prefix="view"),
        "note_form": note_form or NoteForm(prefix="note", initial={"text": told.get("note", "")}),
        "note": told.get("note", ""),
        "own_form": own_form or OwnAdviceForm(prefix="own"),
        "refused_form": refused,
        "parts": shown.parts(file, profile),
        "questions": shown.questions(profile),
        "is_empty": profile.is_empty(),
        "others": _others(found),
        "steps": len(deciding.plan_of(file)),
        **shown.base(),
        **(_advice(advice, decision) if advice else {}),
    }
    return render(request, "job_advice/interview.html", context, status=422 if refused else 200)


def _advice(advice: Advice, decision: tuple[int, DecisionForm] | None) -> dict[str, Any]:
    """Return the last opinion of an interview and where each of its suggestions stands."""
    opinion = interviews.opinion_of(advice)
    rows = []
    for one in advice.items.prefetch_related("acts"):
        suggestion = suggestion_of(opinion, one)
        acts = list(one.acts.all())
        form = decision[1] if decision and decision[0] == one.pk else None
        rows.append(
            {
                "item": one,
                "suggestion": suggestion,
                "kind": telling.kind(suggestion),
                "brief": telling.brief(opinion, suggestion),
                "done": _said(advice, acts[-1]) if acts else None,
                "form": form or DecisionForm(prefix=_prefix(one), initial={"text": suggestion.label}),
            }
        )
    return {
        "advice": advice,
        "diagnosis": telling.diagnosis(opinion),
        "path": telling.path(opinion),
        "notes": telling.notes(opinion),
        "rows": rows,
    }


def _said(advice: Advice, act: Any) -> dict[str, str]:
    told = sealed.words_of(advice.interview.file, act)
    return {
        "verb": _verb(act.verb),
        "colour": _COLOURS[act.verb],
        "reason": told.get("reason", ""),
        "after": told.get("after", "") if act.verb == "modified" else "",
    }


def _others(found: Interview) -> list[dict[str, str]]:
    """Return what was advised beside the suggestions."""
    return [
        {"verb": _verb(one.verb), **sealed.words_of(found.file, one)} for one in found.acts.filter(item=None)
    ]


def _found(request: HttpRequest, public_id: uuid.UUID) -> Interview:
    return get_object_or_404(_own(request), public_id=public_id)


def _own(request: HttpRequest) -> QuerySet[Interview]:
    rows = Interview.objects.filter(file__adviser=cast(User, request.user).public_id)
    return rows.select_related("file__person")


def _item(request: HttpRequest, public_id: uuid.UUID) -> Item:
    rows = Item.objects.filter(advice__interview__file__adviser=cast(User, request.user).public_id)
    return get_object_or_404(rows.select_related("advice__interview__file__person"), public_id=public_id)


def _prefix(item: Item) -> str:
    return f"item-{item.position}"


def _verb(verb: str) -> str:
    return _(dict(VERBS)[verb])
