"""The register of questions and the ledger of guidance: lines are numbered, and none is ever removed."""

from django.db import transaction
from django.db.models import Max, QuerySet

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.support import letters, queries
from bacasable.programme.support.actions.locking import locked, other, text
from bacasable.programme.support.models import (
    FollowStatement,
    Guidance,
    Meeting,
    Side,
    SupportFile,
    SupportQuestion,
)


@transaction.atomic
def ask(*, file: SupportFile, kind: str, body: str, by: User) -> SupportQuestion:
    """Ask the other side a question, numbered in the register.

    Args:
        kind: a value of ``SupportQuestion.Kind``.

    Raises:
        PermissionDenied: ``by`` is on neither side.
        Refused: ``kind``, ``empty``, ``too_long``, ``suspended``, ``ended``.
    """
    taken = locked(file, by, "support.write")
    if kind not in SupportQuestion.Kind.values:
        raise Refused("kind", N_("Say whether the question is legal or technical."))
    side = queries.side_of(taken, by)
    question = SupportQuestion.objects.create(
        file=taken,
        number=_next(taken.questions.all()),
        kind=kind,
        asked_from=side,
        body=text(body, 4000, needed=N_("Write the question.")),
        asked_by=by,
        asked_at=clock.now(),
    )
    letters.tell(taken, other(side), "asked", by=by, number=question.number)
    journal.record(
        "support.question_asked",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        number=question.number,
        side=side,
    )
    return question


@transaction.atomic
def answer(*, question: SupportQuestion, answer: str, by: User) -> SupportQuestion:
    """Answer a question of the other side, once: what is to be said later is a question or a guidance.

    Raises:
        PermissionDenied: ``by`` is on neither side.
        Refused: ``own_side``, ``answered``, ``empty``, ``too_long``, ``suspended``, ``ended``.
    """
    taken = locked(question.file, by, "support.write")
    stored = taken.questions.get(pk=question.pk)
    if queries.side_of(taken, by) == stored.asked_from:
        raise Refused("own_side", N_("Your side asked this question: the other one answers it."))
    if stored.answered_at is not None:
        raise Refused(
            "answered", N_("This question has its answer, which stays. Ask another one to go further.")
        )
    stored.answer = text(answer, 8000, needed=N_("Write the answer."))
    stored.answered_by, stored.answered_at = by, clock.now()
    stored.save(update_fields=["answer", "answered_by", "answered_at"])
    letters.tell(taken, stored.asked_from, "answered", by=by, number=stored.number)
    journal.record(
        "support.question_answered",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        number=stored.number,
    )
    return stored


@transaction.atomic
def guide(
    *,
    file: SupportFile,
    text: str,
    facts: str,
    legal_basis: str = "",
    question: SupportQuestion | None = None,
    meeting: Meeting | None = None,
    replaces: Guidance | None = None,
    by: User,
) -> Guidance:
    """Write a line of the ledger: what the office says, on which facts; a correction names what it replaces.

    Raises:
        PermissionDenied: ``by`` is neither in the team nor an officer, or writes the dossier.
        Refused: ``empty``, ``too_long``, ``elsewhere`` (a question, meeting or line of another file),
            ``replaced`` (the line was replaced already), ``suspended``, ``ended``.
    """
    taken = locked(file, by, "support.guide", side=Side.OFFICE)
    for related in (question, meeting, replaces):
        if related is not None and related.file_id != taken.pk:
            raise Refused("elsewhere", N_("Choose a question, a meeting or a line of this support file."))
    if replaces is not None and Guidance.objects.filter(replaces=replaces).exists():
        raise Refused("replaced", N_("This line was replaced already: correct the one that replaced it."))
    line = Guidance.objects.create(
        file=taken,
        number=_next(taken.guidance.all()),
        text=_text(text, 8000, needed=N_("Write the guidance.")),
        facts=_text(facts, 4000, needed=N_("Write the facts that the guidance relies on.")),
        legal_basis=_text(legal_basis, 300, lines=False),
        question=question,
        meeting=meeting,
        replaces=replaces,
        said_by=by,
        said_at=clock.now(),
    )
    letters.tell(taken, Side.PROJECT, "guided", by=by, number=line.number)
    journal.record(
        "support.guided",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        number=line.number,
        replaces=replaces.number if replaces else 0,
    )
    return line


@transaction.atomic
def follow(*, guidance: Guidance, followed: str, why: str, by: User) -> Guidance:
    """Say for the project what it made of a guidance, and why unless it followed it; each statement is kept.

    Raises:
        PermissionDenied: ``by`` is not of the project.
        Refused: ``followed`` (not an answer), ``empty`` (no reason), ``replaced``, ``too_long``,
            ``suspended``, ``ended``.
    """
    taken = locked(guidance.file, by, "support.write", side=Side.PROJECT)
    stored = taken.guidance.get(pk=guidance.pk)
    if followed not in Guidance.Followed.values or followed == Guidance.Followed.UNKNOWN:
        raise Refused("followed", N_("Say whether the guidance was followed, in part, or not."))
    if Guidance.objects.filter(replaces=stored).exists():
        raise Refused("replaced", N_("This guidance was replaced: answer on the line that replaced it."))
    needed = "" if followed == Guidance.Followed.YES else N_("Say why the guidance was not followed in full.")
    why = _text(why, 4000, needed=needed)
    at = clock.now()
    FollowStatement.objects.create(guidance=stored, followed=followed, why=why, by=by, at=at)
    stored.followed, stored.followed_why, stored.followed_by, stored.followed_at = followed, why, by, at
    stored.save(update_fields=["followed", "followed_why", "followed_by", "followed_at"])
    letters.tell(taken, Side.OFFICE, "followed", by=by, number=stored.number)
    journal.record(
        "support.followed",
        by=by,
        subject=f"dossier:{taken.dossier.reference}",
        number=stored.number,
        followed=followed,
    )
    return stored


_text = text


def _next(lines: QuerySet) -> int:
    """Return the number of the next line; the file is locked."""
    return (lines.aggregate(last=Max("number"))["last"] or 0) + 1
