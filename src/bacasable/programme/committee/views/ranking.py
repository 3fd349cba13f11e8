"""What officers and the president see of the scores: the table, one dossier, the ranking."""

import csv
import io
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.compliance.service import N_
from bacasable.people.permissions import allow, may, require
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import ranking as engine
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions import auditions as choices
from bacasable.programme.committee.actions import scores as actions
from bacasable.programme.committee.actions.selections import extend_scoring
from bacasable.programme.committee.forms.scores import CloseForm, ReopenForm
from bacasable.programme.committee.models import Assessment, Examination, Selection
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.dossiers import wording
from bacasable.programme.dossiers.refusals import Refused
from bacasable.ui.cells import neutral
from bacasable.ui.charts import BarChart, Value

STATES = {
    "admissible": "blue",
    "shortlisted": "green",
    "set_aside": "grey",
    "decided": "purple",
}
#: Bars of the chart at most: the dossiers near the cut, which the weights decide.
MOST_BARS = 20
VERBS = {"shortlist": choices.shortlist, "set_aside": choices.set_aside, "unlist": choices.unlist}


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
    if (wait := _must_score_first(request, selection)) is not None:
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
    examinations, criteria = queries.examined(selection), queries.criteria_of(selection)
    ranked = queries.rank(selection, examinations, criteria, draws=1)
    lines = {line.key: line for line in ranked.dossiers} if ranked else {}
    waiting: dict[int, list[Assessment]] = {}
    counts: dict[int, int] = {}
    assigned = queries.assigned(selection)
    for one in assigned:
        key = one.assignment.examination_id
        counts[key] = counts.get(key, 0) + 1
        if one.state == Assessment.State.DRAFT:
            waiting.setdefault(key, []).append(one)
    rows = []
    for one in examinations:
        line = lines.get(str(one.pk))
        late = waiting.get(one.pk, [])
        rows.append(
            {
                "href": reverse("committee:scores_of", args=[selection.call.slug, one.dossier.reference]),
                "reference": one.dossier.reference,
                "title": one.dossier.title,
                "mark": figure(line.mark if line else None),
                "spread": _spread_badge(line),
                "submitted": f"{counts.get(one.pk, 0) - len(late)} / {counts.get(one.pk, 0)}",
                "missing": ", ".join(_who(assessment) for assessment in late) or _("none"),
            }
        )
    return {
        "selection": selection,
        "call": selection.call,
        "rows": rows,
        "columns": [
            {"key": "reference", "label": _("Reference"), "nowrap": True},
            {"key": "title", "label": _("Project")},
            {"key": "mark", "label": _("Weighted mean"), "numeric": True},
            {"key": "spread", "label": _("Spread")},
            {"key": "submitted", "label": _("Submitted"), "numeric": True},
            {"key": "missing", "label": _("Awaited from")},
        ],
        "to_confirm": [
            {"reference": one.assignment.examination.dossier.reference, "who": _who(one)}
            for one in assigned
            if one.pk in missing
        ],
        "unassigned": [one.dossier.reference for one in examinations if one.pk not in counts],
        "due": wording.instant(selection.scores_due_at, selection.call.zone)
        if selection.scores_due_at
        else "",
        "may_manage": may(request.user, "committee.manage"),
        "wide": rules.WIDE_SPREAD,
    }


def _who(assessment: Assessment) -> str:
    skill = assessment.assignment.skill
    return f"{assessment.assignment.member.user.name} ({_(rules.SKILLS.get(skill, skill))})"


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
    if (wait := _must_score_first(request, selection)) is not None:
        return wait
    examination = next(
        (one for one in queries.examined(selection) if one.dossier.reference == reference), None
    )
    if examination is None:
        raise Http404
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
    try:
        wanted = uuid.UUID(request.POST.get("assessment", ""))
    except ValueError:
        wanted = None  # type: ignore[assignment]
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


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """The ranking, how much it owes to the weights, and the shortlist made from it."""
    selection = queries.selection_of(slug)
    if (wait := _must_score_first(request, selection)) is not None:
        return wait
    if request.method == "POST":
        require(request.user, "committee.manage")
        return _choose(request, selection)
    return render(request, "programme/committee/ranking.html", _ranking_page(request, selection))


