"""A keyboard and nothing else: Tab until the wanted control has the focus, seen at each stop, then a key."""

import re
from collections.abc import Callable
from typing import Any

_STOPS = 250

#: Whether the focused element shows it: by an outline or a shadow of its own, or of the label of a box.
_SEEN = """() => {
  const focused = document.activeElement
  const drawn = style =>
    (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
  if (drawn(getComputedStyle(focused))) return true
  const label = focused.id && document.querySelector(`label[for="${CSS.escape(focused.id)}"]`)
  return Boolean(label && drawn(getComputedStyle(label, '::before')))
}"""
_WHERE = "() => document.activeElement.outerHTML.slice(0, 200)"
_IS = "(selector) => document.activeElement.matches(selector)"
_OUTSIDE = """() => {
  const box = document.activeElement.getBoundingClientRect()
  return box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth
}"""
_CONTROL = """() => {
  const focused = document.activeElement
  return {
    type: focused.type || '', name: focused.name || '', value: focused.value || '',
    mode: focused.inputMode || '',
    answered: focused.form && ['radio', 'checkbox'].includes(focused.type)
      ? new FormData(focused.form).has(focused.name) : Boolean(focused.value)
  }
}"""


class Keyboard:
    """The keys of a Playwright page."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def tab(self) -> None:
        """Go to the next stop, which must be seen to have the focus and lie on the screen."""
        self.page.keyboard.press("Tab")
        assert self.page.evaluate(_SEEN), f"the focus does not show: {self.page.evaluate(_WHERE)}"
        assert not self.page.evaluate(_OUTSIDE), f"the focus is off the screen: {self.page.evaluate(_WHERE)}"

    def reaches(self, selector: str) -> None:
        """Press Tab until what matches ``selector`` has the focus."""
        for _ in range(_STOPS):
            if self.page.evaluate(_IS, selector):
                return
            self.tab()
        raise AssertionError(f"{self.page.url}: no stop of the keyboard matches {selector}")

    def follows(self, selector: str, key: str = "Enter") -> None:
        """Reach a link or a button, press it, and wait for the page where it leads."""
        self.reaches(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def answers(self, write: Callable[[str, str], str], until: str) -> None:
        """Answer the questions of a form from its first stop to the control ``until``.

        ``write`` gives the text for a field, by its name and its kind ("text", "email", "number").
        Of radios and boxes that have no answer yet, the first one is taken, with the space bar.
        """
        for _ in range(_STOPS):
            if self.page.evaluate(_IS, until):
                return
            if self.page.evaluate(_IS, "main form :is(input, textarea)"):
                self._answer(write)
            self.tab()
        raise AssertionError(f"{self.page.url}: no stop of the keyboard matches {until}")

    def _answer(self, write: Callable[[str, str], str]) -> None:
        control = self.page.evaluate(_CONTROL)
        if control["answered"]:
            return
        if control["type"] in {"radio", "checkbox"}:
            self.page.keyboard.press("Space")
        elif re.match("text|email", control["type"]):
            kind = "number" if control["mode"] == "numeric" else control["type"].removesuffix("area")
            self.page.keyboard.type(write(control["name"], kind))
