"""Forget what has served: expired sessions, finished tasks, remnants of writes that a crash cut."""

import time
from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from bacasable.compliance import clock
from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.compliance.declaration import Retention
from bacasable.compliance.journal.expiry import Expiry
from bacasable.people import instance
from bacasable.people.fields import names_in_use
from bacasable.people.journal import DATABASE_JOURNAL

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


def journal_retention() -> Retention | None:
    """Return the longest retention that a declaration of this installation gives to the journal's entries."""
    found = [
        data.retention
        for service in catalogue().values()
        for data in processing_of(service).data
        if data.retention and "people.JournalEntry.at" in data.stored_in
    ]
    return min(found, key=journal_cutoff, default=None)


def journal_cutoff(retention: Retention) -> datetime:
    """Return the instant before which every entry of the journal is past its retention."""
    return retention.whole.over_at(clock.now())[0][1]


def journal_policy(retention: Retention) -> str:
    """Return how a checkpoint names the retention that it follows."""
    kept = retention.whole
    days = f" and {kept.days} days" if kept.days else ""
    return f"retention {retention.key}: {kept.months} months{days}"


def expiring_entries() -> tuple[Expiry, str]:
    """Return what of the journal is past its declared retention, and how a checkpoint names that retention.

    Nothing expires where nothing is declared, nor where the archives have a say.
    """
    retention = journal_retention()
    if retention is None:
        return Expiry(0), "no retention is declared"
    policy = journal_policy(retention)
    if retention.needs_archive_visa or retention.final != "destroy":
        return Expiry(0), f"{policy}, then a visa of the archives"
    return DATABASE_JOURNAL.expiring(journal_cutoff(retention)), policy


def expire_journal() -> None:
    """Delete the entries of the journal past their declared retention, behind a signed checkpoint."""
    planned, policy = expiring_entries()
    if planned.count:
        DATABASE_JOURNAL.expire(planned, by="system", policy=policy)
