"""A recommendation closes on fresh, passing, signed evidence about its contract, and on nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from bacasable.compliance import signing
from bacasable.compliance.control import Probe
from bacasable.compliance.evidence import EvidenceRefused, sign
from bacasable.exchange.vault import Vault
from bacasable.people.instance import configuration
from bacasable.people.models import JournalEntry
from bacasable.programme.evidence.actions import receive
from bacasable.programme.evidence.models import StoredEvidence
from bacasable.programme.recommendations import actions, queries, rules
from bacasable.programme.recommendations.models import Contract, Recommendation
from bacasable.programme.recommendations.queries import NotFulfilled
from tests.conftest import MovableClock
from tests.factories import evidence as made
from tests.factories.people import sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def recommendation(clock: MovableClock) -> Recommendation:
    signing.ensure_key(configuration().home / "keys")
    actions.ensure_own_recommendations()
    return Recommendation.objects.get(key="files-unreadable-at-rest")


def envelope(**changes: Any) -> bytes:
    return made.envelope(configuration().home / "keys", **changes)


def state(recommendation: Recommendation) -> str:
    recommendation.refresh_from_db()
    return recommendation.state


def test_it_closes_on_passing_evidence(recommendation: Recommendation) -> None:
    stored = receive(envelope_bytes=envelope(), by="system")
    assert state(recommendation) == "closed"
    assert recommendation.contracts.get().closed_by == stored
    assert bytes(stored.envelope) == envelope_of(stored)
    assert list(JournalEntry.objects.values_list("action", flat=True)) == [
        "recommendation.proposed",
        "recommendation.closed",
        "evidence.received",
    ]


def envelope_of(stored: StoredEvidence) -> bytes:
    stored.refresh_from_db()
    return bytes(stored.envelope)


@pytest.mark.parametrize("changes", [{"found": 400}, {"sabotaged": 0}], ids=["failed", "void"])
def test_failed_and_void_runs_are_kept_and_close_nothing(
    recommendation: Recommendation, changes: dict[str, Any]
) -> None:
    receive(envelope_bytes=envelope(**changes), by="system")
    assert state(recommendation) == "proposed"
    assert StoredEvidence.objects.count() == 1


def test_the_same_envelope_is_kept_once(recommendation: Recommendation) -> None:
    sent = envelope()
    assert receive(envelope_bytes=sent, by="system") == receive(envelope_bytes=sent, by="system")
    assert JournalEntry.objects.filter(action="evidence.received").count() == 1


def test_an_altered_byte_is_refused_and_nothing_is_kept(recommendation: Recommendation) -> None:
    sent = bytearray(envelope())
    sent[len(sent) // 2] ^= 1
    with pytest.raises(EvidenceRefused):
        receive(envelope_bytes=bytes(sent), by="system")
    assert (StoredEvidence.objects.count(), state(recommendation)) == (0, "proposed")


def refused(recommendation: Recommendation, stored: StoredEvidence) -> str:
    """Return why the evidence does not close the recommendation's contract."""
    with pytest.raises(NotFulfilled) as reason:
        actions.close(contract=recommendation.contracts.get(), evidence=stored, by="system")
    assert state(recommendation) == "proposed"
    return reason.value.reason


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"service": "water_use"}, "subject"),
        ({"control": "another"}, "control"),
        ({"direction": "at_least", "threshold": 0.5, "found": 1024, "sabotaged": 0}, "threshold"),
        ({"found": 400}, "verdict"),
        ({"sabotaged": 0}, "void"),
        ({"depends_on": {"declaration": "0" * 64}}, "changed"),
    ],
)
def test_evidence_that_does_not_match_the_contract_closes_nothing(
    recommendation: Recommendation, changes: dict[str, Any], expected: str
) -> None:
    stored = receive(envelope_bytes=envelope(**changes), by="system")
    assert refused(recommendation, stored) == expected


def test_old_evidence_closes_nothing(recommendation: Recommendation, clock: MovableClock) -> None:
    old = envelope(measured_at=clock.at - timedelta(days=91))
    assert refused(recommendation, receive(envelope_bytes=old, by="system")) == "too_old"


def test_bytes_altered_in_the_database_close_nothing(recommendation: Recommendation) -> None:
    stored = receive(envelope_bytes=envelope(found=400), by="system")
    StoredEvidence.objects.filter(pk=stored.pk).update(verdict="passed", envelope=envelope())
    stored.refresh_from_db()
    assert refused(recommendation, stored) == "bytes"


def test_a_key_revoked_since_closes_nothing(recommendation: Recommendation) -> None:
    folder = configuration().home / "keys"
    key_id = signing.create_key(folder)
    stored = receive(envelope_bytes=envelope(found=400), by="system")
    signing.revoke(folder, key_id, reason="test")
    assert refused(recommendation, stored) == "revoked_key"