@allow("committee.ranking")
@require_GET
@never_cache
def ranking_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The ranking as a table for spreadsheets: no cell of it computes anything."""
    user: Any = request.user
    selection = queries.selection_of(slug)
    if (wait := _must_score_first(request, selection)) is not None:
        return wait
    places, seed = _asked(request, selection)
    examinations, criteria = queries.examined(selection), queries.criteria_of(selection)
    ranked = queries.rank(selection, examinations, criteria, places=places, seed=seed)
    by_key = {str(one.pk): one for one in examinations}
    out = io.StringIO()
    writer = csv.writer(out)
    heads = ["reference", "title", "state", "rank", "weighted_mean", "lowest_expert", "highest_expert"]
    heads += [
        "experts",
        "widest_spread",
        "share_selected",
        "share_low",
        "share_high",
        "best_rank",
        "worst_rank",
    ]
    heads += [f"mean: {criterion.label} (weight {criterion.weight})" for criterion in criteria]
    writer.writerow([neutral(head) for head in heads])
    for line in ranked.dossiers if ranked else ():
        one = by_key[line.key]
        cells = [one.dossier.reference, one.dossier.title, one.state, line.rank, line.mark, line.lowest]
        cells += [line.highest, line.experts, line.widest, line.share, line.interval.low, line.interval.high]
        cells += [line.best_rank, line.worst_rank]
        means = (line.spread.get(str(criterion.pk)) for criterion in criteria)
        cells += [spread.mean if spread else None for spread in means]
        writer.writerow([neutral(cell) for cell in cells])
    actions.record_export(selection=selection, count=len(by_key), by=user)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ranking-{slug}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(request: HttpRequest, selection: Selection) -> tuple[int, int]:
    """Return the places and the seed of the address; what is not a sensible number is left aside."""

    def number(name: str, usual: int, most: int) -> int:
        text = request.GET.get(name, "")
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            return usual
        return min(max(int(text), 0 if name == "seed" else 1), most)

    usual = queries.places_of(selection)
    return number("places", usual, queries.MOST_PLACES), number("seed", engine.SEED, 999_999_999)


def _ranking_page(request: HttpRequest, selection: Selection) -> dict[str, Any]:
    places, seed = _asked(request, selection)
    examinations, criteria = queries.examined(selection), queries.criteria_of(selection)
    ranked = queries.rank(selection, examinations, criteria, places=places, seed=seed)
    by_key = {str(one.pk): one for one in examinations}
    lines = ranked.dossiers if ranked else ()
    labels = {str(criterion.pk): criterion for criterion in criteria}
    return {
        "selection": selection,
        "call": selection.call,
        "places": places,
        "planned": selection.call.places_planned,
        "seed": seed,
        "draws": engine.DRAWS,
        "lines": [_ranking_row(line, by_key[line.key], selection, places, labels) for line in lines],
        "chart": _chart(lines, by_key, places),
        "cases": _cases(lines, by_key, labels, places),
        "criteria": criteria,
        "may_choose": may(request.user, "committee.manage")
        and selection.state in (Selection.State.SCORING, Selection.State.DELIBERATING),
        "is_final": selection.state != Selection.State.SCORING,
    }


def _ranking_row(
    line: engine.Ranked, one: Examination, selection: Selection, places: int, labels: dict[str, Criterion]
) -> dict[str, Any]:
    return {
        "examination": one.pk,
        "reference": one.dossier.reference,
        "href": reverse("committee:scores_of", args=[selection.call.slug, one.dossier.reference]),
        "title": one.dossier.title,
        "rank": line.rank or "–",
        "is_first": line.rank is not None and line.rank <= places,
        "mark": figure(line.mark),
        "between": f"{figure(line.lowest)} – {figure(line.highest)}" if line.experts > 1 else "–",
        "spread": line.widest if line.experts > 1 else "–",
        "is_wide": queries.is_wide(line.widest),
        "share": percent(line.share) if line.rank else "–",
        "interval": f"{percent(line.interval.low)} – {percent(line.interval.high)}" if line.rank else "",
        "ranks": f"{line.best_rank} – {line.worst_rank}" if line.rank else "–",
        "unscored": ", ".join(labels[key].label for key in line.unscored),
        "state": one.get_state_display(),
        "colour": STATES.get(one.state, "grey"),
    }


def _chart(lines: tuple[engine.Ranked, ...], by_key: dict[str, Examination], places: int) -> BarChart | None:
    near = [line for line in lines if line.rank and (line.kept or line.rank <= places)][:MOST_BARS]
    if not near:
        return None
    return BarChart(
        id="shares",
        title=_("How often each dossier stays among the first %(places)s") % {"places": places},
        description=_("Share of the draws of weights, with its interval at 95 %."),
        values=[
            Value(
                by_key[line.key].dossier.reference,
                100 * line.share,
                100 * line.interval.low,
                100 * line.interval.high,
            )
            for line in near
        ],
        unit="%",
        decimals=1,
        label_heading=_("Dossier"),
        value_heading=_("Share of draws"),
    )


def _cases(
    lines: tuple[engine.Ranked, ...],
    by_key: dict[str, Examination],
    labels: dict[str, Criterion],
    places: int,
) -> list[dict[str, str]]:
    """Return what halving or doubling each weight alone changes among the first."""
    found = []
    for case in lines[0].kept_when if lines else ():
        key, factor = case.rsplit(" ", 1)
        within = {line.key: line.rank is not None and line.rank <= places for line in lines}
        enters = [by_key[x.key].dossier.reference for x in lines if x.kept_when[case] and not within[x.key]]
        leaves = [by_key[x.key].dossier.reference for x in lines if within[x.key] and not x.kept_when[case]]
        words = _("%(criterion)s: weight halved") if factor == "x0.5" else _("%(criterion)s: weight doubled")
        found.append(
            {
                "case": words % {"criterion": labels[key].label},
                "enters": ", ".join(enters) or "–",
                "leaves": ", ".join(leaves) or "–",
            }
        )
    return found


def _choose(request: HttpRequest, selection: Selection) -> HttpResponse:
    user: Any = request.user
    act = VERBS.get(request.POST.get("verb", ""))
    chosen = [key for key in request.POST.getlist("examination") if key.isascii() and key.isdigit()]
    found = list(
        selection.examinations.filter(pk__in=[int(key) for key in chosen[:500] if len(key) < 18])
        .select_related("dossier", "selection")
        .order_by("pk")
    )
    done = 0
    if act is None or not found:
        messages.error(request, _("Choose one dossier at least, then what becomes of it."))
    for examination in found if act else ():
        try:
            act(examination=examination, by=user)
            done += 1
        except Refused as refused:
            text = f"{examination.dossier.reference}: {wording.refusal(refused, selection.call)}"
            messages.error(request, text)
    if done:
        messages.success(request, _("Dossiers changed: %(count)s.") % {"count": done})
    return redirect("committee:ranking", slug=selection.call.slug)


def _must_score_first(request: HttpRequest, selection: Selection) -> HttpResponse | None:
    """Keep the others' scores from who has scores of their own to submit, whatever role they also hold."""
    user: Any = request.user
    left = queries.left_to_submit(selection, user)
    if not left:
        return None
    context = {"selection": selection, "call": selection.call, "left": left}
    return render(request, "programme/committee/score_first.html", context, status=403)
