"""The expert's pages: what to score, the dossier to read, the grid to fill."""

import uuid
from datetime import datetime
from typing import Any, cast

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bacasable.compliance import clock
from bacasable.exchange.vault import Altered
from bacasable.exchange.vault import Missing as MissingFile
from bacasable.people import arrival, instance
from bacasable.people.models import User
from bacasable.people.permissions import allow
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions.scores import Incomplete, submit_assessment, write_scores
from bacasable.programme.committee.forms.scores import ScoresForm
from bacasable.programme.committee.models import Assessment, Selection
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.dossiers import sheet, wording
from bacasable.programme.dossiers.file_views import sealed
from bacasable.programme.dossiers.refusals import Refused

log = structlog.get_logger("bacasable.files")

COLOURS = {"draft": "blue", "submitted": "green", "recused": "grey"}


@allow("committee.sit")
@require_GET
@never_cache
def tasks(request: HttpRequest, slug: str) -> HttpResponse:
    """The dossiers that the expert has to score in one selection, and what stands before them."""
    user: Any = request.user
    selection = queries.selection_of(slug)
    member = queries.membership(selection, user)
    count = selection.call.criteria.count()
    found = queries.tasks_of(member, user)
    rows = [
        {
            "reference": one.assignment.examination.dossier.reference,
            "title": one.assignment.examination.dossier.title,
            "skill": _(rules.SKILLS.get(one.assignment.skill, one.assignment.skill)),
            "scored": f"{one.scored} / {count}",  # type: ignore[attr-defined]
            "state": {"badge": one.get_state_display(), "colour": COLOURS[one.state]},
            "href": reverse("committee:assess", args=[one.public_id]),
        }
        for one in found
    ]
    columns = [
        {"key": "reference", "label": _("Reference"), "nowrap": True},
        {"key": "title", "label": _("Project")},
        {"key": "skill", "label": _("You assess its")},
        {"key": "scored", "label": _("Criteria scored"), "numeric": True},
        {"key": "state", "label": _("State")},
    ]
    context = {
        "selection": selection,
        "call": selection.call,
        "member": member,
        "rows": rows,
        "columns": columns,
        "left": sum(one.state == Assessment.State.DRAFT for one in found),
        **_calendar(selection),
    }
    return render(request, "programme/committee/tasks.html", context)


