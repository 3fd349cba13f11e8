"""Who assesses what: the plan that the platform proposes, applied in bulk or adjusted by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bacasable.people.permissions import allow
from bacasable.programme.committee import actions, rules, wording
from bacasable.programme.committee.forms.panel import DueForm, GiveForm, NumberForm, TakeBackForm
from bacasable.programme.committee.matching import Pair, Plan
from bacasable.programme.committee.models import Assessment, Assignment, Selection
from bacasable.programme.committee.queries import panel as queries
from bacasable.programme.committee.views.panel import FORM, named, person, selection_of, tell
from bacasable.programme.dossiers import wording as dossier_wording
from bacasable.programme.dossiers.refusals import Refused

#: What separates the three names in the value of a box; none of them holds it.
_BETWEEN = "|"


def _value(pair: Pair) -> str:
    return _BETWEEN.join((pair.dossier, pair.skill, pair.expert))


def _pairs(data: QueryDict) -> list[Pair]:
    """Read the boxes that were ticked; what is not of three parts is left out."""
    parts = (value.split(_BETWEEN) for value in data.getlist("pair"))
    return [Pair(*named_by) for named_by in parts if len(named_by) == 3]


def _revision(data: QueryDict) -> int:
    """Return the revision that the page showed; one that nobody has when it is not a number."""
    text = data.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_http_methods(FORM)
@allow("committee.manage")
def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """Every dossier with its experts and those proposed; the button gives what is ticked."""
    found = selection_of(slug)
    status, error = 200, ""
    if request.method == "POST":
        try:
            made = actions.assign(
                selection=found,
                pairs=_pairs(request.POST),
                by=person(request),
                revision=_revision(request.POST),
            )
        except Refused as refused:
            error, status = dossier_wording.refusal(refused, found.call), 422
            found.refresh_from_db()
        else:
            text = ngettext("%(count)s assignment made.", "%(count)s assignments made.", len(made))
            messages.success(request, text % {"count": len(made)})
            return redirect("committee:assignments", slug=slug)
    table = queries.table_of(found)
    plan = queries.propose(found, table)
    context = {
        "call": found.call,
        "selection": found,
        "error": error,
        "rows": _rows(table, plan, slug),
        "skills": [wording.skill(key) for key in rules.wanted_skills(found.experts_per_dossier)],
        "plan": plan,
        "open_to_changes": found.state in (Selection.State.PREPARING, Selection.State.SCORING),
        "expert_columns": [
            {"key": "expert", "label": _("Expert")},
            {"key": "skills", "label": _("Skills")},
            {"key": "load", "label": _("Dossiers now"), "numeric": True},
            {"key": "after", "label": _("With the proposal"), "numeric": True},
            {"key": "capacity", "label": _("At most"), "numeric": True},
        ],
        "experts": [_expert_row(table, plan, key) for key in table.members],
        "due_form": DueForm(call=found.call),
        "number_form": NumberForm(initial={"number": found.experts_per_dossier}),
        "due": dossier_wording.instant(found.scores_due_at, found.call.zone) if found.scores_due_at else "",
    }
    return render(request, "programme/committee/assignments.html", context, status=status)


def _rows(table: queries.Table, plan: Plan, slug: str) -> list[dict[str, Any]]:
    proposed = {(pair.dossier, pair.skill): pair for pair in plan.pairs}
    gaps = {(gap.dossier, gap.skill): gap for gap in plan.gaps}
    rows = []
    for reference, examination in table.examinations.items():
        cells: list[dict[str, Any]] = []
        held = {assignment.skill: assignment for assignment in table.held.get(reference, ())}
        for skill in rules.wanted_skills(table.selection.experts_per_dossier):
            pair, gap = proposed.get((reference, skill)), gaps.get((reference, skill))
            cell: dict[str, Any] = {"skill": wording.skill(skill)}
            if skill in held:
                cell |= {"held": held[skill].member.user, "submitted": _submitted(held[skill])}
            elif pair:
                cell |= {"value": _value(pair), "proposed": table.members[pair.expert].user}
            elif gap:
                cell |= {"gap": wording.gap(gap.reason)}
            cells.append(cell)
        rows.append(
            {
                "reference": reference,
                "title": examination.dossier.title,
                "sector": wording.sector(examination.sector),
                "href": reverse("committee:assign", args=[slug, reference]),
                "cells": cells,
            }
        )
    return rows


def _submitted(assignment: Assignment) -> bool:
    return assignment.assessment.state == Assessment.State.SUBMITTED


def _expert_row(table: queries.Table, plan: Plan, key: str) -> dict[str, Any]:
    user = table.members[key].user
    profile = queries.profile_of(user)
    return {
        "expert": str(user),
        "href": reverse("committee:profile", args=[user.public_id]),
        "skills": wording.skills(profile.skills) or _("no profile yet"),
        "load": table.loads[key],
        "after": plan.loads[key],
        "capacity": profile.capacity,
    }


@require_http_methods(FORM)
@allow("committee.manage")
def assign(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One dossier by hand: who holds it, who could, who cannot and why; give it, take it back."""
    found = selection_of(slug)
    examination = named(reference, found)
    table = queries.table_of(found)
    held = [one for one in queries.live_assignments(found) if one.examination_id == examination.pk]
    wanted = table.wanted(reference) if reference in table.examinations else ()
    choices, barred = _choices(table, reference, wanted)
    proposed = {p.skill: p.expert for p in queries.propose(found, table).pairs if p.dossier == reference}
    taking_back = "take_back" in request.POST
    give = GiveForm(
        request.POST if request.method == "POST" and not taking_back else None,
        choices=choices,
        proposed=proposed,
    )
    take_back = TakeBackForm(
        request.POST if taking_back else None, choices=[(one.pk, _held_by(one)) for one in held]
    )
    form = take_back if taking_back else give
    if request.method == "POST" and form.is_valid():
        try:
            if taking_back:
                chosen = next(one for one in held if str(one.pk) == take_back.cleaned_data["assignment"])
                actions.unassign(
                    assignment=chosen, reason=take_back.cleaned_data["reason"], by=person(request)
                )
            else:
                pairs = [Pair(reference, skill, key) for skill, key in give.cleaned_data.items() if key]
                actions.assign(
                    selection=found, pairs=pairs, by=person(request), revision=_revision(request.POST)
                )
        except Refused as refused:
            form.add_error(None, dossier_wording.refusal(refused, found.call))
        else:
            messages.success(request, _("Stored."))
            return redirect("committee:assign", slug=slug, reference=reference)
    ended = (
        examination.assignments.exclude(ended_at=None)
        .select_related("member__user", "assessment")
        .order_by("ended_at")
    )
    context = {
        "call": found.call,
        "selection": found,
        "dossier": examination.dossier,
        "badge": wording.examination_badge(examination),
        "held": [{"key": wording.skill(one.skill), "value": _held_by(one)} for one in held],
        "give": give,
        "take_back": take_back,
        "form": form,
        "wanted": wanted,
        "barred": barred,
        "assignable": reference in table.examinations
        and found.state in (Selection.State.PREPARING, Selection.State.SCORING),
        "ended": [
            {
                "when": one.ended_at,
                "title": str(one.member.user),
                "text": wording.ending(one.end_reason),
                "state": "done",
            }
            for one in ended
        ],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programme/committee/assign.html", context, status=status)


def _held_by(assignment: Assignment) -> str:
    state = _("scored") if _submitted(assignment) else _("not scored yet")
    return f"{assignment.member.user} ({wording.skill(assignment.skill)}, {state})"


def _choices(
    table: queries.Table, reference: str, wanted: tuple[str, ...]
) -> tuple[dict[str, list[tuple[str, str]]], list[dict[str, str]]]:
    """Return who may be given the dossier for each skill, and who may not with why."""
    words = {
        "author": _("writes this dossier"),
        "conflict": _("in conflict"),
        "undertaking": _("undertaking not signed"),
        "undeclared": _("links not declared yet"),
        "recused": _("recused or replaced before"),
        "holds_it": _("holds this dossier"),
    }
    choices: dict[str, list[tuple[str, str]]] = {skill: [] for skill in wanted}
    barred: dict[str, str] = {}
    for key, member in table.members.items():
        capacity = queries.profile_of(member.user).capacity
        for skill in wanted:
            why = table.obstacle(reference, key, skill)
            if not why and table.has_room(key):
                choices[skill].append((key, f"{member.user} ({table.loads[key]} / {capacity})"))
            elif not why:
                barred[key] = _("has all the dossiers that they take")
            elif why in words:
                barred[key] = words[why]
    return choices, [{"key": str(table.members[key].user), "value": why} for key, why in barred.items()]


@require_POST
@allow("committee.manage")
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the scoring with its due date, or give more time."""
    found = selection_of(slug)
    form = DueForm(request.POST, call=found.call)
    if not form.is_valid():
        messages.error(request, _("Choose the day by the end of which scores are due."))
        return redirect("committee:assignments", slug=slug)
    act = actions.extend_scoring if found.state == Selection.State.SCORING else actions.open_scoring
    try:
        act(selection=found, scores_due_at=form.cleaned_data["due_on"], by=person(request))
    except Refused as refused:
        tell(request, refused, found.call)
        return redirect("committee:assignments", slug=slug)
    messages.success(request, _("The due date is set, and experts who have dossiers to score know it."))
    return redirect("committee:selection", slug=slug)


@require_POST
@allow("committee.manage")
def number(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how many experts read each dossier."""
    found = selection_of(slug)
    form = NumberForm(request.POST)
    if form.is_valid():
        try:
            actions.set_experts_per_dossier(
                selection=found, number=form.cleaned_data["number"], by=person(request)
            )
        except Refused as refused:
            tell(request, refused, found.call)
    else:
        messages.error(request, _("Choose two or three experts for each dossier."))
    return redirect("committee:assignments", slug=slug)
