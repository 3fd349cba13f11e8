"""What officers and the president see of the scores: the table of dossiers, and one of them."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bacasable.compliance.service import N_
from bacasable.people.permissions import allow, lent_roles, may, require
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import ranking as engine
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions import scores as actions
from bacasable.programme.committee.actions.selections import extend_scoring
from bacasable.programme.committee.forms.scores import CloseForm, ReopenForm
from bacasable.programme.committee.models import Assessment, Examination, Selection
from bacasable.programme.committee.queries import lists
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.refusals import Refused

PER_PAGE = 25


def figure(value: float | None, places: int = 2) -> str:
    """Return a number in the reader's language, or a dash where there is none."""
    return "–" if value is None else str(number_format(value, decimal_pos=places, use_l10n=True))


def percent(share: float) -> str:
    """Return a share as a percentage with one decimal."""
    return _("%(number)s %%") % {"number": figure(100 * share, 1)}


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def scores(request: HttpRequest, slug: str) -> HttpResponse:
    """Every dossier with its mark, the spread between its experts and what is missing."""
    selection = queries.selection_of(slug)
    if (wait := must_score_first(request, selection)) is not None:
        return wait
    zone = selection.call.zone
    close, reopen = CloseForm(), ReopenForm(zone=zone)
    missing: list[int] = []
    if request.method == "POST":
        require(request.user, "committee.manage")
        user: Any = request.user
        verb = request.POST.get("verb", "")
        close = CloseForm(request.POST) if verb == "close" else close
        reopen = ReopenForm(request.POST, zone=zone) if verb in {"extend", "reopen"} else reopen
        form: Any = close if verb == "close" else reopen
        try:
            if verb == "close" and close.is_valid():
                actions.close_scoring(
                    selection=selection, by=user, accept_missing=close.cleaned_data["accept_missing"]
                )
                messages.success(request, _("The scoring is closed."))
                return redirect("committee:scores", slug=slug)
            if verb in {"extend", "reopen"} and reopen.is_valid():
                change = extend_scoring if verb == "extend" else actions.reopen_scoring
                change(selection=selection, scores_due_at=reopen.cleaned_data["scores_due_at"], by=user)
                messages.success(request, _("The experts may score until this date."))
                return redirect("committee:scores", slug=slug)
        except actions.Missing as refused:
            missing = refused.assessments
            form.add_error("accept_missing", wording.refusal(refused, selection.call))
        except Refused as refused:
            form.add_error(None, wording.refusal(refused, selection.call))
    context = _scores_page(request, selection, missing) | {"close": close, "reopen": reopen}
    status = 422 if request.method == "POST" else 200
    return render(request, "programme/committee/scores.html", context, status=status)


def _scores_page(request: HttpRequest, selection: Selection, missing: list[int]) -> dict[str, Any]:
    page: Any = Paginator(lists.examinations_of(selection), PER_PAGE).get_page(request.GET.get("page"))
    shown = lists.lines_of(page.object_list)
    # A mark and a spread depend on no other dossier: those of the page are enough.
    ranked = queries.rank(selection, shown, queries.criteria_of(selection), draws=1)
    lines = {line.key: line for line in ranked.dossiers} if ranked else {}
    found: dict[int, list[lists.Given]] = {one.pk: [] for one in shown}
    for one in lists.given(selection, examinations=found):
        found[one.examination].append(one)
    return {
        "selection": selection,
        "call": selection.call,
        "page": page,
        "rows": [_scores_row(selection, one, lines.get(str(one.pk)), found[one.pk]) for one in shown],
        "columns": [
            {"key": "reference", "label": _("Reference"), "nowrap": True},
            {"key": "title", "label": _("Project")},
            {"key": "mark", "label": _("Weighted mean"), "numeric": True},
            {"key": "spread", "label": _("Spread")},
            {"key": "submitted", "label": _("Submitted"), "numeric": True},
            {"key": "missing", "label": _("Awaited from")},
        ],
        "to_confirm": [
            {"reference": one.reference, "who": _who(one)} for one in lists.given(selection, among=missing)
        ]
        if missing
        else [],
        "unassigned": lists.unassigned(selection),
        "due": wording.instant(selection.scores_due_at, selection.call.zone)
        if selection.scores_due_at
        else "",
        "may_manage": may(request.user, "committee.manage"),
        "wide": rules.WIDE_SPREAD,
    }


