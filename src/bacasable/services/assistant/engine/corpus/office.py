"""DOCX and ODT: headings by their styles, paragraphs, lists and tables in reading order.

Sources: ECMA-376 part 1 (WordprocessingML), OASIS OpenDocument 1.3 part 3. Deleted text, comments, notes of
revision and tables of contents are not read: nobody who reads the document sees them as its text.
"""

import re
from typing import TYPE_CHECKING

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, cleaned
from bacasable.services.assistant.engine.corpus.grids import Cell, rows

if TYPE_CHECKING:
    from lxml import etree

    from bacasable.privacy.redaction.files.packages import Package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_HEADING = re.compile(r"^(?:heading|titre)\s?(\d)$", re.IGNORECASE)
_TITLES = {"title", "titre"}
_UNREAD = {
    f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}rPr", f"{_W}pPr", f"{_W}sectPr",
    f"{_TEXT}note", f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_TEXT}tracked-changes",
    f"{_TEXT}table-of-content", f"{_TEXT}sequence-decls", f"{_OFFICE}forms",
}  # fmt: skip
_DEEPEST = 100


class _Outline:
    """The headings above what comes next, and the document's title."""

    def __init__(self, composer: Composer) -> None:
        self.composer = composer
        self.title = ""
        self._levels: list[tuple[int, str]] = []

    def heading(self, level: int, title: str) -> None:
        """Begin a section; level 0 is the title of the whole."""
        title = cleaned(title)
        if not title:
            return
        if level == 0 and not self.title:
            self.title = title
            return
        self._levels = [*((above, name) for above, name in self._levels if above < level), (level, title)]
        self.composer.restart(tuple(name for _, name in self._levels))


def word(package: "Package", composer: Composer) -> str:
    """Add what a DOCX says and return its title, or nothing.

    Raises:
        Refused: damaged, or nested without end.
    """
    body = package.tree("word/document.xml").find(f"{_W}body")
    levels = _word_levels(package)
    outline = _Outline(composer)
    if body is not None:
        _word_blocks(body, levels, outline, 0)
    return outline.title


def _word_levels(package: "Package") -> dict[str, int]:
    """Return the outline level of each style that is a heading: 0 for the title, 1 for "heading 1"."""
    if "word/styles.xml" not in package.names:
        return {}
    levels = {}
    for style in package.tree("word/styles.xml").iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        said = str(name.get(f"{_W}val", "")) if name is not None else ""
        depth = style.find(f"{_W}pPr/{_W}outlineLvl")
        if said.lower() in _TITLES:
            levels[str(style.get(f"{_W}styleId"))] = 0
        elif match := _HEADING.match(said):
            levels[str(style.get(f"{_W}styleId"))] = int(match.group(1))
        elif depth is not None and (value := str(depth.get(f"{_W}val", ""))).isdigit() and int(value) < 9:
            levels[str(style.get(f"{_W}styleId"))] = int(value) + 1
    return levels


def _word_blocks(parent: "etree._Element", levels: dict[str, int], outline: _Outline, depth: int) -> None:
    if depth > _DEEPEST:
        raise _nested()
    for child in parent:
        if child.tag == f"{_W}p":
            style = child.find(f"{_W}pPr/{_W}pStyle")
            level = levels.get(str(style.get(f"{_W}val"))) if style is not None else None
            text = _words(child, 0)
            if level is not None:
                outline.heading(level, text)
            else:
                listed = child.find(f"{_W}pPr/{_W}numPr") is not None
                outline.composer.add(text, "item" if listed else "paragraph")
        elif child.tag == f"{_W}tbl":
            _grid(_word_rows(child), outline)
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            _word_blocks(child, levels, outline, depth + 1)


def _words(element: "etree._Element", depth: int) -> str:
    if depth > _DEEPEST:
        raise _nested()
    said = []
    for child in element:
        if child.tag in (f"{_W}t", f"{_W}noBreakHyphen"):
            said.append(child.text or "-")
        elif child.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            said.append(" ")
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            said.append(_words(child, depth + 1))
    return "".join(said)


def _word_rows(table: "etree._Element") -> list[list[Cell]]:
    grid = []
    for number, row in enumerate(table.findall(f"{_W}tr")):
        marked = row.find(f"{_W}trPr/{_W}tblHeader") is not None
        cells = []
        for cell in row.findall(f"{_W}tc"):
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            text = " ".join(cleaned(_words(line, 0)) for line in cell.iter(f"{_W}p"))
            width = str(span.get(f"{_W}val", "1")) if span is not None else "1"
            cells.append(Cell(text, int(width) if width.isdigit() else 1, 1, marked or number == 0))
        grid.append(cells)
    return grid


def opendocument(package: "Package", composer: Composer) -> str:
    """Add what an ODT says and return its title, or nothing.

    Raises:
        Refused: damaged, or nested without end.
    """
    root = package.tree("content.xml")
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    outline = _Outline(composer)
    if body is not None:
        _odt_blocks(body, outline, 0, listed=False)
    return outline.title


def _odt_blocks(parent: "etree._Element", outline: _Outline, depth: int, *, listed: bool) -> None:
    if depth > _DEEPEST:
        raise _nested()
    for child in parent:
        if child.tag == f"{_TEXT}h":
            level = str(child.get(f"{_TEXT}outline-level", "1"))
            outline.heading(int(level) if level.isdigit() else 1, _odt_words(child, 0))
        elif child.tag == f"{_TEXT}p":
            if str(child.get(f"{_TEXT}style-name", "")).lower() in _TITLES:
                outline.heading(0, _odt_words(child, 0))
            else:
                outline.composer.add(_odt_words(child, 0), "item" if listed else "paragraph")
        elif child.tag == f"{_TABLE}table":
            _grid(_odt_rows(child), outline)
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            _odt_blocks(child, outline, depth + 1, listed=listed or child.tag == f"{_TEXT}list")


def _odt_words(element: "etree._Element", depth: int) -> str:
    if depth > _DEEPEST:
        raise _nested()
    said = [element.text or ""]
    for child in element:
        if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            said.append(" ")
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            said.append(_odt_words(child, depth + 1))
        said.append(child.tail or "")
    return "".join(said)


def _odt_rows(table: "etree._Element") -> list[list[Cell]]:
    grid = []
    for number, row in enumerate(table.iter(f"{_TABLE}table-row")):
        parent = row.getparent()
        marked = parent is not None and parent.tag == f"{_TABLE}table-header-rows"
        cells = []
        for cell in row.findall(f"{_TABLE}table-cell"):
            text = " ".join(cleaned(_odt_words(line, 0)) for line in cell.iter(f"{_TEXT}p"))
            spans = (str(cell.get(f"{_TABLE}number-{side}-spanned", "1")) for side in ("columns", "rows"))
            width, height = (int(span) if span.isdigit() and len(span) < 5 else 1 for span in spans)
            cells.append(Cell(text, width, height, marked or number == 0))
        grid.append(cells)
    return grid


def _grid(grid: list[list[Cell]], outline: _Outline) -> None:
    """Add a table. The first row is taken for headers, but where there is but one row or one column."""
    if len(grid) == 1 or max(map(len, grid), default=0) < 2:
        for row in grid:
            for cell in row:
                outline.composer.add(cell.text)
        return
    for line in rows(grid):
        outline.composer.add(line, "row")


def _nested() -> Refused:
    return Refused(N_("its elements are nested far deeper than in a real document"))
