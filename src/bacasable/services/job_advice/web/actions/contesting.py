"""Contestations and requests for a human: routed to another agent than the adviser, answered by a date."""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.people.permissions import require, table
from bacasable.privacy.messages import Refused
from bacasable.services.job_advice.web import running, sealed
from bacasable.services.job_advice.web.actions import words
from bacasable.services.job_advice.web.actions.acts import act, of_file
from bacasable.services.job_advice.web.models import OUTCOMES, File, Item, Word
from bacasable.services.job_advice.web.words import looked_at

PERMISSION = "job_advice.answer"
#: What waits for another agent.
ROUTED = ("contestation", "ask_human")
#: Signs of an answer, at least: it gives reasons.
LEAST_ANSWER = 20
#: Which outcomes answer which word.
ENDS = {
    "contestation": ("upheld", "changed", "withdrawn", "corrected"),
    "ask_human": ("met", "changed", "withdrawn", "corrected"),
}


def contest(*, file: File, item: Item | None, text: str, confirmed: str = "") -> Word:
    """Contest a suggestion, or the opinion as a whole: another agent than the adviser answers.

    Raises:
        Stopped: some words may tell of private life; the person may keep them all the same.
        Refused: nothing was written, or the same suggestion waits for an answer already.
    """
    said = words.written(text, confirmed)
    if file.words.filter(kind="contestation", item=item, answered_at=None).exists():
        raise Refused(N_("You contested it already: the answer is on its way."))
    return _routed(file, "contestation", said, item)


def ask_human(*, file: File, text: str = "", confirmed: str = "") -> Word:
    """Ask for another human to look at the file.

    Raises:
        Stopped: some words may tell of private life; the person may keep them all the same.
        Refused: a request waits for an answer already.
    """
    if file.words.filter(kind="ask_human", answered_at=None).exists():
        raise Refused(N_("You asked for a human already: somebody will answer."))
    return _routed(file, "ask_human", words.written(text, confirmed) if text.strip() else "", None)


def take(*, word: Word, by: User) -> None:
    """Take over what waits for an answer, for an agent who is away or where nobody was found."""
    answering(word, by)
    with act("contestation_taken", of_file(word.file), by, word=str(word.public_id)):
        Word.objects.filter(pk=word.pk, answered_at=None).update(routed_to=by.public_id)
    word.refresh_from_db()


def answer(*, word: Word, outcome: str, text: str, confirmed: str = "", by: User) -> None:
    """Answer, with reasons that the person reads; what is withdrawn leaves the plan.

    Raises:
        PermissionDenied: ``by`` may not answer, or advises this very file.
        Stopped: words that may not be kept as they are.
        Refused: the answer gives no reason, or it was given already.
    """
    answering(word, by)
    if outcome not in ENDS[word.kind]:
        raise Refused(N_("Choose what becomes of the opinion: nothing is chosen for you."))
    said = looked_at(text, confirmed=confirmed)
    if len(said) < LEAST_ANSWER:
        raise Refused(N_("Give your reasons in a sentence or two: the person reads them."))
    now = clock.now()
    sealed_answer = sealed.seal_words(word.file, word, {"text": said}, "answer")
    with act("contestation_answered", of_file(word.file), by, word=str(word.public_id), outcome=outcome):
        done = Word.objects.filter(pk=word.pk, answered_at=None).update(
            answer=sealed_answer, outcome=outcome, answered_at=now, answered_by=by.public_id
        )
        if not done:
            raise Refused(N_("Somebody answered meanwhile. Read their answer."))
        if outcome == "withdrawn" and word.item_id:
            word.file.steps.filter(act__item=word.item_id, removed_at=None).update(removed_at=now)
        File.objects.filter(pk=word.file_id).update(last_at=now)
    word.refresh_from_db()


def answering(word: Word, by: User) -> None:
    """Refuse who may not answer, the adviser of the file first of all, and what was answered already."""
    require(by, PERMISSION)
    if word.file.adviser == by.public_id:
        raise PermissionDenied(PERMISSION)
    if word.answered_at is not None:
        raise Refused(N_("Somebody answered meanwhile. Read their answer."))


def board(by: User) -> "QuerySet[Word]":
    """Return what waits for an answer that this agent may give, those due first; their own files aside."""
    rows = Word.objects.filter(kind__in=ROUTED, answered_at=None, file__state="open")
    return rows.exclude(file__adviser=by.public_id).select_related("file__person", "item").order_by("due_at")


def answered(by: User) -> "QuerySet[Word]":
    """Return what this agent answered, the last first."""
    rows = Word.objects.filter(kind__in=ROUTED, answered_by=by.public_id)
    return rows.select_related("file__person", "item").order_by("-answered_at")


def outcome_words(outcome: str) -> str:
    """Return what an outcome is called, not translated."""
    return dict(OUTCOMES)[outcome]


def _routed(file: File, kind: str, said: str, item: Item | None) -> Word:
    due = clock.now() + timedelta(days=running.settings().contest_days)
    return words.kept(file, kind, {"text": said}, item=item, due_at=due, routed_to=_another(file.adviser))


def _another(adviser: uuid.UUID) -> uuid.UUID | None:
    """Return the agent with the least to answer, the adviser aside; None where nobody may."""
    agents = User.objects.filter(
        Q(grants__role__in=table()[PERMISSION].roles, grants__ended_at=None), is_active=True
    ).exclude(public_id=adviser)
    waiting = dict.fromkeys(agents.order_by("pk").values_list("public_id", flat=True), 0)
    for agent in Word.objects.filter(kind__in=ROUTED, answered_at=None).values_list("routed_to", flat=True):
        if agent in waiting:
            waiting[agent] += 1
    return min(waiting, key=lambda agent: waiting[agent], default=None)
