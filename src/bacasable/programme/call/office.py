"""The officer's pages of calls: draft, publication, extension, closing, answers."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.people.reauthentication import recent_sign_in_required
from bacasable.programme.call import actions, rules
from bacasable.programme.call.calendar import calendar_words, instant_words
from bacasable.programme.call.forms import (
    AnswerForm,
    CallForm,
    CriterionLines,
    ExtensionForm,
    PhaseLines,
    add_problems,
    rows_of,
    say,
)
from bacasable.programme.call.models import Call, Question
from bacasable.programme.call.refusals import Refused
from bacasable.programme.call.sheet import detail_context, state_badge

PER_PAGE = 50
GET_OR_POST = ["GET", "HEAD", "POST"]


def _officer(request: HttpRequest) -> User:
    """Return the person of the request: the middleware let nobody through who is not signed in."""
    return cast(User, request.user)


@require_safe
@allow("call.manage")
def call_list(request: HttpRequest) -> HttpResponse:
    """Every call, drafts included, with its questions that wait for an answer."""
    waiting = Count("questions", filter=Q(questions__published_at=None))
    page = Paginator(Call.objects.annotate(waiting=waiting).order_by("-opens_at", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [{"call": call, "badge": state_badge(call), "calendar": calendar_words(call)} for call in page]
    return render(request, "programme/call/office/list.html", {"page": page, "rows": rows})


def _draft_page(
    request: HttpRequest, call: Call, form: CallForm, criteria: Any, phases: Any, status: int = 200
) -> HttpResponse:
    context = {"call": call, "form": form, "criteria": criteria, "phases": phases, "forms": [form]}
    return render(request, "programme/call/office/edit.html", context, status=status)


def _forms(request: HttpRequest, call: Call) -> tuple[CallForm, Any, Any]:
    data = request.POST if request.method == "POST" else None
    stored_criteria, stored_phases = rows_of(call) if call.pk else ([], [])
    return (
        CallForm(data, instance=call),
        CriterionLines(data, prefix="criteria", initial=stored_criteria),
        PhaseLines(data, prefix="phases", initial=stored_phases),
    )


def _say_what_was_read(request: HttpRequest, call: Call, form: Any) -> None:
    """Tell the officer which of two instants was meant where the clocks go back."""
    for name in getattr(form, "twice", []):
        at = instant_words(form.cleaned_data[name], call.zone)
        text = _("That day the clocks go back and this local time exists twice. It was read as %(at)s.")
        messages.warning(request, text % {"at": at})


def _tell_of_conflict(form: CallForm, stored: Call) -> None:
    """Keep what the officer typed, name the fields that somebody else changed, and let a second save win."""
    names = [
        str(form.fields[name].label)
        for name, value in form.fields_of_call().items()
        if getattr(stored, name) != value
    ]
    text = _(
        "Somebody else saved this draft while you were writing. Your text is still here and differs from "
        "theirs in: %(fields)s. Save again to put yours in place of theirs."
    )
    form.add_error(None, text % {"fields": ", ".join(names) or _("criteria or phases")})
    form.data = {**form.data.dict(), "revision": str(stored.revision)}  # type: ignore[attr-defined]


@require_http_methods(GET_OR_POST)
@allow("call.manage")
def create(request: HttpRequest) -> HttpResponse:
    call = Call(time_zone="Europe/Paris")
    form, criteria, phases = _forms(request, call)
    if request.method != "POST":
        return _draft_page(request, call, form, criteria, phases)
    valid = [form.is_valid(), criteria.is_valid(), phases.is_valid()]
    if all(valid):
        try:
            made = actions.create(
                fields=form.fields_of_call(),
                criteria=form.grid() or criteria.lines(),
                phases=phases.lines(),
                by=_officer(request),
            )
        except Refused as refusal:
            add_problems(form, refusal.problems)
        else:
            _say_what_was_read(request, made, form)
            messages.success(request, _("The draft is saved."))
            return redirect("call:manage_call", slug=made.slug)
    return _draft_page(request, Call(), form, criteria, phases, 422)


@require_http_methods(GET_OR_POST)
@allow("call.manage")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    if "edit" not in rules.TRANSITIONS[call.state]:
        messages.warning(request, _("This call is published: its text, rules and criteria are frozen."))
        return redirect("call:manage_call", slug=slug)
    form, criteria, phases = _forms(request, get_object_or_404(Call, slug=slug))
    if request.method != "POST":
        return _draft_page(request, call, form, criteria, phases)
    status = 422
    valid = [form.is_valid(), criteria.is_valid(), phases.is_valid()]
    if all(valid):
        try:
            call = actions.update(
                call=call,
                fields=form.fields_of_call(),
                criteria=form.grid() or criteria.lines(),
                phases=phases.lines(),
                revision=form.cleaned_data["revision"],
                by=_officer(request),
            )
        except Refused as refusal:
            add_problems(form, refusal.problems)
        except actions.Conflict as conflict:
            _tell_of_conflict(form, conflict.call)
            status = 409
        else:
            _say_what_was_read(request, call, form)
            messages.success(request, _("The draft is saved."))
            if "more" in request.POST:
                return redirect("call:manage_edit", slug=call.slug)
            return redirect("call:manage_call", slug=call.slug)
    return _draft_page(request, call, form, criteria, phases, status)


@require_safe
@allow("call.manage")
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a call stands, what can be done with it now, and what keeps a draft from being published."""
    call = get_object_or_404(Call, slug=slug)
    is_draft = call.state == Call.State.DRAFT
    context = {
        "call": call,
        "badge": state_badge(call),
        "calendar": calendar_words(call),
        "deadline": instant_words(call.deadline, call.zone),
        "verbs": _possible(call),
        "problems": [say(problem) for problem in actions.publication_problems(call)] if is_draft else [],
        "waiting": call.questions.filter(published_at=None).count(),
    }
    return render(request, "programme/call/office/overview.html", context)


