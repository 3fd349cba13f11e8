"""Asking, correcting what was hidden, choosing a situation, forgetting: all on one's own conversations.

Nothing is kept and nothing is sent before the alert of article 9 is answered. The words stand sealed in the
turn; the journal says that somebody asked and what came of it, never what.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require
from bacasable.privacy.messages import Refused
from bacasable.services.assistant.engine.answering import Ready, Spoken
from bacasable.services.assistant.engine.minimisation import Corrections, Hidden
from bacasable.services.assistant.engine.sheets import Answer, Case, Filters
from bacasable.services.assistant.web import kept, readings, running, sealed
from bacasable.services.assistant.web.actions.acts import act
from bacasable.services.assistant.web.models import Conversation, Turn


@dataclass(frozen=True)
class Typed:
    """What an agent typed: the question, and what they noted or was written about the person."""

    question: str
    note: str = ""
    document: str = ""
    document_name: str = ""

    @property
    def about(self) -> str:
        """The note and the document, as one text."""
        return "\n\n".join(part for part in (self.note.strip(), self.document.strip()) if part)


class Alerted(Exception):
    """Words hint at health, belief, offence... of somebody (GDPR, articles 9 and 10): the agent decides.

    ``alerts`` are pairs of a type and words. Nothing was kept or sent.
    """

    def __init__(self, alerts: list[list[str]]) -> None:
        super().__init__("special categories")
        self.alerts = alerts


@dataclass(frozen=True)
class Step:
    """What has become of a question: the turn as it is kept, and the sentence that was just verified."""

    turn: Turn
    spoken: Spoken | None = None
    is_last: bool = False


def ask(
    *,
    typed: Typed,
    by: User,
    conversation: Conversation | None = None,
    corrections: Corrections = Corrections(),  # noqa: B008 (frozen)
    filters: Filters = Filters(),  # noqa: B008 (frozen)
) -> Turn:
    """Ask, and return the turn with the answer. See :func:`asking`."""
    for step in asking(
        typed=typed, by=by, conversation=conversation, corrections=corrections, filters=filters
    ):
        turn = step.turn
    return turn


def asking(
    *,
    typed: Typed,
    by: User,
    conversation: Conversation | None = None,
    corrections: Corrections = Corrections(),  # noqa: B008 (frozen)
    filters: Filters = Filters(),  # noqa: B008 (frozen)
) -> Iterator[Step]:
    """Ask, and yield the turn once it can be shown, each sentence of the model, and the turn at the end.

    Raises:
        PermissionDenied: ``by`` may not ask, or it is not their conversation.
        Alerted: the agent is to confirm first.
        Refused: the question is empty, too long, or nothing but personal data; the gate holds.
    """
    require(by, "assistant.ask")
    readings.admitted()
    if conversation is not None:
        _own(conversation, by)
    made = conversation or Conversation(person=by.public_id, data_key=sealed.new_key())
    most = running.settings().question_characters
    if max(len(typed.question), len(typed.about)) > most:
        raise Refused(N_("This is longer than {most:,} characters. Keep what the question needs."), most=most)
    turn = Turn(conversation=made, number=made.turns.count() if conversation else 0)
    words: dict[str, Any] = {
        "question": typed.question,
        "note": typed.note,
        "document": typed.document,
        "document_name": typed.document_name,
        "chosen": [],
        "sheet": None,
        "filters": [sorted(filters.collections), sorted(filters.audience)],
        "kept": readings.hidden_before(conversation) if conversation else {},
        "before": readings.matter_before(conversation) if conversation else "",
    }
    yield from _answered(turn, words, by, corrections, "asked")


def correct(
    *,
    turn: Turn,
    shown: Iterable[str] = (),
    again: Iterable[str] = (),
    more: Iterable[str] = (),
    by: User,
) -> Turn:
    """Answer a question again, with other words hidden.

    Args:
        shown: values that are no personal data. again: values shown before that are. more: words to hide too.

    Raises:
        Alerted: somebody is told about now, whom the agent did not confirm. Nothing is changed.
    """
    words = _opened(turn, by)
    before = _corrections(words)
    again = frozenset(again)
    corrections = Corrections(
        shown=(before.shown | frozenset(shown)) - again,
        hidden=(before.hidden | {word.strip() for word in more if word.strip()}) - frozenset(shown),
        confirmed=before.confirmed,
    )
    for step in _answered(turn, words, by, corrections, "corrected"):
        turn = step.turn
    return turn


def choose(*, turn: Turn, option: int, by: User) -> Turn:
    """Answer which case applies (:data:`~bacasable.services.assistant.engine.answering.UNKNOWN` too).

    Raises:
        Refused: the answer does not ask that.
    """
    words = _opened(turn, by)
    choice = words["answer"]["choice"]
    if choice is None or not -1 <= option < len(choice["options"]):
        raise Refused(N_("This question has been answered already. Read the answer below it."))
    words["chosen"].append([choice["key"], option, choice["options"][option] if option >= 0 else ""])
    words["sheet"] = [choice["sheet"]["collection"], choice["sheet"]["id"]]
    for step in _answered(turn, words, by, _corrections(words), "situation_chosen"):
        turn = step.turn
    return turn


def read_sheet(*, turn: Turn, number: int, by: User) -> Turn:
    """Answer from another of the near sheets, by its number in the answer (from 0).

    Raises:
        Refused: there is none of that number.
    """
    words = _opened(turn, by)
    near = words["answer"]["near"]
    if not 0 <= number < len(near):
        raise Refused(N_("This sheet is not among the nearest any more. Ask again."))
    words["chosen"], words["sheet"] = [], [near[number]["collection"], near[number]["id"]]
    for step in _answered(turn, words, by, _corrections(words), "sheet_chosen"):
        turn = step.turn
    return turn


def start_over(*, turn: Turn, by: User) -> Turn:
    """Ask again without the situations chosen: one of them was not the right one."""
    words = _opened(turn, by)
    words["chosen"], words["sheet"] = [], None
    for step in _answered(turn, words, by, _corrections(words), "situation_cleared"):
        turn = step.turn
    return turn


def ask_alone(*, turn: Turn, by: User) -> Turn:
    """Ask a question again without the one that it was taken to lean on."""
    words = _opened(turn, by)
    words["before"], words["chosen"], words["sheet"] = "", [], None
    for step in _answered(turn, words, by, _corrections(words), "asked_alone"):
        turn = step.turn
    return turn


def erase(*, conversation: Conversation, by: User) -> None:
    """Erase a conversation with its turns and drafts."""
    require(by, "assistant.ask")
    _own(conversation, by)
    with act("conversation_erased", f"conversation:{conversation.public_id}", by):
        conversation.delete()


def erase_all(*, by: User) -> int:
    """Erase all of one's conversations, and return how many there were."""
    require(by, "assistant.ask")
    rows = Conversation.objects.filter(person=by.public_id)
    count = rows.count()
    with act("conversations_erased", f"user:{by.public_id}", by, conversations=count):
        rows.delete()
    return count


