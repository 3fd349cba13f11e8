"""The API of the federation: who holds a token is heard, nobody else, and each refusal says its code."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bacasable.compliance import clock as platform_clock
from bacasable.compliance import signing
from bacasable.compliance.evidence import LARGEST_ENVELOPE
from bacasable.compliance.reported import sign_report
from bacasable.people.instance import configuration
from bacasable.programme.evidence import actions, rules
from bacasable.programme.evidence.models import RefusedEvidence, StoredEvidence
from bacasable.programme.recommendations.models import Contract, Recommendation
from tests.conftest import MovableClock
from tests.factories import evidence as made
from tests.factories.evidence import Federated
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db

URLS = {name: f"/api/v1/federation/{name}" for name in ("status", "challenges", "evidence", "dependencies")}


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> Federated:
    signing.ensure_key(configuration().home / "keys")
    return made.federated(tmp_path / "keys")


def ask(method: str, name: str, token: str | None, body: bytes = b"", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return Client(enforce_csrf_checks=True).generic(
        method, URLS[name], body, content_type="application/vnd.dsse+json", headers=headers, **more
    )


def send(project: Federated, body: bytes) -> Any:
    return ask("POST", "evidence", project.token, body)


def test_challenges_go_out_and_evidence_comes_in(project: Federated) -> None:
    challenge = project.asked()
    lapsed = project.asked()
    actions.withdraw_challenge(challenge=lapsed, by=project.supported.officer)
    (item,) = ask("GET", "challenges", project.token).json()["items"]
    assert (item["id"], item["seed"], item["nonce"]) == (
        str(challenge.public_id),
        challenge.seed,
        challenge.nonce,
    )
    envelope = project.answer(challenge)
    first, again = send(project, envelope), send(project, envelope)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == str(StoredEvidence.objects.get().public_id)
    assert (first.json()["label"], first.json()["verdict"]) == ("project", "passed")
    assert ask("GET", "challenges", project.token).json() == {"items": []}


def test_status_says_who_the_token_is(project: Federated) -> None:
    project.asked()
    said = ask("GET", "status", project.token).json()
    assert (said["key"], said["state"], said["open_challenges"]) == (project.key.key_id, "confirmed", 1)
    project.key.refresh_from_db()
    assert project.key.last_seen_at is not None


@pytest.mark.parametrize("token", [None, "", "bsk_wrong", "x" * 5000])
def test_without_the_token_nothing_is_said(project: Federated, token: str | None) -> None:
    for name, method in (
        ("status", "GET"),
        ("challenges", "GET"),
        ("evidence", "POST"),
        ("dependencies", "POST"),
    ):
        answer = ask(method, name, token, b"{}")
        assert answer.status_code in {401, 429}
        assert answer.json()["code"] in {"token", "too_many"}
    assert RefusedEvidence.objects.count() == 0


def test_a_session_of_the_site_is_no_token(project: Federated, client: Client) -> None:
    sign_in(client, project.supported.officer)
    assert client.get(URLS["status"]).status_code == 401


def test_a_wrong_token_costs_the_same_whatever_exists(project: Federated) -> None:
    ask("GET", "status", "bsk_first")
    counted = []
    for token in ("bsk_other", project.key.token_digest, project.key.key_id):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert ask("GET", "status", token).status_code == 401
        counted.append(len(queries))
    assert len(set(counted)) == 1


def test_wrong_tokens_are_slowed_down_and_the_right_one_still_works(project: Federated) -> None:
    answers = [ask("GET", "status", f"bsk_{number}").status_code for number in range(8)]
    assert (answers[0], answers[-1]) == (401, 429)
    assert ask("GET", "status", project.token).status_code == 200


@pytest.mark.parametrize(
    ("found", "status", "code"), [("seed", 422, "seed"), ("late", 422, "late"), ("answered", 409, "replayed")]
)
def test_refused_evidence_says_its_code_and_is_counted(
    project: Federated, clock: MovableClock, found: str, status: int, code: str
) -> None:
    challenge = project.asked()
    if found == "answered":
        assert send(project, project.answer(challenge)).status_code == 201
    envelope = project.answer(challenge, 2, **({"seed": 1 + challenge.seed} if found == "seed" else {}))
    if found == "late":
        clock.forward(days=30)
    answer = send(project, envelope)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert RefusedEvidence.objects.get().reason == code


def test_tampered_bytes_are_refused(project: Federated) -> None:
    envelope = bytearray(project.answer(project.asked()))
    envelope[len(envelope) // 2] ^= 1
    assert send(project, bytes(envelope)).status_code == 422
    assert StoredEvidence.objects.count() == 0


def test_a_body_over_a_megabyte_is_refused_by_its_length_unread(project: Federated) -> None:
    answer = send(project, b" " * (LARGEST_ENVELOPE + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "oversize")
    fifty = ask("POST", "evidence", project.token, b"x", CONTENT_LENGTH=str(50 * 1024 * 1024))
    assert fifty.status_code == 413
    assert RefusedEvidence.objects.filter(reason="oversize").count() == 2


def test_unconfirmed_and_revoked_keys_are_told_apart_and_believed_neither(
    clock: MovableClock, tmp_path: Path
) -> None:
    project = made.federated(tmp_path, confirmed=False)
    challenge = project.asked()
    assert ask("GET", "status", project.token).json()["state"] == "enrolled"
    for answer in (ask("GET", "challenges", project.token), send(project, project.answer(challenge))):
        assert (answer.status_code, answer.json()["code"]) == (403, "unconfirmed_key")
    actions.revoke_key(key=project.key, reason="Lost", by=project.supported.author)
    for answer in (ask("GET", "status", project.token), send(project, project.answer(challenge))):
        assert (answer.status_code, answer.json()["code"]) == (403, "revoked_key")
    assert set(RefusedEvidence.objects.values_list("reason", flat=True)) == {"unconfirmed_key", "revoked_key"}


def test_the_token_of_a_revoked_key_neither_fills_the_journal_nor_silences_other_instances(
    project: Federated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bacasable.programme.evidence.api.MOST_PER_HOUR", 3)
    monkeypatch.setattr("bacasable.programme.evidence.api.MOST_REVOKED_PER_HOUR", 4)
    lost = made.federated(tmp_path / "lost", supported=project.supported)
    actions.revoke_key(key=lost.key, reason="Lost", by=project.supported.author)
    for _ in range(8):
        assert send(lost, b"{}").json()["code"] == "revoked_key"
    assert RefusedEvidence.objects.filter(reason="revoked_key").count() == 4
    assert send(project, project.answer(project.asked())).status_code == 201


def test_refused_reports_are_counted_so_that_they_end(
    project: Federated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bacasable.programme.evidence.api.MOST_PER_HOUR", 3)
    codes = [ask("POST", "dependencies", project.token, b"{}").json()["code"] for _ in range(5)]
    assert codes == ["malformed"] * 3 + ["too_many"] * 2


@pytest.mark.parametrize("trials", [2**63, -1])
def test_a_number_of_trials_that_is_no_count_is_refused(project: Federated, trials: int) -> None:
    challenge = project.asked()
    measured = made.measurement(0, seed=challenge.seed)
    odd = made.measurement(0, seed=challenge.seed, n=1024)
    object.__setattr__(odd, "n", trials)
    answer = send(project, project.answer(challenge, measurement=odd, sabotage=measured))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_null_character_in_what_it_rests_on_is_refused(project: Federated) -> None:
    answer = send(project, project.answer(project.asked(), depends_on={"a\x00b": "0" * 64}))
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_a_flood_from_one_project_is_told_to_wait(project: Federated, clock: MovableClock) -> None:
    RefusedEvidence.objects.bulk_create(
        RefusedEvidence(file=project.file, reason="malformed", sha256="0" * 64, at=clock.at)
        for _ in range(rules.MOST_PER_HOUR)
    )
    assert send(project, b"junk").status_code == 429
    clock.forward(hours=1, seconds=1)
    assert send(project, b"junk").status_code == 422


def test_a_report_is_taken_and_a_change_counted(project: Federated, clock: MovableClock) -> None:
    for value, changed in (("a", 1), ("a", 0), ("b", 1)):
        clock.forward(hours=6)
        report = sign_report(
            {"platform.files_unreadable_at_rest": {"declaration": value * 64}},
            made.signer(project.folder),
            issued_at=platform_clock.now(),
        )
        answer = ask("POST", "dependencies", project.token, report)
        assert (answer.status_code, answer.json()) == (200, {"changed": changed})
    assert ask("POST", "dependencies", project.token, report[:-1]).status_code == 422


def test_a_recommendation_closes_on_what_the_project_sends(project: Federated) -> None:
    recommendation = Recommendation.objects.create(
        key="unreadable", file=project.file, service="platform", title="x", text="x"
    )
    challenge = project.asked()
    run = made.run()
    Contract.objects.create(
        recommendation=recommendation,
        service="platform",
        control=challenge.control,
        direction=run.direction,
        threshold=run.threshold,
        maximum_age_days=30,
    )
    answer = send(project, project.answer(challenge))
    assert (answer.status_code, answer.json()["closed"]) == (201, ["unreadable"])
    assert answer.json()["page"].endswith(reverse("evidence:detail", args=[answer.json()["id"]]))
    assert timedelta(0) <= platform_clock.now() - StoredEvidence.objects.get().received_at


def test_a_program_is_told_in_json_that_its_body_was_cut_off() -> None:
    answer = Client().get("/refused/too-large/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "oversize")
    assert "text/html" in Client().get("/refused/too-large/")["Content-Type"]
