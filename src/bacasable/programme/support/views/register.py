"""The register of questions and the ledger of guidance."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people.permissions import allow, require
from bacasable.programme.support import actions, exports, queries, wording
from bacasable.programme.support.forms import AnswerForm, FollowForm, GuidanceForm, QuestionForm
from bacasable.programme.support.models import Guidance, Side, SupportFile, SupportQuestion
from bacasable.programme.support.views.frame import acted, page, person, status_of

#: Colours of what the project made of a guidance.
FOLLOWED = {"unknown": "yellow", "yes": "green", "partly": "blue", "no": "red"}


@allow("support.read", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def questions(request: HttpRequest, reference: str) -> HttpResponse:
    """The register, and the form to ask the other side."""
    file = queries.readable(reference, request.user)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, "support.write", file)
        if form.is_valid() and acted(
            form, file, actions.ask, file=file, by=person(request), **form.cleaned_data
        ):
            messages.success(request, _("The question is in the register. The other side was told."))
            return redirect("support:questions", reference=reference)
    side = queries.side_of(file, request.user)
    rows = [_question(file, question, side) for question in queries.questions_of(file)]
    return page(request, file, "questions", status=status_of(form), form=form, questions=rows)


def _question(file: SupportFile, question: SupportQuestion, side: str) -> dict[str, Any]:
    return {
        "number": question.number,
        "kind": question.get_kind_display(),
        "body": question.body,
        "asked_by": str(question.asked_by),
        "asked_from": question.get_asked_from_display(),
        "asked_at": wording.moment(question.asked_at, file),
        "answer": question.answer,
        "answered_by": str(question.answered_by or ""),
        "answered_at": wording.moment(question.answered_at, file),
        "is_open": question.answered_at is None,
        "is_mine": question.answered_at is None and question.asked_from != side,
        "guidance": [line.number for line in question.guidance.all()],
    }


@allow("support.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One question and the form to answer it."""
    file = queries.readable(reference, request.user, "support.write")
    question = queries.questions_of(file).filter(number=number).first()
    if question is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        if acted(form, file, actions.answer, question=question, answer=answer, by=person(request)):
            messages.success(request, _("The answer is in the register. The other side was told."))
            return redirect("support:questions", reference=reference)
    shown = _question(file, question, queries.side_of(file, request.user))
    return page(
        request,
        file,
        "answer",
        heading=_("Question %(number)s") % {"number": number},
        status=status_of(form),
        form=form,
        question=shown,
    )


@allow("support.read", by_object=True)
@require_GET
@never_cache
def guidance(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger of guidance."""
    file = queries.readable(reference, request.user)
    rows = [_line(file, line) for line in queries.ledger_of(file)]
    return page(request, file, "guidance", lines=rows, shield=queries.shows_shield(file))


def _line(file: SupportFile, line: Guidance) -> dict[str, Any]:
    replacing = getattr(line, "replaced_by", None)
    return {
        "number": line.number,
        "text": line.text,
        "facts": line.facts,
        "legal_basis": line.legal_basis,
        "said_by": str(line.said_by),
        "said_at": wording.moment(line.said_at, file),
        "question": line.question.number if line.question else None,
        "meeting": line.meeting,
        "meeting_at": wording.moment(line.meeting.held_at, file) if line.meeting else "",
        "replaces": line.replaces.number if line.replaces else None,
        "replaced_by": replacing.number if replacing else None,
        "followed": str(Guidance.Followed(line.followed).label),
        "followed_colour": FOLLOWED[line.followed],
        "statements": [
            {
                "followed": str(Guidance.Followed(statement.followed).label),
                "why": statement.why,
                "by": str(statement.by),
                "at": wording.moment(statement.at, file),
            }
            for statement in line.statements.all()
        ],
    }


@allow("support.read", by_object=True)
@require_GET
@never_cache
def ledger_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger as a table for a spreadsheet."""
    file = queries.readable(reference, request.user)
    response = HttpResponse(exports.ledger(file), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{reference}-guidance.csv")
    return response


@allow("support.guide", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def guide(request: HttpRequest, reference: str) -> HttpResponse:
    """Write a line of the ledger; ``?question=``, ``?meeting=`` and ``?replaces=`` fill the form."""
    file = queries.readable(reference, request.user, "support.guide")
    if queries.side_of(file, request.user) != Side.OFFICE:
        raise PermissionDenied("support.guide")
    links = ("question", "meeting", "replaces")
    initial = {name: request.GET[name][:40] for name in links if name in request.GET}
    corrected = _corrected(file, initial.get("replaces") or request.POST.get("replaces", ""))
    if corrected is not None:
        initial |= {"text": corrected.text, "facts": corrected.facts, "legal_basis": corrected.legal_basis}
    form = GuidanceForm(request.POST if request.method == "POST" else None, file=file, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, file, actions.guide, file=file, by=person(request), **form.cleaned_data)
    ):
        messages.success(request, _("The guidance is in the ledger. The project was told."))
        return redirect("support:guidance", reference=reference)
    return page(request, file, "guide", status=status_of(form), form=form, corrected=corrected)


def _corrected(file: SupportFile, number: str) -> Guidance | None:
    if not (number.isascii() and number.isdigit() and len(number) < 8):
        return None
    return file.guidance.filter(number=int(number), replaced_by__isnull=True).first()


@allow("support.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def follow(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One line of the ledger, and for the project the form to say what it made of it."""
    file = queries.readable(reference, request.user, "support.write")
    line = queries.ledger_of(file).filter(number=number).first()
    if line is None:
        raise Http404
    initial = {"followed": line.followed, "why": line.followed_why}
    form = FollowForm(request.POST if request.method == "POST" else None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and acted(form, file, actions.follow, guidance=line, by=person(request), **form.cleaned_data)
    ):
        messages.success(request, _("Your answer is in the ledger. The office was told."))
        return redirect("support:guidance", reference=reference)
    return page(
        request,
        file,
        "follow",
        heading=_("Guidance %(number)s") % {"number": number},
        status=status_of(form),
        form=form,
        line=_line(file, line),
    )
