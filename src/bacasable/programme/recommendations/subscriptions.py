"""What this room listens to in the rooms below; connected when the application starts."""

from typing import Any

from bacasable.people.models import User
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.evidence.signals import received
from bacasable.programme.recommendations import actions


def _on_received(*, evidence: StoredEvidence, by: User | str | None, **_sent: Any) -> None:
    actions.consider(evidence=evidence, by=by)


def connect() -> None:
    """Connect this room's listeners, once however often it is called."""
    received.connect(_on_received, dispatch_uid="recommendations.consider")
