"""An installation of the first migration, brought to the models of today with what it holds."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bacasable.compliance import clock

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = [("programme", "0001_initial")]


def at(target: list[tuple[str, str]]) -> Any:
    """Bring the database to ``target`` and return its models as they were there."""
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return MigrationExecutor(connection).loader.project_state(target).apps


def test_what_was_there_is_numbered_public_and_the_installation_s_own() -> None:
    newest = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "programme"]
    before = at(FIRST)
    try:
        made = before.get_model("programme", "Recommendation").objects.create(
            key="files-unreadable-at-rest", service="platform", title="Title", text="Text."
        )
        contracts = before.get_model("programme", "Contract")
        for control in ("one", "two"):
            contracts.objects.create(
                recommendation=made, control=control, direction="at_most", threshold=0.1, maximum_age_days=30
            )
        before.get_model("programme", "StoredEvidence").objects.create(
            service="platform",
            control="one",
            verdict="passed",
            envelope=b"{}",
            sha256="0" * 64,
            key_id="0" * 64,
            measured_at=clock.now(),
        )
    finally:
        after = at(newest)
    recommendation = after.get_model("programme", "Recommendation").objects.get()
    assert (recommendation.origin, recommendation.public_since) == ("own", recommendation.created_at)
    numbers = {one.public_id for one in after.get_model("programme", "Contract").objects.all()}
    assert len(numbers) == 2
    assert None not in numbers
    evidence = after.get_model("programme", "StoredEvidence").objects.get()
    assert (evidence.label, evidence.public_since) == ("own", evidence.received_at)
