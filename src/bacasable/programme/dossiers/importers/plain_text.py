"""HTML written by an editor, as plain text: paragraphs, lists and line ends kept, everything else dropped."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
)
_SILENT = frozenset({"script", "style", "template", "title", "head", "iframe", "object", "svg"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in {"td", "th"}:
            self.pieces.append(" ")
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(re.sub(r"\s+", " ", data.replace("\u00a0", " ")))


def from_html(html: str) -> str:
    """Return the text of ``html``: items of lists as lines that begin with "- ", at most one empty line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.pieces).split("\n")]
    text = re.sub(r"(?m)^-\n+(?=\S)", "- ", "\n".join("-" if line == "-" else line for line in lines))
    text = re.sub(r"\n{2,}(?=- )", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
