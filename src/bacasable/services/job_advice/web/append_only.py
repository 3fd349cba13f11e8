"""Acts are only added, and the database itself sees to it: triggers refuse to change or delete one.

Retention opens a door: a row of :class:`~.models.RetentionDoor` inside of its own transaction, which no other
transaction sees. Even then an act may only lose words, account and reading time: what was done stays what it
was until the whole row goes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import router, transaction

#: Columns that retention may empty; all others never change.
BLANKED = ("sealed", "reading_ms", "adviser")
_TABLE, _DOOR = "job_advice_act", "job_advice_retentiondoor"
_FIXED = ("id", "public_id", "interview_id", "item_id", "verb", "is_changed", "at")
_SAID = "job_advice: acts are only added; retention alone removes them"
_CLOSED = f"NOT EXISTS (SELECT 1 FROM {_DOOR})"  # noqa: S608 (a name of ours)
_FORBIDDEN = {
    "sqlite": " OR ".join(
        [f"NEW.{name} IS NOT OLD.{name}" for name in _FIXED]
        + [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS NOT OLD.{name})" for name in BLANKED]
    ),
    "postgresql": " OR ".join(
        [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FIXED]
        + [f"(NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})" for name in BLANKED]
    ),
}


@contextmanager
def door() -> Iterator[None]:
    """Let retention and the rights of persons blank and delete acts, until the end of the block.

    One transaction: what fails leaves neither a change nor an open door.
    """
    from bacasable.services.job_advice.web.models import RetentionDoor

    with transaction.atomic(using=router.db_for_write(RetentionDoor)):
        opened = RetentionDoor.objects.create()
        yield
        opened.delete()


def install(_apps: Any, schema_editor: Any) -> None:
    """Make the triggers, on SQLite and on PostgreSQL."""
    for statement in _statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def remove(_apps: Any, schema_editor: Any) -> None:
    """Take the triggers away."""
    on_table = f" ON {_TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    for name in ("job_advice_act_kept", "job_advice_act_fixed"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
    if on_table:
        schema_editor.execute("DROP FUNCTION IF EXISTS job_advice_act_guard()")


def _statements(vendor: str) -> tuple[str, ...]:
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        return (
            f"CREATE TRIGGER job_advice_act_kept BEFORE DELETE ON {_TABLE} WHEN {_CLOSED} {refuse}",
            f"CREATE TRIGGER job_advice_act_fixed BEFORE UPDATE ON {_TABLE} "
            f"WHEN {_CLOSED} OR {_FORBIDDEN[vendor]} {refuse}",
        )
    return (
        # comparing NEW with OLD is left to UPDATE: a deleted row has no NEW
        "CREATE FUNCTION job_advice_act_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {_CLOSED} THEN RAISE EXCEPTION '{_SAID}'; END IF; "
        f"IF TG_OP = 'UPDATE' THEN IF {_FORBIDDEN[vendor]} THEN RAISE EXCEPTION '{_SAID}'; END IF; "
        "RETURN NEW; END IF; RETURN OLD; END $$",
        f"CREATE TRIGGER job_advice_act_kept BEFORE DELETE ON {_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION job_advice_act_guard()",
        f"CREATE TRIGGER job_advice_act_fixed BEFORE UPDATE ON {_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION job_advice_act_guard()",
    )
