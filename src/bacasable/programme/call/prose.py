"""The text of a call as safe HTML: paragraphs, lists, headings, emphasis, links, and nothing else."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
}
_HEADING_CLASSES = {"h3": "govuk-heading-m", "h4": "govuk-heading-s"}


@cache
def _parser() -> MarkdownIt:
    """Return CommonMark cut down: no HTML passes, no image is loaded, ``javascript:`` is no link."""
    parser = MarkdownIt("zero", {"html": False, "linkify": False})
    return parser.enable(["heading", "list", "emphasis", "link", "newline", "escape"])


def _dress(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if int(token.tag[1]) <= 2 else "h4"
            if token.nesting == 1:
                token.attrSet("class", _HEADING_CLASSES[token.tag])
        elif token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
        if token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer nofollow")
        if token.children:
            _dress(token.children)


def to_html(text: str) -> str:
    """Return ``text`` (a subset of CommonMark) as HTML that is safe to insert in a page.

    Headings become h3 and h4, under the page's own h1 and h2. Markup in the text is shown, not run.
    """
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    _dress(tokens)
    html: str = parser.renderer.render(tokens, parser.options, environment)
    return html
