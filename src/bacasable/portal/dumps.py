"""A consistent copy of the database while the portal runs, and its way back."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from bacasable.portal.databases import postgresql
from bacasable.portal.refusal import Refused

SQLITE_MEMBER = "database.sqlite3"
POSTGRESQL_MEMBER = "database.dump"


def dump_sqlite(database: Path, target: Path) -> None:
    """Copy a SQLite database that may be in use (the library's backup, one snapshot), and check the copy."""
    with (
        contextlib.closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        check_sqlite(copy, database)


def check_sqlite(connection: sqlite3.Connection, shown: Path) -> None:
    """Raise ``Refused`` unless SQLite finds the database whole."""
    (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
    if answer != "ok":
        raise Refused(f"{shown}: the database is damaged ({answer}); restore the last good backup")


def dump_postgresql(url: str, target: Path) -> None:
    """Write ``pg_dump``'s custom format of the database, one snapshot of it."""
    _run("pg_dump", url, ["--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def restore_postgresql(url: str, dump: Path) -> None:
    """Fill an empty database from a dump, whole or not at all.

    Raises:
        Refused: the database holds tables already, or the program fails.
    """
    tables = _run(
        "psql",
        url,
        [
            "-Atc",
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog','information_schema')",
        ],
    )
    if tables.strip() != "0":
        raise Refused("the database is not empty; restore into a new one (createdb), never over another")
    _run(
        "pg_restore",
        url,
        ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(dump)],
    )


def _run(program: str, url: str, arguments: list[str]) -> str:
    path = find_program(program)
    settings = postgresql(url)
    environment = {**os.environ, **_environment(settings)}
    command = [path, f"--dbname={settings['NAME']}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else '?'}")
    return done.stdout


def _environment(settings: dict[str, Any]) -> dict[str, str]:
    """Return what PostgreSQL's programs read; the password never stands on a command line."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {variable: settings[name] for variable, name in names.items() if settings[name]}


def find_program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest where several are installed.

    Raises:
        Refused: it is not installed.
    """
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise Refused(f"{name} is not installed; install PostgreSQL's client programs (make system-deps)")


def _major(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0
