"""Read a selection: what stands, who sits, who declared what, who assesses what, what is still to give."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.people.permissions import table as permissions
from bacasable.people.permissions import walled_accounts
from bacasable.programme.committee import matching, rules
from bacasable.programme.committee.models import (
    Assessment,
    Assignment,
    ConflictDeclaration,
    Examination,
    ExpertProfile,
    PanelMember,
    Selection,
)
from bacasable.programme.dossiers.models import Dossier, Membership, MissingPartsRequest, Version

State = Examination.State

#: States in which experts may be given the dossier.
ASSIGNABLE = (State.ADMISSIBLE, State.SHORTLISTED, State.SET_ASIDE)
#: States in which its name is shown to the panel, so that links be declared.
DECLARABLE = (State.RECEIVED, *ASSIGNABLE)


def standing(selection: Selection) -> QuerySet[Examination]:
    """Return the examinations of dossiers that stand: a withdrawn dossier drops out of everything."""
    return Examination.objects.filter(selection=selection, dossier__state=Dossier.State.SUBMITTED)


def listed(selection: Selection) -> QuerySet[Examination]:
    """Return the standing examinations as lists show them: by reference, without the answers."""
    return (
        standing(selection)
        .select_related("dossier__current_version", "version")
        .defer(
            "dossier__answers",
            "dossier__data_key",
            "dossier__current_version__answers",
            "dossier__current_version__manifest",
            "version__answers",
            "version__manifest",
        )
        .order_by("dossier__reference")
    )


def admissible_in_bulk(selection: Selection) -> QuerySet[Examination]:
    """Return the dossiers to check whose current version meets the call's rules and from which nothing is
    awaited."""
    awaited = MissingPartsRequest.objects.filter(
        dossier=OuterRef("dossier"), answered_at=None, due_at__gte=clock.now()
    )
    return standing(selection).filter(
        ~Exists(awaited),
        state=State.RECEIVED,
        dossier__current_version__eligibility=Version.Eligibility.ELIGIBLE,
    )


def experts() -> QuerySet[User]:
    """Return the active accounts that may sit: they hold the expert role and none that reads every dossier.

    Who reads them all by another role (an officer, the president) would see a dossier with which they are in
    conflict; and nobody sits who stands behind the inspection wall.
    """
    readers = User.objects.filter(grants__role__in=permissions()["dossier.read"].roles)
    return (
        User.objects.filter(is_active=True, grants__role="expert")
        .exclude(pk__in=walled_accounts().values("pk"))
        .exclude(pk__in=readers.values("pk"))
        .order_by("name", "pk")
    )


def members(selection: Selection) -> QuerySet[PanelMember]:
    """Return who sits, those who left excepted, with account and profile."""
    return selection.members.filter(left_at=None).select_related("user__expert_profile")


def active_members(selection: Selection) -> QuerySet[PanelMember]:
    """Return who sits and still holds the expert role in an active account."""
    return members(selection).filter(user__in=experts().order_by().values("pk"))


def members_with_counts(selection: Selection) -> QuerySet[PanelMember]:
    """Return who sits, with ``declared_count``, ``conflict_count`` (links that hold now, dossiers that stand
    on the list of names) and ``assigned_count``.
    """
    on_the_list = standing(selection).filter(state__in=DECLARABLE).values("pk")
    last = (
        ConflictDeclaration.objects.filter(member=OuterRef("member"), examination=OuterRef("examination"))
        .order_by("-declared_at", "-pk")
        .values("pk")[:1]
    )
    holding = (
        ConflictDeclaration.objects.filter(
            member=OuterRef("pk"), examination__in=on_the_list, pk=Subquery(last)
        )
        .order_by()
        .values("member")
    )
    held = (
        Assignment.objects.filter(
            member=OuterRef("pk"), ended_at=None, examination__dossier__state=Dossier.State.SUBMITTED
        )
        .order_by()
        .values("member")
        .annotate(count=Count("pk"))
        .values("count")
    )
    counted = holding.annotate(count=Count("pk")).values("count")
    in_conflict = holding.filter(has_conflict=True).annotate(count=Count("pk")).values("count")
    return members(selection).annotate(
        declared_count=Coalesce(Subquery(counted), 0),
        conflict_count=Coalesce(Subquery(in_conflict), 0),
        assigned_count=Coalesce(Subquery(held), 0),
    )


def undeclared_count(member: PanelMember) -> int:
    """Count the names on which the expert has said nothing yet."""
    on_the_list = standing(member.selection).filter(state__in=DECLARABLE)
    return on_the_list.exclude(declarations__member=member).count()


def profile_of(user: User) -> ExpertProfile:
    """Return the profile of an expert; an empty one, unsaved, where there is none yet."""
    found = getattr(user, "expert_profile", None)
    return found or ExpertProfile(user=user)


def declarations(selection: Selection) -> dict[tuple[int, int], ConflictDeclaration]:
    """Return the declaration that holds, by (examination, member): the last one."""
    said = ConflictDeclaration.objects.filter(examination__selection=selection)
    return {(one.examination_id, one.member_id): one for one in said.order_by("declared_at", "pk")}


def live_assignments(selection: Selection) -> QuerySet[Assignment]:
    """Return the assignments that stand, with their assessment and expert."""
    return (
        Assignment.objects.filter(
            examination__selection=selection,
            examination__dossier__state=Dossier.State.SUBMITTED,
            ended_at=None,
        )
        .select_related("assessment", "examination__dossier", "member__user")
        .defer("examination__dossier__answers", "examination__dossier__data_key")
        .order_by("assigned_at", "pk")
    )


def serves(assignment: Assignment, active: Iterable[int]) -> bool:
    """Say whether a live assignment still counts: scored already, or held by a member who may still score."""
    return assignment.assessment.state == Assessment.State.SUBMITTED or assignment.member_id in active


@dataclass
class Table:
    """Everything that assigning looks at, read at once; keys are those of :mod:`matching`.

    ``examinations`` by reference, ``members`` by the public identifier of their account, ``held``: the
    assignments that serve, by reference; ``past``: who was recused from what; ``authors``: who writes what.
    """

    selection: Selection
    examinations: dict[str, Examination] = field(default_factory=dict)
    members: dict[str, PanelMember] = field(default_factory=dict)
    held: dict[str, list[Assignment]] = field(default_factory=lambda: defaultdict(list))
    said: dict[tuple[int, int], ConflictDeclaration] = field(default_factory=dict)
    loads: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    past: set[tuple[int, int]] = field(default_factory=set)
    authors: set[tuple[int, int]] = field(default_factory=set)

    def wanted(self, reference: str) -> tuple[str, ...]:
        """Return the skills for which the dossier still lacks an expert."""
        served = [assignment.skill for assignment in self.held.get(reference, ())]
        return tuple(
            skill for skill in rules.wanted_skills(self.selection.experts_per_dossier) if skill not in served
        )

    def obstacle(self, reference: str, member_key: str, skill: str) -> str:
        """Return why the expert cannot be given the dossier, as a code, or ``""``: load is not looked at."""
        examination, member = self.examinations.get(reference), self.members.get(member_key)
        if examination is None or member is None:
            return "gone"
        if (examination.dossier_id, member.user_id) in self.authors:
            return "author"
        said = self.said.get((examination.pk, member.pk))
        if said is not None and said.has_conflict:
            return "conflict"
        if member.undertaking_signed_at is None:
            return "undertaking"
        if said is None:
            return "undeclared"
        if (examination.pk, member.pk) in self.past:
            return "recused"
        if any(assignment.member_id == member.pk for assignment in self.held.get(reference, ())):
            return "holds_it"
        if skill not in profile_of(member.user).skills:
            return "skill"
        return ""

    def has_room(self, member_key: str) -> bool:
        """Say whether the expert takes one dossier more."""
        member = self.members[member_key]
        return self.loads[member_key] < profile_of(member.user).capacity


def table_of(selection: Selection) -> Table:
    """Read the table of a selection, in seven queries whatever its size."""
    table = Table(selection)
    found = listed(selection).filter(state__in=ASSIGNABLE)
    table.examinations = {one.dossier.reference: one for one in found}
    table.members = {str(one.user.public_id): one for one in active_members(selection)}
    active = {member.pk for member in table.members.values()}
    for assignment in live_assignments(selection):
        if serves(assignment, active):
            table.held[assignment.examination.dossier.reference].append(assignment)
            table.loads[str(assignment.member.user.public_id)] += 1
    table.said = declarations(selection)
    table.past = set(
        Assignment.objects.filter(
            examination__selection=selection, assessment__state=Assessment.State.RECUSED
        ).values_list("examination_id", "member_id")
    )
    table.authors = set(
        Membership.objects.filter(
            dossier__examination__selection=selection,
            user__in=[member.user_id for member in table.members.values()],
        ).values_list("dossier_id", "user_id")
    )
    return table


def propose(selection: Selection, table: Table | None = None) -> matching.Plan:
    """Return the plan that gives every dossier what it lacks, as far as experts, conflicts and loads allow.

    Pairs name dossiers by reference and experts by the public identifier of their account.
    """
    table = table or table_of(selection)
    conflicts, undeclared = set(), set()
    for reference, examination in table.examinations.items():
        for key, member in table.members.items():
            said = table.said.get((examination.pk, member.pk))
            barred = (examination.pk, member.pk) in table.past
            if barred or table.obstacle(reference, key, "") in ("conflict", "author"):
                conflicts.add((reference, key))
            elif said is None or member.undertaking_signed_at is None:
                undeclared.add((reference, key))
    return matching.match(
        [
            matching.Dossier(
                reference,
                table.wanted(reference),
                examination.sector,
                frozenset(str(held.member.user.public_id) for held in table.held.get(reference, ())),
            )
            for reference, examination in table.examinations.items()
        ],
        [
            matching.Expert(
                key,
                frozenset(profile_of(member.user).skills),
                frozenset(profile_of(member.user).sectors),
                profile_of(member.user).capacity,
                table.loads[key],
            )
            for key, member in table.members.items()
        ],
        conflicts,
        undeclared,
    )


@dataclass(frozen=True)
class Name:
    """A dossier as the panel sees it before any access: names alone, of the version that was submitted."""

    examination: Examination
    reference: str
    title: str
    body: str


def names(selection: Selection) -> list[Name]:
    """Return the names on which experts declare their links, by reference."""
    rows = (
        standing(selection)
        .filter(state__in=DECLARABLE)
        .select_related("dossier__current_version")
        .defer("dossier__answers", "dossier__data_key", "dossier__current_version__manifest")
        .order_by("dossier__reference")
    )
    return [
        Name(
            row,
            row.dossier.reference,
            row.dossier.title,
            str(row.dossier.current_version.answers.get("organisation", {}).get("name", "")),
        )
        for row in rows
        if row.dossier.current_version is not None
    ]


def seats_of(user: User) -> list[PanelMember]:
    """Return the panels on which an expert sits, the last first."""
    return list(
        PanelMember.objects.filter(user=user, left_at=None)
        .select_related("selection__call")
        .prefetch_related(
            Prefetch(
                "assignments",
                Assignment.objects.filter(
                    ended_at=None, examination__dossier__state=Dossier.State.SUBMITTED
                ).select_related("assessment"),
            )
        )
        .order_by("-invited_at")
    )
