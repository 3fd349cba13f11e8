"""What this room listens to in the rooms below; connected when the application starts."""

from typing import Any

from bacasable.people.models import User
from bacasable.programme.evidence.models import ProjectKey, StoredEvidence
from bacasable.programme.evidence.signals import dependencies_reported, key_revoked, received
from bacasable.programme.recommendations import actions
from bacasable.programme.support.models import SupportFile


def _on_received(*, evidence: StoredEvidence, by: User | str | None, **_sent: Any) -> None:
    actions.consider(evidence=evidence, by=by)


def _on_dependencies(
    *, file: SupportFile, service: str, control: str, by: User | str | None, **_sent: Any
) -> None:
    actions.dependencies_changed(file=file, service=service, control=control, by=by)


def _on_key_revoked(*, key: ProjectKey, by: User | str | None, **_sent: Any) -> None:
    actions.key_revoked(key=key, by=by)


def connect() -> None:
    """Connect this room's listeners, once however often it is called."""
    received.connect(_on_received, dispatch_uid="recommendations.consider")
    dependencies_reported.connect(_on_dependencies, dispatch_uid="recommendations.dependencies")
    key_revoked.connect(_on_key_revoked, dispatch_uid="recommendations.key_revoked")
