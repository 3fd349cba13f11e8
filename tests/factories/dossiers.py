"""Dossiers for tests, in the states that people leave them in."""

from typing import Any

from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import actions, queries
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers.models import Dossier, Membership, Version
from bacasable.programme.dossiers.question_types import Question
from tests.factories.call import CallFactory
from tests.factories.people import UserFactory


def answer_to(question: Question) -> Any:
    """Return an answer that the question accepts, as a page would send it."""
    match question.kind:
        case "choice":
            return question.choices[0][0]
        case "yes_no":
            return "no" if question.key.endswith("_attached") else "yes"
        case "multi":
            return [question.choices[0][0]]
        case "number":
            return "12"
        case "email":
            return "contact@body.example"
    return f"Answer to {question.key}"


def draft(call: Call | None = None, by: User | None = None) -> Dossier:
    """Return a dossier that was begun, without an answer."""
    return actions.start(call=call or CallFactory(), by=by or UserFactory())


def author_of(dossier: Dossier) -> User:
    """Return the author."""
    return dossier.memberships.get(role=Membership.Role.AUTHOR).user


def co_author_of(dossier: Dossier) -> User:
    """Return a new co-author."""
    return Membership.objects.create(dossier=dossier, user=UserFactory(), role=Membership.Role.CO_AUTHOR).user


def write(dossier: Dossier, step: str, by: User | None = None, **answers: Any) -> actions.Saved:
    """Write answers of a step over what is stored, as an up-to-date page does."""
    dossier.refresh_from_db()
    found = {s.key: s for s in queries.steps_of(dossier.call)}[step]
    return actions.save_step(
        dossier=dossier,
        step=found,
        raw=answers,
        seen=reading.token(found, dossier.answers.get(step, {})),
        by=by or author_of(dossier),
    )


def complete(call: Call | None = None, by: User | None = None) -> Dossier:
    """Return a draft whose every question is answered."""
    dossier = draft(call, by)
    for step in queries.steps_of(dossier.call):
        write(dossier, step.key, **{question.key: answer_to(question) for question in step.questions})
    dossier.refresh_from_db()
    return dossier


def submit(dossier: Dossier, **options: Any) -> Version:
    """Submit the draft as it stands."""
    dossier.refresh_from_db()
    return actions.submit(dossier=dossier, revision=dossier.revision, by=author_of(dossier), **options)


def submitted(call: Call | None = None, by: User | None = None) -> Dossier:
    """Return a complete dossier that was submitted once."""
    dossier = complete(call, by)
    submit(dossier)
    dossier.refresh_from_db()
    return dossier
