"""Give dossiers to experts and take them back."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.committee import letters, rules
from bacasable.programme.committee.actions.locking import authorise, locked_selection, refuse_own, subject_of
from bacasable.programme.committee.matching import Pair
from bacasable.programme.committee.models import Assessment, Assignment, Examination, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

#: Why a pair is refused: what is wrong and the remedy.
OBSTACLES = {
    "gone": N_(
        "%(dossier)s can no longer be assigned so: the dossier or the expert left. Read the page again."
    ),
    "taken": N_("%(dossier)s was given to another expert meanwhile. Read the page again."),
    "conflict": N_("%(dossier)s: this expert declared a conflict of interests. Choose another one."),
    "author": N_("%(dossier)s: this expert writes the dossier as a candidate. Choose another one."),
    "undertaking": N_("%(dossier)s: this expert has not signed the undertaking of confidentiality yet."),
    "undeclared": N_("%(dossier)s: this expert has not said yet whether there is a conflict of interests."),
    "recused": N_("%(dossier)s was taken back from this expert, and is not given again. Choose another one."),
    "holds_it": N_("%(dossier)s: this expert assesses it already. Choose another one."),
    "skill": N_("%(dossier)s: this expert's profile lacks the skill that is wanted."),
    "full": N_("%(dossier)s: this expert has all the dossiers that they take. Choose another one."),
}


@transaction.atomic
def assign(
    *, selection: Selection, pairs: Iterable[Pair], by: User, revision: int | None = None
) -> list[Assignment]:
    """Give dossiers to experts, all or none; each gets a draft assessment of the version found admissible.

    Args:
        pairs: as :func:`queries.panel.propose` makes them: reference, skill, public identifier.
        revision: of the selection, as the page showed it.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        Refused: ``state``: not while preparing or scoring; ``decided``; ``stale``: somebody else assigned
            meanwhile; ``own``: ``by`` writes one of the dossiers; else a code of ``OBSTACLES`` with
            ``dossier``, its reference.
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection)
    if taken.state == Selection.State.DELIBERATING:
        raise Refused("state", N_("Scoring is closed. Open it again to assign experts."), state=taken.state)
    if revision is not None and revision != taken.revision:
        raise Refused(
            "stale",
            N_("Somebody else changed the assignments meanwhile. Nothing was stored: read them."),
        )
    table = panel.table_of(taken)
    wanted = list(pairs)
    named = {pair.dossier for pair in wanted}
    written = taken.examinations.filter(dossier__memberships__user=by, dossier__reference__in=named)
    for examination in written.select_related("dossier"):
        refuse_own(examination, by)
    made = [_assign(table, pair, by) for pair in wanted]
    if not made:
        return []
    taken.revision += 1
    taken.save(update_fields=["revision"])
    if taken.state == Selection.State.SCORING:
        counts: dict[int, int] = {}
        for assignment in made:
            counts[assignment.member_id] = counts.get(assignment.member_id, 0) + 1
        for member in table.members.values():
            if member.pk in counts:
                letters.to_score(member, counts[member.pk])
    journal.record("committee.assigned", by=by, subject=subject_of(taken), count=len(made))
    return made


def _assign(table: panel.Table, pair: Pair, by: User) -> Assignment:
    obstacle = table.obstacle(pair.dossier, pair.expert, pair.skill)
    if not obstacle and pair.skill not in table.wanted(pair.dossier):
        obstacle = "taken"
    if not obstacle and not table.has_room(pair.expert):
        obstacle = "full"
    if obstacle:
        raise Refused(obstacle, OBSTACLES[obstacle], dossier=pair.dossier)
    examination, member = table.examinations[pair.dossier], table.members[pair.expert]
    _replace(examination, pair.skill)
    now = clock.now()
    assignment, created = Assignment.objects.get_or_create(
        examination=examination,
        member=member,
        defaults={"skill": pair.skill, "assigned_by": by, "assigned_at": now},
    )
    if created:
        assignment.assessment = Assessment.objects.create(
            assignment=assignment, version_id=_version_of(examination), changed_at=now
        )
    else:  # taken back before anything was submitted: the draft is there still
        assignment.skill, assignment.assigned_by, assignment.assigned_at = pair.skill, by, now
        assignment.ended_at, assignment.end_reason = None, ""
        assignment.save()
        Assessment.objects.filter(assignment=assignment).update(version_id=_version_of(examination))
    table.held[pair.dossier].append(assignment)
    table.loads[pair.expert] += 1
    return assignment


def _version_of(examination: Examination) -> int:
    version = examination.version_id or examination.dossier.current_version_id
    if version is None:
        raise ValueError(f"examination {examination.pk}: no submitted version to assess")
    return version


def _replace(examination: Examination, skill: str) -> None:
    """End what nobody can score any more: an assignment for that skill whose expert lost the role or left."""
    for assignment in examination.assignments.filter(skill=skill, ended_at=None):
        recuse(assignment, "replaced")


@transaction.atomic
def unassign(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """Take a dossier back from an expert, with a reason. Scores already submitted are kept and count no more.

    Raises:
        Refused: ``reasons``: none was given; ``own``: ``by`` writes the dossier; ``ended``: it was taken back
            already; ``decided``.
    """
    authorise(by, "committee.manage")
    if not reason.strip():
        raise Refused("reasons", N_("Say why the dossier is taken back."))
    examination = Examination.objects.get(pk=assignment.examination_id)
    refuse_own(examination, by)
    selection = locked_selection(Selection(pk=examination.selection_id))
    taken = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if taken.ended_at is not None:
        raise Refused("ended", N_("This dossier was taken back from this expert already."))
    submitted = taken.assessment.state == Assessment.State.SUBMITTED
    if submitted:
        recuse(taken, reason.strip())
    else:
        _end(taken, reason.strip())
    selection.revision += 1
    selection.save(update_fields=["revision"])
    if selection.state == Selection.State.SCORING:
        letters.taken_back(taken)
    journal.record(
        "committee.unassigned",
        by=by,
        subject=f"dossier:{examination.dossier.reference}",
        expert=taken.member.user.public_id,
        had_scored=submitted,
    )
    return taken


def recuse(assignment: Assignment, reason: str) -> None:
    """End an assignment for good: its assessment is kept, counts no more, and is not written again."""
    assessment = Assessment.objects.select_for_update().get(assignment=assignment)
    assessment.state = rules.next_state(rules.ASSESSMENT, assessment.state, "recuse")
    assessment.save(update_fields=["state"])
    _end(assignment, reason)


def _end(assignment: Assignment, reason: str) -> None:
    assignment.ended_at, assignment.end_reason = clock.now(), reason[:200]
    assignment.save(update_fields=["ended_at", "end_reason"])


def end_all(assignments: QuerySet[Assignment], reason: str) -> int:
    """End those of the assignments that stand, in the caller's transaction; return how many."""
    return assignments.filter(ended_at=None).update(ended_at=clock.now(), end_reason=reason[:200])


def withdraw(dossier: Dossier) -> None:
    """End what experts held of a dossier that its candidate withdrew; called in that transaction."""
    examination = Examination.objects.filter(dossier=dossier).select_related("selection").first()
    if examination is None:
        return
    selection = Selection.objects.select_for_update().get(pk=examination.selection_id)
    if selection.state == Selection.State.SCORING:
        for assignment in examination.assignments.filter(ended_at=None).select_related("member__user"):
            letters.taken_back(assignment)
    if end_all(examination.assignments.all(), "withdrawn"):
        selection.revision += 1
        selection.save(update_fields=["revision"])
