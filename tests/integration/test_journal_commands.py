"""``bacasable journal`` on files of an engine: what it finds, expires, exports; each refusal in one line."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bacasable.compliance import signing
from bacasable.compliance.journal import FileJournal, segments
from bacasable.portal import config
from bacasable.portal.commands.journal import app
from bacasable.portal.refusal import Refused
from tests.conftest import MovableClock


@pytest.fixture
def journal(tmp_path: Path, clock: MovableClock) -> Iterator[FileJournal]:
    """Three years of acts in several segments, and a key that signs in the home of the tests."""
    signing.ensure_key(config.load().home / "keys")
    journal = FileJournal(tmp_path / "acts.jsonl")
    clock.at = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(12):
        journal.record("engine.ran", actor="system", subject=f"run:{number}")
        clock.forward(days=90)
    yield journal


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, (Refused, SystemExit)), result.exc_info
    return result


def _refused(*arguments: object) -> str:
    result = _run(*arguments)
    assert isinstance(result.exception, Refused)
    assert "\n" not in str(result.exception)
    return result.stderr + str(result.exception)


def test_a_dry_run_deletes_nothing_and_a_real_one_leaves_a_chain_that_holds(
    journal: FileJournal, tmp_path: Path
) -> None:
    _run("head", "--file", journal.path, "--out", tmp_path / "head.json")
    files = sorted(path.name for path in tmp_path.iterdir())
    planned = _run("expire", "--file", journal.path, "--months", 12, "--dry-run")
    assert "would expire" in planned.stdout
    assert sorted(path.name for path in tmp_path.iterdir() if "expiry" not in path.name) == files
    done = _run("expire", "--file", journal.path, "--months", 12)
    assert done.stdout.replace("expired behind a signed checkpoint", "would expire") == planned.stdout
    holds = _run("verify", "--file", journal.path, "--head", tmp_path / "head.json")
    assert "from the checkpoint at entry" in holds.stdout
    assert "Nothing is past its retention" in _run("expire", "--file", journal.path, "--months", 12).stdout


def test_each_fault_is_named_with_its_place(journal: FileJournal, tmp_path: Path) -> None:
    _run("head", "--file", journal.path, "--out", tmp_path / "head.json")
    closed = segments.closed_segments(journal.path)
    closed[3].path.unlink()
    content = closed[5].path.read_bytes()
    closed[5].path.write_bytes(content.replace(b"engine.ran", b"engine.was"))
    said = _refused("verify", "--file", journal.path, "--head", tmp_path / "head.json")
    assert "missing: entry 4 is missing before entry 5" in said
    assert "edited: entry 6 was edited" in said
    assert "nothing expires" in _refused("expire", "--file", journal.path, "--months", 12)
    other = json.dumps({"number": 3, "digest": "0" * 63 + "G"})
    (tmp_path / "bad.json").write_text(other)
    assert "not a journal head" in _refused("verify", "--file", journal.path, "--head", tmp_path / "bad.json")


def test_an_export_is_journalled_and_verifies_without_us(journal: FileJournal, tmp_path: Path) -> None:
    _run("expire", "--file", journal.path, "--months", 12)
    out = tmp_path / "export"
    assert "an auditor runs" in _run("export", "--for-auditor", "--file", journal.path, "--out", out).stdout
    assert [entry.action for entry in journal.entries()][-1] == "journal.exported"
    said = subprocess.run(
        [sys.executable, "-I", str(out / "verify.py")], capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    next((out / "checkpoints").iterdir()).unlink()
    said = subprocess.run(
        [sys.executable, "-I", str(out / "verify.py")], capture_output=True, text=True, check=False
    )
    assert said.returncode == 1
    assert "missing" in said.stdout
    assert "never written over" in _refused("export", "--for-auditor", "--file", journal.path, "--out", out)
    assert "--for-auditor" in _refused("export", "--file", journal.path, "--out", tmp_path / "other")


def test_what_is_not_there_or_half_said_is_refused(tmp_path: Path) -> None:
    for command in ("verify", "head"):
        assert "no such file" in _refused(command, "--file", tmp_path / "none.jsonl")
    assert "--months" in _refused("expire", "--file", tmp_path / "none.jsonl")
    assert "declaration" in _refused("expire", "--months", 3)
    (tmp_path / "folder.jsonl").mkdir()
    _refused("verify", "--file", tmp_path / "folder.jsonl")
