"""The deadline passes while somebody writes, in a demonstration of its own: a closed call stays so."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.demonstration import OPEN_CALL, Demonstration, demonstration
from tests.browser.visitors import Visitor


@pytest.fixture
def ending(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(tmp_path_factory.mktemp("ending")) as running:
        yield running


def test_what_is_written_after_the_deadline_is_refused_in_words_and_given_back(
    browser: Any, ending: Demonstration
) -> None:
    candidate, visitor = Visitor.arrives(browser, ending.url), Visitor.arrives(browser, ending.url)
    candidate.plays("candidate")
    page = candidate.page
    overview = re.search(r"(/dossiers/[\w-]+/)", page.locator("main").inner_html())[1]
    candidate.goes_to(overview)
    candidate.shows("overview")
    candidate.goes_to(f"{overview}steps/expectations/")
    candidate.shows("step")
    earlier = page.locator("[name=support]").input_value()

    visitor.goes_to("/demo/clock/")
    visitor.presses("main button[value=after]")
    page.locator("[name=support]").fill("Écrit juste avant la fin, envoyé juste après")
    with page.expect_navigation() as navigation:
        page.locator("#step button[value=list]").click()
    assert navigation.value.status == 409
    assert page.locator("#copy-support").input_value() == "Écrit juste avant la fin, envoyé juste après"
    candidate.goes_to(f"{overview}steps/expectations/")
    assert earlier in page.locator("main").inner_text()
    assert page.locator("#step").count() == 0
    candidate.goes_to(f"{overview}submit/")
    assert page.locator("main form").count() == 0
    visitor.goes_to(f"/calls/{OPEN_CALL}/apply/")
    assert visitor.page.locator("main form").count() == 0
    assert candidate.complaints + visitor.complaints == []
    for one in (candidate, visitor):
        one.leaves()
