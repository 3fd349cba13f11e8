"""The ranking, how much it owes to the weights, and the shortlist made from it."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from bacasable.people.permissions import allow, may, require
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import ranking as engine
from bacasable.programme.committee.actions import auditions as choices
from bacasable.programme.committee.actions import scores as actions
from bacasable.programme.committee.models import Examination, Selection
from bacasable.programme.committee.queries import lists
from bacasable.programme.committee.queries import scores as queries
from bacasable.programme.committee.views.spread import figure, must_score_first, percent
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
PER_PAGE = 25
#: Bars of the chart at most: the dossiers near the cut, which the weights decide.
MOST_BARS = 20
VERBS = {"shortlist": choices.shortlist, "set_aside": choices.set_aside, "unlist": choices.unlist}


@allow("committee.ranking")
@require_http_methods(["GET", "POST"])
@never_cache
def ranking(request: HttpRequest, slug: str) -> HttpResponse:
    """The ranking, how much it owes to the weights, and the shortlist made from it."""
    selection = queries.selection_of(slug)
    if (wait := must_score_first(request, selection)) is not None:
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
    if (wait := must_score_first(request, selection)) is not None:
        return wait
    places, seed = _asked(request, selection)
    examined, criteria = _examined(selection), queries.criteria_of(selection)
    ranked = queries.rank(selection, examined.values(), criteria, places=places, seed=seed)
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
        one = examined[line.key]
        cells = [one.reference, one.title, one.state, line.rank, line.mark, line.lowest]
        cells += [line.highest, line.experts, line.widest, line.share, line.interval.low, line.interval.high]
        cells += [line.best_rank, line.worst_rank]
        means = (line.spread.get(str(criterion.pk)) for criterion in criteria)
        cells += [spread.mean if spread else None for spread in means]
        writer.writerow([neutral(cell) for cell in cells])
    actions.record_export(selection=selection, count=len(examined), by=user)
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
    examined, criteria = _examined(selection), queries.criteria_of(selection)
    ranked = queries.rank(selection, examined.values(), criteria, places=places, seed=seed)
    lines = ranked.dossiers if ranked else ()
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    labels = {str(criterion.pk): criterion for criterion in criteria}
    return {
        "selection": selection,
        "call": selection.call,
        "places": places,
        "planned": selection.call.places_planned,
        "seed": seed,
        "draws": engine.DRAWS,
        "page": page,
        "lines": [
            _ranking_row(line, examined[line.key], selection, places, labels) for line in page.object_list
        ],
        "chart": _chart(lines, examined, places),
        "cases": _cases(lines, examined, labels, places),
        "criteria": criteria,
        "may_choose": may(request.user, "committee.manage")
        and selection.state in (Selection.State.SCORING, Selection.State.DELIBERATING),
        "is_final": selection.state != Selection.State.SCORING,
    }


def _examined(selection: Selection) -> dict[str, lists.Line]:
    """Return what the page shows of each dossier, by its key in the ranking."""
    return {str(one.pk): one for one in lists.lines_of(lists.examinations_of(selection))}


def _ranking_row(
    line: engine.Ranked, one: lists.Line, selection: Selection, places: int, labels: dict[str, Criterion]
) -> dict[str, Any]:
    return {
        "examination": one.pk,
        "reference": one.reference,
        "href": reverse("committee:scores_of", args=[selection.call.slug, one.reference]),
        "title": one.title,
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
        "has_no_score": len(line.unscored) == len(labels),
        "state": Examination.State(one.state).label,
        "colour": STATES.get(one.state, "grey"),
    }


def _chart(lines: tuple[engine.Ranked, ...], examined: dict[str, lists.Line], places: int) -> BarChart | None:
    near = [line for line in lines if line.rank and (line.kept or line.rank <= places)][:MOST_BARS]
    if not near:
        return None
    return BarChart(
        id="shares",
        title=_("How often each dossier stays among the first %(places)s") % {"places": places},
        description=_("Share of the draws of weights, with its interval at 95 %."),
        values=[
            Value(
                examined[line.key].reference,
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
    examined: dict[str, lists.Line],
    labels: dict[str, Criterion],
    places: int,
) -> list[dict[str, str]]:
    """Return what halving or doubling each weight alone changes among the first."""
    found = []
    first = [line for line in lines if line.rank is not None and line.rank <= places]
    others = [line for line in lines if line.rank is None or line.rank > places]
    for case in lines[0].kept_when if lines else ():
        key, factor = case.rsplit(" ", 1)
        enters = [examined[line.key].reference for line in others if line.kept_when[case]]
        leaves = [examined[line.key].reference for line in first if not line.kept_when[case]]
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
    for examination in found:
        if act is None:
            break
        try:
            act(examination=examination, by=user)
            done += 1
        except Refused as refused:
            text = f"{examination.dossier.reference}: {wording.refusal(refused, selection.call)}"
            messages.error(request, text)
    if done:
        messages.success(request, _("Dossiers changed: %(count)s.") % {"count": done})
    kept = {name: value for name, value in request.GET.items() if name in {"places", "seed", "page"}}
    here = reverse("committee:ranking", args=[selection.call.slug])
    return redirect(f"{here}?{urlencode(kept)}" if kept else here)
