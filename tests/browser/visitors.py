"""A person at a browser: where they go, what they press, what their browser complains about."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.axe import overflow
from tests.browser.demonstration import Demonstration

IMAGES = Path(__file__).parents[2] / "docs" / "images"
_SUBRESOURCES = {"stylesheet", "script", "image", "font"}
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 60_000


@contextlib.contextmanager
def launched(chromium: str) -> Iterator[Any]:
    """Start the system's Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield opened
        opened.close()


@dataclass
class Visitor:
    """``page`` is Playwright's; ``complaints``: errors of scripts, of the content policy, of loading."""

    context: Any
    page: Any
    url: str
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def arrives(
        cls, browser: Any, url: str, *, width: int = 1280, height: int = 900, **options: Any
    ) -> "Visitor":
        """Open a browser of its own, ``width`` and ``height`` pixels; ``options`` are those of a context."""
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE_MS)
        visitor = cls(context, None, url)
        visitor.page = visitor.another_tab()
        return visitor

    def another_tab(self) -> Any:
        """Open another page of the same browser."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._received)
        # Windows for files are caught from the start: asked for with the key, one is missed at times.
        page.on("filechooser", lambda _window: None)
        return page

    def _heard(self, message: Any) -> None:
        # A page with status 404 is an error to the console, not to us: what a page loads is watched below.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    def _received(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type in _SUBRESOURCES:
            self.complaints.append(f"{response.url}: {response.status}")

    def leaves(self) -> None:
        self.context.close()

    def goes_to(self, path: str) -> int:
        """Open ``path`` (or a whole address) and return the status."""
        response = self.page.goto(path if path.startswith("http") else self.url + path)
        return int(response.status)

    def plays(self, role: str) -> None:
        """Take a role in the demonstration's banner."""
        self.goes_to("/legal/")
        with self.page.expect_navigation():
            self.page.locator(f"button[name=role][value={role}]").click()

    def signs_in(self, demo: Demonstration, address: str) -> None:
        """Sign in with the one-time link that the demonstration sends to ``address``."""
        known = len(demo.links_to(address))
        self.goes_to("/sign-in/")
        self.page.locator("main [name=email]").fill(address)
        self.presses("main form button")
        self.goes_to(demo.wait_for_link(address, known))
        self.presses("main form button")

    def proves(self, demo: Demonstration, address: str) -> None:
        """Sign in as a member of the staff does: a password, then the code of an authenticator."""
        self.goes_to("/sign-in/staff/")
        self.page.locator("main [name=email]").fill(address)
        self.page.locator("main [name=password]").fill(demo.password_of(address))
        self.presses("main form button[type=submit]")
        self.page.locator("main [name=code]").fill(demo.code_of(address))
        self.presses("main form button[type=submit]")

    def links(self, start: str) -> list[str]:
        """Return where the links of the page's body lead, each once, those that begin with ``start``."""
        found = self.page.locator(f"main a[href^='{start}']").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        return list(dict.fromkeys(found))

    def support_file(self) -> str:
        """Open the list of supports and return the address of the only file that this person follows."""
        self.goes_to("/support/")
        (file,) = {path for path in self.links("/support/") if path.count("/") == 3}
        return file

    def presses(self, selector: str) -> None:
        """Click what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def fits(self) -> None:
        """Nothing on this page needs to be scrolled sideways."""
        assert overflow(self.page) == [], self.page.url

    def shows(self, name: str, *, whole: bool = False) -> None:
        """Take the picture ``name`` of the documentation, where BACASABLE_SCREENSHOTS asks for it."""
        if os.environ.get("BACASABLE_SCREENSHOTS"):
            IMAGES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=IMAGES / f"{name}.png", full_page=whole, animations="disabled")
