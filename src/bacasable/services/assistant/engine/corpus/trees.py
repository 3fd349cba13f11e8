"""Elements of a sheet of service-public.fr, whether they come as XML or as JSON made from it."""

from typing import Any

from lxml import etree

from bacasable.privacy.messages import N_, Refused

#: Elements inside one another: real sheets stay under 40.
_DEEPEST = 200
#: Lists of the other sheets of a folder, in each of them, pictures and the like: never shown.
_UNUSED = {
    "DossierPere", "SousDossierPere", "SousThemePere", "Theme", "PourEnSavoirPlus", "Partenaire", "Colonne",
    "Image", "Illustration",
}  # fmt: skip


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
    prefixes = {uri: prefix for prefix, uri in root.nsmap.items() if prefix}
    return _element(root, _Names(prefixes), 0)


class _Names(dict[str, str]):
    """Names with their prefixes (``dc:title``) of names with their namespaces, made as they are met."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes

    def __missing__(self, tag: str) -> str:
        uri, _, name = tag.rpartition("}")
        prefix = self._prefixes.get(uri[1:])
        self[tag] = f"{prefix}:{name}" if prefix else name
        return self[tag]


def _element(element: "etree._Element", names: _Names, depth: int) -> Node:
    if depth > _DEEPEST:
        raise _nested()
    children: list[Node | str] = [element.text] if element.text else []
    for child in element:
        tag = child.tag
        if isinstance(tag, str) and tag not in _UNUSED:
            children.append(_element(child, names, depth + 1))
        if child.tail:
            children.append(child.tail)
    return Node(names[str(element.tag)], dict(element.attrib), children)


def _nested() -> Refused:
    return Refused(N_("its elements are nested far deeper than in a real sheet"))
