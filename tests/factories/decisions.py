"""Decisions for tests: a selection that deliberates, decided as a test asks, its letters sent, published."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bacasable.compliance import clock
from bacasable.people.models import User
from bacasable.programme.call.models import Call
from bacasable.programme.committee import actions
from bacasable.programme.committee.models import (
    Assessment,
    Conference,
    Decision,
    Deliberation,
    Score,
    Selection,
)
from tests.factories import committee
from tests.factories.call import CallFactory
from tests.factories.people import staff, verified


def president(**fields: Any) -> User:
    """Return the president, as a request carries them after a second factor."""
    return verified(staff("president", **{"name": "Paula President"} | fields))


def deliberating(
    dossiers: int = 2, *, scored: bool = False, minutes: bool = True, **options: Any
) -> committee.Room:
    """Return admissible dossiers that were deliberated on; with ``scored``, by two experts each."""
    room = committee.full(dossiers, **options) if scored else committee.admissible(dossiers, **options)
    if scored:
        for assignment in room.assignments:
            assessment = Assessment.objects.get(assignment=assignment)
            for criterion in room.call.criteria.all():
                Score.objects.update_or_create(
                    assessment=assessment, criterion=criterion, defaults={"value": 4, "comment": "Sound."}
                )
            Assessment.objects.filter(pk=assessment.pk).update(state=Assessment.State.SUBMITTED)
    Selection.objects.filter(pk=room.selection.pk).update(state=Selection.State.DELIBERATING)
    room.selection.refresh_from_db()
    if minutes:
        Deliberation.objects.create(
            selection=room.selection,
            held_at=clock.now(),
            present="Everybody.",
            minutes="All agreed.",
            recorded_by=room.officer,
        )
    return room


def outcomes_for(room: committee.Room, kinds: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Return an outcome with its reasons for each examination, in the order of their references."""
    return {
        examination.pk: (kind, f"Reasons of {examination.pk}.")
        for examination, kind in zip(room.examinations, kinds, strict=True)
    }


def take(
    room: committee.Room,
    *,
    kinds: Sequence[str] = (),
    outcomes: Mapping[int, tuple[str, str]] | None = None,
    by: User | None = None,
    name: str = "Paula President",
    capacity: str = "President",
    number_reason: str = "The projects were good.",
) -> Decision:
    """Take the decision as the selection now stands."""
    selection = Selection.objects.get(pk=room.selection.pk)
    return actions.decide(
        selection=selection,
        outcomes=outcomes_for(room, kinds) if outcomes is None else outcomes,
        signatory_name=name,
        signatory_capacity=capacity,
        number_reason=number_reason,
        revision=selection.revision,
        by=by or president(),
    )


def sent(room: committee.Room, kinds: Sequence[str], **options: Any) -> Decision:
    """Take the decision and send its letters."""
    decision = take(room, kinds=kinds, **options)
    actions.send_letters(decision=decision, by=room.officer, accept_unsigned=True)
    return decision


def published(room: committee.Room, kinds: Sequence[str], **options: Any) -> Decision:
    """Take the decision, send its letters and publish it."""
    return actions.publish(decision=sent(room, kinds, **options), by=room.officer)


def conference(
    call: Call | None = None, *, publish: bool = True, by: User | None = None, **fields: Any
) -> Conference:
    """Return a conference in a month, of a published call unless one is given; public by default."""
    starts_at = clock.now().replace(microsecond=0) + timedelta(days=30)
    written = {
        "title": "The laureates of the edition",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "place": "Town hall",
        "programme": "",
        "accessibility": "",
        "registration_closes_at": starts_at - timedelta(days=1),
        "seats": None,
        "replay_url": "",
        "replay_note": "",
    }
    return actions.save_conference(
        call=call or CallFactory(),
        fields=written | fields,
        publish=publish,
        by=by or verified(staff("officer")),
    )
