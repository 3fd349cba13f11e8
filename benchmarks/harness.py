"""What benchmarks of the portal share: an installation of their own, its server, how figures print."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL cluster on the loopback, as `postgres` where we are root; yield its address."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        raise SystemExit("PostgreSQL is not installed: run `make system-deps`")
    folder = Path(tempfile.mkdtemp(prefix="bacasable-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = free_port()
    run = [*as_user, str(programs[-1] / "initdb"), "-D", str(folder / "data"), "-U", "bench", "-A", "trust"]
    subprocess.run(run, check=True, capture_output=True, cwd="/")
    options = f"-p {port} -k {folder} -c max_connections=200"
    control = [*as_user, str(programs[-1] / "pg_ctl"), "-D", str(folder / "data")]
    quiet = {"check": True, "cwd": "/", "stdout": subprocess.DEVNULL}
    subprocess.run([*control, "-w", "-l", str(folder / "log"), "-o", options, "start"], **quiet)  # type: ignore[call-overload]
    try:
        create = [str(programs[-1] / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "bench", "bench"]
        subprocess.run(create, check=True)
        yield f"postgresql://bench@127.0.0.1:{port}/bench"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


class Installation:
    """A portal of one's own in a temporary folder, and the processes that serve it."""

    def __init__(self, database_url: str = "") -> None:
        self.home = Path(tempfile.mkdtemp(prefix="bacasable-bench-"))
        self.port = free_port()
        self.environment = os.environ | {
            "BACASABLE_HOME": str(self.home),
            "BACASABLE_DATABASE_URL": database_url,
            "BACASABLE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "BACASABLE_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "bacasable.portal.settings",
        }
        os.environ.update(self.environment)
        subprocess.run(
            [sys.executable, "-m", "bacasable.portal", "init"],
            env=self.environment,
            check=True,
            capture_output=True,
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, workers: int = 1) -> None:
        """Serve, with the command that an office types; return once the portal answers."""
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "bacasable.portal", "serve", "--no-mailbox"),
                *("--port", str(self.port), "--workers", str(workers)),
            ],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Wait until ``/healthz`` answers."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except (OSError, HTTPException):
                time.sleep(0.05)
        raise SystemExit("the portal did not answer")

    def kill(self) -> None:
        """Kill the portal, all its processes at once, as a power cut would: SIGKILL, no last word."""
        if self.process is None:
            return
        children = descendants(self.process.pid)
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def stop(self) -> None:
        """End the portal in good order and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        shutil.rmtree(self.home, ignore_errors=True)


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def table(rows: Sequence[dict[str, object]]) -> None:
    """Print rows with the same keys as a table."""
    heads = list(rows[0])
    widths = [max(len(head), *(len(str(row[head])) for row in rows)) for head in heads]
    print("  ".join(head.ljust(width) for head, width in zip(heads, widths, strict=True)))
    for row in rows:
        print("  ".join(str(row[head]).ljust(width) for head, width in zip(heads, widths, strict=True)))


def result(figures: dict[str, object]) -> None:
    """Print the figures as one JSON object: the last line of every benchmark."""
    print(json.dumps(figures, sort_keys=True))
