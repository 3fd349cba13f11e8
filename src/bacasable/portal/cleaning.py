"""Forget what has served: expired sessions, finished tasks, remnants of writes that a crash cut."""

import time
from datetime import timedelta

from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock
from bacasable.people import instance
from bacasable.people.fields import names_in_use

#: How long a finished task is kept, so that an operator can look at failures.
KEEP_TASKS = timedelta(days=14)


def forget_tasks() -> None:
    """Delete the tasks that finished more than :data:`KEEP_TASKS` ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - KEEP_TASKS).delete()


def clear_remnants() -> None:
    """Remove what crashes left in the vault, a day old at least by the real clock.

    Files half-written, and whole ones whose deposit was never committed: no row names them.
    """
    a_day_ago = time.time() - 86_400
    instance.vault().clear_remnants(a_day_ago)
    instance.vault().clear_orphans(names_in_use, a_day_ago)
