"""What a decision is taken on, who may sign it, and what became of it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from bacasable.compliance import clock
from bacasable.people.permissions import may, roles_of
from bacasable.programme.call.models import Call
from bacasable.programme.committee.models import (
    Assessment,
    Decision,
    Delegation,
    Deliberation,
    Examination,
    Letter,
    Outcome,
    Selection,
)
from bacasable.programme.committee.queries import lists, scores
from bacasable.programme.dossiers.models import Dossier, Version


@dataclass(frozen=True)
class Standing:
    """Where the scores put a dossier: its weighted mean (1 to 5) and its rank, equal means sharing one."""

    rank: int
    mean: float


@dataclass(frozen=True)
class Signatory:
    """The name and capacity that letters show (CRPA L.212-1), and the delegation that they rest on."""

    name: str
    capacity: str
    delegation: Delegation | None = None


def selection_of(slug: str, user: Any, permission: str) -> Selection:
    """Return the selection of the call ``slug`` for one who holds ``permission`` towards it.

    Raises:
        Http404: there is none, or this person may not: the two look the same.
    """
    selection = Selection.objects.select_related("call").filter(call__slug=slug).first()
    if selection is None or not may(user, permission, selection):
        raise Http404
    return selection


def to_decide(selection: Selection) -> list[Examination]:
    """Return what a decision must cover: every dossier that was not withdrawn, by reference."""
    examinations = selection.examinations.exclude(dossier__state=Dossier.State.WITHDRAWN)
    related = examinations.select_related("dossier__current_version", "version")
    return list(related.order_by("dossier__reference"))


def examined_version(examination: Examination) -> Version:
    """Return the version that was examined: the one noted at admission, else the one that stands."""
    version = examination.version or examination.dossier.current_version
    assert version is not None  # noqa: S101 (a dossier is examined once it was submitted)
    return version


def body_name(version: Version) -> str:
    """Return the name of the body that applies, as its dossier gives it."""
    return str(version.answers.get("organisation", {}).get("name", ""))


def project_title(version: Version) -> str:
    """Return the title of the project in that version."""
    return str(version.answers.get("project", {}).get("title", "")) or version.dossier.title


def was_scored(examination: Examination) -> bool:
    """Say whether experts scored the dossier on the grid: only then does its letter say that one was used."""
    return Assessment.objects.filter(
        assignment__examination=examination, state=Assessment.State.SUBMITTED
    ).exists()


def scored(selection: Selection) -> set[int]:
    """Return the examinations of the selection that :func:`was_scored` holds for, in one query."""
    return set(
        Assessment.objects.filter(
            assignment__examination__selection=selection, state=Assessment.State.SUBMITTED
        ).values_list("assignment__examination_id", flat=True)
    )


def standings(selection: Selection) -> dict[int, Standing]:
    """Return the standing of each examination that has a mark: see :mod:`..ranking`.

    A few queries, whatever the number of dossiers; nothing for a dossier without submitted scores.
    """
    examined = lists.lines_of(lists.examinations_of(selection))
    ranked = scores.rank(selection, examined, scores.criteria_of(selection), draws=1)
    return {
        int(one.key): Standing(one.rank, one.mark)
        for one in (ranked.dossiers if ranked else ())
        if one.rank is not None and one.mark is not None
    }


def signatory_for(user: Any, selection: Selection) -> Signatory | None:
    """Return how ``user`` would sign a decision on this selection now, or None for who may not.

    The president signs in their own capacity; a delegate in the one that the act of delegation gives.
    """
    if not may(user, "committee.decide", selection):
        return None
    if "president" in roles_of(user):
        with translation.override(selection.call.language):
            return Signatory(user.name, _("President"))
    delegation = delegation_in_force(user, selection.call)
    return Signatory(user.name, delegation.capacity, delegation) if delegation else None


def delegation_in_force(user: Any, call: Call) -> Delegation | None:
    """Return the delegation of signature that ``user`` holds on ``call`` now; the last given of several."""
    now = clock.now()
    held = Delegation.objects.filter(
        to_id=user.pk, revoked_at=None, starts_at__lte=now, ends_at__gte=now
    ).order_by("-given_at", "-pk")
    return next((delegation for delegation in held if delegation.is_in_force(call.pk, now)), None)


def decision_of(selection: Selection) -> Decision | None:
    """Return the decision on a selection, or None while there is none."""
    return Decision.objects.select_related("decided_by", "delegation").filter(selection=selection).first()


def has_minutes(selection: Selection) -> bool:
    """Say whether the committee recorded a deliberation, with what was said there."""
    return Deliberation.objects.filter(selection=selection).exclude(minutes="").exists()


def outcomes_of(decision: Decision) -> QuerySet[Outcome]:
    """Return the outcomes of a decision with their dossiers and letters: laureates, advised, refused."""
    ranked = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(Outcome.Kind.values)),
        output_field=IntegerField(),
    )
    return (
        decision.outcomes.select_related(
            "examination__dossier__current_version", "examination__version", "letter", "project"
        )
        .annotate(place=ranked)
        .order_by("place", "examination__dossier__reference")
    )


def letter_of(reference: str, user: Any, permission: str) -> Letter:
    """Return a letter by its reference for one who holds ``permission`` towards its selection.

    Raises:
        Http404: there is none, or this person may not: the two look the same.
    """
    letter = (
        Letter.objects.select_related(
            "outcome__decision__selection__call", "outcome__examination__dossier__call"
        )
        .filter(reference=reference)
        .first()
    )
    if letter is None or not may(user, permission, letter.outcome.decision.selection):
        raise Http404
    return letter


def sent_letter(dossier: Dossier) -> Letter | None:
    """Return the letter that was sent to the authors of ``dossier``; None before it is sent."""
    return (
        Letter.objects.select_related("outcome__decision", "outcome__examination__dossier")
        .filter(outcome__examination__dossier=dossier, sent_at__isnull=False)
        .first()
    )


def places_taken(decision: Decision) -> dict[str, int]:
    """Return how many dossiers have each outcome: ``{"laureate": 4, "advised": 4, "refused": 12}``."""
    counts = decision.outcomes.values_list("kind").annotate(count=Count("pk")).order_by()
    return dict.fromkeys(Outcome.Kind.values, 0) | dict(counts)


def outcome_to_defend(slug: str, reference: str) -> Outcome:
    """Return the outcome of a dossier of the call ``slug``.

    Raises:
        Http404: the dossier is of another call, or was not decided on.
    """
    found = (
        Outcome.objects.select_related(
            "decision__selection__call",
            "decision__decided_by",
            "decision__delegation",
            "examination__dossier__current_version",
            "examination__version",
            "letter",
        )
        .filter(decision__selection__call__slug=slug, examination__dossier__reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    return found
