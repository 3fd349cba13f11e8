"""Ask, and what one does with an answer: correct, say the situation, give an opinion."""

import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bacasable.people.models import User
from bacasable.people.permissions import allow, may
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.minimisation import Corrections
from bacasable.services.assistant.web import readings, running, saying
from bacasable.services.assistant.web.actions import conversations, opinions
from bacasable.services.assistant.web.forms import (
    CorrectionForm,
    OpinionForm,
    QuestionForm,
    SituationForm,
)
from bacasable.services.assistant.web.models import Conversation, Turn
from bacasable.services.assistant.web.views.streaming import answered_by_stream


@allow("assistant.ask")
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponseBase:
    """The question, in a conversation of its own or (``in``) after the others of one."""
    return _asked(request, None)


@allow("assistant.ask")
@require_http_methods(["GET", "POST"])
@never_cache
def conversation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Questions and answers, the last one first to be read, and a form for another."""
    found = Conversation.objects.filter(
        public_id=public_id, person=cast(User, request.user).public_id
    ).first()
    if found is None:
        raise Http404
    return _asked(request, found)


def _asked(request: HttpRequest, found: Conversation | None) -> HttpResponseBase:
    user = cast(User, request.user)
    form = QuestionForm(*((request.POST, request.FILES) if request.method == "POST" else (None,)))
    alerts: list[str] = []
    if form.is_valid():
        given = form.cleaned_data
        document, name = given["document"]
        typed = conversations.Typed(given["question"], given["note"], document, name)
        corrections = Corrections(confirmed=given["confirmed"])
        arguments: dict[str, Any] = {
            "typed": typed,
            "by": user,
            "conversation": found,
            "corrections": corrections,
            "filters": form.filters(),
        }
        if "text/event-stream" in request.headers.get("Accept", ""):
            return answered_by_stream(lambda: conversations.asking(**arguments), user)
        try:
            turn = conversations.ask(**arguments)
        except Refused as refused:
            form.add_error(None, saying.spoken(refused.said))
        except conversations.Alerted as alerted:
            alerts = readings.alert_lines(alerted.alerts)
            form = _to_confirm(request, document)
        else:
            return redirect(readings.address_of(turn))
    elif request.method == "POST" and "text/event-stream" in request.headers.get("Accept", ""):
        return HttpResponse(status=422)
    context: dict[str, Any] = {"form": form, "alerts": alerts, "streams": running.settings().endpoint}
    if found is not None:
        rows = found.turns.select_related("conversation").prefetch_related("drafts")
        context |= {"conversation": found, "turns": [in_page(turn, user) for turn in rows]}
    else:
        context |= {
            "may_manage": may(user, "assistant.manage"),
            "may_key": may(user, "assistant.keys"),
        } | _held()
    status = 422 if form.errors or alerts else 200
    return render(
        request, "assistant/conversation.html" if found else "assistant/ask.html", context, status=status
    )


def _held() -> dict[str, Any]:
    """Return how many sheets are here, or why the index cannot be opened."""
    try:
        return {"sheets": sum(known.sheets for known in running.index().collections()), "closed": ""}
    except Refused as refused:
        return {"sheets": 0, "closed": saying.spoken(refused.said)}


def _to_confirm(request: HttpRequest, document: str) -> QuestionForm:
    """Return the form as it was filled; the text of the document joins the note, since a file cannot stay."""
    given = {name: request.POST.get(name, "") for name in ("question", "note", "audience")}
    if document:
        given["note"] = "\n\n".join(part for part in (given["note"].strip(), document) if part)
    return QuestionForm(initial=given)


def in_page(turn: Turn, user: User, **bound: Any) -> dict[str, Any]:
    """Return what the page of a conversation shows of a turn, with the forms under it."""
    shown = readings.shown(turn, user)
    choice = shown.answer["choice"]
    prefix = f"turn-{turn.number}"
    return {
        "shown": shown,
        "turn": turn,
        "correction": bound.get("correction") or CorrectionForm(shown=shown),
        "situation": bound.get("situation")
        or (SituationForm(choice=choice, prefix=prefix) if choice else None),
        "opinion": bound.get("opinion") or OpinionForm(prefix=f"{prefix}-opinion"),
    }


@allow("assistant.ask")
@require_POST
def correct(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Show or hide words, and answer again; the alert that this raises is asked on the page."""
    turn = _turn(request, public_id)
    form = CorrectionForm(request.POST, shown=readings.shown(turn, cast(User, request.user)))
    if not form.is_valid():
        return _again(request, turn, correction=form)
    by = cast(User, request.user)
    return _done(request, turn, lambda: conversations.correct(turn=turn, **form.asked(), by=by))


@allow("assistant.ask")
@require_POST
def situation(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say which case applies, or which of the near sheets to answer from, or start over with neither, or
    have the question searched without the one before.
    """
    turn = _turn(request, public_id)
    user = cast(User, request.user)
    number = request.POST.get("sheet", "")
    if number.isascii() and number.isdigit():
        return _done(request, turn, lambda: conversations.read_sheet(turn=turn, number=int(number), by=user))
    if request.POST.get("alone") == "yes":
        return _done(request, turn, lambda: conversations.ask_alone(turn=turn, by=user))
    if request.POST.get("over") == "yes":
        return _done(request, turn, lambda: conversations.start_over(turn=turn, by=user))
    choice = readings.shown(turn, user).answer["choice"]
    if choice is None:
        return redirect(readings.address_of(turn))
    form = SituationForm(request.POST, choice=choice, prefix=f"turn-{turn.number}")
    if not form.is_valid():
        return _again(request, turn, situation=form)
    option = form.cleaned_data["option"]
    return _done(request, turn, lambda: conversations.choose(turn=turn, option=option, by=user))


@allow("assistant.ask")
@require_POST
def opinion(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say whether an answer helped. The comment goes through the shield: it is kept apart, in clear."""
    turn = _turn(request, public_id)
    form = OpinionForm(request.POST, prefix=f"turn-{turn.number}-opinion")
    if not form.is_valid():
        return _again(request, turn, opinion=form)
    shield = running.shield(readings.hidden_before(turn.conversation))
    given = form.cleaned_data
    opinions.give(
        turn=turn,
        helped=given["helped"] == "yes",
        reasons=given["reasons"],
        comment=shield.hide(given["comment"]).text if given["comment"] else "",
        by=cast(User, request.user),
    )
    messages.success(request, _("Thank you. Your opinion is kept without your name."))
    return redirect(readings.address_of(turn))


def _turn(request: HttpRequest, public_id: uuid.UUID) -> Turn:
    found = readings.turn_of(public_id, cast(User, request.user))
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, turn: Turn, act: Callable[[], Turn]) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, saying.spoken(refused.said))
    except conversations.Alerted:
        messages.warning(
            request,
            _("Nothing was done: words hint at sensitive facts about somebody. Ask in another conversation."),
        )
    return redirect(readings.address_of(turn))


def _again(request: HttpRequest, turn: Turn, **bound: Any) -> HttpResponse:
    """Show the page of the conversation with the form that was refused."""
    user = cast(User, request.user)
    if turn.conversation.person != user.public_id:
        raise PermissionDenied("assistant.ask")
    rows = turn.conversation.turns.select_related("conversation").prefetch_related("drafts")
    context = {
        "conversation": turn.conversation,
        "form": QuestionForm(),
        "forms": list(bound.values()),
        "turns": [in_page(row, user, **(bound if row.pk == turn.pk else {})) for row in rows],
    }
    return render(request, "assistant/conversation.html", context, status=422)
