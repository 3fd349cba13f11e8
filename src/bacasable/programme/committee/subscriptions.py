"""What the committee does when a candidate submits or withdraws, in the transaction of that act."""

from typing import Any

from bacasable.programme.committee.actions import assignments, selections
from bacasable.programme.dossiers import signals
from bacasable.programme.dossiers.models import Dossier


def _submitted(sender: object, dossier: Dossier, **_more: Any) -> None:
    selections.receive(dossier)


def _withdrawn(sender: object, dossier: Dossier, **_more: Any) -> None:
    assignments.withdraw(dossier)


def connect() -> None:
    """Listen to the rooms below; called once, when the programme starts."""
    signals.submitted.connect(_submitted, dispatch_uid="committee.submitted")
    signals.withdrawn.connect(_withdrawn, dispatch_uid="committee.withdrawn")
