"""Begin a dossier and write its draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from bacasable.compliance import clock
from bacasable.compliance.service import N_
from bacasable.people import instance, journal
from bacasable.people.models import User
from bacasable.people.permissions import is_walled
from bacasable.programme.call.models import Call
from bacasable.programme.dossiers import answers as reading
from bacasable.programme.dossiers import queries, rules
from bacasable.programme.dossiers.actions.locking import locked, open_window
from bacasable.programme.dossiers.models import Dossier, Membership, ReferenceCounter
from bacasable.programme.dossiers.question_types import Step
from bacasable.programme.dossiers.questions import TITLE
from bacasable.programme.dossiers.refusals import Refused


@dataclass(frozen=True)
class Saved:
    """What became of a page of answers.

    ``problems`` and ``conflicts`` name the answers that were not stored, by question key; the rest was.
    ``changed`` says whether anything was written, ``token`` what the page has seen if it stays open.
    """

    dossier: Dossier
    problems: dict[str, reading.Problem]
    conflicts: tuple[str, ...]
    changed: bool
    token: str


def unfinished(*, call: Call, by: User) -> Dossier | None:
    """Return the dossier that ``by`` already has in ``call`` and has not withdrawn."""
    return (
        Dossier.objects.filter(call=call, memberships__user=by, memberships__role=Membership.Role.AUTHOR)
        .exclude(state=Dossier.State.WITHDRAWN)
        .first()
    )


@transaction.atomic
def start(*, call: Call, by: User) -> Dossier:
    """Create the dossier of ``by`` for ``call``, or return the one that is there.

    The counter's row stays locked until the commit: two requests give one dossier and no number twice.

    Raises:
        Refused: the call does not accept deposits now (code ``closed``).
        PermissionDenied: ``by`` stands behind the inspection wall, where nobody applies.
    """
    if is_walled(by):
        raise PermissionDenied("dossier.start: an inspector takes no part in a dossier")
    at = clock.now()
    year = call.opens_at.astimezone(call.zone).year
    ReferenceCounter.objects.get_or_create(year=year)
    counter = ReferenceCounter.objects.select_for_update().get(year=year)
    existing = unfinished(call=call, by=by)
    if existing is not None:
        return existing
    if not call.accepts_deposits(at):
        raise Refused(
            "closed", N_("This call does not accept deposits now: the server's clock read %(now)s."), now=at
        )
    counter.last += 1
    counter.save(update_fields=["last"])
    dossier = Dossier.objects.create(
        call=call,
        reference=f"BAS-{year}-{counter.last:04}",
        data_key=instance.vault().new_data_key(),
        created_at=at,
        changed_at=at,
        is_fictional=call.is_fictional,
    )
    Membership.objects.create(dossier=dossier, user=by, role=Membership.Role.AUTHOR, joined_at=at)
    journal.record("dossier.started", by=by, subject=f"dossier:{dossier.reference}", call=call.slug)
    return dossier


@transaction.atomic
def save_step(
    *,
    dossier: Dossier,
    step: Step,
    raw: Mapping[str, Any],
    seen: str,
    by: User,
    received_at: datetime | None = None,
) -> Saved:
    """Store the answers that a page sends for ``step``; what is refused or in conflict is left as it was.

    Args:
        raw: as :func:`answers.clean` reads it.
        seen: the page's token (:func:`answers.token`): which answers it was filled with.
        received_at: when the server received the page; the clock by default.

    Raises:
        Refused: after the deadline (``too_late``), or the dossier is withdrawn (``state``).
    """
    at = received_at or clock.now()
    taken = locked(dossier, by, "dossier.write")
    rules.next_state(taken.state, "write")
    window = open_window(taken, at)
    values, problems = reading.clean(step, raw)
    values = {key: value for key, value in values.items() if window.allows(f"{step.key}.{key}")}
    stored = taken.answers.get(step.key, {})
    merged = reading.merge(step, seen, stored, values)
    kept = {key: value for key, value in merged.values.items() if reading.is_answered(value)}
    changed = kept != stored
    if changed:
        taken.answers = {**taken.answers, step.key: kept}
        taken.revision += 1
        taken.changed_at = at
        if taken.state == Dossier.State.DRAFT:
            taken.title = title_of(taken.answers)
        taken.save(update_fields=["answers", "revision", "changed_at", "title"])
        journal.record(
            "dossier.written",
            by=by,
            subject=f"dossier:{taken.reference}",
            step=step.key,
            revision=taken.revision,
        )
    return Saved(taken, problems, merged.conflicts, changed, merged.seen)


def title_of(answers: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the title that answers give to the project, at most 200 characters, or nothing."""
    step, question = TITLE
    return str(answers.get(step, {}).get(question, ""))[:200]


def steps_by_key(call: Call) -> dict[str, Step]:
    """Return the steps of a call by key."""
    return {step.key: step for step in queries.steps_of(call)}
