"""Candidates' questions about a call, and the answers published to all."""

from datetime import timedelta

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.call import signals
from bacasable.programme.call.actions.editions import locked, reference_of
from bacasable.programme.call.models import Call, Question
from bacasable.programme.call.refusals import Problem, Refused

#: questions that a call takes in one hour, whoever asks: nothing is stored to tell people apart
QUESTIONS_PER_HOUR = 40


@transaction.atomic
def ask(*, call: Call, body: str) -> Question:
    """Store a candidate's question, with nothing that says who asked."""
    call = locked(call)
    now = clock.now()
    if not call.takes_questions(now):
        raise Refused(
            Problem("body", N_("this call takes no more questions"), N_("read the answers already published"))
        )
    if call.questions.filter(asked_at__gt=now - timedelta(hours=1)).count() >= QUESTIONS_PER_HOUR:
        raise Refused(
            Problem(
                "body", N_("many questions are arriving just now"), N_("keep your text and try in an hour")
            )
        )
    question = Question.objects.create(call=call, body=body, asked_at=now)
    journal.record("call.question_asked", by=None, subject=reference_of(call), question=question.public_id)
    return question


@transaction.atomic
def answer(*, question: Question, body: str, answer: str, by: User | str) -> Question:
    """Publish a question and its answer to all; ``body`` is the question as published, freed of names.

    Answering again corrects the answer; the first publication date stays.
    """
    question = Question.objects.select_for_update(of=("self",)).select_related("call").get(pk=question.pk)
    now = clock.now()
    if question.call.state == Call.State.ARCHIVED:
        raise Refused(Problem("answer", N_("the call is archived"), N_("leave the answer as it is")))
    first = question.published_at is None
    question.body, question.answer, question.answered_at = body, answer, now
    question.published_at = question.published_at or now
    question.save(update_fields=["body", "answer", "answered_at", "published_at"])
    signals.answered.send(Call, call=question.call, question=question)
    journal.record(
        "call.question_answered" if first else "call.answer_corrected",
        by=by,
        subject=reference_of(question.call),
        question=question.public_id,
    )
    return question


@transaction.atomic
def dismiss(*, question: Question, by: User | str) -> None:
    """Delete a question that was never published: not about the call, or about a person."""
    question = Question.objects.select_for_update(of=("self",)).select_related("call").get(pk=question.pk)
    if question.published_at is not None:
        raise Refused(
            Problem(
                "question", N_("the question is published"), N_("correct its answer instead of deleting it")
            )
        )
    reference, public_id = reference_of(question.call), question.public_id
    question.delete()
    journal.record("call.question_dismissed", by=by, subject=reference, question=public_id)
