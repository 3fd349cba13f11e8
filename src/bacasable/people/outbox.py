"""Acts of services whose tables lie in a database of their own: act and entry stand or fall together.

The journal is the installation's: a service's role cannot write it, and two connections never commit at once.
So on PostgreSQL the entry goes into the *outbox* of the service's own schema, in the transaction of the act.
From there it is moved into the journal in one transaction of the installation's role, which may take from the
outbox: at once after the act, else by the worker. Whatever is killed between, an entry is in exactly one of
the two. On SQLite there is one database, and the entry is written into the journal itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog
from django.db import DEFAULT_DB_ALIAS, connection, connections, router, transaction

from bacasable.compliance import clock
from bacasable.compliance.journal import GENESIS, JournalRefused, seal
from bacasable.people import journal

if TYPE_CHECKING:
    from django.db.models import Model

    from bacasable.people.models import User

log = structlog.get_logger("bacasable.outbox")

TABLE = "journal_outbox"
#: What :mod:`bacasable.portal.service_databases` makes in the schema of each service.
COLUMNS = (
    "position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, action text NOT NULL, actor text NOT NULL, "
    "subject text NOT NULL, facts text NOT NULL"
)
#: Entries moved in one transaction at most: other writers of the journal wait for it.
_MOST_AT_ONCE = 500
_LONGEST_NAME = 63


@contextmanager
def act(
    model: "type[Model]", action: str, *, by: "User | str | None", subject: str, **facts: object
) -> Iterator[None]:
    """Do an act on the tables of a service, and journal it with it: both are there, or neither.

    Args:
        model: any model of the service, which tells its database.
        action: begins with the service's key: ``rooms.booked``.

    Raises:
        JournalRefused: an entry may not hold that; nothing was done.
    """
    using = router.db_for_write(model)
    with transaction.atomic(using=using):
        yield
        if using == DEFAULT_DB_ALIAS:
            journal.record(action, by=by, subject=subject, **facts)
        else:
            _post(using, action, journal.actor_of(by), subject, facts)


def _post(using: str, action: str, actor: str, subject: str, facts: dict[str, object]) -> None:
    """Write an entry into the outbox, in the open transaction, and have it moved once that is committed."""
    if not _is_of(action, using):
        raise JournalRefused(f"{action}: an act of a service is named by its key, as '<key>.did_something'")
    told = {**facts, "acted_at": clock.now(), "outbox": uuid4()}
    entry = seal(
        action=action, actor=actor, subject=subject, facts=told, head=GENESIS
    )  # refuses what is unfit
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (action, actor, subject, facts) VALUES (%s, %s, %s, %s)",  # noqa: S608
            [entry.action, entry.actor, entry.subject, json.dumps(dict(entry.facts))],
        )
    transaction.on_commit(lambda: _move_if_it_can(using), using=using)


def _move_if_it_can(using: str) -> None:
    """Move at once what was committed; the act stands whatever happens here, and the worker comes after."""
    try:
        move(using)
    except Exception as error:
        log.warning("entries of a service wait for the worker", service=using, exc_info=error)


def move(using: str) -> int:
    """Move the entries of one outbox into the journal, in their order; return how many."""
    count = 0
    while moved := _move_some(using):
        count += moved
    return count


def move_all() -> int:
    """Move what is left in the outbox of every service; return how many entries. The worker calls it."""
    return sum(move(alias) for alias in connections if alias != DEFAULT_DB_ALIAS)


@transaction.atomic
def _move_some(using: str) -> int:
    outbox = f"{connection.ops.quote_name(using)}.{TABLE}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {outbox} WHERE position IN "  # noqa: S608
            f"(SELECT position FROM {outbox} ORDER BY position LIMIT %s FOR UPDATE) "
            "RETURNING position, action, actor, subject, facts",
            [_MOST_AT_ONCE],
        )
        rows = sorted(cursor.fetchall())
    for position, action, actor, subject, facts in rows:
        _record(using, position, action, actor, subject, facts)
    return len(rows)


def _record(using: str, position: int, action: str, actor: str, subject: str, facts: str) -> None:
    """Record one entry; one that a hand wrote into the outbox and that may not be is told of instead."""
    try:
        told: Any = json.loads(facts)
        if not _is_of(action, using) or not isinstance(told, dict):
            raise JournalRefused("not an act of this service")
        journal.DATABASE_JOURNAL.record(action, actor=actor, subject=subject, **told)
    except (ValueError, TypeError) as error:
        log.error("entry of a service refused", service=using, reason=type(error).__name__)
        journal.record("journal.entry_refused", by="system", subject=f"outbox:{using}", position=position)


def _is_of(action: str, using: str) -> bool:
    """Say whether an act bears the key of the service whose connection is ``using``: ``service_<key>``."""
    name = f"service_{action.partition('.')[0]}"
    return name == using or (len(name) > _LONGEST_NAME and name[: _LONGEST_NAME - 9] == using[:-9])
