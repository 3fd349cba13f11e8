"""One's dossiers: the list, the start, the task list, the pages of answers and their autosave."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.people import arrival
from bacasable.people.permissions import allow, may
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import actions, queries, wording
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.actions.drafts import steps_by_key, unfinished
from bacasable.programme.dossiers.forms import StepForm, sent_answers, shown, shown_as_html
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.rules import FILES, Window

COLOURS = {"draft": "blue", "submitted": "green", "withdrawn": "grey"}


@allow("dossier.list_own")
@require_GET
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """The dossiers that the person writes."""
    rows = [
        {
            "reference": dossier.reference,
            "title": dossier.title or _("(no title yet)"),
            "call": dossier.call.title,
            "state": {"badge": dossier.get_state_display(), "colour": COLOURS[dossier.state]},
            "deadline": wording.instant(dossier.call.deadline, dossier.call.zone),
            "href": reverse("dossiers:overview", args=[dossier.reference]),
        }
        for dossier in queries.of_person(request.user)  # type: ignore[arg-type]
    ]
    columns = [
        {"key": "reference", "label": _("Reference"), "nowrap": True},
        {"key": "title", "label": _("Project")},
        {"key": "call", "label": _("Call")},
        {"key": "state", "label": _("State")},
        {"key": "deadline", "label": _("Deadline")},
    ]
    return render(request, "programme/dossiers/list.html", {"rows": rows, "columns": columns})


@allow("dossier.list_own")
@require_http_methods(["GET", "POST"])
@never_cache
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the dossier of a call, or go to the one that is there."""
    user: Any = request.user
    call = get_object_or_404(Call.objects.exclude(state=Call.State.DRAFT), slug=slug)
    if request.method == "POST":
        try:
            dossier = actions.start(call=call, by=user)
        except Refused as refused:
            messages.error(request, wording.refusal(refused, call))
            return redirect("dossiers:start", slug=slug)
        return redirect("dossiers:overview", reference=dossier.reference)
    existing = unfinished(call=call, by=user)
    if existing is not None:
        return redirect("dossiers:overview", reference=existing.reference)
    return render(
        request,
        "programme/dossiers/start.html",
        {
            "call": call,
            "is_open": call.accepts_deposits(),
            "now": wording.instant(clock.now(), call.zone),
            "deadline": wording.instant(call.deadline, call.zone),
        },
    )


@allow("dossier.write", by_object=True)
@require_GET
@never_cache
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    """The task list of a dossier: where it stands and what it lacks."""
    dossier = queries.own(reference, request.user, "dossier.write")
    attachments = queries.attachments_of(dossier)
    window = queries.window_of(dossier)
    missing = queries.missing_of(dossier, attachments)
    steps = queries.steps_of(dossier.call)
    return render(
        request,
        "programme/dossiers/overview.html",
        {
            **frame(request, dossier, window),
            "tasks": _tasks(dossier, missing, len(attachments), window),
            "missing": [missing_link(dossier, part) for part in missing],
            "completeness": reading.completeness(dossier.answers, attachments, steps),
            "has_changes": queries.has_unsubmitted_changes(dossier, window, attachments),
            "authors": dossier.memberships.count(),
        },
    )


