"""OpenDocument texts (ODT, OASIS OpenDocument 1.3): their headings and paragraphs, in reading order."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from bacasable.programme.dossiers.importers.outline import TITLE, Block
from bacasable.programme.dossiers.refusals import damaged

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
#: what stands in a text and is not it: notes, comments, tracked changes, forms, indexes
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
#: Elements inside one another, from the body of the text down.
_DEEPEST = 60
_SKIPPED = {
    f"{_TEXT}note",
    f"{_OFFICE}annotation",
    f"{_OFFICE}annotation-end",
    f"{_TEXT}tracked-changes",
    f"{_TEXT}sequence-decls",
    f"{_OFFICE}forms",
    f"{_TEXT}table-of-content",
}
_SPACES = re.compile(r"[ \t\r\n]+")
#: most spaces that one element may stand for
_MANY_SPACES = 4000


def blocks(content: bytes) -> Iterator[Block]:
    """Yield the headings and paragraphs of a document already judged by :mod:`media`.

    Raises:
        Refused: code ``damaged``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as part:
            root = ElementTree.parse(part, forbid_dtd=True).getroot()
        body = root.find(f"{_OFFICE}body/{_OFFICE}text")
        found = list(_walk(body, listed=False)) if body is not None else []
    # damaged archives and XML raise many kinds; a text nested without end exhausts the stack
    except Exception as problem:
        raise damaged() from problem
    yield from found


def _walk(parent: Element, *, listed: bool, depth: int = 0) -> Iterator[Block]:
    if depth > _DEEPEST:
        raise ValueError("nested deeper than people write")
    for child in parent:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{_TEXT}h":
            level = child.get(f"{_TEXT}outline-level", "1")
            yield Block(int(level) if level.isdigit() and int(level) else 1, _text(child))
        elif child.tag == f"{_TEXT}p":
            text = _text(child)
            if child.get(f"{_TEXT}style-name") in {"Title", "Subtitle"}:
                yield Block(TITLE, text)
                continue
            yield Block(0, f"- {text}" if listed and text.strip() else text)
        elif child.tag == f"{_TEXT}list":
            yield from _walk(child, listed=True, depth=depth + 1)
        elif child.tag == f"{_TABLE}table-row":
            cells = [cell for cell in child if cell.tag in _CELLS]
            texts = (" ".join(b.text for b in _walk(cell, listed=False, depth=depth + 1)) for cell in cells)
            yield Block(0, " | ".join(texts))
        else:
            yield from _walk(child, listed=listed, depth=depth + 1)


def _text(paragraph: Element) -> str:
    """Return a paragraph's text: white space collapses (part 3, 6.1.2), elements stand for what is kept."""
    pieces: list[str] = []
    _collect(paragraph, pieces)
    return "".join(pieces)


def _collect(node: Element, pieces: list[str]) -> None:
    _add(node.text, pieces)
    for child in node:
        if child.tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            pieces.append(" " * min(int(count) if count.isdigit() else 1, _MANY_SPACES))
        elif child.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.tag not in _SKIPPED:
            _collect(child, pieces)
        _add(child.tail, pieces)


def _add(text: str | None, pieces: list[str]) -> None:
    if not text:
        return
    text = _SPACES.sub(" ", text)
    if text.startswith(" ") and (not pieces or pieces[-1].endswith((" ", "\n", "\t"))):
        text = text[1:]
    if text:
        pieces.append(text)
