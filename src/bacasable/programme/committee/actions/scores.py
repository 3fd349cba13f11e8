"""Write and submit an assessment; close the scoring of a selection and open it again.

The selection's row is always taken first: a score that arrives while the scoring is being closed is either
counted or refused, never lost between the two.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.programme.committee import rules
from bacasable.programme.committee.actions.locking import authorise, locked_selection, subject_of
from bacasable.programme.committee.models import Assessment, Assignment, Score, Selection
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused

LONGEST_COMMENT = 2000
LONGEST_GENERAL_COMMENT = 4000


class Incomplete(Refused):
    """An assessment that cannot be submitted: criteria (ids) without a score, or whose score asks why."""

    def __init__(self, unscored: list[int], uncommented: list[int]) -> None:
        super().__init__(
            "incomplete",
            N_("Not submitted: %(count)s criteria still need a score, or a comment that says why."),
            count=len({*unscored, *uncommented}),
        )
        self.unscored, self.uncommented = unscored, uncommented


class Missing(Refused):
    """Scoring cannot be closed without saying so: ``assessments`` (ids) are not submitted."""

    def __init__(self, assessments: list[int]) -> None:
        super().__init__(
            "missing",
            N_("%(count)s assessments are not submitted. Confirm that you close the scoring without them."),
            count=len(assessments),
        )
        self.assessments = assessments


@transaction.atomic
def write_scores(
    *,
    assessment: Assessment,
    values: Mapping[int, int | None],
    comments: Mapping[int, str],
    comment: str | None,
    revision: int,
    by: User,
    received_at: datetime | None = None,
) -> Assessment:
    """Store what an expert has written; criteria that are not named stay as they are.

    Args:
        values: 1 to 5, or None, by criterion id.
        comments: by criterion id, at most 2,000 characters.
        comment: on the whole, at most 4,000 characters; None leaves it.
        revision: the one that the page was filled with. What is stored already is no conflict.
        received_at: when the server received the page; the clock by default.

    Raises:
        PermissionDenied: ``by`` does not assess this dossier, or no longer does.
        Refused: ``state`` (submitted, recused), ``withdrawn``, ``not_scoring``, ``too_late``, ``scale``,
            ``criterion``, ``too_long``, ``conflict`` (somebody, or another tab, wrote since).
    """
    at = received_at or clock.now()
    taken, selection = _locked(assessment, by, "write")
    _in_time(selection, at)
    stored = {score.criterion_id: score for score in taken.scores.all()}
    grid = set(selection.call.criteria.values_list("pk", flat=True))
    if not {*values, *comments} <= grid:
        raise Refused("criterion", N_("This criterion is not in the grid of the call. Reload the page."))
    if not all(value is None or rules.LOWEST <= value <= rules.HIGHEST for value in values.values()):
        raise Refused(
            "scale",
            N_("A score is a whole number from %(lowest)s to %(highest)s."),
            lowest=rules.LOWEST,
            highest=rules.HIGHEST,
        )
    if any(len(text) > LONGEST_COMMENT for text in comments.values()):
        raise _too_long(LONGEST_COMMENT)
    if comment is not None and len(comment) > LONGEST_GENERAL_COMMENT:
        raise _too_long(LONGEST_GENERAL_COMMENT)
    written = []
    for criterion in sorted({*values, *comments}):
        score = stored.get(criterion) or Score(assessment=taken, criterion_id=criterion)
        before = (score.value, score.comment)
        score.value = values.get(criterion, score.value)
        score.comment = comments.get(criterion, score.comment)
        if (score.value, score.comment) != before:
            written.append(score)
    if not written and comment in (None, taken.comment):
        return taken
    if revision != taken.revision:
        raise Refused(
            "conflict",
            N_("Another tab or device changed this assessment since this page was opened."),
            revision=taken.revision,
        )
    for score in written:
        score.save()
    taken.comment = taken.comment if comment is None else comment
    taken.revision += 1
    taken.changed_at = at
    taken.save(update_fields=["comment", "revision", "changed_at"])
    journal.record("committee.scores_written", by=by, subject=_subject(taken), revision=taken.revision)
    return taken


@transaction.atomic
def submit_assessment(
    *, assessment: Assessment, revision: int, by: User, received_at: datetime | None = None
) -> Assessment:
    """Submit what is stored: every criterion scored, and a comment where the score is 1, 2 or 5.

    Raises:
        PermissionDenied: as :func:`write_scores`.
        Refused: ``state``, ``not_scoring``, ``too_late``, ``conflict``.
        Incomplete: something is lacking; nothing changes.
    """
    at = received_at or clock.now()
    taken, selection = _locked(assessment, by, "submit")
    _in_time(selection, at)
    if revision != taken.revision:
        raise Refused(
            "conflict",
            N_("Another tab or device changed this assessment since this page was opened."),
            revision=taken.revision,
        )
    scores = {score.criterion_id: score for score in taken.scores.all()}
    grid = list(selection.call.criteria.values_list("pk", flat=True))
    unscored = [key for key in grid if key not in scores or scores[key].value is None]
    uncommented = [
        key
        for key in grid
        if key not in unscored and rules.asks_why(scores[key].value or 0) and not scores[key].comment.strip()
    ]
    if unscored or uncommented or not grid:
        raise Incomplete(unscored, uncommented)
    taken.state = rules.next_state(rules.ASSESSMENT, taken.state, "submit")
    taken.submitted_at = at
    taken.save(update_fields=["state", "submitted_at"])
    journal.record("committee.assessment_submitted", by=by, subject=_subject(taken), revision=taken.revision)
    return taken


@transaction.atomic
def reopen_assessment(*, assessment: Assessment, by: User | str) -> Assessment:
    """Give a submitted assessment back to its expert, while the scoring is open.

    Having submitted, the expert may have read the others' scores of the dossier, by skill and without names;
    they are hidden again until the next submission. The journal keeps that it was reopened.

    Raises:
        Refused: ``state``, ``not_scoring``.
    """
    authorise(by, "committee.manage")
    taken, selection = _taken(assessment)
    _scoring(selection)
    if taken.assignment.ended_at is not None:
        raise Refused("state", N_("This expert no longer assesses the dossier."))
    taken.state = rules.next_state(rules.ASSESSMENT, taken.state, "reopen")
    taken.submitted_at = None
    taken.revision += 1
    taken.changed_at = clock.now()
    taken.save(update_fields=["state", "submitted_at", "revision", "changed_at"])
    journal.record("committee.assessment_reopened", by=by, subject=_subject(taken), revision=taken.revision)
    return taken


@transaction.atomic
def close_scoring(*, selection: Selection, by: User | str, accept_missing: bool = False) -> Selection:
    """End the scoring: from now on scores are read, not written.

    Raises:
        Refused: the selection is not being scored (``state``).
        Missing: assessments are not submitted and ``accept_missing`` is false; it says which.
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection, working=False)
    state = rules.next_state(rules.SELECTION, taken.state, "close_scoring")
    missing = list(
        Assessment.objects.filter(
            assignment__examination__selection=taken,
            assignment__ended_at=None,
            state=Assessment.State.DRAFT,
        ).values_list("pk", flat=True)
    )
    if missing and not accept_missing:
        raise Missing(missing)
    taken.state = state
    taken.revision += 1
    taken.save(update_fields=["state", "revision"])
    journal.record("committee.scoring_closed", by=by, subject=subject_of(taken), missing=len(missing))
    return taken


