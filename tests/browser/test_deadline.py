"""The deadline passes while somebody writes, in a demonstration of its own: a closed call stays so."""

import re
from collections.abc import Callable

from tests.browser.demonstration import OPEN_CALL
from tests.browser.visitors import Visitor


def test_what_is_written_after_the_deadline_is_refused_in_words_and_given_back(
    own_visitor: Callable[..., Visitor],
) -> None:
    candidate, visitor = own_visitor("candidate"), own_visitor()
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
