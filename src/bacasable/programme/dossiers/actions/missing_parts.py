"""The office asks for what a submitted dossier lacks (CRPA L.114-5); submitting again answers it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import letters, queries, rules
from bacasable.programme.dossiers.actions.locking import locked
from bacasable.programme.dossiers.models import Dossier, MissingPartsRequest
from bacasable.programme.dossiers.refusals import Refused


@transaction.atomic
def request_missing_parts(
    *, dossier: Dossier, parts: Sequence[str], message: str, due_at: datetime, by: User
) -> MissingPartsRequest:
    """Ask the authors for ``parts``, until ``due_at`` inclusive, and mail them.

    After the call's deadline the dossier reopens for these parts only; :func:`deposit.submit` answers.

    Args:
        parts: keys ``step.question`` of the call's steps, or ``files`` for attachments.
        message: at most 4,000 characters, plain text.

    Raises:
        PermissionDenied: ``by`` is not an officer.
        Refused: ``state`` (not submitted), ``no_parts``, ``unknown_part``, ``past`` (the date is over),
            ``too_long``.
    """
    taken = locked(dossier, by, "dossier.request_parts")
    rules.next_state(taken.state, "request_parts")
    at = clock.now()
    known = {f"{step.key}.{q.key}" for step in queries.steps_of(taken.call) for q in step.questions}
    asked = list(dict.fromkeys(parts))
    if not asked:
        raise Refused("no_parts", N_("Choose at least one missing part."))
    for part in asked:
        if part not in known | {rules.FILES}:
            raise Refused("unknown_part", N_("'%(part)s' is not a part of this dossier."), part=part[:80])
    if due_at <= at:
        raise Refused("past", N_("Choose a date and time in the future."))
    message = reading.tidy(message, lines=True)
    if len(message) > 4000:
        raise Refused(
            "too_long",
            N_("Shorten the message: it has %(length)s characters, at most %(limit)s are accepted."),
            length=len(message),
            limit=4000,
        )
    request = MissingPartsRequest.objects.create(
        dossier=taken, parts=asked, message=message, due_at=due_at, sent_by=by, sent_at=at
    )
    letters.missing_parts(request)
    journal.record(
        "dossier.parts_requested",
        by=by,
        subject=f"dossier:{taken.reference}",
        parts=len(asked),
        due_at=due_at,
    )
    return request
