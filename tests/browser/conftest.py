"""One demonstration and one browser for the tests of this folder; closed before any other test runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.demonstration import Demonstration, demonstration
from tests.browser.visitors import Visitor, launched
from tests.requirements import need_program


# The loop that Playwright runs in this thread would keep other tests from their database: hence "package".
@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    pytest.importorskip("playwright.sync_api")
    with launched(need_program("chromium")) as opened:
        yield opened


@pytest.fixture(scope="package")
def demo(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration; depends on the browser so that none is started where there is no browser."""
    with demonstration(tmp_path_factory.mktemp("demonstration")) as running:
        yield running


@pytest.fixture
def visitor(browser: Any, demo: Demonstration) -> Iterator[Callable[..., Visitor]]:
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
