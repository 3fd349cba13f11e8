"""Elements of a sheet of service-public.fr, whether they come as XML or as JSON made from it."""

from typing import Any

from lxml import etree

from bacasable.privacy.messages import N_, Refused

#: Elements inside one another: real sheets stay under 40.
_DEEPEST = 200
#: Lists of the other sheets of a folder, in each of them: half of what a sheet holds, and never shown.
_UNUSED = {"DossierPere", "SousDossierPere", "SousThemePere", "Colonne", "Image", "Illustration"}


class Node:
    """An element: its name with its prefix (``dc:title``), attributes, and texts and elements in order."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str], children: "list[Node | str]") -> None:
        self.name = name
        self.attributes = attributes
        self.children = children

    def elements(self) -> "list[Node]":
        """Return the elements in it."""
        return [child for child in self.children if isinstance(child, Node)]

    def all(self, name: str) -> "list[Node]":
        """Return the elements of that name right inside."""
        return [child for child in self.children if isinstance(child, Node) and child.name == name]

    def first(self, name: str) -> "Node | None":
        """Return the first element of that name right inside."""
        for child in self.children:
            if isinstance(child, Node) and child.name == name:
                return child
        return None

    def text(self) -> str:
        """Return all text inside, as it is."""
        children = self.children
        if len(children) == 1 and isinstance(children[0], str):
            return children[0]
        return "".join([child if isinstance(child, str) else child.text() for child in children])

    def text_of(self, name: str) -> str:
        """Return the text of the first element of that name right inside, or nothing."""
        found = self.first(name)
        return found.text() if found else ""


def from_json(data: dict[str, Any]) -> Node:
    """Return the element that xml-js wrote as ``{"type", "name", "attributes", "children"}``.

    Raises:
        Refused: nested without end, or no such element.
    """
    try:
        return _object(data, 0)
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused(N_("this JSON is not a sheet as the package writes it; download it again")) from error


def _object(data: dict[str, Any], depth: int) -> Node:
    if depth > _DEEPEST:
        raise _nested()
    children: list[Node | str] = []
    for child in data.get("children") or ():
        kind = child["type"]
        if kind == "element":
            if child["name"] not in _UNUSED:
                children.append(_object(child, depth + 1))
        elif kind in ("text", "cdata"):
            children.append(str(child[kind]))
    return Node(data["name"], data.get("attributes") or {}, children)


def from_xml(content: bytes) -> Node:
    """Return the root element of a document.

    Raises:
        Refused: not well-formed (often a download cut short), with a document type or entities, or nested
            without end.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(N_("this is not well-formed XML (cut short?); download it again")) from error
    if root.getroottree().docinfo.doctype:
        raise Refused(N_("it declares a document type, which sheets do not: not opened"))
    return _element(root, {uri: prefix for prefix, uri in root.nsmap.items() if prefix}, 0)


def _element(element: "etree._Element", prefixes: dict[str, str], depth: int) -> Node:
    if depth > _DEEPEST:
        raise _nested()
    children: list[Node | str] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNUSED:
            children.append(_element(child, prefixes, depth + 1))
        if child.tail:
            children.append(child.tail)
    attributes = {_named(str(name), prefixes): str(value) for name, value in element.attrib.items()}
    return Node(_named(str(element.tag), prefixes), attributes, children)


def _named(tag: str, prefixes: dict[str, str]) -> str:
    if not tag.startswith("{"):
        return tag
    uri, name = tag[1:].split("}", 1)
    return f"{prefixes[uri]}:{name}" if uri in prefixes else name


def _nested() -> Refused:
    return Refused(N_("its elements are nested far deeper than in a real sheet"))
