"""Forget what has served: expired sessions, finished tasks."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock

#: How long a finished task is kept, so that an operator can look at failures.
KEEP_TASKS = timedelta(days=14)


def forget_sessions() -> None:
    """Delete the expired sessions."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_tasks() -> None:
    """Delete the tasks that finished more than :data:`KEEP_TASKS` ago."""
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - KEEP_TASKS).delete()
