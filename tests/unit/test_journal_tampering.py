"""What is done to a journal is found and named, by us and by the auditor's script."""

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bacasable.compliance import signing
from bacasable.compliance.journal import (
    FileJournal,
    Head,
    Report,
    auditor,
    recovery,
    segments,
)
from bacasable.compliance.journal.export import write_for_auditor
from bacasable.compliance.journal.verifying import verify_files
from tests.factories.journals import expire, segmented, write


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    signing.create_key(folder)
    return folder


# What is done to a journal, and the kinds that may name it.


@pytest.fixture(scope="module")
def expired_journal(tmp_path_factory: pytest.TempPathFactory, keys: Path) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("expired")
    journal = segmented(folder, 20)
    expire(journal, keys)
    journal = segmented(folder, 20)
    return {path.name: path.read_bytes() for path in folder.glob("acts.jsonl*")}


def _judged(folder: Path, files: dict[str, bytes], head: Head | None, keys: Path) -> Report:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return verify_files(folder / "acts.jsonl", head, signing.keyring(keys))


def _head(files: dict[str, bytes], tmp: Path) -> Head:
    for name, content in files.items():
        (tmp / name).write_bytes(content)
    return FileJournal(tmp / "acts.jsonl").head()


def _audited(folder: Path, files: dict[str, bytes], keys: Path) -> int:
    """Return the exit code of the auditor's script on an export of these files."""
    live = folder / "acts.jsonl"
    stored = [(path.name, path.read_bytes()) for path in segments.checkpoints(live)]
    write_for_auditor(folder / "export", segments.lines(live), stored, signing.keyring(keys))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return auditor.main([str(folder / "export"), "--head", str(folder / "published.json")])


@given(data=st.data())
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_bit_flipped_anywhere_is_found_and_named(
    tmp_path_factory: pytest.TempPathFactory,
    expired_journal: dict[str, bytes],
    keys: Path,
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("flipped")
    files = dict(expired_journal)
    head = _head(files, folder)
    (folder / "published.json").write_text(head.as_json())
    name = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(files[name])
    # Each class of position: newlines, members' names, digits, digests, signature, quotes, anywhere.
    wanted = data.draw(
        st.sampled_from([b"\n", b'"', b":", b'"at":"', b'"digest":"', b'"previous":"', b"sig", b""])
    )
    places = [at for at in range(len(content)) if content.startswith(wanted, at)] or [0]
    place = data.draw(st.sampled_from(places)) + data.draw(st.integers(0, len(wanted) + 30))
    content[min(place, len(content) - 1)] ^= 1 << data.draw(st.integers(0, 7))
    files[name] = bytes(content)
    report = _judged(folder, files, head, keys)
    assert report.faults
    assert all(fault.message and fault.kind for fault in report.faults)
    assert _audited(folder, files, keys) in (1, 2)


@given(data=st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_entry_or_a_file_deleted_moved_doubled_or_cut_is_found_and_named(
    tmp_path_factory: pytest.TempPathFactory,
    expired_journal: dict[str, bytes],
    keys: Path,
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.mktemp("moved")
    files = dict(expired_journal)
    head = _head(files, folder)
    (folder / "published.json").write_text(head.as_json())
    name = data.draw(st.sampled_from(sorted(name for name in files if "checkpoint" not in name)))
    lines = files[name].splitlines(keepends=True)
    place, other = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
    done = data.draw(st.sampled_from(["deleted", "doubled", "moved", "cut", "file", "copied", "checkpoint"]))
    kinds = {"missing", "truncated", "out_of_order", "renamed", "torn"}
    if done == "deleted":
        del lines[place]
    elif done == "doubled":
        lines.insert(other, lines[place])
    elif done == "moved":
        if place == other:
            return
        lines[place], lines[other] = lines[other], lines[place]
    elif done == "cut":
        lines = [b"".join(lines)[: data.draw(st.integers(0, len(files[name]) - 1))]]
    files[name] = b"".join(lines)
    if done == "file":
        del files[name]
        (folder / name).unlink()
    elif done == "copied":
        files["acts.jsonl.000000000900-000000000901"] = files[name]
    elif done == "checkpoint":
        gone = next(name for name in files if "checkpoint" in name)
        del files[gone]
        (folder / gone).unlink()
    report = _judged(folder, files, head, keys)
    assert {fault.kind for fault in report.faults} & kinds
    if done not in {"copied"}:
        assert _audited(folder, files, keys) == 1


def test_the_auditors_script_says_that_an_untouched_export_holds(
    tmp_path: Path, expired_journal: dict[str, bytes], keys: Path
) -> None:
    head = _head(dict(expired_journal), tmp_path)
    (tmp_path / "published.json").write_text(head.as_json())
    assert _audited(tmp_path, expired_journal, keys) == 0
    names = {path.name for path in (tmp_path / "export").iterdir()}
    assert names == {"entries.jsonl", "head.json", "checkpoints", "keys", "README.txt", "verify.py"}
    other = tmp_path / "other"
    signing.create_key(other)
    stranger = str(next(other.glob("*.pub")))
    with contextlib.redirect_stdout(io.StringIO()) as said:
        assert auditor.main([str(tmp_path / "export"), "--key", stranger]) == 1
    assert "signature" in said.getvalue()


def test_the_auditors_ed25519_agrees_with_a_library() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for number in range(5):
        key = Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
        public, message = key.public_key().public_bytes_raw(), b"x" * number * 7
        signature = key.sign(message)
        assert auditor.is_signed(public, message, signature)
        assert not auditor.is_signed(public, message + b"y", signature)
        assert not auditor.is_signed(public, message, signature[:40] + b"\0" + signature[41:])


def test_an_edited_last_line_is_continued_and_found(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "acts.jsonl")
    write(journal, "1", 2)
    journal.path.write_bytes(journal.path.read_bytes().replace(b"run:1", b"run:7"))
    write(journal, "1", 1)
    assert [fault.kind for fault in verify_files(journal.path).faults] == ["edited"]
    assert recovery.subject_of(journal.path) == "journal:acts.jsonl"
