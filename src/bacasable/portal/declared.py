"""What was declared when the data that lie here were stored: a change that would orphan them is refused.

``HOME/declarations.json`` holds, for each service, the digest of its declaration and the places of its
personal data. Where a place is no longer declared and still holds something, no store would find it, export
it or destroy it: the installation does not start, and says what to declare again.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bacasable.compliance.catalogue import catalogue, left_out, processing_of
from bacasable.compliance.processing import DataField
from bacasable.portal.refusal import Refused

NAME = "declarations.json"


def take_in(home: Path) -> list[str]:
    """Compare the declarations with those that data lie under, then keep them; return the services changed.

    Each change is journalled, by the digests of both declarations. A service left out by ``--without`` stays
    as it was known.

    Raises:
        Refused: data would be left behind; a line for each piece of data, with the remedy.
    """
    path = home / NAME
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    present = {key: _described(key) for key in catalogue()}
    changed = [
        key
        for key, was in known.items()
        if key not in left_out() and was["digest"] != present.get(key, {}).get("digest")
    ]
    if lines := [line for key in changed for line in _left_behind(key, known[key]["places"], home)]:
        raise Refused("\n".join(lines))
    kept = {key: was for key, was in known.items() if key in left_out()} | present
    if kept != known:
        _journal(changed, known, present)
        _write(path, json.dumps(kept, indent=1, sort_keys=True) + "\n")
    return changed


def _described(key: str) -> dict[str, Any]:
    declared = processing_of(catalogue()[key])
    places = {
        place: {"data": item.name, **_spot(place)}
        for place, item in declared.stored().items()
        if isinstance(item, DataField)
    }
    return {"digest": declared.digest(), "places": places}


def _spot(place: str) -> dict[str, str]:
    """Return where a declared place lies: table and column of a model's field, or a path under HOME."""
    if place.startswith("HOME/"):
        return {"path": place.removeprefix("HOME/")}
    from django.apps import apps
    from django.core.exceptions import FieldDoesNotExist
    from django.db import router

    label, _dot, rest = place.partition(".")
    try:
        model = apps.get_model(label, rest.partition(".")[0])
        field = model._meta.get_field(rest.partition(".")[2])
    except (LookupError, FieldDoesNotExist, ValueError):
        return {}
    if not getattr(field, "column", None):
        return {}
    return {"table": model._meta.db_table, "column": field.column, "database": router.db_for_read(model)}


def _left_behind(key: str, places: Mapping[str, Mapping[str, str]], home: Path) -> Iterator[str]:
    declared = {place for service in catalogue().values() for place in processing_of(service).stored()}
    if key in catalogue():
        file = processing_of(catalogue()[key]).file
        remedy = f"declare it again in {file}, or erase it before it leaves the declaration"
    else:
        remedy = f"install the service again, or start with --without {key}, which keeps it in mind"
    for place, spot in places.items():
        if place not in declared and (count := _count(spot, home)):
            yield (
                f"{key}: '{spot['data']}' ({place}) is no longer declared, and there it is still "
                f"({'files' if 'path' in spot else 'records'}: {count}): nothing would find, export or "
                f"destroy it; {remedy}"
            )


def _count(spot: Mapping[str, str], home: Path) -> int:
    """Return how many records or files hold something there."""
    if "path" in spot:
        place = home / spot["path"]
        return sum(path.is_file() for path in ([place] if place.is_file() else place.rglob("*")))
    if "column" not in spot:
        return 0
    from django.db import OperationalError, ProgrammingError, connection

    quoted = connection.ops.quote_name
    table = quoted(spot["table"])
    if spot["database"] != "default":  # the installation's own role is a member of each service's
        table = f"{quoted(spot['database'])}.{table}"
    column = f"held.{quoted(spot['column'])}"
    gone = OperationalError if connection.vendor == "sqlite" else ProgrammingError
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS held WHERE {column} IS NOT NULL "  # noqa: S608 (quoted names)
                f"AND CAST({column} AS TEXT) NOT IN ('', '[]', '{{}}')"
            )
            (count,) = cursor.fetchone()
    except gone:  # a migration took the table or the column away
        return 0
    return int(count)


def _journal(changed: list[str], known: Mapping[str, Any], present: Mapping[str, Any]) -> None:
    from django.db import transaction

    from bacasable.people import journal

    with transaction.atomic():
        for key in changed:
            journal.record(
                "declaration.changed",
                by="system",
                subject=f"service:{key}",
                before=known[key]["digest"][:16],
                after=present[key]["digest"][:16] if key in present else "none",
            )


def _write(path: Path, text: str) -> None:
    """Write the file whole, or leave the one that is there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o600)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
