"""The demonstration's station, live: somebody falls, an operator takes it; somebody objects by the place."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import arrivals
from tests.browser.demonstration import demonstration
from tests.browser.test_every_page import faults
from tests.requirements import need_program

ROOT = "/services/depth-events/"


def test_a_fall_of_the_simulated_station_reaches_the_board(
    browser: Any, first_day: Path, tmp_path: Path
) -> None:
    pytest.importorskip("numba", reason="needs the extra 'depth'")
    need_program("mosquitto")
    with (
        demonstration(tmp_path / "live", like=first_day, live=True) as demo,
        arrivals(browser, demo) as arrives,
    ):
        operator, public = arrives("officer"), arrives()
        operator.goes_to(f"{ROOT}board/")

        public.goes_to(f"{ROOT}stations/valdombre/")
        said = public.page.locator("main").inner_text()
        assert "Station simulée" in said
        assert "non anonyme : filmé aussi" in said.replace("\u202f", " ").replace("\u00a0", " ")
        assert "Couloir sud" in said
        public.shows("depth-station", whole=True)
        public.presses("main a[href$='/object/']")
        public.page.get_by_role("radio", name="Faire effacer").check()
        public.page.locator("[name=day]").fill("2026-11-20")
        public.page.locator("[name=from_time]").fill("08:00")
        public.page.locator("[name=to_time]").fill("09:00")
        public.presses("main form:has([name=day]) button")
        assert "Référence" in public.page.locator("main").inner_text()

        going = operator.page.locator("#live form button").first
        going.wait_for(timeout=120_000)
        assert faults(operator.page, crossed=False) == []
        operator.shows("depth-board", whole=True)
        operator.presses("#live form button")
        assert "pris" in operator.page.locator("#live").inner_text()
