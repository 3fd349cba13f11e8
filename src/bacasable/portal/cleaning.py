"""Forget what has served: expired sessions, finished tasks, remnants of writes that a crash cut."""

import time
from datetime import timedelta

from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock
from bacasable.people import instance

#: How long a finished task is kept, so that an operator can look at failures.
KEEP_TASKS = timedelta(days=14)


def forget_tasks() -> None:
    """Delete the tasks that finished more than :data:`KEEP_TASKS` ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - KEEP_TASKS).delete()


def clear_remnants() -> None:
    """Remove files of the vault that a crash left half-written, a day old at least by the real clock."""
    instance.vault().clear_remnants(time.time() - 86_400)
