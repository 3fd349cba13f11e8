"""Lists of a selection: what a line of many shows, read as plain values and never as records."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from bacasable.programme.committee.models import Assessment, Assignment, Examination, Selection
from bacasable.programme.dossiers.models import Dossier


def examinations_of(selection: Selection) -> "QuerySet[Examination]":
    """Return the examinations that the experts assess or assessed, by reference."""
    assignments = Assignment.objects.filter(examination=OuterRef("pk"))
    return (
        selection.examinations.filter(dossier__state=Dossier.State.SUBMITTED)
        .exclude(state__in=[Examination.State.RECEIVED, Examination.State.INADMISSIBLE])
        .filter(~Q(state=Examination.State.DECIDED) | Exists(assignments))
        .order_by("dossier__reference")
    )


class Line(NamedTuple):
    """What a list shows of an examination and its dossier."""

    pk: int
    state: str
    reference: str
    title: str


def lines_of(examinations: "QuerySet[Examination]") -> list[Line]:
    """Read examinations for a list: a page of many needs no records, and loads none."""
    fields = ("pk", "state", "dossier__reference", "dossier__title")
    return [Line(*values) for values in examinations.values_list(*fields)]


class Given(NamedTuple):
    """An assessment that stands, in a list: of which dossier, its state, whose it is and for which skill."""

    pk: int
    examination: int
    reference: str
    state: str
    expert: str
    skill: str


def given(
    selection: Selection, *, examinations: Iterable[int] | None = None, among: Iterable[int] | None = None
) -> list[Given]:
    """Return the assessments of assignments that were not ended, nobody recused.

    Only those of ``examinations`` and only those ``among`` some, where they are told.
    """
    found = Assessment.objects.filter(
        assignment__examination__selection=selection, assignment__ended_at=None
    ).exclude(state=Assessment.State.RECUSED)
    if examinations is not None:
        found = found.filter(assignment__examination__in=list(examinations))
    if among is not None:
        found = found.filter(pk__in=list(among))
    rows = found.order_by("assignment__examination__dossier__reference", "assignment__pk").values_list(
        *("pk", "assignment__examination_id", "assignment__examination__dossier__reference"),
        *("state", "assignment__member__user__name", "assignment__skill"),
    )
    return [Given(*values) for values in rows]


def unassigned(selection: Selection) -> list[str]:
    """Return the references of the dossiers that no expert assesses."""
    assessments = Assessment.objects.filter(
        assignment__examination=OuterRef("pk"), assignment__ended_at=None
    ).exclude(state=Assessment.State.RECUSED)
    found = examinations_of(selection).filter(~Exists(assessments))
    return list(found.values_list("dossier__reference", flat=True))
