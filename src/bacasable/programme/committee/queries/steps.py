"""Where a selection stands, step by step, in counts; and the calls whose selection is or may be open."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bacasable.programme.call.models import Call
from bacasable.programme.committee import rules
from bacasable.programme.committee.models import (
    Assessment,
    AuditionSlot,
    Conference,
    Decision,
    Examination,
    Letter,
    Selection,
)
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.models import Dossier

State = Examination.State


@dataclass(frozen=True)
class Step:
    """One step: its page by name (which takes the slug of the call), where it stands, who opens the page."""

    title: str
    url_name: str
    status: str
    colour: str = ""
    permission: str = "committee.ranking"


def calls() -> QuerySet[Call]:
    """Return the calls that were published, each with ``dossier_count`` and ``expert_count``; past ones
    without a selection, decided before this platform, are left out."""
    submitted = Q(dossiers__state=Dossier.State.SUBMITTED)
    seated = Q(selection__members__left_at=None, selection__members__isnull=False)
    return (
        Call.objects.filter(
            Q(selection__isnull=False) | Q(state__in=[Call.State.PUBLISHED, Call.State.CLOSED])
        )
        .select_related("selection")
        .annotate(
            dossier_count=Count("dossiers", filter=submitted, distinct=True),
            expert_count=Count("selection__members", filter=seated, distinct=True),
        )
        .order_by("-opens_at", "pk")
    )


def lacking(selection: Selection) -> int:
    """Count the dossiers that still lack an expert."""
    table = panel.table_of(selection)
    return sum(bool(table.wanted(reference)) for reference in table.examinations)


def steps_of(selection: Selection) -> list[Step]:
    """Return the steps of a selection in their order, in fewer than twenty queries."""
    states = dict(panel.standing(selection).order_by().values_list("state").annotate(count=Count("pk")))
    return [
        _admissibility(states),
        *_panel(selection),
        _assignments(selection, states),
        *_scores(selection, states),
        *_decision(selection),
    ]


def _admissibility(states: dict[str, int]) -> Step:
    total, waiting = sum(states.values()), states.get(State.RECEIVED, 0)
    status = (
        _("no dossier yet")
        if not total
        else _("%(count)s of %(all)s to check") % {"count": waiting, "all": total}
        if waiting
        else _("all %(all)s checked") % {"all": total}
    )
    return Step(
        _("Admissibility"),
        "committee:admissibility",
        status,
        "yellow" if waiting or not total else "",
        permission="committee.manage",
    )


def _panel(selection: Selection) -> list[Step]:
    seated: list[Any] = list(panel.members_with_counts(selection))  # with the counts as attributes
    total = panel.standing(selection).filter(state__in=panel.DECLARABLE).count()
    ready = sum(
        member.undertaking_signed_at is not None and member.declared_count >= total for member in seated
    )
    return [
        Step(
            _("Panel of experts"),
            "committee:panel",
            ngettext("%(count)s expert", "%(count)s experts", len(seated)) % {"count": len(seated)}
            if seated
            else _("nobody invited"),
            "" if seated else "yellow",
            permission="committee.manage",
        ),
        Step(
            _("Undertakings and conflicts of interests"),
            "committee:panel",
            _("%(count)s of %(all)s ready") % {"count": ready, "all": len(seated)},
            "yellow" if ready < len(seated) or not seated else "",
            permission="committee.manage",
        ),
    ]


def _assignments(selection: Selection, states: dict[str, int]) -> Step:
    there = any(states.get(state) for state in panel.ASSIGNABLE)
    without = lacking(selection) if there else 0
    working = selection.state in (Selection.State.PREPARING, Selection.State.SCORING)
    status = (
        (_("nothing to assign yet") if working else _("done"))
        if not there
        else ngettext("%(count)s dossier lacks an expert", "%(count)s dossiers lack an expert", without)
        % {"count": without}
        if without
        else _("every dossier has its experts")
    )
    return Step(
        _("Assignments"),
        "committee:assignments",
        status,
        "yellow" if without and working else "",
        permission="committee.manage",
    )


def _scores(selection: Selection, states: dict[str, int]) -> list[Step]:
    live = panel.live_assignments(selection)
    total = live.count()
    done = live.filter(assessment__state=Assessment.State.SUBMITTED).count()
    scoring = selection.state == Selection.State.SCORING
    slots = AuditionSlot.objects.filter(selection=selection)
    given = slots.exclude(examination=None).count()
    scored = _scored(selection) if done else 0
    return [
        Step(
            _("Scoring and spread"),
            "committee:scores",
            _("not open yet")
            if selection.state == Selection.State.PREPARING
            else _("%(done)s of %(all)s submitted") % {"done": done, "all": total},
            "yellow" if scoring else "",
        ),
        Step(
            _("Shortlist and auditions"),
            "committee:auditions",
            _("%(count)s on the shortlist, %(given)s heard at a set time")
            % {"count": states.get(State.SHORTLISTED, 0), "given": given},
        ),
        Step(
            _("Ranking"),
            "committee:ranking",
            ngettext("%(count)s dossier scored", "%(count)s dossiers scored", scored) % {"count": scored},
        ),
    ]


def _scored(selection: Selection) -> int:
    return (
        panel.live_assignments(selection)
        .filter(assessment__state=Assessment.State.SUBMITTED)
        .order_by()
        .values("examination")
        .distinct()
        .count()
    )


def _decision(selection: Selection) -> list[Step]:
    meetings = selection.deliberations.count()
    decision = Decision.objects.filter(selection=selection).first()
    letters = Letter.objects.filter(outcome__decision__selection=selection)
    made, sent = letters.count(), letters.exclude(sent_at=None).count()
    deliberating = selection.state == Selection.State.DELIBERATING
    conference = Conference.objects.filter(call_id=selection.call_id).first()
    return [
        Step(
            _("Deliberation"),
            "committee:deliberation",
            ngettext("%(count)s meeting recorded", "%(count)s meetings recorded", meetings)
            % {"count": meetings}
            if meetings
            else _("no minutes yet"),
            "yellow" if deliberating and not meetings else "",
        ),
        Step(
            _("Decision"),
            "committee:decide",
            _decided(bool(decision), is_ready=deliberating and meetings > 0),
            "yellow" if deliberating and meetings else "",
            permission="committee.decide",
        ),
        Step(
            _("Letters"),
            "committee:letters",
            _("%(sent)s of %(all)s sent") % {"sent": sent, "all": made} if made else _("none yet"),
            "yellow" if sent < made else "",
            permission="committee.notify",
        ),
        Step(
            _("Publication"),
            "committee:publish",
            _("published") if decision and decision.published_at else _("not published yet"),
            "yellow" if "publish" in rules.SELECTION[selection.state] else "",
            permission="committee.notify",
        ),
        Step(
            _("Public conference"),
            "committee:conference_edit",
            _("none announced")
            if conference is None
            else _("announced")
            if conference.published_at
            else _("being prepared"),
            permission="committee.manage",
        ),
    ]


def _decided(is_taken: bool, *, is_ready: bool) -> str:
    if is_taken:
        return _("taken")
    return _("waits for the president") if is_ready else _("not taken yet")
