"""What every test stands on: an installation of its own under a temporary folder, and a clock to hold."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import django
import hypothesis
import pytest

#: An authority runs no service: the applications of services are tested in processes of their own.
_of_services = os.environ.get("BACASABLE_DEPLOYMENT") == "service"
collect_ignore = [] if _of_services else ["services"]

_home = tempfile.mkdtemp(prefix="bacasable-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["BACASABLE_HOME"] = _home
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")
(Path(_home) / "data").mkdir()

# Test modules import models at their top; this must come after the home folder is set.
django.setup()

# A shared machine is slow at times: no test fails for that. CI tries the same examples every time.
hypothesis.settings.register_profile("bacasable", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("bacasable")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Give each worker a home of its own: told the settings by us, it would read them before its conftest."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


class MovableClock:
    """A clock that a test moves: ``clock.at = ...`` or ``clock.forward(hours=2)``."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> None:
        self.at += timedelta(**delta)


@pytest.fixture
def clock() -> Iterator[MovableClock]:
    """Hold the platform's clock at the instant of the test's start; the test moves it."""
    from bacasable.compliance import clock as platform_clock

    held = MovableClock(platform_clock.now())
    platform_clock.set_source(held)
    yield held
    platform_clock.set_source(None)


#: Fixtures through which a test reaches the database.
_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL (tests/run_postgresql.py) run what uses the database: no browser, no walk of rules."""
    if not os.environ.get("BACASABLE_DATABASE_URL"):
        return
    kept, left = [], []
    for item in items:
        uses_it = item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ()))
        kept_here = (uses_it or item.get_closest_marker("both_databases")) and not (
            "tests/browser/" in item.nodeid or item.get_closest_marker("one_database")
        )
        (kept if kept_here else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept
