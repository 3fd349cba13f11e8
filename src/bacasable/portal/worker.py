"""The process that works behind the pages: the queue, the recurring table, and the care of orphaned tasks.

Each worker holds a lock on a file of its own under ``HOME/run/workers`` for as long as it lives: the kernel
lets go of it when the process dies, however it dies. A task left running by a worker whose lock is free is an
orphan; another worker puts it back in the queue. The file's time is the heartbeat that ``/readyz`` reads.

What a task read (tables, models, compiled code) is not given back to the machine by Python. A worker that has
grown starts its program anew once nothing waits, in the same process and holding the same lock.
"""

import contextlib
import fcntl
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TextIO, cast

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import close_old_connections, connections, transaction
from django.db.utils import InterfaceError, OperationalError
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock
from bacasable.portal.logs import scrubbed_traceback
from bacasable.portal.recurring import Recurrence

log = structlog.get_logger("bacasable.worker")

HEARTBEAT_SECONDS = 5.0
#: A heart that has not beaten for this long is not counted as alive by probes.
SILENCE_SECONDS = 30.0
#: A task that took this many workers down with it is given up as failed.
MAX_ATTEMPTS = 3
#: Megabytes that work may leave behind before the worker starts anew: an idle one has some 120.
MOST_GROWTH = 64
#: Pages come first: the worker gives way to them by so much (``nice``).
NICE = 5
_TOLD_TO_STOP = (signal.SIGTERM, signal.SIGINT)


