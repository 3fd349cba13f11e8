"""One demonstration and one browser for the tests of this folder; closed before any other test runs."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.demonstration import Demonstration, demonstration, loaded
from tests.browser.visitors import Visitor, launched
from tests.requirements import need_program


# The loop that Playwright runs in this thread would keep other tests from their database: hence "package".
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api")
    with launched(need_program("chromium")) as opened:
        yield opened


@pytest.fixture(scope="package")
def first_day(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demonstration as it is loaded, once for all processes of the run.

    It depends on the browser: without one, none is loaded.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, done = shared / "loaded", shared / "loaded.done"
    with (shared / "loaded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            loaded(folder)
            done.touch()
    return folder / "home"


@pytest.fixture(scope="package")
def demo(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration that tests share: they leave its clock and its editions where they are."""
    with demonstration(tmp_path_factory.mktemp("demonstration"), like=first_day) as running:
        yield running


@pytest.fixture
def own_demo(first_day: Path, tmp_path: Path) -> Iterator[Demonstration]:
    """A demonstration for one test, which may change all of it."""
    with demonstration(tmp_path / "demonstration", like=first_day) as running:
        yield running


@pytest.fixture
def visitor(browser: Any, demo: Demonstration) -> Iterator[Callable[..., Visitor]]:
    """Give visitors of the shared demonstration."""
    with arrivals(browser, demo) as arrives:
        yield arrives


@pytest.fixture
def own_visitor(browser: Any, own_demo: Demonstration) -> Iterator[Callable[..., Visitor]]:
    """Give visitors of the demonstration of this test."""
    with arrivals(browser, own_demo) as arrives:
        yield arrives


@contextlib.contextmanager
def arrivals(browser: Any, demo: Demonstration) -> Iterator[Callable[..., Visitor]]:
    """Give visitors, each in a browser of its own; at the end none has anything to complain about."""
    visitors: list[Visitor] = []

    def arrives(role: str = "", **options: Any) -> Visitor:
        made = Visitor.arrives(browser, demo.url, **options)
        visitors.append(made)
        if role:
            made.plays(role)
        return made

    yield arrives
    complaints = [complaint for one in visitors for complaint in one.complaints]
    for one in visitors:
        one.leaves()
    assert complaints == []
