"""``check``, ``evidence`` and ``journal`` as a person types them, on an installation of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.installation import Installation

#: what the suite's own settings would hand down
INHERITED = ("BACASABLE_DATABASE_URL", "BACASABLE_DEPLOYMENT", "BACASABLE_HOME")


def bacasable(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
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
    home = tmp_path_factory.mktemp("installation")
    Installation(home).initialised()
    return home


@pytest.fixture(scope="module")
def envelope(home: Path) -> Path:
    checked = bacasable(home, "check", "platform", "--seed", "5")
    assert checked.returncode == 0, checked.stderr
    assert "Recommendation closed: files-unreadable-at-rest" in checked.stdout
    (path,) = (home / "evidence").glob("platform-files_unreadable_at_rest-*.json")
    return path


def test_the_evidence_that_check_wrote_verifies_with_the_public_key_alone(
    home: Path, envelope: Path, tmp_path: Path
) -> None:
    (key,) = (home / "keys").glob("evidence-*.pub")
    for words in ([str(envelope)], [str(envelope), "--key", str(key)]):
        verified = bacasable(tmp_path if len(words) > 1 else home, "evidence", "verify", *words)
        assert verified.returncode == 0, verified.stderr
        assert "passed" in verified.stdout


def test_one_altered_byte_is_refused(home: Path, envelope: Path, tmp_path: Path) -> None:
    altered = bytearray(envelope.read_bytes())
    altered[100] ^= 1
    path = tmp_path / "altered.json"
    path.write_bytes(altered)
    refused = bacasable(home, "evidence", "verify", str(path))
    assert refused.returncode == 1
    assert "refused (" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_another_subject_is_refused(home: Path, envelope: Path) -> None:
    refused = bacasable(home, "evidence", "verify", str(envelope), "--subject", "water_use")
    assert refused.returncode == 1
    assert "refused (subject)" in refused.stderr


def test_the_journal_holds_against_its_published_head_and_not_against_another(
    home: Path, envelope: Path, tmp_path: Path
) -> None:
    head = tmp_path / "head.json"
    assert bacasable(home, "journal", "head", "--out", str(head)).returncode == 0
    assert bacasable(home, "journal", "head", "--out", str(head)).returncode == 1
    assert bacasable(home, "journal", "verify", "--head", str(head)).returncode == 0
    value = json.loads(head.read_text())
    head.write_text(json.dumps(value | {"number": value["number"] + 3}))
    refused = bacasable(home, "journal", "verify", "--head", str(head))
    assert refused.returncode == 1
    assert "truncated" in refused.stderr


def test_a_revoked_key_takes_its_recommendations_with_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("revoking")
    Installation(home).initialised()
    assert bacasable(home, "check").returncode == 0
    key_id = bacasable(home, "evidence", "keys").stdout.split()[0]
    revoked = bacasable(home, "evidence", "revoke", key_id, "--reason", "lost")
    assert "sent back to be measured: 1" in revoked.stdout, revoked.stderr
    (envelope,) = (home / "evidence").glob("*.json")
    assert "refused (revoked_key)" in bacasable(home, "evidence", "verify", str(envelope)).stderr
    assert bacasable(home, "check").returncode == 1, "no key signs any more"
    assert bacasable(home, "keys", "rotate").returncode == 0
    before, now = bacasable(home, "evidence", "keys").stdout.splitlines()
    assert before.startswith(key_id) and "revoked" in before
    assert "signs now" in now and "signs now" not in before
    assert "Recommendation closed" in bacasable(home, "check").stdout


def test_an_unknown_service_or_control_is_refused_with_the_known_ones(home: Path) -> None:
    assert "platform" in bacasable(home, "check", "weather").stderr
    assert "files_unreadable_at_rest" in bacasable(home, "check", "platform", "--control", "x").stderr
