"""What every test stands on: an installation of its own under a temporary folder, and a clock to hold."""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import django
import pytest

_home = tempfile.mkdtemp(prefix="bacasable-test-")
os.environ["BACASABLE_HOME"] = _home
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bacasable.portal.settings")
(Path(_home) / "data").mkdir()

# Test modules import models at their top; this must come after the home folder is set.
django.setup()


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