def test_a_later_failure_sends_it_back(recommendation: Recommendation, clock: MovableClock) -> None:
    receive(envelope_bytes=envelope(), by="system")
    clock.forward(days=1)
    receive(envelope_bytes=envelope(found=400), by="system")
    assert state(recommendation) == "to_remeasure"
    clock.forward(days=1)
    receive(envelope_bytes=envelope(), by="system")
    assert state(recommendation) == "closed"


def test_an_older_failure_that_arrives_late_does_not(
    recommendation: Recommendation, clock: MovableClock
) -> None:
    late = envelope(found=400, measured_at=clock.at - timedelta(days=2))
    receive(envelope_bytes=envelope(), by="system")
    receive(envelope_bytes=late, by="system")
    assert state(recommendation) == "closed"


def test_fresher_evidence_prolongs_it(recommendation: Recommendation, clock: MovableClock) -> None:
    receive(envelope_bytes=envelope(), by="system")
    clock.forward(days=80)
    receive(envelope_bytes=envelope(), by="system")
    clock.forward(days=80)
    assert actions.send_back_stale() == 0
    clock.forward(days=11)
    assert actions.send_back_stale() == 1
    assert state(recommendation) == "to_remeasure"


def test_a_change_in_what_it_rests_on_sends_it_back(
    recommendation: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(envelope_bytes=envelope(), by="system")
    assert actions.send_back_stale() == 0
    now = queries.dependencies_now("platform", "files_unreadable_at_rest") or {}
    changed = now | {"module:bacasable.exchange.vault": "0" * 64}
    monkeypatch.setattr(queries, "dependencies_now", lambda *_: changed)
    assert actions.send_back_stale() == 1
    entry = JournalEntry.objects.last()
    assert entry is not None
    assert (entry.action, entry.facts["reason"]) == ("recommendation.sent_back", "changed")


def test_the_table_of_transitions_is_walked() -> None:
    states = set(Recommendation.State.values)
    assert set(rules.TRANSITIONS) == states
    assert {after for verbs in rules.TRANSITIONS.values() for after in verbs.values()} <= states


def test_canaries_that_a_killed_run_left_are_removed_by_the_next(clock: MovableClock) -> None:
    from bacasable.programme.controls import measure_files, probe

    running = probe()
    left = running.engine.write(running.engine.new_data_key(), b"a canary")
    (running.engine.root / ".canaries").write_text(f"{left.name}\n")
    before = set(running.engine.names())
    measured = measure_files(running, seed=1)
    assert measured.value == 0
    assert before - set(running.engine.names()) == {left.name}


def test_a_control_that_looks_in_the_wrong_place_concludes_nothing(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bacasable.programme import controls

    monkeypatch.setattr(controls.Path, "rglob", lambda *_: [])
    with pytest.raises(RuntimeError, match="does not look where the vault writes"):
        controls.measure_files(controls.probe(), seed=1)


def test_a_stricter_control_sends_our_own_recommendation_back(recommendation: Recommendation) -> None:
    receive(envelope_bytes=envelope(), by="system")
    Contract.objects.update(threshold=0.5)
    actions.ensure_own_recommendations()
    assert (state(recommendation), recommendation.contracts.get().threshold) == ("to_remeasure", 0.005)


def test_own_recommendations_are_made_once(recommendation: Recommendation) -> None:
    assert actions.ensure_own_recommendations() == []
    assert Contract.objects.count() == 1


def test_the_platform_keeps_its_own_promise(
    recommendation: Recommendation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole spine, for real: measure the running vault, sign, receive, close."""
    from bacasable.compliance.catalogue import catalogue
    from bacasable.compliance.checking import check
    from bacasable.programme import controls

    planted: list[str] = []

    def plant(*args: Any, **options: Any) -> str:
        planted.append(original(*args, **options))
        return planted[-1]

    original = controls._plant
    monkeypatch.setattr(controls, "_plant", plant)
    configured = configuration()
    key = configured.vault().new_data_key()
    kept = configured.vault().write(key, b"%PDF-1.7 " + b"private words " * 1000)
    before = set(configured.vault().names())
    (done,) = check(catalogue()["platform"], configured.home, seed=11)
    assert (done.run.verdict, done.run.sabotage.value) == ("passed", 1.0)
    assert done.run.measurement.details["stored_files_sampled"] >= 1
    after = set(configured.vault().names())
    assert planted and not after & set(planted), "the control clears what it planted"
    assert before <= after
    assert b"".join(configured.vault().read(key, kept.name)).startswith(b"%PDF-1.7")
    receive(envelope_bytes=done.path.read_bytes(), by="system")
    assert state(recommendation) == "closed"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0" * 40 + b"%PDF-1.7 " + b"\1" * 50, "header of PDF"),
        (b"the same few letters " * 400, "not those of a cipher"),
    ],
)
def test_one_stored_file_in_clear_fails_the_control(
    clock: MovableClock, tmp_path: Path, content: bytes, said: str
) -> None:
    from bacasable.programme.controls import measure_files, probe

    running: Probe = probe()
    # of its own: of many stored files a sample is read
    vault = Vault(tmp_path / "vault", running.engine.keyring)
    name = "ab" * 16
    path = vault.root / "ab" / f"{name}.sealed"
    path.parent.mkdir()
    path.write_bytes(content)
    measured = measure_files(replace(running, engine=vault), seed=1)
    assert [found for found in measured.counterexamples if said in found and name[:8] in found]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text,
        lambda text: b"x" + __import__("base64").b64encode(b"x" + text + b"y"),
        lambda text: text.decode().encode("utf-16-le"),
        lambda text: text.hex().encode(),
        lambda text: b"junk" + __import__("zlib").compress(b"before" + text) + b"junk",
    ],
    ids=["raw", "base64", "utf-16", "hexadecimal", "deflated"],
)
def test_the_attacker_reads_each_disguise(encode: Callable[[bytes], bytes]) -> None:
    from bacasable.programme.controls import count_found

    fragment = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    assert count_found([fragment, b"Z" * 32], [b"other", encode(fragment)]) == 1


class TestPages:
    """What anybody reads, and what an officer may file."""

    def test_the_pages_of_a_closed_recommendation(
        self, recommendation: Recommendation, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        stored = receive(envelope_bytes=envelope(), by="system")
        for url in (
            reverse("recommendations:list"),
            reverse("recommendations:detail", args=[recommendation.key]),
            reverse("evidence:list"),
            reverse("evidence:detail", args=[stored.public_id]),
        ):
            with django_assert_max_num_queries(12):
                assert client.get(url).status_code == 200, url
        page = client.get(reverse("evidence:detail", args=[stored.public_id])).content.decode()
        for shown in ("0,29", "1", "a test", "7"):  # interval, n, attacker, seed
            assert shown in page

    def test_the_envelope_is_downloaded_byte_for_byte(
        self, recommendation: Recommendation, client: Client
    ) -> None:
        sent = envelope()
        stored = receive(envelope_bytes=sent, by="system")
        answer = client.get(reverse("evidence:download", args=[stored.public_id]))
        assert answer.content == sent
        assert "attachment" in answer["Content-Disposition"]

    def test_the_public_key_verifies_what_was_downloaded(
        self, recommendation: Recommendation, client: Client
    ) -> None:
        from bacasable.compliance import clock as platform_clock
        from bacasable.compliance.evidence import verify

        ring = signing.Keyring.of_pem(client.get(reverse("evidence:key")).content)
        assert verify(envelope(), ring, now=platform_clock.now()).run.verdict == "passed"

    def test_evidence_altered_in_the_database_is_shown_as_refused(
        self, recommendation: Recommendation, client: Client
    ) -> None:
        stored = receive(envelope_bytes=envelope(), by="system")
        StoredEvidence.objects.filter(pk=stored.pk).update(envelope=b"{}")
        answer = client.get(reverse("evidence:detail", args=[stored.public_id]))
        assert answer.status_code == 200
        assert answer.context["reading"].refusal

    def test_the_public_files_nothing(self, recommendation: Recommendation, client: Client) -> None:
        assert client.get(reverse("evidence:file")).status_code in {302, 403}

    def test_an_officer_files_an_envelope_and_reads_why_another_is_refused(
        self, recommendation: Recommendation, client: Client
    ) -> None:
        sign_in(client, staff("officer"))
        sent = envelope()
        altered = SimpleUploadedFile("envelope.json", sent[:-9] + b"A" + sent[-8:])
        answer = client.post(reverse("evidence:file"), {"envelope": altered})
        assert (answer.status_code, StoredEvidence.objects.count()) == (422, 0)
        assert answer.context["form"].errors["envelope"]
        answer = client.post(
            reverse("evidence:file"), {"envelope": SimpleUploadedFile("envelope.json", sent)}
        )
        assert answer.status_code == 302
        assert state(recommendation) == "closed"

    def test_the_number_of_queries_does_not_grow(
        self, recommendation: Recommendation, client: Client, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        url = reverse("recommendations:detail", args=[recommendation.key])
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(url)
        for found in range(5):
            receive(envelope_bytes=envelope(found=400 + found), by="system")
        with django_assert_num_queries(len(few)):
            client.get(url)


def test_evidence_of_another_signer_is_refused_in_words(
    recommendation: Recommendation, tmp_path: Any
) -> None:
    other = sign(made.run(), made.signer(tmp_path))
    with pytest.raises(EvidenceRefused) as reason:
        receive(envelope_bytes=other, by="system")
    assert reason.value.reason == "unknown_key"
