"""What agents say of answers: kept apart from the conversation and from who said it."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import REASONS, Feedback, Turn


def give(*, turn: Turn, helped: bool, reasons: Iterable[str], comment: str, by: User) -> Feedback:
    """Keep an opinion on an answer. ``comment`` has been through the shield: no personal data is in it.

    Raises:
        PermissionDenied: ``by`` may not ask, or it is not their conversation.
    """
    require(by, "assistant.ask")
    if turn.conversation.person != by.public_id:
        raise PermissionDenied("assistant.ask")
    known = dict(REASONS)
    made = Feedback(
        outcome=turn.outcome,
        helped=helped,
        reasons=sorted(reason for reason in reasons if reason in known),
        comment=comment.strip()[:600],
    )
    # who gave it stands in no record: the entry names the opinion, and "an agent" as its author
    with act("opinion_given", f"opinion:{made.public_id}", "agent", helped=helped):
        made.save()
    return made
