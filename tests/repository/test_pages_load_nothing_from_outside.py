"""No page makes a browser fetch anything from another host; no script or style stands inside a page."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.repository.sources import SOURCE, shown, text_of

#: tag -> attributes whose address the browser fetches by itself
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "form": ("action",),
    "iframe": ("src",),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
OUTSIDE = re.compile(r"^\s*(?:https?:)?//", re.I)
#: Links that a browser does not fetch; feeds and canonical addresses are absolute by nature.
NOT_FETCHED = {"alternate", "canonical", "author", "license"}


class Fetches(HTMLParser):
    """Collect what a browser would fetch from outside, and scripts or styles written in the page."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and set(given.get("rel", "").split()) & NOT_FETCHED:
            return
        self.outside += [given[name] for name in FETCHED.get(tag, ()) if OUTSIDE.match(given.get(name, ""))]
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


def _addresses(patterns: list[URLPattern | URLResolver], before: str = "/") -> list[str]:
    found = []
    for pattern in patterns:
        route = str(pattern.pattern)
        if "<" in route or "(" in route or "^" in route:
            continue
        if isinstance(pattern, URLResolver):
            found += _addresses(pattern.url_patterns, before + route)
        else:
            found.append(before + route)
    return found


@pytest.mark.django_db
def test_public_pages(client: Client) -> None:
    faults = []
    pages = 0
    for address in _addresses(get_resolver().url_patterns):
        response = client.get(address)
        if not response.headers.get("Content-Type", "").startswith("text/html") or response.streaming:
            continue
        pages += 1
        fetches = Fetches()
        fetches.feed(response.content.decode())
        faults += [f"{address}: {what}" for what in fetches.outside + fetches.inline]
    assert pages
    assert not faults


def test_templates_styles_and_scripts() -> None:
    found = []
    for path in SOURCE.rglob("*"):
        text = text_of(path) if path.suffix in {".html", ".css", ".js"} else ""
        if path.suffix == ".html":
            fetches = Fetches()
            fetches.feed(re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.S))
            outside = bool(fetches.outside)
        elif path.suffix == ".css":
            outside = bool(re.search(r"(?:@import\s+|url\()\s*[\"']?(?:https?:)?//", text))
        else:
            outside = bool(re.search(r"(?:fetch|import|open|importScripts)\(\s*[\"'`](?:https?:)?//", text))
        if outside:
            found.append(path)
    assert not shown(found)
