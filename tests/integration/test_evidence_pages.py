"""Pages of evidence: public ones for everybody, a project's for its two sides, and what each may do there."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock as platform_clock
from bacasable.compliance import signing
from bacasable.people.instance import configuration
from bacasable.people.models import User
from bacasable.programme.evidence import actions, readings
from bacasable.programme.evidence.models import Challenge, ProjectKey, RefusedEvidence, StoredEvidence
from tests.conftest import MovableClock
from tests.factories import evidence as made
from tests.factories.evidence import Federated
from tests.factories.people import UserFactory, sign_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(clock: MovableClock, tmp_path: Path) -> Federated:
    signing.ensure_key(configuration().home / "keys")
    return made.federated(tmp_path / "keys")


def as_(user: User) -> Client:
    return sign_in(Client(), user)


def address(project: Federated, name: str, *more: object) -> str:
    return reverse(f"evidence:{name}", args=[project.supported.reference, *more])


def stored(project: Federated) -> StoredEvidence:
    return actions.receive(envelope_bytes=project.answer(project.asked()), by="key:test", key=project.key)


def test_a_projects_evidence_is_hidden_until_it_is_published(project: Federated) -> None:
    kept = stored(project)
    pages = [reverse(f"evidence:{name}", args=[kept.public_id]) for name in ("detail", "download", "key_of")]
    listed = reverse("evidence:detail", args=[kept.public_id])
    strangers = [
        Client(),
        as_(UserFactory()),
        as_(staff("expert")),
        as_(staff("editor")),
        as_(staff("inspector")),
    ]
    sides = [
        as_(user)
        for user in (
            project.supported.author,
            project.supported.co_author,
            project.supported.officer,
            project.supported.lawyer,
            staff("president"),
        )
    ]
    for client in strangers:
        assert [client.get(page).status_code for page in pages] == [404, 404, 404]
        assert listed not in client.get(reverse("evidence:list")).content.decode()
    for client in sides:
        assert [client.get(page).status_code for page in pages] == [200, 200, 200]
        assert listed in client.get(reverse("evidence:list")).content.decode()
    assert actions.publish_evidence(evidence=StoredEvidence.objects.filter(pk=kept.pk)) == 1
    for client in strangers:
        assert [client.get(page).status_code for page in pages] == [200, 200, 200]


def test_evidence_about_ourselves_is_public_at_once(project: Federated) -> None:
    own = actions.receive(envelope_bytes=made.envelope(configuration().home / "keys"), by="system")
    assert own.public_since is not None
    assert Client().get(reverse("evidence:detail", args=[own.public_id])).status_code == 200
    pem = Client().get(reverse("evidence:key_of", args=[own.public_id])).content
    assert signing.Keyring.of_pem(pem).keys.keys() == {own.key_id}


def test_the_key_of_a_projects_evidence_is_the_projects(project: Federated) -> None:
    kept = stored(project)
    pem = as_(project.supported.author).get(reverse("evidence:key_of", args=[kept.public_id])).content
    assert signing.Keyring.of_pem(pem).keys.keys() == {project.key.key_id}


def test_a_page_says_when_the_key_was_revoked_since(project: Federated) -> None:
    kept = stored(project)
    page = reverse("evidence:detail", args=[kept.public_id])
    client = as_(project.supported.officer)
    assert client.get(page).context["reading"].reason == ""
    listed = address(project, "of_file")
    (before,) = client.get(listed).context["rows"]
    actions.revoke_key(key=project.key, reason="Lost", by=project.supported.officer)
    assert client.get(page).context["reading"].reason == "revoked_key"
    (after,) = client.get(listed).context["rows"]
    assert after["label"].startswith(before["label"]) and after["label"] != before["label"]


def test_only_the_two_sides_read_the_page_of_a_project(project: Federated) -> None:
    stored(project)
    page = address(project, "of_file")
    for user in (project.supported.author, project.supported.engineer, project.supported.officer):
        assert as_(user).get(page).status_code == 200
    for user in (UserFactory(), staff("editor"), staff("inspector"), staff("administrator")):
        assert as_(user).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    elsewhere = reverse("evidence:of_file", args=["BAS-0000-0000"])
    assert as_(project.supported.officer).get(elsewhere).status_code == 404


def test_the_page_of_a_project_costs_no_query_for_each_row(project: Federated) -> None:
    client = as_(project.supported.officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(project, "of_file")).status_code == 200
        return len(counted)

    stored(project)
    few = queries()
    for _ in range(5):
        stored(project)
    assert queries() <= few


def test_from_enrolment_to_confirmation(project: Federated, tmp_path: Path) -> None:
    author, officer = as_(project.supported.author), as_(project.supported.officer)
    pem = made.public_pem(tmp_path / "second")
    assert author.post(address(project, "enrol"), {"label": "x", "pem": "nonsense"}).status_code == 422
    assert author.post(address(project, "enrol"), {"label": "x"}).status_code == 422
    assert officer.post(address(project, "enrol"), {"label": "x", "pem": pem}).status_code == 403
    upload = SimpleUploadedFile("key.pub", pem.encode())
    shown = author.post(address(project, "enrol"), {"label": "Second", "pem_file": upload})
    assert shown.status_code == 200
    (token,) = re.findall(r"bsk_[\w-]+", shown.content.decode())
    assert shown["Cache-Control"].count("no-store")
    key = ProjectKey.objects.get(label="Second")
    assert (key.state, key.token_digest) != ("confirmed", token)
    assert token not in author.get(address(project, "of_file")).content.decode()

    page = address(project, "confirm_key", key.public_id)
    assert key.key_id[-8:] not in officer.get(page).content.decode(), "what is to be told is not shown"
    assert author.post(page, {"told": key.key_id[-8:]}).status_code == 403
    for wrong in ("", key.key_id[-4:], "0" * 8 if not key.key_id.endswith("0" * 8) else "1" * 8):
        assert officer.post(page, {"told": wrong}).status_code == 422
    assert officer.post(page, {"told": f" {key.key_id[-8:].upper()} "}).status_code == 302
    key.refresh_from_db()
    assert key.state == "confirmed"
    assert officer.post(page, {"told": key.key_id[-8:]}).status_code == 422

    revoke = address(project, "revoke_key", key.public_id)
    assert author.post(revoke, {"reason": ""}).status_code == 422
    assert author.post(revoke, {"reason": "Replaced"}).status_code == 302
    key.refresh_from_db()
    assert (key.state, key.revoked_because) == ("revoked", "Replaced")


def test_a_key_of_another_project_is_not_found_here(project: Federated, tmp_path: Path) -> None:
    other = made.federated(tmp_path / "other", confirmed=False)
    page = address(project, "confirm_key", other.key.public_id)
    assert as_(project.supported.officer).post(page, {"told": other.key.key_id[-8:]}).status_code == 404


def test_from_challenge_to_filed_evidence(project: Federated) -> None:
    author, officer = as_(project.supported.author), as_(project.supported.officer)
    form = {"service": "platform", "control": "files_unreadable_at_rest", "days": "7"}
    assert author.post(address(project, "ask"), form).status_code == 403
    assert officer.post(address(project, "ask"), form | {"control": "../x"}).status_code == 422
    assert officer.post(address(project, "ask"), form).status_code == 302
    challenge = Challenge.objects.get()
    given = author.get(address(project, "challenge_json", challenge.public_id))
    assert given.content == challenge.asked.to_json()
    assert author.get(address(project, "challenge", challenge.public_id)).status_code == 200

    def file(client: Client, content: bytes) -> int:
        sent = {"envelope": SimpleUploadedFile("envelope.json", content)}
        return client.post(address(project, "send_file"), sent).status_code

    assert file(author, project.answer(challenge, seed=challenge.seed + 1)) == 422
    assert file(author, b" " * (2 * 1024 * 1024)) == 422
    assert file(as_(project.supported.engineer), b"{}") == 403
    assert file(officer, project.answer(challenge)) == 302
    assert StoredEvidence.objects.get().label == "project"
    assert sorted(RefusedEvidence.objects.values_list("reason", flat=True)) == ["oversize", "seed"]
    assert officer.post(address(project, "withdraw", challenge.public_id)).status_code == 302
    challenge.refresh_from_db()
    assert challenge.state() == "answered", "what was answered is not withdrawn"


def test_a_replay_is_queued_for_the_officer_alone(project: Federated) -> None:
    challenge = project.asked()
    page = address(project, "replay", challenge.public_id)
    assert as_(project.supported.author).post(page).status_code == 403
    assert as_(project.supported.officer).post(page).status_code == 302
    task = DBTaskResult.objects.get()
    assert task.args_kwargs["args"] == [challenge.pk]
    elsewhere = project.asked(control="not_here")
    as_(project.supported.officer).post(address(project, "replay", elsewhere.public_id))
    assert DBTaskResult.objects.count() == 1


def test_the_browser_is_given_what_it_needs_to_verify_by_itself(project: Federated) -> None:
    kept: Any = stored(project)
    page = (
        as_(project.supported.author).get(reverse("evidence:detail", args=[kept.public_id])).content.decode()
    )
    for value in (kept.sha256, "verify-evidence.js", reverse("evidence:key_of", args=[kept.public_id])):
        assert value in page
    assert platform_clock.now() - kept.received_at < timedelta(days=1)


def test_a_control_that_is_not_installed_here_is_named_as_its_evidence_does(project: Federated) -> None:
    kept = stored(project)
    StoredEvidence.objects.filter(pk=kept.pk).update(service="elsewhere")
    named = readings.control_title("elsewhere", kept.control, kept.file_id)
    assert named not in ("", kept.control)
    assert readings.control_title("elsewhere", kept.control) == kept.control, "others do not learn it"
    page = as_(project.supported.author).get(address(project, "of_file"))
    assert named in page.content.decode()
