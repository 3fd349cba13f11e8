"""Evidence that truly comes at once, on either database: kept once, one answer for a challenge."""

from pathlib import Path
from typing import Any

import pytest

from bacasable.compliance import signing
from bacasable.compliance.evidence import EvidenceRefused
from bacasable.people.instance import configuration
from bacasable.people.models import JournalEntry
from bacasable.programme.dossiers.refusals import Refused
from bacasable.programme.evidence import actions
from bacasable.programme.evidence.models import ProjectKey, RefusedEvidence, StoredEvidence
from tests.factories import evidence as made
from tests.factories import support
from tests.integration.test_dossier_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_bytes_at_once_are_kept_once(tmp_path: Path) -> None:
    signing.ensure_key(configuration().home / "keys")
    own = made.envelope(configuration().home / "keys")
    act = lambda: actions.receive(envelope_bytes=own, by="system")  # noqa: E731
    assert {stored.pk for stored in at_once(act, act, act)} == {StoredEvidence.objects.get().pk}
    assert JournalEntry.objects.filter(action="evidence.received").count() == 1


def test_of_passing_runs_at_once_one_answers_the_challenge(tmp_path: Path) -> None:
    project = made.federated(tmp_path)
    challenge = project.asked()
    runs = [project.answer(challenge, software=f"bacasable {number}") for number in range(3)]

    def send(envelope: bytes) -> Any:
        try:
            return actions.receive(envelope_bytes=envelope, by="key:test", key=project.key)
        except EvidenceRefused as refused:
            return refused.reason

    found = at_once(*[lambda envelope=envelope: send(envelope) for envelope in runs])
    assert sorted(one for one in found if isinstance(one, str)) == ["replayed", "replayed"]
    assert StoredEvidence.objects.filter(verdict="passed").count() == 1
    assert RefusedEvidence.objects.filter(challenge=challenge).count() == 2


def test_one_key_enrolled_by_two_projects_at_once_belongs_to_one(tmp_path: Path) -> None:
    one, two, pem = support.opened(), support.opened(), made.public_pem(tmp_path)

    def enrol(side: support.Supported) -> str:
        try:
            actions.enrol(file=side.file, pem=pem, label="x", by=side.author)
        except Refused as refused:
            return refused.code
        return "enrolled"

    found = at_once(lambda: enrol(one), lambda: enrol(two))
    assert sorted(found) == ["enrolled", "enrolled_elsewhere"]
    assert ProjectKey.objects.count() == 1
