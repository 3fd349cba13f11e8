"""The minutes of the committee, with the ranking as it was shown when they were recorded."""

from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.committee.actions.locking import authorise, locked_selection, subject_of
from bacasable.programme.committee.models import Deliberation, Selection
from bacasable.programme.committee.queries import scores
from bacasable.programme.dossiers.refusals import Refused

LONGEST_PRESENT = 2000
LONGEST_MINUTES = 20_000


@transaction.atomic
def record_deliberation(
    *, selection: Selection, held_at: datetime, present: str, minutes: str, by: User
) -> Deliberation:
    """Record a meeting and freeze the ranking of the moment; minutes are never changed, only added to.

    Raises:
        Refused: the selection is not being deliberated (``state``), the meeting is in the future
            (``future``), or a text is empty or too long (``text``).
    """
    authorise(by, "committee.manage")
    taken = locked_selection(selection, working=False)
    if taken.state != Selection.State.DELIBERATING:
        raise Refused(
            "state",
            N_("Minutes are recorded between the end of the scoring and the decision. Close it first."),
        )
    if held_at > clock.now():
        raise Refused("future", N_("This meeting has not been held yet: check the date."))
    for text, limit in ((present, LONGEST_PRESENT), (minutes, LONGEST_MINUTES)):
        if not text.strip() or len(text) > limit:
            raise Refused(
                "text", N_("Say who was present and what was said, in %(limit)s characters."), limit=limit
            )
    deliberation = Deliberation.objects.create(
        selection=taken,
        held_at=held_at,
        present=present.strip(),
        minutes=minutes.strip(),
        ranking=scores.frozen(taken),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    journal.record(
        "committee.deliberation_recorded",
        by=by,
        subject=subject_of(taken),
        deliberation=deliberation.pk,
    )
    return deliberation
