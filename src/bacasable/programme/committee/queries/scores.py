"""Read assessments and scores: one's own, those of a selection, and the ranking that they make."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import may
from bacasable.programme.call.models import Criterion
from bacasable.programme.committee import ranking, rules
from bacasable.programme.committee.models import (
    Assessment,
    AuditionSlot,
    ConflictDeclaration,
    Examination,
    PanelMember,
    Score,
    Selection,
)
from bacasable.programme.committee.queries.lists import Line, examinations_of
from bacasable.programme.dossiers.models import Attachment, Dossier, Membership

#: Places that the ranking is computed for when the call plans none.
PLACES = 3
MOST_PLACES = 500
#: Dossiers up to which their scores are asked for by name; beyond, those of the whole selection are read.
FEW = 100


def selection_of(slug: str) -> Selection:
    """Return the selection of a call.

    Raises:
        Http404: there is none.
    """
    selection = Selection.objects.select_related("call").filter(call__slug=slug).first()
    if selection is None:
        raise Http404
    return selection


def criteria_of(selection: Selection) -> list[Criterion]:
    """Return the grid, in its order."""
    return list(selection.call.criteria.all())


# One expert


def _assessments() -> Any:
    return Assessment.objects.select_related(
        "version",
        "assignment__member__selection",
        "assignment__examination__selection__call",
        "assignment__examination__dossier__call",
    ).prefetch_related(
        "assignment__examination__declarations", "assignment__examination__dossier__memberships"
    )


def own_assessment(public_id: uuid.UUID, user: Any) -> Assessment:
    """Return the assessment that ``user`` has to write, of a dossier that stands.

    Raises:
        Http404: there is none, it is somebody else's, or this expert may not read the dossier (undertaking
            unsigned, conflict, recused, replaced): they all look the same.
    """
    found: Assessment | None = _assessments().filter(public_id=public_id).first()
    if (
        found is None
        or not may(user, "committee.score", found.assignment)
        or found.state == Assessment.State.RECUSED
        or found.assignment.examination.dossier.state != Dossier.State.SUBMITTED
    ):
        raise Http404
    return found


def was_own(public_id: uuid.UUID, user: User) -> bool:
    """Say whether ``user`` was writing this assessment until they were recused or replaced."""
    return (
        Assessment.objects.filter(public_id=public_id, assignment__member__user=user)
        .filter(Q(state=Assessment.State.RECUSED) | Q(assignment__ended_at__isnull=False))
        .exists()
    )


def attachment_read(assessment: Assessment, public_id: uuid.UUID) -> Attachment:
    """Return a file of the version that is assessed.

    Raises:
        Http404: there is none in this version.
    """
    found = Attachment.objects.filter(
        public_id=public_id, dossier_id=assessment.assignment.examination.dossier_id
    ).first()
    if found is None or found.blob not in {entry["blob"] for entry in assessment.version.manifest}:
        raise Http404
    return found


def membership(selection: Selection, user: User) -> PanelMember:
    """Return the place of ``user`` in the panel.

    Raises:
        Http404: this person does not sit, or has left.
    """
    found = PanelMember.objects.filter(selection=selection, user=user, left_at=None).first()
    if found is None:
        raise Http404
    return found


def tasks_of(member: PanelMember, user: User) -> list[Assessment]:
    """Return the assessments that ``user`` may write here; ``scored`` counts the criteria done."""
    scored = (
        Score.objects.filter(assessment=OuterRef("pk"), value__isnull=False)
        .values("assessment")
        .annotate(total=Count("pk"))
        .values("total")
    )
    found = (
        Assessment.objects.filter(
            assignment__member=member,
            assignment__ended_at=None,
            assignment__examination__dossier__state=Dossier.State.SUBMITTED,
        )
        .exclude(state=Assessment.State.RECUSED)
        .select_related("assignment__examination__dossier")
        .only(
            *("public_id", "state", "assignment__skill", "assignment__ended_at", "assignment__member"),
            *("assignment__examination__state", "assignment__examination__dossier__reference"),
            "assignment__examination__dossier__title",
        )
        .prefetch_related(  # of each dossier, what makes this person its assessor or not; of others, nothing
            Prefetch(
                "assignment__examination__declarations",
                ConflictDeclaration.objects.filter(member=member).only(
                    "member", "examination", "has_conflict"
                ),
            ),
            Prefetch("assignment__examination__dossier__memberships", Membership.objects.filter(user=user)),
        )
        .annotate(scored=Coalesce(Subquery(scored), 0))
        .order_by("assignment__examination__dossier__reference")
    )
    own: list[Assessment] = []
    for one in found:
        one.assignment.member = member
        if may(user, "committee.score", one.assignment):
            own.append(one)
    return own


def earlier_scores(assessment: Assessment) -> dict[int, list[tuple[str, int]]]:
    """Return the expert's scores on the other dossiers of the call: ``{criterion: [(reference, value)]}``."""
    rows = (
        Score.objects.filter(
            assessment__assignment__member_id=assessment.assignment.member_id,
            assessment__assignment__ended_at=None,
            value__isnull=False,
        )
        .exclude(assessment=assessment.pk)
        .exclude(assessment__state=Assessment.State.RECUSED)
        .order_by("assessment__assignment__examination__dossier__reference")
        .values_list("criterion_id", "assessment__assignment__examination__dossier__reference", "value")
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for criterion, reference, value in rows:
        if value is not None:
            found.setdefault(criterion, []).append((reference, value))
    return found


def left_to_submit(selection: Selection, user: User) -> int:
    """Return how many assessments ``user`` still has to submit while the scoring is open."""
    if selection.state != Selection.State.SCORING:
        return 0
    return Assessment.objects.filter(
        assignment__examination__selection=selection,
        assignment__member__user=user,
        assignment__ended_at=None,
        state=Assessment.State.DRAFT,
    ).count()


@dataclass(frozen=True)
class Opinion:
    """What one expert said of a dossier; ``expert`` is a name only for who may see names."""

    assessment: Assessment
    skill: str
    expert: str
    scores: dict[int, Score] = field(default_factory=dict)


def opinions(examination: Examination, *, but: Assessment | None = None) -> list[Opinion]:
    """Return every assessment of a dossier that was not recused, in the order of the assignments."""
    found = (
        Assessment.objects.filter(assignment__examination=examination, assignment__ended_at=None)
        .exclude(state=Assessment.State.RECUSED)
        .select_related("assignment__member__user")
        .prefetch_related("scores")
        .order_by("assignment__pk")
    )
    return [
        Opinion(
            one,
            one.assignment.skill,
            one.assignment.member.user.name,
            {score.criterion_id: score for score in one.scores.all()},
        )
        for one in found
        if but is None or one.pk != but.pk
    ]


def others(assessment: Assessment) -> list[Opinion]:
    """Return what the other experts submitted on the same dossier; nothing before one submitted one's own."""
    if assessment.state != Assessment.State.SUBMITTED:
        return []
    return [
        opinion
        for opinion in opinions(assessment.assignment.examination, but=assessment)
        if opinion.assessment.state == Assessment.State.SUBMITTED
    ]


# The whole selection


def examined(selection: Selection) -> list[Examination]:
    """Return the examinations that the experts assess or assessed, by reference, with their dossier."""
    return list(
        examinations_of(selection)
        .select_related("dossier", "slot")
        .defer("dossier__answers", "dossier__data_key")
    )


def examined_one(selection: Selection, reference: str) -> Examination:
    """Return one of the examinations that the experts assess or assessed, with its dossier.

    Raises:
        Http404: there is none of this reference.
    """
    found = (
        examinations_of(selection)
        .filter(dossier__reference=reference)
        .select_related("dossier")
        .defer("dossier__answers", "dossier__data_key")
        .first()
    )
    if found is None:
        raise Http404
    return found


def sheets_of(
    selection: Selection, examinations: Iterable[Examination | Line]
) -> dict[str, dict[str, dict[str, int]]]:
    """Return the submitted scores as :func:`ranking.rank` takes them; keys are ids, as text."""
    sheets: dict[str, dict[str, dict[str, int]]] = {str(one.pk): {} for one in examinations}
    found = Score.objects.filter(
        assessment__state=Assessment.State.SUBMITTED,
        assessment__assignment__ended_at=None,
        assessment__assignment__examination__selection=selection,
        value__isnull=False,
    )
    if len(sheets) <= FEW:
        found = found.filter(assessment__assignment__examination__in=[int(key) for key in sheets])
    rows = found.values_list(
        "assessment__assignment__examination_id", "assessment__assignment__member_id", "criterion_id", "value"
    )
    for examination, member, criterion, value in rows:
        by_expert = sheets.get(str(examination))
        if by_expert is not None and value is not None:
            by_expert.setdefault(str(member), {})[str(criterion)] = value
    return sheets


def places_of(selection: Selection) -> int:
    """Return the number of places that the call planned, or a usual one."""
    return selection.call.places_planned or PLACES


def rank(
    selection: Selection,
    examinations: Iterable[Examination | Line],
    criteria: Iterable[Criterion],
    *,
    places: int | None = None,
    seed: int = ranking.SEED,
    draws: int = ranking.DRAWS,
) -> ranking.Ranking | None:
    """Return the ranking of the submitted scores; None where no criterion weighs anything."""
    weights = {str(criterion.pk): criterion.weight for criterion in criteria}
    if not any(weights.values()):
        return None
    compute = ranking.rank if draws == 1 else ranking.rank_again  # one draw costs less than keeping it
    return compute(
        weights,
        sheets_of(selection, examinations),
        min(places or places_of(selection), MOST_PLACES),
        seed=seed,
        draws=draws,
    )


def frozen(selection: Selection) -> dict[str, Any]:
    """Return the ranking as it is now, for the minutes: references and figures, no name of a person."""
    examinations, criteria = examined(selection), criteria_of(selection)
    ranked = rank(selection, examinations, criteria)
    references = {str(one.pk): one.dossier.reference for one in examinations}
    states = {str(one.pk): one.state for one in examinations}
    return {
        "at": clock.now().isoformat(),
        "criteria": [{"label": one.label, "weight": one.weight} for one in criteria],
        "places": ranked.places if ranked else places_of(selection),
        "draws": ranked.draws if ranked else 0,
        "seed": ranked.seed if ranked else 0,
        "concentration": ranked.concentration if ranked else 0,
        "dossiers": [
            {
                "reference": references[one.key],
                "state": states[one.key],
                "rank": one.rank,
                "mark": round(one.mark, 4) if one.mark is not None else None,
                "share": one.share,
                "experts": one.experts,
                "widest": one.widest,
            }
            for one in (ranked.dossiers if ranked else ())
        ],
    }


def is_wide(spread: int) -> bool:
    """Say whether scores this far apart are pointed out for discussion."""
    return spread >= rules.WIDE_SPREAD


def shortlisted(selection: Selection) -> list[Examination]:
    """Return the dossiers that the committee wants to hear, by reference."""
    return [one for one in examined(selection) if one.state == Examination.State.SHORTLISTED]


def slots_of(selection: Selection) -> list[AuditionSlot]:
    """Return the slots in the order of time, with their dossiers."""
    return list(selection.slots.select_related("selection", "examination__dossier"))
