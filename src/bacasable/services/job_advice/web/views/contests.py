"""What persons contest or ask, before another agent than their adviser: the board, one word, its answer."""

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.services.job_advice.processing import ANSWER
from bacasable.services.job_advice.processing.purposes import WORD
from bacasable.services.job_advice.web import gates, said, sealed, shown, telling
from bacasable.services.job_advice.web.actions import contesting
from bacasable.services.job_advice.web.actions.interviews import opinion_of, profile_of
from bacasable.services.job_advice.web.models import Word
from bacasable.services.job_advice.web.person_forms import AnswerForm
from bacasable.services.job_advice.web.views.confirming import kept

#: Answers of this agent that the board shows.
LAST = 20


@allow("job_advice.answer")
@require_safe
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, due first; then what this agent answered."""
    by = cast(User, request.user)
    waiting = list(contesting.board(by))
    context = {
        "rows": [_row(one, by) for one in waiting],
        "columns": [
            {"key": "reference", "label": _("Person")},
            {"key": "kind", "label": _("What")},
            {"key": "clock", "label": _("Answer")},
            {"key": "who", "label": _("Given to")},
        ],
        "late": sum((said.timed(one) or {}).get("colour") == "red" for one in waiting),
        "answered": [_row(one, by) for one in contesting.answered(by)[:LAST]],
    }
    return render(request, "job_advice/board.html", context)


@allow("job_advice.answer")
@require_http_methods(["GET", "POST"])
@never_cache
def contest(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One word: what is contested and why it was advised; the answer, with its reasons."""
    by, word = cast(User, request.user), _word(request, public_id)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        outcomes={end: contesting.outcome_words(end) for end in contesting.ENDS[word.kind]},
    )
    if form.is_valid() and kept(form, lambda given: contesting.answer(word=word, by=by, **given)):
        messages.success(request, _("Your answer is written. The person reads it on their page."))
        return redirect("job_advice:board")
    gates.gate().admit(purpose=ANSWER.key, data_set=WORD, fields=("sealed", "answer"))
    context: dict[str, Any] = {
        "told": said.word(word),
        "file": word.file,
        "identity": sealed.identity_of(word.file.person),
        "form": form,
        "may_take": word.routed_to != by.public_id,
        **shown.base(),
    }
    if word.item is not None:
        opinion = opinion_of(word.item.advice)
        suggestion = next(one for one in opinion.suggestions if one.rank == word.item.rank)
        context |= {
            "suggestion": suggestion,
            "lines": telling.exhaustive(opinion, suggestion),
            "decided": said.decided(word.item),
            "used": shown.told(profile_of(word.item.advice)),
        }
    return render(request, "job_advice/contest.html", context, status=422 if form.errors else 200)


@allow("job_advice.answer")
@require_POST
def take(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take over what was given to somebody else, or to nobody."""
    contesting.take(word=_word(request, public_id), by=cast(User, request.user))
    messages.success(request, _("It is yours to answer."))
    return redirect("job_advice:contest", public_id)


def _word(request: HttpRequest, public_id: uuid.UUID) -> Word:
    """Return a word that this agent may answer: those of their own files do not exist here."""
    return get_object_or_404(contesting.board(cast(User, request.user)), public_id=public_id)


def _row(one: Word, by: User) -> dict[str, Any]:
    mine = one.routed_to == by.public_id
    row = {
        "reference": one.file.person.reference,
        "kind": said.kind_of(one),
        "clock": said.timed(one),
        "who": _("you") if mine else _("another agent") if one.routed_to else _("nobody yet"),
    }
    if one.answered_at is None:
        row["href"] = reverse("job_advice:contest", args=(one.public_id,))
    return row
