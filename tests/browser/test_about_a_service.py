"""An installation of services without the programme, in a browser: "And me?" of a service by others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.axe import overflow, violations
from tests.browser.visitors import Visitor
from tests.factories.wheels import EXAMPLE, first_on_path, lay, wheel_of
from tests.installation import Installation, answers, eventually, free_port, installed


@pytest.fixture(scope="module")
def town(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, str]]:
    """A service installation with the example's wheel, measured and served; and its address."""
    folder, port = tmp_path_factory.mktemp("town"), free_port()
    url = f"http://127.0.0.1:{port}"
    plugin = lay(wheel_of(EXAMPLE, folder), folder / "lib")
    settings = {"BACASABLE_DEPLOYMENT": "service", "BACASABLE_PUBLIC_URL": url}
    with installed(folder, **settings, PYTHONPATH=first_on_path(plugin)) as made:
        made.run("check", "meeting_rooms", "--seed", "7")
        with made.started("serve", "--port", str(port), "--no-mailbox"):
            eventually(lambda: answers(f"{url}/healthz"), "the installation answers")
            yield made, url


def test_what_a_service_knows_whether_it_decides_and_how_to_ask(
    browser: Any, town: tuple[Installation, str], tmp_path: Path
) -> None:
    installation, url = town
    person = Visitor.arrives(browser, url)
    person.goes_to("/services/")
    person.presses("main a[href='/services/meeting-rooms/about/']")
    main = person.page.locator("main").inner_text()
    assert "Et moi" in main
    assert person.page.locator("main .govuk-tag--green").count(), "its last measurement, which holds"
    for width in (1280, 320):
        person.page.set_viewport_size({"width": width, "height": 900})
        assert violations(person.page) == []
        assert overflow(person.page) == []
    person.presses("main a[href*='/rights/?service=meeting_rooms']")
    page = person.page
    page.locator("main [name=body]").fill("Je voudrais qu'une personne regarde.")
    page.locator("main [name=email]").fill("ada@town.example")
    assert page.locator("main [name=service]").input_value() == "meeting_rooms"
    if not page.locator("main [name=right]:checked").count():
        page.locator("main [name=right][value=human_review]").check()
    assert page.locator("main [data-collected=instance]").count() == 1
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/rights/sent/")
    told = installation.python(
        "from bacasable.duties.rights.models import RightsRequest as R\n"
        "asked = R.objects.get()\n"
        "print(asked.service, asked.state, asked.email)"
    )
    assert told == "meeting_rooms received ada@town.example"
    complaints = person.complaints
    person.leaves()
    assert complaints == []
