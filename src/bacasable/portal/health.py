"""What probes ask: is the process alive, can it serve, and what does it count."""

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bacasable.people.journal import DATABASE_JOURNAL
from bacasable.people.permissions import allow
from bacasable.portal import metrics
from bacasable.portal.worker import heartbeats


@allow("site.public")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def _each_database(look: Callable[[Any], str]) -> str:
    """Look at the installation's database and at that of each service; say of the first that fails which."""
    for alias in connections:
        try:
            found = look(connections[alias])
        except Exception as error:
            found = f"failed: {type(error).__name__}"
        if found != "ok":
            return found if alias == "default" else f"{alias}: {found}"
    return "ok"


def _answers(connection: Any) -> str:
    """Ask whether it answers, and would take a write: the stand-by of a PostgreSQL answers all the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone() != ("off",):
                return "it is read-only: give the address of the server that takes writes"
    return "ok"


def _is_migrated(connection: Any) -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(plan)} not applied: run 'bacasable upgrade'" if plan else "ok"


def _database() -> str:
    return _each_database(_answers)


def _migrations() -> str:
    return _each_database(_is_migrated)


def _journal() -> str:
    """Look whether the journal can take an entry: its head is there to be locked, and its folder writes.

    On SQLite the folder is that of the database; the ledger of erasures lies in HOME on both.
    """
    DATABASE_JOURNAL.head()
    for folder in (settings.BACASABLE.home, settings.BACASABLE.home / "data"):
        if folder.is_dir():
            _writes(folder)
    return "ok"


def _keys() -> str:
    folder = settings.BACASABLE.home / "keys"
    if not settings.BACASABLE.secret_key or not any(folder.glob("instance-*.key")):
        return "missing: run 'bacasable init' or restore the keys"
    return "ok"


def _disk() -> str:
    _writes(settings.BACASABLE.home / "files")
    return "ok"


def _writes(folder: Path) -> None:
    """Write a byte in a folder, down to the disk."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as file:
        file.write(b"x")
        file.flush()
        os.fsync(file.fileno())


def _worker() -> str:
    return "ok" if heartbeats() else "no worker's heart beats: start 'bacasable worker'"


#: what is asked of a portal that says it is ready, in order
CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "journal": _journal,
    "keys": _keys,
    "disk": _disk,
    "worker": _worker,
}


@allow("site.public")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every check passes, else 503; each check says ok or the remedy."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = check()
        except Exception as error:
            found[name] = f"failed: {type(error).__name__}"
    ready = all(answer == "ok" for answer in found.values())
    return JsonResponse({"ready": ready, "checks": found}, status=200 if ready else 503)


def _may_read_metrics(request: HttpRequest) -> bool:
    """From this machine itself, not through a proxy; or with the bearer token of the settings."""
    token = settings.BACASABLE.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return secrets.compare_digest(given.encode(), token.encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    try:
        return not forwarded and ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@allow("site.public")
@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Give the metrics to this machine's Prometheus, or to who holds the token."""
    if not _may_read_metrics(request):
        return HttpResponse("metrics are read from this machine, or with the token\n", status=403)
    return HttpResponse(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
