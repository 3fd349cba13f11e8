"""Accessibility violations of a page, found by axe-core (vendored for tests only)."""

from pathlib import Path
from typing import Any

_AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: WCAG 2.2 to level AA, on which the RGAA rests, and the good practices that axe-core knows.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    """Run axe-core in a Playwright ``page`` and return one line for each element that breaks a rule.

    The script goes in through the debugging protocol, so that the page's own content policy stays in force.
    """
    if not page.evaluate("typeof window.axe !== 'undefined'"):
        page.evaluate(_AXE)
    rules = {"type": "tag", "values": _RULES}
    run = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], elementRef: false})
      .then(found => found.violations)"""
    found = page.evaluate(run, rules)
    return [
        f"{one['id']}: {' '.join(map(str, node['target']))}: {node.get('failureSummary', '')}"
        for one in found
        for node in one["nodes"]
    ]


def overflow(page: Any) -> list[str]:
    """Return what sticks out of the page sideways: empty where nothing needs horizontal scrolling."""
    return page.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth
          if (document.documentElement.scrollWidth <= wide) return []
          const scrolls = e => e && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement))
          return [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > wide + 1 && !scrolls(e.parentElement))
            .map(e => e.tagName.toLowerCase() + '.' + e.getAttribute('class')).slice(0, 20)
        }"""
    )
