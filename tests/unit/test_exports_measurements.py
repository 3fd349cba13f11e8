"""The measurements that exports quote: the latest of each control, verified; what is refused is named."""

from datetime import timedelta
from pathlib import Path

from bacasable.compliance import clock, signing
from bacasable.compliance.exports.installation import context_of
from bacasable.compliance.exports.loading import available
from bacasable.compliance.exports.measurements import latest
from bacasable.programme.processing import PROCESSING
from tests.factories.evidence import envelope

CONTROL = "files_unreadable_at_rest"


class Told:
    office_name = "Office"
    controller_name = "A city"
    controller_contact = "city@example"
    dpo_contact = "dpo@example"

    def __init__(self, home: Path) -> None:
        self.home = home


def keep(home: Path, name: str, content: bytes) -> None:
    (home / "evidence").mkdir(exist_ok=True)
    (home / "evidence" / f"platform-{CONTROL}-{name}.json").write_bytes(content)


def test_the_latest_verified_run_is_quoted_and_an_altered_one_is_named(tmp_path: Path) -> None:
    now = clock.now()
    keep(tmp_path, "1", envelope(tmp_path / "keys", measured_at=now - timedelta(days=2)))
    keep(tmp_path, "2", envelope(tmp_path / "keys", found=3, measured_at=now - timedelta(days=1)))
    altered = envelope(tmp_path / "keys", measured_at=now - timedelta(hours=1)).replace(b'"', b"'", 1)
    keep(tmp_path, "3", altered)
    within = context_of(PROCESSING, Told(tmp_path), language="en", translate=str)
    found = within.measured[CONTROL]
    assert (found.value, found.verdict, found.is_current) == (3 / 1024, "failed", True)
    (refused,) = within.refused
    assert refused.startswith(f"platform-{CONTROL}-3.json: ")
    made = available()["register"].render(PROCESSING, within)
    assert "verdict: not kept" in made.content.decode()
    assert any(one.where == refused for one in made.missing)


def test_a_revoked_key_proves_nothing_and_a_changed_declaration_is_told(tmp_path: Path) -> None:
    keep(tmp_path, "1", envelope(tmp_path / "keys", declaration_sha256="0" * 64))
    ring = signing.keyring(tmp_path / "keys")
    found, refused = latest(tmp_path / "evidence", PROCESSING, ring, now=clock.now() + timedelta(minutes=1))
    assert not refused and not found[CONTROL].is_current
    (key_id,) = ring.keys
    signing.revoke(tmp_path / "keys", key_id, reason="lost")
    ring = signing.keyring(tmp_path / "keys")
    found, refused = latest(tmp_path / "evidence", PROCESSING, ring, now=clock.now() + timedelta(minutes=1))
    assert not found and len(refused) == 1


def test_without_a_folder_of_evidence_nothing_was_measured(tmp_path: Path) -> None:
    within = context_of(PROCESSING, Told(tmp_path), language="en", translate=str)
    assert not within.measured and not within.refused