@transaction.atomic
def reopen_scoring(*, selection: Selection, scores_due_at: datetime, by: User | str) -> Selection:
    """Go back from deliberating to scoring, until ``scores_due_at``.

    Raises:
        Refused: the selection is not being deliberated (``state``), or the date has passed (``past``).
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection, working=False)
    taken.state = rules.next_state(rules.SELECTION, taken.state, "reopen_scoring")
    if scores_due_at <= clock.now():
        raise Refused("past", N_("Choose a date in the future: experts need time to score."))
    taken.scores_due_at = scores_due_at
    taken.revision += 1
    taken.save(update_fields=["state", "scores_due_at", "revision"])
    journal.record(
        "committee.scoring_reopened",
        by=by,
        subject=subject_of(taken),
        due_at=scores_due_at,
    )
    return taken


@transaction.atomic
def record_export(*, selection: Selection, count: int, by: User) -> None:
    """Note that the ranking left the site as a file of ``count`` dossiers."""
    require(by, "committee.ranking")
    journal.record("committee.ranking_exported", by=by, subject=subject_of(selection), count=count)


def _taken(assessment: Assessment) -> tuple[Assessment, Selection]:
    """Return the stored assessment and its selection, both locked, the selection first."""
    key = Assignment.objects.values_list("examination__selection_id", flat=True).get(
        pk=assessment.assignment_id
    )
    selection = locked_selection(Selection(pk=key), working=False)
    taken = Assessment.objects.select_for_update().get(pk=assessment.pk)
    taken.assignment = Assignment.objects.select_related("member", "examination__dossier").get(
        pk=taken.assignment_id
    )
    return taken, selection


def _locked(assessment: Assessment, by: User, verb: str) -> tuple[Assessment, Selection]:
    taken, selection = _taken(assessment)
    require(by, "committee.score", taken.assignment)
    if taken.assignment.examination.dossier.state != Dossier.State.SUBMITTED:
        raise Refused("withdrawn", N_("The candidate has withdrawn this dossier: it is no longer examined."))
    rules.next_state(rules.ASSESSMENT, taken.state, verb)
    return taken, selection


def _scoring(selection: Selection) -> None:
    if selection.state != Selection.State.SCORING:
        raise Refused("not_scoring", N_("The scoring of this call is not open. Nothing was changed."))


def _in_time(selection: Selection, at: datetime) -> None:
    _scoring(selection)
    if selection.scores_due_at is not None and at > selection.scores_due_at:
        raise Refused(
            "too_late",
            N_(
                "Too late: the server's clock read %(now)s when your scores arrived, and they were due by "
                "%(deadline)s. What was saved before is kept; ask the office for more time."
            ),
            now=at,
            deadline=selection.scores_due_at,
        )


def _too_long(limit: int) -> Refused:
    return Refused(
        "too_long", N_("This comment is longer than %(limit)s characters. Shorten it."), limit=limit
    )


def _subject(assessment: Assessment) -> str:
    return f"assessment:{assessment.public_id}"
