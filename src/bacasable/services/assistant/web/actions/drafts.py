"""Replies in the making: made from an answer, edited and validated by the agent; nothing is sent."""

from typing import Any

from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.web import sealed
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import DRAFT_KINDS, Draft, Turn

#: What the agent may change of a draft; the rest (sources, how it was made) stays as it was made.
EDITED = ("subject", "recipient", "body", "conditions", "services", "offices")


def make(*, turn: Turn, kind: str, words: dict[str, Any], by: User) -> Draft:
    """Keep a draft of a reply to the person.

    Raises:
        PermissionDenied: it is not the conversation of ``by``.
        Refused: there is no answer to write from.
    """
    _own(turn, by)
    if kind not in dict(DRAFT_KINDS):
        raise Refused(N_("Choose a letter, an e-mail or a counter sheet."))
    if not words["body"].strip():
        raise Refused(N_("There is no answer to write from. Ask another question first."))
    made = Draft(turn=turn, kind=kind)
    made.sealed = sealed.seal_words(turn.conversation, made, words)
    with act("draft_made", f"draft:{made.public_id}", by, kind=kind):
        made.save()
    return made


def write(*, draft: Draft, changes: dict[str, str], by: User) -> dict[str, Any]:
    """Keep what the agent changed, and return all the words. What was validated is a draft again."""
    _own(draft.turn, by)
    words = sealed.words_of(draft.turn.conversation, draft)
    words.update({name: value for name, value in changes.items() if name in EDITED})
    with act("draft_written", f"draft:{draft.public_id}", by):
        draft.sealed = sealed.seal_words(draft.turn.conversation, draft, words)
        draft.validated_at = None
        draft.save(update_fields=["sealed", "validated_at"])
    return words


def validate(*, draft: Draft, by: User) -> None:
    """Say that the agent read the reply and takes it as their own."""
    _own(draft.turn, by)
    with act("draft_validated", f"draft:{draft.public_id}", by):
        draft.validated_at = clock.now()
        draft.save(update_fields=["validated_at"])


def erase(*, draft: Draft, by: User) -> None:
    """Erase a draft."""
    _own(draft.turn, by)
    with act("draft_erased", f"draft:{draft.public_id}", by):
        draft.delete()


def _own(turn: Turn, by: User) -> None:
    require(by, "assistant.ask")
    if turn.conversation.person != by.public_id:
        raise PermissionDenied("assistant.ask")
