"""Another installation, a process with a home of its own, answers the challenges of this office over HTTP."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bacasable.compliance import clock, signing
from bacasable.compliance.challenge import Challenge as Asked
from bacasable.people.instance import configuration
from bacasable.programme.evidence import actions
from bacasable.programme.evidence.models import (
    Challenge,
    ProjectKey,
    RefusedEvidence,
    ReportedDependencies,
    StoredEvidence,
)
from tests.factories import support
from tests.factories.support import Supported
from tests.installation import Installation

CONTROL = "files_unreadable_at_rest"


def bacasable(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BACASABLE_")}
    return subprocess.run(
        [sys.executable, "-m", "bacasable.portal", "--home", str(home), *words],
        env=environment | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("project")
    Installation(home).initialised()
    return home


@pytest.fixture
def office(live_server: object) -> str:
    signing.ensure_key(configuration().home / "keys")
    return str(live_server)


def enrolled(home: Path) -> tuple[Supported, ProjectKey, str]:
    pem = bacasable(home, "evidence", "keys", "--pem").stdout
    supported = support.active()
    key, token = actions.enrol(file=supported.file, pem=pem, label="Ours", by=supported.author)
    return supported, key, token


def asked(supported: Supported, **changes: object) -> Challenge:
    given = {"service": "platform", "control": CONTROL, "due_at": clock.now() + timedelta(days=7)} | changes
    return actions.challenge(file=supported.file, by=supported.officer, **given)  # type: ignore[arg-type]


def test_from_enrolment_to_evidence_verified_on_a_third_machine(
    home: Path, office: str, tmp_path: Path
) -> None:
    supported, key, token = enrolled(home)
    (tmp_path / "token.txt").write_text(token + "\n")
    joined = bacasable(home, "federation", "join", office, "--token-file", str(tmp_path / "token.txt"))
    assert joined.returncode == 0, joined.stderr
    assert "enrolled" in joined.stdout
    assert (home / "federation.json").stat().st_mode & 0o777 == 0o600

    too_early = bacasable(home, "check", "platform", "--send")
    assert too_early.returncode == 1
    assert "Traceback" not in too_early.stderr
    actions.confirm_key(key=key, by=supported.officer)

    nothing = bacasable(home, "check", "platform", "--send")
    assert (nothing.returncode, StoredEvidence.objects.count()) == (0, 0), nothing.stderr
    assert ReportedDependencies.objects.filter(file=supported.file, control=CONTROL).exists()

    challenge = asked(supported)
    asked(supported, control="not_here")
    sent = bacasable(home, "check", "platform", "--send")
    assert sent.returncode == 1, "one of the two cannot be answered here"
    assert "not_here" in sent.stderr
    stored = StoredEvidence.objects.get()
    assert (stored.label, stored.verdict, stored.challenge) == ("project", "passed", challenge)
    assert stored.key_id == key.key_id

    (envelope,) = (home / "evidence").glob("*.json")
    assert envelope.read_bytes() == bytes(stored.envelope)
    (tmp_path / "challenge.json").write_bytes(challenge.asked.to_json())
    (tmp_path / "other.json").write_bytes(asked(supported).asked.to_json())
    (tmp_path / "key.pub").write_text(key.pem)
    verify = ("evidence", "verify", str(envelope), "--key", str(tmp_path / "key.pub"), "--challenge")
    assert bacasable(tmp_path, *verify, str(tmp_path / "challenge.json")).returncode == 0
    assert "refused (challenge)" in bacasable(tmp_path, *verify, str(tmp_path / "other.json")).stderr

    offline = bacasable(home, "check", "platform", "--challenge", str(tmp_path / "other.json"))
    assert offline.returncode == 0, offline.stderr
    newest = max((home / "evidence").glob("*.json"))
    filed = actions.receive(envelope_bytes=newest.read_bytes(), by=supported.officer, file=supported.file)
    assert filed.label == "project"

    assert bacasable(home, "federation", "report").returncode == 0
    actions.revoke_key(key=key, reason="Test", by=supported.author)
    revoked = bacasable(home, "check", "platform", "--send")
    assert revoked.returncode == 1
    assert RefusedEvidence.objects.filter(reason="revoked_key").exists()
    assert bacasable(home, "federation", "leave").returncode == 0
    assert not (home / "federation.json").exists()
    assert bacasable(home, "check", "platform", "--send").returncode == 1


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("http://office.example", "bsk_x"),
        ("ftp://127.0.0.1", "bsk_x"),
        ("http://127.0.0.1:9", "bsk_x"),
        ("OFFICE", "bsk_wrong"),
        ("OFFICE", "two words"),
        ("OFFICE/nowhere", "bsk_x"),
    ],
)
def test_joining_is_refused_in_one_line_and_nothing_is_kept(
    home: Path, office: str, tmp_path: Path, url: str, token: str
) -> None:
    (tmp_path / "token").write_text(token)
    url = url.replace("OFFICE", office)
    refused = bacasable(home, "federation", "join", url, "--token-file", str(tmp_path / "token"))
    assert refused.returncode == 1
    assert refused.stderr.startswith("bacasable: ")
    assert "Traceback" not in refused.stderr
    assert not (home / "federation.json").exists()


def test_the_token_of_another_key_is_refused(home: Path, office: str, tmp_path: Path) -> None:
    signing.ensure_key(tmp_path / "keys")
    (public,) = (tmp_path / "keys").glob("*.pub")
    supported = support.active()
    _key, token = actions.enrol(file=supported.file, pem=public.read_text(), label="x", by=supported.author)
    (tmp_path / "token").write_text(token)
    refused = bacasable(home, "federation", "join", office, "--token-file", str(tmp_path / "token"))
    assert refused.returncode == 1
    assert "--pem" in refused.stderr


def test_a_challenge_whose_deadline_has_passed_is_not_run(home: Path, tmp_path: Path) -> None:
    over = Asked(
        "0d9f5c3e-6f0a-4f0e-9a3e-3f6f4b3a1c11",
        "platform",
        CONTROL,
        4,
        "0" * 64,
        clock.now() - timedelta(days=2),
        clock.now() - timedelta(days=1),
    )
    path = tmp_path / "challenge.json"
    path.write_bytes(over.to_json())
    before = len(list((home / "evidence").glob("*.json")))
    refused = bacasable(home, "check", "platform", "--challenge", str(path))
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert bacasable(home, "check", "platform", "--challenge", str(path), "--seed", "1").returncode == 1
    assert len(list((home / "evidence").glob("*.json"))) == before
