"""Run pytest on a PostgreSQL of its own: ``python -m tests.run_postgresql [arguments of pytest]``.

The cluster lives in a temporary folder and listens on a socket there, so nothing of the machine is touched;
as root its programs run as the user postgres, since PostgreSQL refuses root.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.requirements import find_program

FOLDERS = "/usr/lib/postgresql/*/bin"
#: Durability is not what these tests ask: a crash of the machine loses nothing that anybody wants.
FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


@contextlib.contextmanager
def cluster(password: str = "") -> Iterator[str]:
    """Start a cluster and give its address, without the name of a database; stop and remove it at the end.

    With ``password``, that of ``postgres``, it asks every role for one; else it trusts everybody.
    """
    initdb, pg_ctl = (find_program(name, FOLDERS) for name in ("initdb", "pg_ctl"))
    if not initdb or not pg_ctl:
        raise FileNotFoundError("PostgreSQL is not installed: make system-deps")
    folder = Path(tempfile.mkdtemp(prefix="bacasable-postgresql-"))
    data = folder / "data"
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    folder.chmod(0o755)

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    how = ["-A", "trust"]
    if password:
        (folder / "password").write_text(password)
        how = ["-A", "scram-sha-256", f"--pwfile={folder / 'password'}"]
    try:
        run(initdb, "-D", str(data), "-U", "postgres", *how, "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} {FAST}"
        run(pg_ctl, "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            proof = f":{quote(password)}" if password else ""
            yield f"postgresql://postgres{proof}@{quote(str(folder), safe='')}"
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Run pytest with ``arguments`` on PostgreSQL and return its exit code."""
    sys.stdout.write("== again on PostgreSQL: the tests that use the database ==\n")
    sys.stdout.flush()
    try:
        with cluster() as address:
            environment = {**os.environ, "BACASABLE_DATABASE_URL": f"{address}/postgres"}
            return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment).returncode
    except FileNotFoundError as error:
        sys.stdout.write(f"SKIPPED: {error}\n")
        return 1 if os.environ.get("BACASABLE_REQUIRE") == "all" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
