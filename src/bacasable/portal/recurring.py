"""The recurring table, and the walk over it.

When each line last ran is the time of a file under ``HOME/run/recurring``, locked while it runs: two workers
never run the same line at once, and a restart does not run a daily line again.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import structlog

from bacasable.compliance.catalogue import catalogue
from bacasable.compliance.schedule import Recurring
from bacasable.portal.refusal import Refused

log = structlog.get_logger("bacasable.recurring")

MINUTE, HOUR, DAY = 60, 3600, 86400

#: What the platform itself does again and again; services add theirs in their ``schedule``.
TABLE = (
    Recurring("deliver mails", 5, "bacasable.people.outgoing:deliver_due"),
    Recurring("move acts of services to the journal", 5, "bacasable.people.outbox:move_all"),
    Recurring("report to the office", 6 * HOUR, "bacasable.portal.federation:report_if_joined"),
    Recurring("destroy what is past its retention", DAY, "bacasable.duties.keeping.actions:purge_daily"),
    Recurring("forget uses of the form of rights", HOUR, "bacasable.duties.rights.intake:forget_counts"),
    Recurring("forget old lines of the ledger of erasures", DAY, "bacasable.duties.rights.ledger:purge"),
    Recurring("clear half-written files", DAY, "bacasable.portal.cleaning:clear_remnants"),
    Recurring("forget finished tasks", HOUR, "bacasable.portal.cleaning:forget_tasks"),
    Recurring("expire the journal", DAY, "bacasable.portal.cleaning:expire_journal"),
    Recurring("forget ended sessions", HOUR, "bacasable.people.actions:forget_sign_ins"),
)


def table() -> tuple[Recurring, ...]:
    """Return the platform's lines and those of every service of the catalogue.

    Raises:
        Refused: two lines bear the same name.
    """
    lines = list(TABLE)
    for service in catalogue().values():
        if service.schedule:
            module, _, name = service.schedule.partition(":")
            lines += getattr(import_module(module), name)
    names = [line.name for line in lines]
    if twice := {name for name in names if names.count(name) > 1}:
        raise Refused(f"the recurring table names {sorted(twice)} twice; rename one of them")
    return tuple(lines)


def load(line: Recurring) -> Callable[[], object]:
    """Return the callable of a line.

    Raises:
        Refused: it cannot be loaded; the message names the line.
    """
    module, _, name = line.action.partition(":")
    try:
        action: Callable[[], object] = getattr(import_module(module), name)
    except Exception as error:
        raise Refused(
            f"recurring '{line.name}': {line.action} does not load ({type(error).__name__}: {error})"
        ) from error
    return action


class Recurrence:
    """Run each line when its time has come."""

    def __init__(self, lines: Iterable[Recurring], folder: Path) -> None:
        """``folder`` keeps when each line last ran.

        Raises:
            Refused: a line cannot be loaded.
        """
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.lines = [(line, load(line)) for line in lines]
        self._next: dict[str, float] = {}

    def run_due(self, is_stopping: Callable[[], bool] = lambda: False) -> list[str]:
        """Run the lines that are due and return their names; an error in one does not hold up the others."""
        done = []
        for line, action in self.lines:
            if is_stopping() or time.monotonic() < self._next.get(line.name, 0.0):
                continue
            self._next[line.name] = time.monotonic() + min(line.every, MINUTE)
            if self._run(line, action):
                done.append(line.name)
        return done

    def _run(self, line: Recurring, action: Callable[[], object]) -> bool:
        path = self.folder / f"{line.name.replace(' ', '-')}.last"
        is_first = not path.exists()
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if not is_first and time.time() - path.stat().st_mtime < line.every - 0.5:
                return False
            os.utime(path)
            try:
                action()
            except Exception as error:
                log.error("recurring work failed", work=line.name, exc_info=error)
            return True
