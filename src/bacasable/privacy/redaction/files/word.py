"""Word documents (DOCX, ECMA-376): all that a person could read in any part of them is searched.

Body, tables, text boxes, headers, footers, notes, comments, charts and diagrams; the names of authors,
document properties, targets of links, descriptions of pictures, form fields, variables and custom XML.
Tracked deletions are taken out, for they hold what the author removed; so are the thumbnail and signatures,
which name people and no longer hold. Pictures and embedded objects cannot be read: they are kept and named.
"""

import posixpath
import re
from functools import lru_cache
from typing import BinaryIO

from lxml import etree

from bacasable.privacy.messages import N_, Said
from bacasable.privacy.redaction.files.editing import Editor
from bacasable.privacy.redaction.files.flowing import Flow
from bacasable.privacy.redaction.files.links import rewritten
from bacasable.privacy.redaction.files.packages import Package, as_bytes

_TYPES = "[Content_Types].xml"
_MAIN = "wordprocessingml.document.main+xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_APP = "{http://schemas.openxmlformats.org/officeDocument/2006/extended-properties}"
_VT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"

_STRICT = "{http://purl.oclc.org/ooxml/"
_TRANSITIONAL = {
    "wordprocessingml/main": "wordprocessingml/2006/main",
    "drawingml/main": "drawingml/2006/main",
    "drawingml/chart": "drawingml/2006/chart",
    "officeDocument/math": "officeDocument/2006/math",
    "officeDocument/extendedProperties": "officeDocument/2006/extended-properties",
    "officeDocument/docPropsVTypes": "officeDocument/2006/docPropsVTypes",
}

#: Text that shows, and where a text ends.
_TEXTS = {f"{_W}t", f"{_A}t", f"{_M}t", f"{_W}delText"}
#: Instructions of fields, like the address of a link: one field may be cut into many.
_FIELDS = {f"{_W}instrText", f"{_W}delInstrText"}
_KEEP_SPACE = {f"{_W}t", f"{_W}instrText"}
_LEAVES = {
    *(f"{_DC}{name}" for name in ("title", "subject", "description")),
    *(f"{_CORE}{name}" for name in ("keywords", "category", "contentStatus")),
    *(f"{_APP}{name}" for name in ("Company", "HyperlinkBase")),
    *(f"{_VT}{name}" for name in ("lpwstr", "lpstr", "bstr")),
}
_PEOPLE = {f"{_DC}creator", f"{_CORE}lastModifiedBy", f"{_APP}Manager"}
_PARAGRAPHS = {f"{_W}p", f"{_A}p"}
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}ptab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_A}br": "\n",
    f"{_W}noBreakHyphen": "-",
}
#: Properties hold elements named like signs: a tab stop is not a tab.
_PROPERTIES = {f"{_W}{name}" for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr")}
DELETIONS = N_("tracked deletions were taken out: {count}")
_DELETED = {
    f"{_W}{name}"
    for name in (
        *("del", "moveFrom", "delText", "delInstrText", "moveFromRangeStart", "moveFromRangeEnd"),
        *("customXmlDelRangeStart", "customXmlDelRangeEnd"),
    )
}
_AUTHORS = {"author", "initials", "lastModifiedBy"}
#: Attributes that people read, whatever their element.
_READ = {"descr", "title", "alt", "tooltip", "displayText", "instr", "string", "o:title"}
#: Elements whose attribute ``val`` (``value``, ``name``) people read.
_VALUED = {
    f"{_W}{name}"
    for name in (
        *(
            "docVar",
            "default",
            "listItem",
            "listEntry",
            "alias",
            "tag",
            "attr",
            "statusText",
            "helpText",
            "query",
        ),
        *("connectString", "udl", "mailSubject", "addressFieldName", "mappedName", "column", "table"),
    )
}
_NAMED = {"docPr", "cNvPr"}
_OURS = (
    "{http://schemas.openxmlformats.org/",
    "{http://schemas.microsoft.com/",
    "{urn:schemas-microsoft-com:",
)
_DROPPED = re.compile(r"docProps/thumbnail\.|_xmlsignatures/", re.IGNORECASE)
_FONT = re.compile(r"\.(?:odttf|ttf|fntdata)$", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")


def is_word(package: Package) -> bool:
    """Whether the archive is a document of Word, without macros or with."""
    if _TYPES not in package.names:
        return False
    types = package.tree(_TYPES)
    return any(
        _MAIN in one.get("ContentType", "") or "word.document.macro" in one.get("ContentType", "")
        for one in types
    )


def redact_word(package: Package, editor: Editor, out: BinaryIO | None) -> list[Said]:
    """Search the document, write it to ``out`` (None: only counted), and return what a person must know.

    Raises:
        Refused: a part cannot be read.
    """
    changed: dict[str, bytes | None] = {name: None for name in package.names if _DROPPED.match(name)}
    deletions = 0
    first = 1
    for name in sorted(package.names, key=lambda name: (name != "word/document.xml", name)):
        if name in changed or not name.lower().endswith(_XML) or name == _TYPES:
            continue
        root = package.tree(name)
        if name.endswith(".rels"):
            _relations(root, name, editor)
        else:
            deletions += _take_out(root) if out is not None else 0
            first += _search(root, editor, first)
        changed[name] = as_bytes(root)
    types = package.tree(_TYPES)
    for one in list(types):
        if changed.get(one.get("PartName", "").lstrip("/"), b"") is None:
            types.remove(one)
    changed[_TYPES] = as_bytes(types)
    if out is not None:
        package.write(out, changed)
    return _notes(package, changed, deletions)


def _notes(package: Package, changed: dict[str, bytes | None], deletions: int) -> list[Said]:
    notes = []
    if deletions:
        notes.append(Said(DELETIONS, count=deletions))
    if any(name.startswith("_xmlsignatures/") for name in changed):
        notes.append(
            Said(N_("the signature names its signer and no longer holds: it is taken out when redacting"))
        )
    unread = [name for name in package.names if name not in changed and not _FONT.search(name)]
    return [*notes, *unread_note(unread)]


def unread_note(unread: list[str]) -> list[Said]:
    """Return the note on parts that cannot be read and are kept; nothing where there are none."""
    if not unread:
        return []
    named = ", ".join(unread[:5]) + ("..." if len(unread) > 5 else "")
    return [
        Said(
            N_(
                "pictures or embedded objects ({count}) cannot be read and are kept as they are: "
                "{names}; look at them"
            ),
            count=len(unread),
            names=named,
        )
    ]


def _take_out(root: "etree._Element") -> int:
    """Remove tracked deletions; return how many."""
    count = 0
    for element in [one for one in root.iter(etree.Element) if plain(str(one.tag)) in _DELETED]:
        parent = element.getparent()
        if parent is not None:
            is_text = plain(str(element.tag)) in (f"{_W}del", f"{_W}moveFrom")
            count += is_text and plain(str(parent.tag)) not in _PROPERTIES
            parent.remove(element)
    for element in list(root.iter("{*}presenceInfo")):  # the account of an author: an address of mail
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    return count


def _search(root: "etree._Element", editor: Editor, first: int) -> int:
    """Search a part of XML and write the edits in it; return how many paragraphs it has."""
    flow = Flow(first=first, keep_space=_KEEP_SPACE)
    aside = Flow(first=first, keep_space=_KEEP_SPACE)
    for element in root.iter(etree.Element):
        _attributes(element, aside, editor, first)
        tag = plain(str(element.tag))
        if tag in _FIELDS:
            aside.slot(element, "text")
        elif tag == f"{_W}fldChar":
            aside.end_line()
        elif tag in _PEOPLE:
            element.text = editor.whole(element.text or "", "PERSON", first)
    waiting = [root]
    while waiting:  # a text box stands inside of a paragraph: it is read after
        _walk(waiting.pop(0), flow, waiting)
    flow.rewrite(editor)
    aside.rewrite(editor)
    return flow.paragraphs


def _walk(
    element: "etree._Element", flow: Flow, waiting: list["etree._Element"], *, in_paragraph: bool = False
) -> None:
    """Add what shows in ``element`` to ``flow``; a paragraph inside of a paragraph waits for its end."""
    tag = plain(str(element.tag))
    if tag in _PROPERTIES or tag in _FIELDS or tag in _PEOPLE:
        return
    if tag in _PARAGRAPHS:
        if in_paragraph:
            waiting.append(element)
            return
        for child in element:
            _walk(child, flow, waiting, in_paragraph=True)
        flow.end_paragraph()
        return
    if tag in _TEXTS:
        flow.slot(element, "text")
    elif tag in _SIGNS:
        flow.sign(_SIGNS[tag])
    elif (
        tag in _LEAVES
        or (tag == f"{_C}v" and _is_label(element))
        or not tag.startswith((*_OURS, "{http://purl"))
    ):
        flow.slot(element, "text")
        flow.end_paragraph()
    for child in element:
        _walk(child, flow, waiting, in_paragraph=in_paragraph)
        if child.tail and child.tail.strip():
            flow.slot(child, "tail")


@lru_cache(maxsize=4096)
def plain(tag: str) -> str:
    """Return a tag as transitional documents write it, for the strict ones of ISO/IEC 29500."""
    if not tag.startswith(_STRICT):
        return tag
    space, _, name = tag[len(_STRICT) :].partition("}")
    return f"{{http://schemas.openxmlformats.org/{_TRANSITIONAL.get(space, space)}}}{name}"


def _is_label(element: "etree._Element") -> bool:
    """Whether the value of a chart is a word, not a number of its series."""
    point = element.getparent()
    cache = point.getparent() if point is not None else None
    around = {plain(str(one.tag)) for one in (point, cache) if one is not None}
    return not around.isdisjoint({f"{_C}strCache", f"{_C}tx"})


def _attributes(element: "etree._Element", flow: Flow, editor: Editor, place: int) -> None:
    tag = plain(str(element.tag))
    is_ours = tag.startswith(_OURS)
    for name in list(element.attrib):
        local = name.rpartition("}")[2]
        if local in _AUTHORS and is_ours:
            element.set(name, editor.whole(element.get(name, ""), "PERSON", place))
        elif local == "fullDate":  # the value of a date picker, beside the text that shows
            del element.attrib[name]
        elif (
            local in _READ
            or (tag in _VALUED and local in ("val", "value"))
            or (local == "name" and tag.rpartition("}")[2] in _NAMED)
            or (not is_ours and not name.startswith("{"))
        ):
            flow.slot(element, name)
            flow.end_paragraph()


def _relations(root: "etree._Element", name: str, editor: Editor) -> None:
    """Rewrite the targets of links, and remove the relations to parts that are left out."""
    folder = posixpath.dirname(posixpath.dirname(name))
    for relation in list(root.iter(f"{_REL}Relationship")):
        target = relation.get("Target", "")
        if relation.get("TargetMode", "").lower() == "external":
            relation.set("Target", rewritten(target, editor, 1))
        elif _DROPPED.match(posixpath.normpath(posixpath.join(folder, target)).lstrip("/")):
            root.remove(relation)
