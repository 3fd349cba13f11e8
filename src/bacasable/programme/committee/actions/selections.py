"""Open the selection of a call, receive its dossiers, open the scoring."""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import letters, rules
from bacasable.programme.committee.actions.locking import authorise, locked_selection, subject_of
from bacasable.programme.committee.models import Examination, Selection
from bacasable.programme.committee.queries import panel
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.queries import readable_by_the_office
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def open_selection(*, call: Call, by: User | str) -> Selection:
    """Open the committee's work on a call and take in each dossier submitted; done twice, it is done once.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        Refused: ``state``: the call is a draft, or is decided already.
    """
    authorise(by, "committee.manage")
    Call.objects.select_for_update().get(pk=call.pk)  # two officers at once open one selection
    found = Selection.objects.filter(call=call).first()
    if found is None and call.state not in (Call.State.PUBLISHED, Call.State.CLOSED):
        raise Refused("state", N_("A selection is opened on a published or closed call."), state=call.state)
    selection = found or Selection.objects.create(call=call, opened_at=clock.now())
    taken_in = _take_in(selection)
    if found is None:
        journal.record("committee.selection_opened", by=by, subject=subject_of(selection), dossiers=taken_in)
    elif taken_in:
        journal.record("committee.dossiers_received", by=by, subject=subject_of(selection), count=taken_in)
    return selection


def _take_in(selection: Selection) -> int:
    known = set(selection.examinations.values_list("dossier_id", flat=True))
    waiting = readable_by_the_office().filter(call_id=selection.call_id).exclude(pk__in=known)
    made = [
        Examination(selection=selection, dossier_id=pk)
        for pk in waiting.order_by("reference").values_list("pk", flat=True)
    ]
    Examination.objects.bulk_create(made)
    return len(made)


def receive(dossier: Dossier) -> None:
    """Take in a dossier submitted once the selection of its call is open; called in that transaction."""
    selection = Selection.objects.filter(call_id=dossier.call_id).first()
    if selection is not None:
        Examination.objects.get_or_create(dossier=dossier, defaults={"selection": selection})


@transaction.atomic
def set_experts_per_dossier(*, selection: Selection, number: int, by: User | str) -> Selection:
    """Say how many experts assess each dossier: the pair of law and technique, or these and the sector.

    Raises:
        ValueError: not a number of ``rules.EXPERTS_PER_DOSSIER``.
        Refused: ``state``: scoring was opened.
    """
    authorise(by, "committee.manage")
    if number not in rules.EXPERTS_PER_DOSSIER:
        raise ValueError(f"{number} experts; choose among {rules.EXPERTS_PER_DOSSIER}")
    taken = locked_selection(selection)
    rules.next_state(rules.SELECTION, taken.state, "open_scoring")  # only while it is being prepared
    taken.experts_per_dossier = number
    taken.revision += 1
    taken.save(update_fields=["experts_per_dossier", "revision"])
    journal.record("committee.experts_per_dossier_set", by=by, subject=subject_of(taken), number=number)
    return taken


@transaction.atomic
def open_scoring(*, selection: Selection, scores_due_at: datetime, by: User | str) -> Selection:
    """Let the experts score until ``scores_due_at``, and tell those who have something to score.

    Raises:
        PermissionDenied: ``by`` may not manage the committee.
        Refused: ``state``; ``past``: the due date is not ahead; ``no_grid``: the call has no criteria;
            ``nothing_to_score``: no dossier was assigned.
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection)
    state = rules.next_state(rules.SELECTION, taken.state, "open_scoring")
    _check_due(scores_due_at)
    if not taken.call.criteria.exists():
        raise Refused("no_grid", N_("The call has no criteria: there is nothing to score against."))
    counts: dict[int, int] = {}
    for assignment in panel.live_assignments(taken):
        counts[assignment.member_id] = counts.get(assignment.member_id, 0) + 1
    if not counts:
        raise Refused("nothing_to_score", N_("No dossier is assigned yet: assign experts first."))
    taken.state = state
    taken.scores_due_at = scores_due_at
    taken.revision += 1
    taken.save(update_fields=["state", "scores_due_at", "revision"])
    for member in panel.active_members(taken).filter(pk__in=counts):
        letters.to_score(member, counts[member.pk])
    journal.record(
        "committee.scoring_opened",
        by=by,
        subject=subject_of(taken),
        due_at=scores_due_at,
        assignments=sum(counts.values()),
    )
    return taken


@transaction.atomic
def extend_scoring(*, selection: Selection, scores_due_at: datetime, by: User | str) -> Selection:
    """Give the experts more time; a due date only moves later.

    Raises:
        Refused: ``state``: scoring is not open; ``past``; ``earlier``.
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection)
    rules.next_state(rules.SELECTION, taken.state, "close_scoring")  # only while scoring is open
    _check_due(scores_due_at)
    if taken.scores_due_at is not None and scores_due_at <= taken.scores_due_at:
        raise Refused("earlier", N_("Experts count on the due date: it only moves later."))
    taken.scores_due_at = scores_due_at
    taken.revision += 1
    taken.save(update_fields=["scores_due_at", "revision"])
    journal.record("committee.scoring_extended", by=by, subject=subject_of(taken), due_at=scores_due_at)
    return taken


def _check_due(scores_due_at: datetime) -> None:
    if scores_due_at <= clock.now():
        raise Refused("past", N_("Choose a due date that is still ahead."))
