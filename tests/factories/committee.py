"""Selections for tests: a closed call with a grid, its dossiers, a panel of experts, assignments.

Everything goes through the actions, in the order in which people do it. ``full()`` is the usual start::

    room = committee.full(dossiers=3)
    room.officer, room.selection, room.examinations, room.members, room.assignments
"""

from dataclasses import dataclass, field
from datetime import timedelta

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions, rules
from bacasable.programme.committee.matching import Pair
from bacasable.programme.committee.models import Assignment, Examination, PanelMember, Selection
from bacasable.programme.dossiers.models import Dossier
from tests.factories import dossiers
from tests.factories.call import CallFactory, CriterionFactory
from tests.factories.people import staff, verified


@dataclass
class Room:
    """A selection and who works on it. ``officer`` is verified: fit for actions and for ``sign_in``."""

    call: Call
    officer: User
    selection: Selection
    examinations: list[Examination] = field(default_factory=list)
    members: list[PanelMember] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)

    def refresh(self) -> "Room":
        """Read the records again."""
        for record in (self.selection, *self.examinations, *self.members, *self.assignments):
            record.refresh_from_db()
        return self


def close(call: Call) -> Call:
    """Close a call whose dossiers were submitted: its deadline is past."""
    Call.objects.filter(pk=call.pk).update(
        state=Call.State.CLOSED,
        opens_at=clock.now() - timedelta(days=60),
        closes_at=clock.now() - timedelta(days=1),
        closed_at=clock.now() - timedelta(days=1),
    )
    call.refresh_from_db()
    return call


def submitted_without_answers(call: Call, title: str = "") -> Dossier:
    """Return a submitted dossier with names alone, made fast: for tests of many dossiers."""
    from bacasable.programme.dossiers.models import Version

    dossier = dossiers.draft(call)
    author = dossiers.author_of(dossier)
    answers = {
        "organisation": {"name": f"Body of {dossier.reference}"},
        "project": {"title": title or dossier.reference},
    }
    now = clock.now()
    version = Version.objects.create(
        dossier=dossier, number=1, answers=answers, digest="0" * 64, submitted_at=now, submitted_by=author
    )
    Dossier.objects.filter(pk=dossier.pk).update(
        state=Dossier.State.SUBMITTED,
        current_version=version,
        submitted_at=now,
        title=answers["project"]["title"],
        answers=answers,
    )
    dossier.refresh_from_db()
    return dossier


def opened(dossiers: int = 2, *, call: Call | None = None, officer: User | None = None) -> Room:
    """Return a selection whose dossiers are received and not checked yet."""
    made = call or CallFactory()
    if not made.criteria.exists():
        for weight in (3, 2):
            CriterionFactory(call=made, weight=weight)
    for _ in range(dossiers):
        submitted_without_answers(made)
    close(made)
    by = verified(officer or staff("officer"))
    selection = actions.open_selection(call=made, by=by)
    examinations = list(selection.examinations.order_by("dossier__reference"))
    return Room(made, by, selection, examinations)


def admissible(dossiers: int = 2, **options) -> Room:
    """Return a selection whose dossiers are all admissible."""
    room = opened(dossiers, **options)
    room.examinations = [actions.admit(examination=one, by=room.officer) for one in room.examinations]
    return room


def expert(*skills: str, sectors: tuple[str, ...] = (), capacity: int = 8, **fields: object) -> User:
    """Return an expert with a profile; every skill unless some are named."""
    user = verified(staff("expert", **fields))
    actions.save_profile(
        user=user,
        organisation="University",
        skills=skills or tuple(rules.SKILLS),
        sectors=sectors,
        capacity=capacity,
        by="system",
    )
    return user


def seat(room: Room, user: User, *, declared: bool = True) -> PanelMember:
    """Seat an expert who signed and, with ``declared``, has no conflict with any dossier."""
    member = actions.invite(selection=room.selection, user=user, by=room.officer)
    member = actions.sign_undertaking(member=member, by=user)
    if declared:
        actions.declare_many(member=member, said={e.pk: (False, "") for e in room.examinations}, by=user)
    member.user = user
    room.members.append(member)
    return member


def seated(dossiers: int = 2, *, experts: int = 2, **options) -> Room:
    """Return admissible dossiers and a panel without conflicts: law and technique in turn."""
    room = admissible(dossiers, **options)
    for number in range(experts):
        seat(room, expert(rules.PAIR[number % 2], capacity=60))
    return room


def give(room: Room, examination: Examination, member: PanelMember, skill: str) -> Assignment:
    """Give one dossier to one expert."""
    pair = Pair(examination.dossier.reference, skill, str(member.user.public_id))
    assignment = actions.assign(selection=room.selection, pairs=[pair], by=room.officer)[0]
    room.assignments.append(assignment)
    return assignment


def assigned(dossiers: int = 2, **options) -> Room:
    """Return dossiers assigned in pairs; scoring is not open yet."""
    room = seated(dossiers, **options)
    plan = actions.propose_assignments(room.selection)
    room.assignments = actions.assign(selection=room.selection, pairs=plan.pairs, by=room.officer)
    return room.refresh()


def full(dossiers: int = 2, *, days: int = 10, **options) -> Room:
    """Return an open scoring: assignments in pairs with draft assessments, due in ``days``."""
    room = assigned(dossiers, **options)
    room.selection = actions.open_scoring(
        selection=room.selection, scores_due_at=clock.now() + timedelta(days=days), by=room.officer
    )
    return room


def expert_of(assignment: Assignment) -> User:
    """Return the expert of an assignment, verified."""
    return verified(assignment.member.user)
