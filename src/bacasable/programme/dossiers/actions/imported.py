"""Take into the draft what a person chose of an imported document."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from bacasable.compliance import clock
from bacasable.people import journal
from bacasable.people.models import User
from bacasable.programme.dossiers.actions.drafts import Saved, save_step, steps_by_key
from bacasable.programme.dossiers.models import Dossier


@transaction.atomic
def take_import(
    *,
    dossier: Dossier,
    chosen: Mapping[str, Mapping[str, Any]],
    seen: Mapping[str, str],
    by: User,
    received_at: datetime | None = None,
) -> dict[str, Saved]:
    """Save the ``chosen`` answers, step by step, all in one transaction; return what became of each step.

    Args:
        chosen: ``{step: {question: raw value}}``; steps that the call does not have are ignored.
        seen: for each step, the token of the answers beside which the choice was made: one that changed since
            is a conflict and stays as it is.

    Raises:
        Refused: as :func:`drafts.save_step`; nothing is saved then.
    """
    at = received_at or clock.now()
    saved = {
        key: save_step(
            dossier=dossier, step=step, raw=chosen[key], seen=seen.get(key, ""), by=by, received_at=at
        )
        for key, step in steps_by_key(dossier.call).items()
        if chosen.get(key)
    }
    if any(step.changed for step in saved.values()):
        journal.record("dossier.imported", by=by, subject=f"dossier:{dossier.reference}", steps=len(saved))
    return saved