def _scores_row(
    selection: Selection, one: lists.Line, line: engine.Ranked | None, found: list[lists.Given]
) -> dict[str, Any]:
    late = [assessment for assessment in found if assessment.state == Assessment.State.DRAFT]
    return {
        "href": reverse("committee:scores_of", args=[selection.call.slug, one.reference]),
        "reference": one.reference,
        "title": one.title,
        "mark": figure(line.mark if line else None),
        "spread": _spread_badge(line),
        "submitted": f"{len(found) - len(late)} / {len(found)}",
        "missing": ", ".join(_who(assessment) for assessment in late) or _("none"),
    }


def _who(one: lists.Given) -> str:
    return f"{one.expert} ({_(rules.SKILLS.get(one.skill, one.skill))})"


def _spread_badge(line: engine.Ranked | None) -> Any:
    if line is None or line.experts < 2:
        return "–"
    if queries.is_wide(line.widest):
        return {"badge": _("%(range)s apart") % {"range": line.widest}, "colour": "orange"}
    return str(line.widest)


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def scores_of(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Every score and comment on one dossier; an officer may give an assessment back to its expert."""
    selection = queries.selection_of(slug)
    if (wait := must_score_first(request, selection)) is not None:
        return wait
    examination = queries.examined_one(selection, reference)
    if lent_roles(request.user, examination.dossier):  # candidates do not read who scored them, and how
        raise PermissionDenied("committee.ranking")
    if request.method == "POST":
        require(request.user, "committee.manage")
        return _reopen(request, selection, examination)
    criteria = queries.criteria_of(selection)
    ranked = queries.rank(selection, [examination], criteria, draws=1)
    line = ranked.of(str(examination.pk)) if ranked else None
    context = {
        "selection": selection,
        "call": selection.call,
        "examination": examination,
        "dossier": examination.dossier,
        "mark": figure(line.mark if line else None),
        "columns": [
            {"key": "criterion", "label": _("Criterion")},
            {"key": "weight", "label": _("Weight"), "numeric": True},
            {"key": "mean", "label": _("Mean"), "numeric": True},
            {"key": "deviation", "label": _("Standard deviation"), "numeric": True},
            {"key": "spread", "label": _("Spread")},
        ],
        "rows": [_criterion_row(criterion, line) for criterion in criteria],
        "opinions": [
            {
                "assessment": opinion.assessment,
                "who": f"{opinion.expert} ({_(rules.SKILLS.get(opinion.skill, opinion.skill))})",
                "is_submitted": opinion.assessment.state == Assessment.State.SUBMITTED,
                "scores": [
                    {"key": criterion.label, "value": _score_words(opinion.scores.get(criterion.pk))}
                    for criterion in criteria
                ],
            }
            for opinion in queries.opinions(examination)
        ],
        "may_reopen": may(request.user, "committee.manage") and selection.state == Selection.State.SCORING,
    }
    return render(request, "programme/committee/scores_of.html", context)


def _criterion_row(criterion: Criterion, line: engine.Ranked | None) -> dict[str, Any]:
    spread = line.spread.get(str(criterion.pk)) if line else None
    row: dict[str, Any] = {"criterion": criterion.label, "weight": criterion.weight}
    if spread is None:
        return row | {"mean": "–", "deviation": "–", "spread": _("no score")}
    shown: Any = f"{spread.least} – {spread.greatest}"
    if queries.is_wide(spread.range):
        shown = {"badge": shown, "colour": "orange"}
    return row | {"mean": figure(spread.mean), "deviation": figure(spread.deviation), "spread": shown}


def _score_words(score: Any) -> str:
    if score is None or score.value is None:
        return _("no score")
    words = _(rules.SCALE[score.value])
    return f"{words}\n{score.comment}" if score.comment else words


def _reopen(request: HttpRequest, selection: Selection, examination: Examination) -> HttpResponse:
    user: Any = request.user
    found = None
    with suppress(ValueError):
        wanted = uuid.UUID(request.POST.get("assessment", ""))
        found = Assessment.objects.filter(public_id=wanted, assignment__examination=examination).first()
    try:
        if found is None:
            raise Refused("gone", N_("This assessment is not there any more. Read the page again."))
        actions.reopen_assessment(assessment=found, by=user)
    except Refused as refused:
        messages.error(request, wording.refusal(refused, selection.call))
    else:
        messages.success(request, _("The assessment was given back to its expert."))
    return redirect("committee:scores_of", slug=selection.call.slug, reference=examination.dossier.reference)


def must_score_first(request: HttpRequest, selection: Selection) -> HttpResponse | None:
    """Keep the others' scores from who has scores of their own to submit, whatever role they also hold."""
    user: Any = request.user
    left = queries.left_to_submit(selection, user)
    if not left:
        return None
    context = {"selection": selection, "call": selection.call, "left": left}
    return render(request, "programme/committee/score_first.html", context, status=403)
