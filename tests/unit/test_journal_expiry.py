"""Old segments of a journal expire behind signed checkpoints."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bacasable.compliance import signing
from bacasable.compliance.journal import (
    Head,
    JournalRefused,
    JournalUnavailable,
    expiry,
    segments,
)
from bacasable.compliance.journal.verifying import verify_files
from tests.factories.journals import expire, segmented, write


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    signing.create_key(folder)
    return folder


def test_old_segments_expire_behind_a_checkpoint_that_verifies(tmp_path: Path, keys: Path) -> None:
    ring = signing.keyring(keys)
    journal = segmented(tmp_path)
    early, published = Head(1, next(iter(journal.entries())).digest), journal.head()
    assert not expire(journal, keys, datetime(2020, 1, 1, tzinfo=UTC)).count
    expired = expire(journal, keys)
    assert expired.count > 10
    assert not any(path.exists() for path in expired.files)
    report = verify_files(journal.path, published, ring)
    assert (report.faults, report.start.number) == ((), expired.count)
    assert [remark.kind for remark in verify_files(journal.path, early, ring).remarks] == ["expired_head"]
    write(journal, "1", 30)
    expire(journal, keys)
    assert verify_files(journal.path, journal.head(), ring).ok
    assert len(segments.checkpoints(journal.path)) == 2
    assert not verify_files(journal.path).ok, "without a key nothing vouches for the checkpoint"


def test_a_segment_deleted_without_a_checkpoint_is_found_and_nothing_expires_then(
    tmp_path: Path, keys: Path
) -> None:
    journal = segmented(tmp_path)
    closed = segments.closed_segments(journal.path)
    closed[0].path.unlink()
    faults = verify_files(journal.path, keyring=signing.keyring(keys)).faults
    assert [(fault.kind, fault.number) for fault in faults] == [("missing", 1)]
    assert "no signed checkpoint" in faults[0].message
    with pytest.raises(JournalRefused, match="nothing expires"):
        expire(journal, keys)
    assert closed[1].path.exists()


@pytest.mark.parametrize("stop", ["record", "_delete"])
def test_an_interrupted_expiry_verifies_and_is_ended_by_the_next(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    journal, ring = segmented(tmp_path), signing.keyring(keys)

    def interrupted(*args: object, **facts: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(journal if stop == "record" else expiry, stop, interrupted)
        with pytest.raises(KeyboardInterrupt):
            expire(journal, keys)
    report = verify_files(journal.path, journal.head(), ring)
    assert report.ok
    assert "expired" in {remark.kind for remark in report.remarks}
    expire(journal, keys)
    report = verify_files(journal.path, journal.head(), ring)
    assert (report.faults, report.remarks) == ((), ())


def test_a_full_disk_during_an_expiry_deletes_nothing(
    tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = segmented(tmp_path)
    files = {path.name for path in tmp_path.glob("acts.jsonl*")}

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(expiry, "_write_whole", full)
        with pytest.raises(JournalUnavailable, match="No space left on device"):
            expire(journal, keys)
    assert {path.name for path in tmp_path.glob("acts.jsonl*")} == files
    assert verify_files(journal.path, journal.head(), signing.keyring(keys)).ok
    assert expire(journal, keys).count


def test_a_revoked_key_leaves_a_checkpoint_that_the_chain_vouches_for(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = signing.create_key(folder)
    journal = segmented(tmp_path)
    expire(journal, folder)
    signing.revoke(folder, key, reason="lost")
    report = verify_files(journal.path, journal.head(), signing.keyring(folder))
    assert report.ok
    assert "revoked" in report.remarks[0].message


def test_a_journal_made_with_a_stolen_key_does_not_stand_for_the_published_head(tmp_path: Path) -> None:
    """Its thief dates the forged checkpoint after the head that was published."""
    folder, theirs = tmp_path / "keys", tmp_path / "theirs"
    key = signing.create_key(folder)
    published = segmented(tmp_path, 5).head()
    theirs.mkdir()
    forged = segmented(theirs)
    assert expire(forged, folder).upto.number > published.number
    signing.revoke(folder, key, reason="stolen")
    report = verify_files(forged.path, published, signing.keyring(folder))
    assert [fault.kind for fault in report.faults] == ["expired_head"]
