"""An installation of its own for a test: a home, the command line as a process, a database of its own."""

import atexit
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PATIENCE_SECONDS = 60.0


@dataclass
class Installation:
    """``run`` runs a command of ``bacasable`` in this home; ``python`` runs code with Django set up in it."""

    home: Path
    database_url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BACASABLE_")}
        kept |= {"BACASABLE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "bacasable.portal.settings"}
        if self.database_url:
            kept["BACASABLE_DATABASE_URL"] = self.database_url
        return kept | self.environment

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bacasable.portal", "--home", str(self.home), *arguments]

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments), env=self.environ(), capture_output=True, text=True, timeout=300
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def initialised(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``init`` on tables that are there: 5 s less."""
        self.lay_tables()
        return self.run("init", *arguments)

    def lay_tables(self) -> None:
        """Put into a new home of SQLite a database as our migrations leave it; a plugin's are still to do."""
        if self.database_url or "BACASABLE_DATABASE_URL" in self.environment:
            return
        database = self.home / "data" / "bacasable.sqlite3"
        database.parent.mkdir(mode=0o700, parents=True)
        shutil.copy(_tables(self.environment.get("BACASABLE_DEPLOYMENT", "")), database)

    def python(self, code: str, *arguments: str) -> str:
        code = "import sys, django; django.setup()\n" + code
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=self.environ(),
            capture_output=True,
            text=True,
            timeout=300,
            cwd=Path(__file__).parent.parent,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextlib.contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command that lasts; its output is in HOME.log; stopped at the end."""
        with (
            self.home.with_suffix(".log").open("ab") as log,
            subprocess.Popen(self.command(*arguments), env=self.environ(), stdout=log, stderr=log) as process,
        ):
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.terminate()
                process.wait(60)


@contextlib.contextmanager
def installed(folder: Path, **environment: str) -> Iterator[Installation]:
    """Give an initialised installation, on the kind of database of this run of the tests."""
    server = os.environ.get("BACASABLE_DATABASE_URL", "")
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(new_database(server)) if server else ""
        made = Installation(folder / "home", url, environment)
        made.initialised()
        yield made


@cache
def _tables(deployment: str) -> Path:
    """Return a database of SQLite as migrations leave it, made once for all tests of this process."""
    home = Path(tempfile.mkdtemp(prefix="bacasable-tables-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "data").mkdir()
    migrated = Installation(home, environment={"BACASABLE_DEPLOYMENT": deployment} if deployment else {})
    migrated.python(
        "from django.core.management import call_command\ncall_command('migrate', verbosity=0)\n"
        "from django.db import connection\n"
        "connection.cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    )
    return home / "data" / "bacasable.sqlite3"


@contextlib.contextmanager
def new_database(server: str) -> Iterator[str]:
    """Create an empty PostgreSQL database beside ``server`` and give its address; dropped at the end."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def eventually(question: Callable[[], object], what: str) -> None:
    """Ask until the answer is true; fail after :data:`PATIENCE_SECONDS`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not question():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return bool(response.status == 200)
    except OSError:
        return False
