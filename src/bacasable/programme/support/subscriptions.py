"""What this room listens to in the rooms below; connected when the application starts."""

from typing import Any

from bacasable.compliance.service import N_
from bacasable.people.models import User
from bacasable.programme.committee import signals
from bacasable.programme.committee.models import Decision, Outcome
from bacasable.programme.committee.rules import TRACKS
from bacasable.programme.dossiers.models import Dossier
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.dossiers.signals import withdrawn
from bacasable.programme.support import actions
from bacasable.programme.support.models import SupportFile


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


def _on_withdrawn(*, dossier: Dossier, **_sent: Any) -> None:
    """Refuse to withdraw a dossier that is supported: both sides would lose what they wrote together.

    Raises:
        Refused: code ``supported``; the withdrawal is undone.
    """
    if SupportFile.objects.filter(dossier=dossier).exists():
        raise Refused(
            "supported",
            N_(
                "This project is supported: its dossier cannot be withdrawn any more. To stop, leave the "
                "support early, on its page of changes."
            ),
        )


def connect() -> None:
    """Connect this room's listeners, once however often it is called."""
    signals.notified.connect(_on_notified, dispatch_uid="support.open")
    signals.announcing.connect(_on_announcing, dispatch_uid="support.lock")
    withdrawn.connect(_on_withdrawn, dispatch_uid="support.keep")
    signals.announced.connect(_on_announced, dispatch_uid="support.link")