def _possible(call: Call) -> set[str]:
    """Return the verbs that the state allows and that the clock does not refuse."""
    verbs = set(rules.TRANSITIONS[call.state])
    has_passed = clock.now() > call.deadline
    return verbs - ({"extend"} if has_passed else {"close"})


@require_safe
@allow("call.manage")
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page of a call as it would be, whatever its state."""
    call = get_object_or_404(Call, slug=slug)
    context = detail_context(call) | {"is_preview": True}
    return render(request, "programme/call/detail.html", context)


def _act(request: HttpRequest, slug: str, verb: Any, done: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    try:
        verb(call=call, by=_officer(request))
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, say(problem))
    else:
        messages.success(request, done)
    return redirect("call:manage_call", slug=slug)


@require_POST
@allow("call.manage")
@recent_sign_in_required()
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish what the officer read: a draft changed in between is not published."""
    call = get_object_or_404(Call, slug=slug)
    read = request.POST.get("revision", "")
    try:
        actions.publish(call=call, by=_officer(request), revision=int(read) if read.isdecimal() else -1)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, say(problem))
    except actions.Conflict:
        messages.error(
            request, _("The draft changed since you opened this page. Read it again, then publish.")
        )
    else:
        messages.success(request, _("The call is published."))
    return redirect("call:manage_call", slug=slug)


@require_POST
@allow("call.manage")
@recent_sign_in_required()
def close(request: HttpRequest, slug: str) -> HttpResponse:
    return _act(request, slug, actions.close, _("The call is closed."))


@require_POST
@allow("call.manage")
@recent_sign_in_required()
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    return _act(request, slug, actions.archive, _("The call is archived."))


@require_http_methods(GET_OR_POST)
@allow("call.manage")
@recent_sign_in_required()
def extend(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call, slug=slug)
    local = call.closes_at.astimezone(call.zone).replace(tzinfo=None)
    form = ExtensionForm(request.POST or None, call=call, initial={"closes_at": local})
    if request.method == "POST" and form.is_valid():
        try:
            actions.extend(call=call, **form.cleaned_data, by=_officer(request))
        except Refused as refusal:
            add_problems(form, refusal.problems)
        else:
            _say_what_was_read(request, call, form)
            messages.success(request, _("The deadline is extended, and the page of the call says why."))
            return redirect("call:manage_call", slug=slug)
    context = {"call": call, "form": form, "closes": instant_words(call.closes_at, call.zone)}
    status = 422 if form.is_bound else 200
    return render(request, "programme/call/office/extend.html", context, status=status)


@require_safe
@allow("call.manage")
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions of a call, those that wait for an answer first."""
    call = get_object_or_404(Call, slug=slug)
    asked = call.questions.order_by(F("published_at").asc(nulls_first=True), "asked_at")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "programme/call/office/questions.html", {"call": call, "page": page})


@require_http_methods(GET_OR_POST)
@allow("call.manage")
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("call"), public_id=public_id)
    form = AnswerForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(question=question, **form.cleaned_data, by=_officer(request))
        except Refused as refusal:
            add_problems(form, refusal.problems)
        else:
            messages.success(request, _("The answer is published to all."))
            return redirect("call:manage_questions", slug=question.call.slug)
    context = {"question": question, "call": question.call, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "programme/call/office/answer.html", context, status=status)


@require_POST
@allow("call.manage")
def dismiss(request: HttpRequest, public_id: str) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("call"), public_id=public_id)
    try:
        actions.dismiss(question=question, by=_officer(request))
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, say(problem))
    else:
        messages.success(request, _("The question is deleted."))
    return redirect("call:manage_questions", slug=question.call.slug)
