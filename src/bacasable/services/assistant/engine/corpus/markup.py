"""HTML and Markdown: headings, paragraphs, lists, tables and notes in reading order."""

import re

from lxml import etree, html

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, cleaned
from bacasable.services.assistant.engine.corpus.grids import Cell, rows
from bacasable.services.assistant.engine.sheets import BlockKind

#: What is no part of what one reads.
_SKIPPED = {
    "script", "style", "noscript", "template", "head", "nav", "svg", "math", "iframe", "object", "embed",
    "form", "select", "input", "textarea", "button", "audio", "video", "canvas", "aside", "dialog",
}  # fmt: skip
_LINE = {"br", "hr"}
_HEADING = re.compile(r"^h[1-6]$")
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
}  # fmt: skip
_NOTE = re.compile(r"\b(?:fr-highlight|fr-callout|fr-alert|note|warning|admonition)\b")
#: Elements inside one another.
_DEEPEST = 150


def page(content: str | bytes, composer: Composer) -> tuple[str, str]:
    """Add what a whole page of HTML says and return its title and its language.

    The main part is read where the page marks one (``main``, ``article``), without menus and forms.

    Raises:
        Refused: no HTML, or nested without end.
    """
    root = _parsed(content)
    title = cleaned(root.findtext(".//title") or "")
    main = root.find(".//main")
    main = root.find(".//article") if main is None else main
    main = root.find(".//body") if main is None else main
    reader = _Reader(composer)
    reader.read(root if main is None else main)
    return reader.title or title, str(root.get("lang") or "")[:2]


def fragment(content: str, composer: Composer) -> None:
    """Add what a piece of HTML says, its headings under the current one.

    Raises:
        Refused: nested without end.
    """
    if content.strip():
        _Reader(composer, skips_title=False).read(_parsed(content))


def markdown(text: str, composer: Composer) -> str:
    """Add what a Markdown text (CommonMark, with tables) says and return its first title of level 1.

    HTML inside of it is read as the text that it is.
    """
    from markdown_it import MarkdownIt

    rendered = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    reader = _Reader(composer)
    if rendered.strip():
        reader.read(_parsed(rendered))
    return reader.title


def _parsed(content: str | bytes) -> "html.HtmlElement":
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, huge_tree=False,
        encoding=None if isinstance(content, bytes) else "utf-8",
    )  # fmt: skip
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise Refused(N_("this HTML holds nothing that can be read; save the page again")) from error
    return root


class _Reader:
    """Walks elements; text between blocks is gathered until a block begins or ends."""

    def __init__(self, composer: Composer, *, skips_title: bool = True) -> None:
        self.title = ""
        self._composer = composer
        self._outer = composer.path
        self._levels: list[tuple[int, str]] = []
        self._said: list[str] = []
        self._label = ""
        self._kind: BlockKind = "paragraph"
        self._skips_title = skips_title

    def read(self, element: "html.HtmlElement") -> None:
        self._walk(element, 0)
        self._flush()
        self._composer.restart(self._outer)

    def _flush(self) -> None:
        said = cleaned("".join(self._said))
        if said and self._label:
            said, self._label = f"{self._label}\u00a0: {said}", ""
        self._composer.add(said, self._kind)
        self._said = []

    def _walk(self, element: "html.HtmlElement", depth: int) -> None:
        if depth > _DEEPEST:
            raise Refused(N_("its elements are nested far deeper than in a real page"))
        self._said.append(element.text or "")
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in _LINE:
                self._flush()
            elif tag == "table":
                self._flush()
                self._table(child)
            elif _HEADING.match(tag):
                self._flush()
                self._heading(int(tag[1]), cleaned(child.text_content()))
            elif tag in _INLINE:
                self._walk(child, depth + 1)
            elif tag and tag not in _SKIPPED:
                self._block(child, tag, depth)
            self._said.append(child.tail or "")

    def _block(self, child: "html.HtmlElement", tag: str, depth: int) -> None:
        self._flush()
        before = self._kind
        if tag in ("li", "dd"):
            self._kind = "item"
        elif _NOTE.search(child.get("class") or ""):
            self._kind = "note"
        self._walk(child, depth + 1)
        self._flush()
        self._kind, self._label = before, ""

    def _heading(self, level: int, title: str) -> None:
        if not title:
            return
        if self._kind == "note":  # what a note is called, not a heading of what comes after it
            self._label = title.rstrip(" \u00a0!:")
            return
        if level == 1 and self._skips_title and not self.title:
            self.title = title
            return
        self._levels = [*((above, name) for above, name in self._levels if above < level), (level, title)]
        self._composer.restart((*self._outer, *(name for _, name in self._levels)))

    def _table(self, table: "html.HtmlElement") -> None:
        grid = []
        for row in table.iter("tr"):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            in_head = row.getparent() is not None and row.getparent().tag == "thead"
            grid.append(
                [
                    Cell(
                        cleaned(" ".join(cell.itertext())),
                        _span(cell.get("colspan")),
                        _span(cell.get("rowspan")),
                        in_head or cell.tag == "th",
                    )
                    for cell in cells
                ]
            )
        with self._composer.under(table.findtext("caption") or ""):
            for line in rows(grid):
                self._composer.add(line, "row")


def _span(written: str | None) -> int:
    return int(written) if written and written.isdigit() and len(written) < 5 else 1