def workers_folder() -> Path:
    """Return the folder of the workers' locks, made when missing."""
    folder: Path = settings.BACASABLE.home / "run" / "workers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def heartbeats() -> list[str]:
    """Return the identifiers of the workers whose heart beat lately."""
    oldest = time.time() - SILENCE_SECONDS
    alive = []
    for path in workers_folder().glob("*.lock"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime >= oldest and _is_held(path):
                alive.append(path.stem)
    return alive


def _is_held(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def resident_megabytes() -> float:
    """Return the memory that this process has in use; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def give_way() -> None:
    """Let pages come first where there is not enough processor for all.

    A systemd unit forbids it, and says so itself (``Nice=`` of ``bacasable-worker.service``).
    """
    with contextlib.suppress(PermissionError):
        if os.getpriority(os.PRIO_PROCESS, 0) < NICE:
            os.setpriority(os.PRIO_PROCESS, 0, NICE)


def start_anew(home: Path, heart: str) -> NoReturn:
    """Become a worker that has just started, in this process; ``heart`` is what :meth:`Worker.run` gave."""
    connections.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-m", "bacasable.portal", "--home", str(home), "worker", "--heart", heart]
    os.execv(sys.executable, command)  # noqa: S606 (our own interpreter and module)


class Heart:
    """This worker's lock and its beat, in a thread so that a long task does not silence it.

    ``lock`` is the open file that holds the lock already, where the worker started anew.
    """

    def __init__(self, worker_id: str, lock: int = -1) -> None:
        self.path = workers_folder() / f"{worker_id}.lock"
        self._lock = lock
        self._stop = threading.Event()
        self._is_kept = False
        self._file: TextIO | None = None
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heart":
        if self._lock >= 0:
            os.set_inheritable(self._lock, False)
        self._file = self.path.open("w") if self._lock < 0 else os.fdopen(self._lock, "w")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._thread.start()
        return self

    def keep(self) -> int:
        """Hold the lock beyond the end of this program, and return its file for the one that follows."""
        assert self._file is not None  # noqa: S101 (for the types: entered)
        self._is_kept = True
        kept = os.dup(self._file.fileno())  # the same lock: it is let go of when the last of both is closed
        os.set_inheritable(kept, True)
        return kept

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        if self._is_kept:
            return
        self.path.unlink(missing_ok=True)
        if self._file is not None:
            self._file.close()

    def _beat(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            with contextlib.suppress(OSError):
                os.utime(self.path)


def requeue_orphans() -> int:
    """Put the tasks of dead workers back in the queue; return how many.

    A task that has outlived :data:`MAX_ATTEMPTS` workers is marked failed instead: it may be what kills them.
    """
    count = 0
    folder = workers_folder()
    with transaction.atomic():
        for task in DBTaskResult.objects.running().select_for_update(skip_locked=True):
            path = folder / f"{task.worker_ids[-1] if task.worker_ids else ''}.lock"
            if path.exists() and _is_held(path):
                continue
            if len(task.worker_ids) >= MAX_ATTEMPTS:
                _finish_failed(task, "bacasable.portal.worker.WorkerDied", "the worker died each time")
            else:
                task.status = TaskResultStatus.READY
                task.save(update_fields=["status"])
            log.warning("orphaned task", task=task.task_path, status=str(task.status), id=str(task.pk))
            count += 1
    for path in folder.glob("*.lock"):
        with contextlib.suppress(FileNotFoundError):
            if not _is_held(path) and path.stat().st_mtime < time.time() - SILENCE_SECONDS:
                path.unlink()
    return count


def _finish_failed(task: DBTaskResult, error_class: str, traceback: str) -> None:
    task.status = TaskResultStatus.FAILED
    task.finished_at = clock.now()
    task.exception_class_path = error_class
    task.traceback = traceback
    task.return_value = None
    task.save(update_fields=["status", "return_value", "finished_at", "exception_class_path", "traceback"])


class Worker:
    """Claim tasks one at a time, run them, and run what recurs between them."""

    def __init__(
        self,
        *,
        recurrence: Recurrence | None = None,
        interval: float = 0.5,
        orphans_every: float = 10.0,
        heart: str = "",
    ) -> None:
        """``heart`` is what :meth:`run` returned, where the worker started anew."""
        worker_id, _, lock = heart.partition(":")
        self.id = worker_id or f"{os.getpid()}-{secrets.token_hex(6)}"
        self._lock = int(lock or -1)
        self.recurrence = recurrence
        self.interval = interval
        self.orphans_every = orphans_every
        self._stopping = threading.Event()

    def stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Finish the task at hand, then end; a second signal ends at once."""
        if self._stopping.is_set():
            raise SystemExit(1)
        self._stopping.set()

    def run(self) -> str:
        """Work until a signal says to stop, and return ""; or until work has left this process large.

        Then who it is and the lock that it holds are returned, for :func:`start_anew`; signals wait.
        """
        for number in _TOLD_TO_STOP:
            signal.signal(number, self.stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD_TO_STOP)  # what came while the program started
        look_for_orphans = 0.0
        began = resident_megabytes()
        with Heart(self.id, self._lock) as heart:
            log.info("worker started", worker=self.id)
            while not self._stopping.is_set():
                with self._surviving_database():
                    if time.monotonic() >= look_for_orphans:
                        requeue_orphans()
                        look_for_orphans = time.monotonic() + self.orphans_every
                    if self.recurrence is not None:
                        self.recurrence.run_due(self._stopping.is_set)
                    if self._stopping.is_set() or self.run_one():
                        continue
                if resident_megabytes() - began > MOST_GROWTH:
                    signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD_TO_STOP)
                    if not self._stopping.is_set():
                        log.info("worker starts anew", worker=self.id)
                        return f"{self.id}:{heart.keep()}"
                self._stopping.wait(self.interval)
            log.info("worker stopped", worker=self.id)
        return ""

    def drain(self) -> int:
        """Run what the queue holds now, then return how many tasks ran (tests, the demo's start)."""
        count = 0
        with Heart(self.id):
            while self.run_one():
                count += 1
        return count

    @contextlib.contextmanager
    def _surviving_database(self) -> Iterator[None]:
        """Outlive a database that is locked or restarts: say so, wait, try again."""
        close_old_connections()
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            log.warning("the database does not answer", error=type(error).__name__)
            self._stopping.wait(2.0)
        finally:
            close_old_connections()

    def run_one(self) -> bool:
        """Claim and run the next task; return whether there was one."""
        with transaction.atomic():
            task = DBTaskResult.objects.ready().get_locked()
            if task is None:
                return False
            task.claim(self.id)
        self._run(task)
        return True

    def _run(self, row: DBTaskResult) -> None:
        started = time.perf_counter()
        try:
            task, result = row.task, row.task_result
            backend = type(task.get_backend())
            task_started.send(sender=backend, task_result=result)
            context = (TaskContext(task_result=cast(Any, result)),) if task.takes_context else ()
            row.set_successful(task.call(*context, *result.args, **result.kwargs))
        except Exception as error:
            _finish_failed(
                row, f"{type(error).__module__}.{type(error).__qualname__}", scrubbed_traceback(error)
            )
            log.error("task failed", task=row.task_path, id=str(row.pk), exc_info=error)
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        log.info(
            "task", task=row.task_path, id=str(row.pk), status=str(row.status), milliseconds=milliseconds
        )
        with contextlib.suppress(ImportError, SuspiciousOperation):
            task_finished.send(sender=type(row.task.get_backend()), task_result=row.task_result)
