"""Undeclared means refused, beyond the tables: each file of an installation and each key of a log line."""

import ast
import json
from collections import defaultdict
from pathlib import Path

from django.db import connection

from bacasable.compliance.catalogue import catalogue, processing_of
from bacasable.portal import logs
from tests.installation import Installation, answers, eventually, free_port
from tests.repository.sources import SOURCE

LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
#: Tables that no model makes: the framework's and the database's own.
OTHER_TABLES = {"django_migrations", "sqlite_sequence"}


def _declared() -> set[str]:
    return {place for service in catalogue().values() for place in processing_of(service).stored()}


def test_every_key_that_is_logged_is_declared() -> None:
    logged: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if not isinstance(called, ast.Attribute) or called.attr not in LEVELS:
                continue
            if ast.unparse(called.value).split(".")[-1] in {"log", "logger"}:
                for keyword in node.keywords:
                    logged[keyword.arg or "**"].add(str(path.relative_to(SOURCE)))
    missing = {key: sorted(files) for key, files in logged.items() if f"LOG/{key}" not in _declared()}
    missing.pop("exc_info", None)  # becomes "traceback"
    assert not missing, f"logged and not declared; add to LOGGED in people/processing.py: {missing}"


def test_the_value_of_an_undeclared_key_is_not_written() -> None:
    line = logs.redacted(None, "info", {"event": "read", "diagnosis": "what nobody declared"})
    assert line == {"event": "read", "diagnosis": logs.UNDECLARED}


def test_every_table_is_a_declared_one(db: None) -> None:
    from django.apps import apps

    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    tables = set(connection.introspection.table_names())
    assert not {table for table in tables - known - OTHER_TABLES if not table.startswith("tests_")}


def test_every_file_of_an_installation_at_work_lies_in_a_declared_place(tmp_path: Path) -> None:
    made = Installation(tmp_path / "home")
    made.initialised()
    port = free_port()
    with made.started("serve", "--port", str(port), "--no-mailbox"):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/calls/"), "the site answers")
    made.run("check", "platform")
    places = {place.removeprefix("HOME/") for place in _declared() if place.startswith("HOME/")}
    found = {path.relative_to(made.home).parts[0] for path in made.home.rglob("*") if path.is_file()}
    assert found <= places, f"written and not declared: {sorted(found - places)}"
    for line in made.home.with_suffix(".log").read_text().splitlines():
        written = json.loads(line) if line.startswith("{") else {}
        assert logs.UNDECLARED not in written.values(), line
