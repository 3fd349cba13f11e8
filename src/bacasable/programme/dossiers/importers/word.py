"""Word documents (DOCX, ECMA-376): their headings and paragraphs, in reading order."""

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

from bacasable.programme.dossiers.importers.outline import TITLE, Block
from bacasable.programme.dossiers.refusals import damaged

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_WRAPPERS = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml")}
#: parts of a paragraph that are not its text: properties, deleted text, the copy of a drawing for old readers
_SKIPPED = {
    qn("w:pPr"),
    qn("w:rPr"),
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:instrText"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_TEXT, _TAB, _BREAK, _RETURN, _HYPHEN = (
    qn(name) for name in ("w:t", "w:tab", "w:br", "w:cr", "w:noBreakHyphen")
)
_BULLETS = ("list bullet", "list number")
#: styles may be based on one another; a file can make a loop of them
_STYLE_DEPTH = 10


def blocks(content: bytes) -> Iterator[Block]:
    """Yield the headings and paragraphs of a document already judged by :mod:`media`.

    Raises:
        Refused: code ``damaged``.
    """
    try:
        document = docx.Document(io.BytesIO(content))
        found = list(_walk(document.element.body, _Styles(document)))
    # the library raises many kinds on damaged files (KeyError, XMLSyntaxError, its own)
    except Exception as problem:
        raise damaged() from problem
    yield from found


class _Styles:
    """Levels of headings and marks of lists by style, through the styles that a style is based on."""

    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style for style in document.styles if style.type == 1}

    def names(self, style_id: str | None) -> Iterator[tuple[str, Any]]:
        style = self._styles.get(style_id)
        for _depth in range(_STYLE_DEPTH):
            if style is None:
                return
            yield (style.name or "").casefold(), style
            style = style.base_style

    def level(self, paragraph: Any) -> int:
        outline = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if outline is None:
            for name, style in self.names(paragraph.style):
                if name in {"title", "subtitle"}:
                    return TITLE
                if name.startswith("heading ") and name[8:].isdigit():
                    return int(name[8:])
                outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
                if outline is not None:
                    break
        value = outline.get(qn("w:val"), "9") if outline is not None else "9"
        return int(value) + 1 if value.isdigit() and int(value) < 9 else 0

    def is_listed(self, paragraph: Any) -> bool:
        if paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            return True
        return any(name.startswith(_BULLETS) for name, _style in self.names(paragraph.style))


def _walk(parent: Any, styles: _Styles) -> Iterator[Block]:
    for child in parent:
        if child.tag == _PARAGRAPH:
            level = styles.level(child)
            text = "".join(_text(child))
            if not level and styles.is_listed(child) and text.strip():
                text = f"- {text}"
            yield Block(level, text)
        elif child.tag == _TABLE:
            for row in child.iter(_ROW):
                cells = [
                    " ".join("".join(_text(part)).strip() for part in cell.iter(_PARAGRAPH)).strip()
                    for cell in row.iter(_CELL)
                ]
                yield Block(0, " | ".join(cells))
        elif child.tag in _WRAPPERS:
            yield from _walk(child, styles)


def _text(node: Any) -> Iterator[str]:
    for child in node:
        if child.tag in _SKIPPED:
            continue
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB:
            yield "\t"
        elif child.tag in (_BREAK, _RETURN):
            yield "\n"
        elif child.tag == _HYPHEN:
            yield "-"
        else:
            yield from _text(child)