@allow("dossier.write", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """The questions of one step; what is posted is saved, or shown back with what is wrong."""
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.write")
    asked = _step(dossier, step)
    if request.method == "POST":
        sent = sent_answers(asked, request.POST)
        try:
            saved = _save(request, dossier, asked, sent, received_at)
        except Refused as refused:
            return _not_saved(request, dossier, asked, sent, refused)
        if not saved.problems and not saved.conflicts:
            messages.success(request, _("Saved: %(step)s.") % {"step": _(asked.title)})
            following = _next(saved.dossier, asked) if request.POST.get("then") != "list" else None
            if following is None:
                return redirect("dossiers:overview", reference=reference)
            return redirect("dossiers:step", reference=reference, step=following.key)
        window = queries.window_of(saved.dossier, received_at)
        assert window is not None  # noqa: S101 (it was open a moment ago, at the same instant)
        form = StepForm(
            asked,
            saved.dossier.answers,
            window,
            sent=request.POST,
            problems=saved.problems,
            conflicts=saved.conflicts,
        )
        return _page(request, saved.dossier, asked, form, window, status=409 if saved.conflicts else 422)
    window = queries.window_of(dossier)
    shown_as = window if window is not None else Window(dossier.call.deadline, frozenset())
    return _page(request, dossier, asked, StepForm(asked, dossier.answers, shown_as), window)


@allow("dossier.write", by_object=True)
@require_POST
@never_cache
def autosave(request: HttpRequest, reference: str, step: str) -> JsonResponse:
    """Save a page while it is being written; the answer is what the page's script shows.

    200 ``{saved_at, token, problems: {question: text}, missing: [text]}``; 409 with ``conflicts`` (question
    keys) or, when nothing may change any more, with ``refused`` (a sentence).
    """
    received_at = arrival.received_at(request)
    dossier = queries.own(reference, request.user, "dossier.write")
    asked = _step(dossier, step)
    try:
        saved = _save(request, dossier, asked, sent_answers(asked, request.POST), received_at)
    except Refused as refused:
        return JsonResponse({"refused": wording.refusal(refused, dossier.call)}, status=409)
    missing = [part for part in queries.missing_of(saved.dossier) if part.step == asked.key]
    return JsonResponse(
        {
            "saved_at": _("Draft saved at %(time)s")
            % {"time": f"{received_at.astimezone(dossier.call.zone):%H:%M:%S}"},
            "token": saved.token,
            "problems": {key: wording.problem(problem) for key, problem in saved.problems.items()},
            "conflicts": list(saved.conflicts),
            "missing": [wording.part(part) for part in missing],
        },
        status=409 if saved.conflicts else 200,
    )


def frame(request: HttpRequest, dossier: Dossier, window: Window | None) -> dict[str, Any]:
    """Return what every page of a dossier shows around its content."""
    now = clock.now()
    steps = queries.steps_of(dossier.call)
    return {
        "dossier": dossier,
        "call": dossier.call,
        "state_colour": COLOURS[dossier.state],
        "window": window,
        "until": wording.instant(window.until, dossier.call.zone) if window else "",
        "asked_parts": [wording.part_named(part, steps) for part in sorted(window.parts or ())]
        if window
        else [],
        "requests": queries.open_requests(dossier, now) if dossier.current_version_id else [],
        "now": wording.instant(now, dossier.call.zone),
        "deadline": wording.instant(dossier.call.deadline, dossier.call.zone),
        "may_submit": may(request.user, "dossier.submit", dossier),
    }


def missing_link(dossier: Dossier, part: reading.MissingPart) -> dict[str, str]:
    """Return a missing part with the address of the field, or of the page of files, that completes it."""
    if part.kind == "file":
        return {"text": wording.part(part), "href": reverse("dossiers:files", args=[dossier.reference])}
    page = reverse("dossiers:step", args=[dossier.reference, part.step])
    return {"text": wording.part(part), "href": f"{page}#question-{part.question}"}


def _step(dossier: Dossier, key: str) -> Step:
    try:
        return steps_by_key(dossier.call)[key]
    except KeyError:
        raise Http404 from None


def _save(request: HttpRequest, dossier: Dossier, step: Step, sent: Any, received_at: Any) -> actions.Saved:
    user: Any = request.user
    return actions.save_step(
        dossier=dossier,
        step=step,
        raw=sent,
        seen=request.POST.get("seen", ""),
        by=user,
        received_at=received_at,
    )


def _next(dossier: Dossier, step: Step) -> Step | None:
    steps = queries.steps_of(dossier.call)
    index = [other.key for other in steps].index(step.key)
    return steps[index + 1] if index + 1 < len(steps) else None


def _page(
    request: HttpRequest,
    dossier: Dossier,
    step: Step,
    form: StepForm,
    window: Window | None,
    *,
    status: int = 200,
) -> HttpResponse:
    steps = queries.steps_of(dossier.call)
    stored = dossier.answers.get(step.key, {})
    fixed = [
        {"key": _(question.label), "value": shown_as_html(question, stored.get(question.key))}
        for question in step.questions
        if question.key not in form.fields
    ]
    missing = [part for part in queries.missing_of(dossier) if part.step == step.key]
    context = {
        **frame(request, dossier, window),
        "step": step,
        "title": _(step.title),
        "intro": _(step.intro),
        "number": [other.key for other in steps].index(step.key) + 1,
        "count": len(steps),
        "form": form,
        "several": [q.key for q in step.questions if q.kind == "multi" and q.key in form.fields],
        "fixed": fixed,
        "seen": reading.token(step, stored),
        "missing": [missing_link(dossier, part) for part in missing],
    }
    return render(request, "programme/dossiers/step.html", context, status=status)


def _not_saved(
    request: HttpRequest, dossier: Dossier, step: Step, sent: dict[str, Any], refused: Refused
) -> HttpResponse:
    """Show back what was posted too late, to be copied: nothing that was written is lost."""
    rows = [
        {"key": question.key, "label": _(question.label), "text": shown(question, sent[question.key])}
        for question in step.questions
        if sent.get(question.key)
    ]
    context = {
        **frame(request, dossier, queries.window_of(dossier)),
        "refusal": wording.refusal(refused, dossier.call),
        "title": _(step.title),
        "rows": rows,
    }
    return render(request, "programme/dossiers/not_saved.html", context, status=409)


def _tasks(
    dossier: Dossier, missing: list[reading.MissingPart], files: int, window: Window | None
) -> list[dict[str, Any]]:
    tasks = []
    for step in queries.steps_of(dossier.call):
        lacking = sum(part.step == step.key and part.kind == "answer" for part in missing)
        answered = any(map(reading.is_answered, dossier.answers.get(step.key, {}).values()))
        status = _status(answered=answered, lacking=lacking)
        address = reverse("dossiers:step", args=[dossier.reference, step.key])
        tasks.append({"title": _(step.title), "hint": _(step.intro), "href": address, **status})
    expected = sum(part.kind == "file" for part in missing)
    count = ngettext("%(count)s file", "%(count)s files", files) % {"count": files}
    tasks.append(
        {
            "title": _("Attached files"),
            "hint": _("PDF, ODT, DOCX, XLSX, PNG or JPEG."),
            "href": reverse("dossiers:files", args=[dossier.reference]),
            **(
                {"status": _("File expected"), "status_colour": "yellow"}
                if expected
                else {"status": count if files else _("Optional")}
            ),
        }
    )
    if window is not None and window.parts is not None:
        for task, key in zip(tasks, [*steps_by_key(dossier.call), FILES], strict=True):
            if any(part == key or part.startswith(f"{key}.") for part in window.parts):
                task |= {"status": _("Asked for"), "status_colour": "orange"}
    return tasks


def _status(*, answered: bool, lacking: int) -> dict[str, str]:
    if lacking == 0:
        return {"status": _("Complete")}
    if not answered:
        return {"status": _("Not started"), "status_colour": "grey"}
    text = ngettext("%(count)s answer missing", "%(count)s answers missing", lacking) % {"count": lacking}
    return {"status": text, "status_colour": "yellow"}
