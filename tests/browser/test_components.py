"""Pages of no room in a real browser: axe finds nothing, nothing overflows, narrow or wide, light or dark."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.axe import overflow, violations
from tests.installation import answers, eventually, free_port, installed


@pytest.fixture(scope="module")
def site(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with (
        installed(tmp_path_factory.mktemp("components")) as installation,
        installation.started("web", "--port", str(port)),
    ):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the site answers")
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(
    "path", ["/components/", "/accessibility/", "/legal/", "/privacy/", "/no-such-page/"]
)
def test_page_is_accessible_and_fits(browser, site: str, path: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    refused: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert overflow(page) == []
    assert refused == []
    context.close()


def test_switches_work_without_scripts(browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/legal/?kept=1")
    page.locator("button[name=language][value=en]").click()
    assert page.url.endswith("/legal/?kept=1")
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("button[name=theme][value=dark]").click()
    assert "bac-dark" in page.locator("html").get_attribute("class")
    context.close()


def test_skip_link_is_first_and_leads_to_the_content(browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/legal/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.close()