@allow("committee.score", by_object=True)
@require_http_methods(["GET", "POST"])
@never_cache
def assess(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The grid of one dossier; what is posted is saved, or shown back with what is wrong."""
    received_at = arrival.received_at(request)
    try:
        assessment = queries.own_assessment(public_id, request.user)
    except Http404:
        if request.method == "POST" and queries.was_own(public_id, _person(request)):
            return _no_longer(request)
        raise
    criteria = queries.criteria_of(assessment.assignment.examination.selection)
    if request.method != "POST":
        return _page(request, assessment, _form(assessment, criteria))
    form = _form(assessment, criteria, request.POST)
    try:
        saved = _write(request, assessment, form, received_at)
        if request.POST.get("then") == "submit" and not form.errors:
            user: Any = request.user
            submit_assessment(assessment=saved, revision=saved.revision, by=user, received_at=received_at)
    except Incomplete as incomplete:
        return _incomplete(request, saved, form, incomplete)
    except Refused as refused:
        return _refused(request, public_id, form, refused)
    if form.errors:
        return _page(request, saved, form, status=422)
    if request.POST.get("then") == "submit":
        messages.success(request, _("Your assessment is submitted."))
        return redirect("committee:assess", public_id=public_id)
    messages.success(request, _("Saved as a draft."))
    return redirect("committee:tasks", slug=assessment.assignment.examination.selection.call.slug)


@allow("committee.score", by_object=True)
@require_POST
@never_cache
def autosave(request: HttpRequest, public_id: uuid.UUID) -> JsonResponse:
    """Save the grid while it is being filled; answers as ``dossiers:autosave`` does, for the same script."""
    received_at = arrival.received_at(request)
    try:
        assessment = queries.own_assessment(public_id, request.user)
    except Http404:
        if queries.was_own(public_id, _person(request)):
            return JsonResponse({"refused": _no_longer_words()}, status=404)
        raise
    selection = assessment.assignment.examination.selection
    form = _form(assessment, queries.criteria_of(selection), request.POST)
    try:
        saved = _write(request, assessment, form, received_at)
    except Refused as refused:
        if refused.code == "conflict":
            return JsonResponse({"conflicts": ["assessment"]}, status=409)
        return JsonResponse({"refused": wording.refusal(refused, selection.call)}, status=409)
    now = _form(saved, form.criteria)
    return JsonResponse(
        {
            "saved_at": _("Draft saved at %(time)s")
            % {"time": f"{received_at.astimezone(selection.call.zone):%H:%M:%S}"},
            "token": str(saved.revision),
            "problems": {
                name: f"{form.fields[name].label}: {found[0]}" for name, found in form.errors.items()
            },
            "conflicts": [],
            "missing": [one["text"] for one in _lacking(now)],
        }
    )


@allow("committee.score", by_object=True)
@require_GET
@never_cache
def read(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The version to assess: its answers and its files."""
    assessment = queries.own_assessment(public_id, request.user)
    dossier = assessment.assignment.examination.dossier
    context = {
        "assessment": assessment,
        "dossier": dossier,
        "call": dossier.call,
        "version": assessment.version,
        "received": wording.instant(assessment.version.submitted_at, dossier.call.zone),
        "steps": sheet.answers_of(assessment.version, dossier.call),
        "file_columns": sheet.file_columns()[:3],
        "files": sheet.files_of(
            assessment.version,
            dossier.attachments.all(),
            lambda file: reverse("committee:file", args=[public_id, file]),
        ),
    }
    return render(request, "programme/committee/read.html", context)


@allow("committee.score", by_object=True)
@require_GET
def file(request: HttpRequest, public_id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Send a file of the version to its assessor, to be saved, never shown as part of the site."""
    assessment = queries.own_assessment(public_id, request.user)
    attachment = queries.attachment_read(assessment, file)
    dossier = assessment.assignment.examination.dossier
    try:
        content = b"".join(instance.vault().read(bytes(dossier.data_key), attachment.blob))
    except (Altered, MissingFile) as problem:
        log.error(
            "file unreadable", dossier=dossier.reference, file=str(file), problem=type(problem).__name__
        )
        context = {"reference": dossier.reference, "file": file}
        return render(request, "programme/dossiers/file_unreadable.html", context, status=500)
    return sealed(attachment, content)


def _form(assessment: Assessment, criteria: list[Criterion], data: Any = None) -> ScoresForm:
    return ScoresForm(criteria, assessment, assessment.scores.all(), data)


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _write(
    request: HttpRequest, assessment: Assessment, form: ScoresForm, received_at: datetime
) -> Assessment:
    user: Any = request.user
    return write_scores(
        assessment=assessment, **form.written(), revision=form.seen(), by=user, received_at=received_at
    )


def _calendar(selection: Selection) -> dict[str, Any]:
    """Return until when scores are due, by the server's clock, and whether that is still ahead."""
    now, due = clock.now(), selection.scores_due_at
    is_open = selection.state == Selection.State.SCORING
    return {
        "now": wording.instant(now, selection.call.zone),
        "due": wording.instant(due, selection.call.zone) if due else "",
        "is_scoring": is_open,
        "is_open": is_open and (due is None or now <= due),
    }


def _lacking(form: ScoresForm) -> list[dict[str, str]]:
    """Return what is stored too little for a submission: criteria to score, or to comment on."""
    found = []
    for criterion in form.criteria:
        score = form.scores.get(criterion.pk)
        if score is None or score.value is None:
            found.append({"text": criterion.label, "href": f"#criterion-{criterion.pk}"})
        elif rules.asks_why(score.value) and not score.comment.strip():
            text = _("%(criterion)s: say why") % {"criterion": criterion.label}
            found.append({"text": text, "href": f"#criterion-{criterion.pk}"})
    return found


def _page(
    request: HttpRequest, assessment: Assessment, form: ScoresForm, *, status: int = 200
) -> HttpResponse:
    examination = assessment.assignment.examination
    selection, dossier = examination.selection, examination.dossier
    stored = form if not form.is_bound else _form(assessment, form.criteria)
    calendar = _calendar(selection)
    context = {
        "assessment": assessment,
        "dossier": dossier,
        "call": dossier.call,
        "form": form,
        "lines": form.lines(queries.earlier_scores(assessment)),
        "seen": assessment.revision,
        "missing": _lacking(stored),
        "may_write": calendar["is_open"] and assessment.state == Assessment.State.DRAFT,
        "skill": _(rules.SKILLS.get(assessment.assignment.skill, assessment.assignment.skill)),
        "own": _opinion_rows(form.criteria, stored.scores, assessment),
        "others": [
            {
                "skill": _(rules.SKILLS.get(opinion.skill, opinion.skill)),
                "rows": _opinion_rows(form.criteria, opinion.scores, opinion.assessment),
            }
            for opinion in queries.others(assessment)
        ],
        **calendar,
    }
    return render(request, "programme/committee/assess.html", context, status=status)


def _opinion_rows(criteria: list[Criterion], scores: Any, assessment: Assessment) -> list[dict[str, Any]]:
    """Return an assessment as facts: for each criterion the score and its comment, then the general one."""
    rows = []
    for criterion in criteria:
        score = scores.get(criterion.pk)
        words = _(rules.SCALE[score.value]) if score and score.value else _("no score")
        comment = f"\n{score.comment}" if score and score.comment else ""
        rows.append({"key": criterion.label, "value": f"{words}{comment}"})
    if assessment.comment:
        rows.append({"key": _("General comment"), "value": assessment.comment})
    return rows


def _incomplete(
    request: HttpRequest, saved: Assessment, form: ScoresForm, incomplete: Incomplete
) -> HttpResponse:
    for criterion in incomplete.unscored:
        form.add_error(f"value-{criterion}", _("Choose a score."))
    for criterion in incomplete.uncommented:
        form.add_error(f"comment-{criterion}", _("Say why: this score needs a comment."))
    if not form.criteria:
        form.add_error(None, _("The call has no criteria: there is nothing to score."))
    return _page(request, saved, form, status=422)


def _refused(request: HttpRequest, public_id: uuid.UUID, form: ScoresForm, refused: Refused) -> HttpResponse:
    """Show what was typed beside what is stored, or alone where nothing may be written any more."""
    assessment = queries.own_assessment(public_id, request.user)
    call = assessment.assignment.examination.dossier.call
    if refused.code == "conflict":
        again = _form(assessment, form.criteria, request.POST)
        again.is_valid()
        again.show_conflicts()
        again.add_error(None, wording.refusal(refused, call))
        return _page(request, assessment, again, status=409)
    context = {
        "assessment": assessment,
        "dossier": assessment.assignment.examination.dossier,
        "refusal": wording.refusal(refused, call),
        "rows": form.typed(),
    }
    return render(request, "programme/committee/not_saved.html", context, status=409)


def _no_longer_words() -> str:
    return _(
        "Not saved: you no longer assess this dossier. What you had saved is kept and counts no more. "
        "Ask the office if this surprises you."
    )


def _no_longer(request: HttpRequest) -> HttpResponse:
    """Give back their own text to who was recused while writing; nothing of the dossier."""
    rows = [
        {"key": str(number), "label": _("What you wrote"), "text": text[:4000]}
        for number, (name, text) in enumerate(request.POST.items())
        if name.startswith("comment") and text
    ]
    context = {"refusal": _no_longer_words(), "rows": rows}
    return render(request, "programme/committee/not_saved.html", context, status=404)
