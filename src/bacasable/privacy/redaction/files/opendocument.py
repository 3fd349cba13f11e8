"""OpenDocument texts (ODT, OASIS OpenDocument 1.3): all that a person could read in them is searched.

Paragraphs, tables, text boxes, headers, footers, notes, annotations, fields, embedded charts; authors,
document properties, targets of links, forms. Tracked deletions are taken out, with the thumbnail and
signatures; the name of the printer too. Pictures, embedded objects and macros cannot be read: they are kept
and named.
"""

import re
from typing import BinaryIO

from lxml import etree

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.files.editing import Editor
from bacasable.privacy.redaction.files.flowing import Flow
from bacasable.privacy.redaction.files.links import rewritten
from bacasable.privacy.redaction.files.packages import Package, as_bytes
from bacasable.privacy.redaction.files.word import DELETIONS, unread_note

_ODT = b"application/vnd.oasis.opendocument.text"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_OFFICE}text:1.0}}"
_META = f"{{{_OFFICE}meta:1.0}}"
_SVG = f"{{{_OFFICE}svg-compatible:1.0}}"
_CONFIG = f"{{{_OFFICE}config:1.0}}"
_MANIFEST = f"{{{_OFFICE}manifest:1.0}}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_HREF = "{http://www.w3.org/1999/xlink}href"

_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
_LEAVES = {
    *(f"{_SVG}{name}" for name in ("title", "desc")),
    *(f"{_DC}{name}" for name in ("title", "subject", "description")),
    *(f"{_META}{name}" for name in ("keyword", "user-defined")),
}
_PEOPLE = {
    f"{_DC}creator",
    *(f"{_META}{name}" for name in ("initial-creator", "printed-by", "creator-initials")),
    *(
        f"{_TEXT}{name}"
        for name in ("author-name", "author-initials", "initial-creator", "creator", "printed-by")
    ),
    "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}sender-initials",
}
#: What stands inside of a paragraph and has paragraphs of its own: read after it.
_APART = {
    "annotation",
    "note-body",
    "frame",
    "custom-shape",
    "ruby-text",
    "text-box",
    "rect",
    "ellipse",
    "g",
    "object",
}
_SKIPPED = {f"{_TEXT}note-citation"}
_READ = {"string-value", "current-value", "label", "title", "description", "formula"}
_PRINTER = {"PrinterName", "PrinterSetup", "PrinterFaxName"}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\.\./|/")
_DROPPED = re.compile(r"Thumbnails/|META-INF/(?:document|macro)signatures\.xml$")
_PARTS = re.compile(r"(?:^|.*/)(?:content|styles|meta|settings)\.xml$")
_SILENT = re.compile(r"mimetype$|META-INF/|Configurations2/|layout-cache$|manifest\.rdf$|.*\.ttf$")


def is_opendocument(package: Package) -> bool:
    """Whether the archive is an OpenDocument text (or its template)."""
    return "mimetype" in package.names and package.read("mimetype", 200).strip().startswith(_ODT)


def redact_opendocument(package: Package, editor: Editor, out: BinaryIO | None) -> list[Said]:
    """Search the document, write it to ``out`` (None: only counted), and return what a person must know.

    Raises:
        Refused: encrypted, or a part cannot be read.
    """
    manifest = package.tree("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.names else None
    if manifest is not None and next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None:
        raise Refused(N_("the document is protected by a password: save it without, then try again"))
    changed: dict[str, bytes | None] = {name: None for name in package.names if _DROPPED.match(name)}
    deletions = 0
    first = 1
    for name in sorted(package.names, key=lambda name: (name != "content.xml", name)):
        if _PARTS.match(name):
            root = package.tree(name)
            if out is not None:
                deletions += _take_out(root)
            first += _search(root, editor, first)
            changed[name] = as_bytes(root)
    if manifest is not None:
        for entry in list(manifest):
            if _DROPPED.match(entry.get(f"{_MANIFEST}full-path", "")):
                manifest.remove(entry)
        changed["META-INF/manifest.xml"] = as_bytes(manifest)
    if out is not None:
        package.write(out, changed)
    notes = []
    if deletions:
        notes.append(Said(DELETIONS, count=deletions))
    unread = [name for name in package.names if name not in changed and not _SILENT.match(name)]
    return [*notes, *unread_note(unread)]


def _take_out(root: "etree._Element") -> int:
    """Remove what tracked deletions hold, and their marks; return how many."""
    gone: set[str] = set()
    for region in list(root.iter(f"{_TEXT}changed-region")):
        if next(region.iter(f"{_TEXT}deletion"), None) is not None:
            gone.update(value for name, value in region.attrib.items() if name.endswith("id"))
            _remove(region)
    for mark in list(root.iter(f"{_TEXT}change")):
        if mark.get(f"{_TEXT}change-id") in gone:
            _remove(mark)
    for item in root.iter(f"{_CONFIG}config-item"):
        if item.get(f"{_CONFIG}name") in _PRINTER:
            item.text = ""
    return len(gone)


def _remove(element: "etree._Element") -> None:
    """Remove an element and keep the text after it, which lxml counts as its own."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _search(root: "etree._Element", editor: Editor, first: int) -> int:
    """Search a part of XML and write the edits in it; return how many paragraphs it has."""
    flow = Flow(first=first)
    attributes = Flow(first=first)
    for element in root.iter(etree.Element):
        if element.tag in _PEOPLE:
            element.text = editor.whole(element.text or "", "PERSON", first)
        for name in element.attrib:
            local = name.rpartition("}")[2]
            if name == _HREF and _SCHEME.match(element.get(name, "")):
                element.set(name, rewritten(element.get(name, ""), editor, first))
            elif local in _READ or (local in ("value", "name") and _kind(element) == "form"):
                attributes.slot(element, name)
                attributes.end_paragraph()
    waiting = [root]
    while waiting:
        _walk(waiting.pop(0), flow, waiting)
    flow.rewrite(editor)
    attributes.rewrite(editor)
    return flow.paragraphs


def _kind(element: "etree._Element") -> str:
    """Return ``form`` for an element of a form, ``text`` for one of a text..."""
    return str(element.tag).partition(_OFFICE)[2].partition(":")[0]


def _walk(
    element: "etree._Element", flow: Flow, waiting: list["etree._Element"], *, in_paragraph: bool = False
) -> None:
    """Add what shows in ``element`` to ``flow``; what has paragraphs of its own waits for its end."""
    tag = str(element.tag)
    local = tag.rpartition("}")[2]
    if tag in _SKIPPED or tag in _PEOPLE:
        return
    if in_paragraph and local in _APART:
        waiting.append(element)
        return
    if tag == f"{_TEXT}s":
        flow.sign(" " * min(1_000, _number(element.get(f"{_TEXT}c", "1"))))
    elif tag == f"{_TEXT}tab":
        flow.sign("\t")
    elif tag == f"{_TEXT}line-break":
        flow.sign("\n")
    begins = tag in _PARAGRAPHS or tag in _LEAVES
    holds = in_paragraph or begins
    if holds:
        flow.slot(element, "text")
    for child in element:
        _walk(child, flow, waiting, in_paragraph=holds)
        if holds:
            flow.slot(child, "tail")
    if begins:
        flow.end_paragraph()


def _number(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 6 else 1
