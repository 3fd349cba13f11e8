"""Run the portal's processes together: start them, start again one that dies, stop them in good order."""

import contextlib
import ctypes
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

log = structlog.get_logger("bacasable.supervisor")

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
#: A child that lived this long was healthy: its next pause starts small again.
HEALTHY_SECONDS = 60.0
GRACE_SECONDS = 20.0
#: Exit code of a child that must not be started again: it was refused by its configuration.
REFUSED_EXIT_CODE = 78  # EX_CONFIG


@dataclass
class Child:
    """One supervised process: what to run, and how it fares.

    Where one that is ``needed`` is refused by its configuration, everything stops; another is left out.
    """

    name: str
    command: Sequence[str]
    pass_fds: tuple[int, ...] = ()
    needed: bool = True
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    restarts: int = field(default=0)


def _die_with_parent(parent: int) -> Callable[[], None]:
    """Return what a child runs before its program: on Linux the kernel ends it when its parent dies."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:  # it died before the line above
                os._exit(1)

    return prepare


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host:port``; 0 takes a free port.

    Raises:
        OSError: the address is taken or not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound


class Supervisor:
    """Keep ``children`` running until a signal says to stop."""

    def __init__(
        self, children: Sequence[Child], environment: Mapping[str, str], *, grace: float = GRACE_SECONDS
    ) -> None:
        self.children = list(children)
        self.environment = dict(environment)
        self.grace = grace
        self._wake = threading.Event()
        self._stopping = False
        self._forced = False
        self.exit_code = 0

    def run(self) -> int:
        """Start the children and watch over them; return the exit code (0 after a signal).

        A signal (SIGTERM, SIGINT) is passed on; who has not ended after the grace is killed; a second signal
        kills at once.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: self._wake.set())
        try:
            for child in self.children:
                self._start(child)
            while not self._stopping:
                self._tend()
                self._wake.wait(self._pause())
                self._wake.clear()
        finally:
            self._end_all()
        return self.exit_code

    def _on_stop(self, signum: int, frame: FrameType | None) -> None:
        self._forced = self._stopping
        self._stopping = True
        self._wake.set()

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.command,
            env=self.environment,
            pass_fds=child.pass_fds,
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_parent(os.getpid()),
            start_new_session=True,  # the terminal's Ctrl-C reaches us alone; we pass it on
        )
        child.started_at = time.monotonic()
        log.info("started", child=child.name, pid=child.process.pid)

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.restart_at:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                if code == REFUSED_EXIT_CODE and not child.needed:
                    log.error("refused to run; left out", child=child.name)
                    child.process, child.restart_at = None, math.inf
                    continue
                if code == REFUSED_EXIT_CODE:
                    log.error("refused to run; stopping everything", child=child.name)
                    self.exit_code = 1
                    self._stopping = True
                    return
                if now - child.started_at >= HEALTHY_SECONDS:
                    child.pause = FIRST_PAUSE_SECONDS
                log.warning("died", child=child.name, code=code, again_in_seconds=child.pause)
                child.process = None
                child.restarts += 1
                child.restart_at = now + child.pause
                child.pause = min(child.pause * 2, LONGEST_PAUSE_SECONDS)

    def _pause(self) -> float | None:
        waiting = [child.restart_at for child in self.children if child.process is None]
        return min(5.0, max(0.0, min(waiting) - time.monotonic())) if waiting else 5.0

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        while any(process.poll() is None for process in running):
            if self._forced or time.monotonic() >= deadline:
                for child in self.children:
                    if child.process is not None and child.process.poll() is None:
                        log.warning("killed: did not end in time", child=child.name)
                        child.process.kill()
                break
            self._wake.wait(0.2)
            self._wake.clear()
        for process in running:
            process.wait()


def portal_children(
    home: Path, fd: int, workers: int, mailbox: bool, services: Sequence[Sequence[str]] = ()
) -> list[Child]:
    """Return the portal's processes: ``workers`` web processes on one socket, a worker, the mailbox.

    Those of ``services`` follow, each as its name and the arguments of ``bacasable``.
    """
    base = [sys.executable, "-m", "bacasable.portal", "--home", str(home)]
    children = [
        Child(f"web {number}" if workers > 1 else "web", [*base, "web", "--fd", str(fd)], (fd,))
        for number in range(1, workers + 1)
    ]
    children.append(Child("worker", [*base, "worker"]))
    if mailbox:
        children.append(Child("mailbox", [*base, "mailbox"]))
    children += [Child(name, [*base, *arguments], needed=False) for name, *arguments in services]
    return children


def metrics_folder(home: Path) -> Path:
    """Return an empty folder for the counters of the web processes."""
    folder = home / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def command(
    home: Path,
    web_socket: socket.socket,
    workers: int,
    mailbox: bool,
    log_format: str,
    log_level: str,
    services: Sequence[Sequence[str]] = (),
) -> list[str]:
    """Return the command that supervises the portal on a socket which it inherits, and what services run."""
    told = (str(home), str(web_socket.fileno()), str(workers), str(int(mailbox)), log_format, log_level)
    return [sys.executable, "-m", __name__, *told, json.dumps(services)]


def main(told: Sequence[str]) -> int:
    """Supervise the portal as :func:`command` says; return the exit code."""
    from bacasable.portal import logs

    home, fd, workers, mailbox, log_format, log_level, services = told
    logs.set_up(log_format, log_level, "supervisor")
    children = portal_children(Path(home), int(fd), int(workers), mailbox == "1", json.loads(services))
    return Supervisor(children, os.environ).run()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