def _answered(
    turn: Turn, words: dict[str, Any], by: User, corrections: Corrections, what: str
) -> Iterator[Step]:
    """Hide, answer and keep: the turn once in the sheets' words, once more if a model words it."""
    began = time.monotonic()
    typed = Typed(words["question"], words["note"], words["document"])
    shield = running.shield(words["kept"])
    about = shield.hide(typed.about, corrections) if typed.about else None
    alerts = _alerts(shield.hide(typed.question, corrections), about)
    if alerts and not corrections.confirmed:
        raise Alerted(alerts)
    words["shown"], words["hidden"] = sorted(corrections.shown), sorted(corrections.hidden)
    words["confirmed"] = corrections.confirmed
    only, audience = words["filters"]
    hidden: Hidden | None = None
    saved: Answer | None = None
    for event in running.assistant().ask_stream(
        typed.question,
        access=running.access_of(by.public_id),
        filters=Filters(collections=frozenset(only), audience=frozenset(audience)),
        chosen=tuple(Case(choice, option) for choice, option, *_name in words["chosen"]),
        sheet=tuple(words["sheet"]) if words["sheet"] else None,
        corrections=corrections,
        shield=shield,
        before=words.get("before", ""),  # conversations of an earlier version have none
    ):
        if isinstance(event, Ready):
            words["kept"] = shield.kept
            words["answer"] = kept.plain(event.answer)
            assert hidden is not None  # noqa: S101 (for the types: Asked comes first)
            words["hid"] = [kept.hidden_kept(text) for text in (hidden, about) if text is not None]
            turn.milliseconds = int((time.monotonic() - began) * 1000)
            _keep(turn, words, event.answer, by, what if saved is None else "worded")
            saved = event.answer
            yield Step(turn)
        elif isinstance(event, Spoken):
            yield Step(turn, replace(event, text=shield.restore(event.text)))
        else:
            hidden, words["searched"] = event.hidden, event.searched
    yield Step(turn, is_last=True)


def _keep(turn: Turn, words: dict[str, Any], answer: Answer, by: User, what: str) -> None:
    conversation = turn.conversation
    turn.outcome = kept.outcome_of(answer)
    turn.generated = answer.generated
    turn.hidden = sum(len(text["found"]) for text in words["hid"])
    turn.alerts = sum(len(text["alerts"]) for text in words["hid"])
    turn.quotations = len(answer.quotations)
    conversation.last_at = clock.now()
    is_new = conversation.pk is None
    with act(
        what,
        f"conversation:{conversation.public_id}",
        by,
        outcome=turn.outcome,
        generated=turn.generated,
        hidden=turn.hidden,
    ):
        if is_new:
            conversation.save()
            turn.conversation = conversation
        elif not Conversation.objects.filter(pk=conversation.pk).update(last_at=conversation.last_at):
            raise Refused(N_("This conversation was erased meanwhile. Ask again."))
        turn.sealed = sealed.seal_words(conversation, turn, words)
        turn.save()


def _alerts(*texts: Hidden | None) -> list[list[str]]:
    found = [one for text in texts if text is not None for one in kept.alerts_of(text.original, text.alerts)]
    return [list(one) for one in dict.fromkeys(map(tuple, found))]


def _corrections(words: dict[str, Any]) -> Corrections:
    return Corrections(frozenset(words["shown"]), frozenset(words["hidden"]), words["confirmed"])


def _opened(turn: Turn, by: User) -> dict[str, Any]:
    require(by, "assistant.ask")
    readings.admitted()
    _own(turn.conversation, by)
    return sealed.words_of(turn.conversation, turn)


def _own(conversation: Conversation, by: User) -> None:
    if conversation.person != by.public_id:
        raise PermissionDenied("assistant.ask")


def chosen_names(chosen: Sequence[Sequence[Any]]) -> list[str]:
    """Return the situations chosen, in words; empty where the agent did not know."""
    return [str(name) for _choice, _option, name in chosen]
