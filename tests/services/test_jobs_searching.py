"""The search of files that a control makes: what it finds, and that it lets go of no lock of a database."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from bacasable.services.job_advice.web.searching import in_files

#: Exits with 3 where the database is held by somebody else.
_WRITE = """
import sqlite3, sys
try:
    sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    sys.exit(3)
"""


def test_marks_are_found_in_names_and_across_pieces_of_what_changed(tmp_path: Path) -> None:
    (tmp_path / "kept-quartz0001.txt").write_text("nothing")
    (tmp_path / "within").mkdir()
    (tmp_path / "within" / "cache").write_bytes(b"\0" * ((4 << 20) - 6) + b"Quartz0002" + b"\0" * 9)
    assert in_files(tmp_path, 0, rb"quartz\d{4}") == ["QUARTZ0001", "QUARTZ0002"]
    later = (tmp_path / "within" / "cache").stat().st_mtime + 60
    assert in_files(tmp_path, later, rb"quartz\d{4}") == []


def test_a_database_in_the_folder_stays_held_by_who_writes_to_it(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    ours = sqlite3.connect(database, isolation_level=None)
    ours.execute("PRAGMA journal_mode=WAL")
    ours.execute("CREATE TABLE said (word TEXT)")
    ours.execute("BEGIN IMMEDIATE")
    ours.execute("INSERT INTO said VALUES ('quartz0003')")
    in_files(tmp_path, 0, rb"quartz\d{4}")
    other = subprocess.run([sys.executable, "-c", _WRITE, str(database)], check=False)
    assert other.returncode == 3
    ours.execute("COMMIT")
    assert in_files(tmp_path, 0, rb"quartz\d{4}") == ["QUARTZ0003"]
