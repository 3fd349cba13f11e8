"""What this room listens to in the rooms below; connected when the application starts."""

from typing import Any

from bacasable.people.models import User
from bacasable.programme.committee import signals
from bacasable.programme.committee.models import Decision, Outcome
from bacasable.programme.committee.rules import TRACKS
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.support import actions


def _on_notified(*, outcome: Outcome, by: User | str, **_sent: Any) -> None:
    dossier = outcome.examination.dossier
    if outcome.kind in TRACKS and dossier.state == Dossier.State.SUBMITTED:
        actions.open_file(
            dossier=dossier,
            track=TRACKS[outcome.kind],
            by=by,
            project=outcome.project,
        )


def _on_announcing(*, decision: Decision, **_sent: Any) -> None:
    actions.lock_files_of(decision)


def _on_announced(*, decision: Decision, by: User | str, **_sent: Any) -> None:
    outcomes = decision.outcomes.filter(project__isnull=False)
    for outcome in outcomes.select_related("examination__dossier", "project"):
        if outcome.project is not None:
            actions.link_project(dossier=outcome.examination.dossier, project=outcome.project, by=by)


def connect() -> None:
    """Connect this room's listeners, once however often it is called."""
    signals.notified.connect(_on_notified, dispatch_uid="support.open")
    signals.announcing.connect(_on_announcing, dispatch_uid="support.lock")
    signals.announced.connect(_on_announced, dispatch_uid="support.link")
