"""What probes are told: every database that is configured, the journal's folder, the disk."""

import errno
import os

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client

from bacasable.portal import health

pytestmark = pytest.mark.django_db


class Server:
    """A PostgreSQL that is gone, or a stand-by."""

    vendor = "postgresql"

    def __init__(self, read_only: str) -> None:
        self.read_only = read_only

    def __enter__(self):
        if self.read_only == "gone":
            raise OperationalError
        return self

    def __exit__(self, *_):
        pass

    def cursor(self):
        return self

    def execute(self, statement: str) -> None:
        pass

    def fetchone(self):
        return (self.read_only,)


@pytest.fixture
def checks(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "heartbeats", lambda: [1])
    monkeypatch.setitem(health.CHECKS, "keys", lambda: "ok")
    (settings.BACASABLE.home / "files").mkdir(exist_ok=True)

    def asked() -> tuple[int, dict[str, str]]:
        answer = client.get("/readyz")
        return answer.status_code, answer.json()["checks"]

    return asked


def test_it_is_ready_where_everything_answers(checks):
    status, found = checks()
    assert (status, set(found.values())) == (200, {"ok"}), found
    assert {"database", "migrations", "journal", "disk"} <= set(found)


def test_the_database_of_a_service_is_looked_at_too(checks, monkeypatch):
    for answer, said in (("gone", "failed: OperationalError"), ("on", "it is read-only: give the address")):
        both = {"default": connections["default"], "service_water": Server(answer)}
        monkeypatch.setattr(health, "connections", both)
        status, found = checks()
        assert status == 503
        assert found["database"].startswith(f"service_water: {said}")
        assert found["migrations"].startswith("service_water: failed: ")
        assert found["journal"] == "ok"


def test_a_full_disk_is_told_of_the_journal_and_of_the_files(checks, monkeypatch):
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status, found = checks()
    assert (status, found["journal"], found["disk"]) == (503, "failed: OSError", "failed: OSError")
    assert found["database"] == "ok"
