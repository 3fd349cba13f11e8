"""Documents that are archives (ODT, DOCX, XLSX), looked at without unpacking them to disk or whole in memory.

Sources: ECMA-376 part 2 (packages), OASIS OpenDocument 1.3 part 2 (packages).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import IO, BinaryIO
from xml.parsers import expat

from bacasable.compliance.service import N_
from bacasable.programme.dossiers.media import kinds
from bacasable.programme.dossiers.refusals import Refused, damaged, encrypted

#: most entries in an archive, with those of the documents that it embeds
ENTRIES = 3_000
#: most bytes once unpacked, all entries together
UNPACKED_BYTES = 200 * 1024 * 1024
#: most bytes of one embedded document
EMBEDDED_BYTES = 20 * 1024 * 1024
#: most unpacked bytes for one packed byte, counted above one mebibyte: XML of real documents stays under 40
RATIO = 120
RATIO_FROM_BYTES = 1024 * 1024
#: how deep documents may embed documents (a chart of a Word file embeds its spreadsheet)
DEPTH = 1

_PIECE = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTENT_TYPES = "[Content_Types].xml"
_OFFICE_TYPES = {f"{kinds.DOCX}.main+xml": kinds.DOCX, f"{kinds.XLSX}.main+xml": kinds.XLSX}
_XLINK = "http://www.w3.org/1999/xlink href"
_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
#: elements of OpenDocument whose link is one that a reader clicks, not one that the program fetches
_CLICKED = {"a", "bookmark-ref"}


class _Budget:
    """What is left to unpack, shared between an archive and the documents that it embeds."""

    def __init__(self) -> None:
        self.entries = ENTRIES
        self.octets = UNPACKED_BYTES

    def spend(self, *, entries: int = 0, octets: int = 0) -> None:
        self.entries -= entries
        self.octets -= octets
        if self.entries < 0 or self.octets < 0:
            raise _bomb()


def _bomb() -> Refused:
    return Refused(
        "bomb",
        N_(
            "Unpacked, this document would take far more room than a real one: it was not opened. "
            "Save it again from your word processor or spreadsheet, or export it as PDF."
        ),
    )


def _active() -> Refused:
    return Refused(
        "active",
        N_(
            "This document holds macros, scripts or embedded objects, which could run on a reader's machine. "
            "Save it without them (as .docx, .xlsx or .odt), or export it as PDF."
        ),
    )


def _external() -> Refused:
    return Refused(
        "external",
        N_(
            "This document fetches parts from elsewhere (a linked picture, template or object). "
            "Insert those parts in the document itself, or export it as PDF."
        ),
    )


def _nested() -> Refused:
    return Refused(
        "nested",
        N_("This document holds an archive inside an archive. Add its files one by one instead."),
    )


def inspect(stream: BinaryIO) -> str | None:
    """Return the media type of the document in the archive ``stream``; ``None`` when it is not one of ours.

    Raises:
        Refused: ``damaged``, ``encrypted``, ``active``, ``external``, ``bomb`` or ``nested``.
    """
    return _inspect(stream, _Budget(), DEPTH)


def _inspect(stream: BinaryIO, budget: _Budget, depth: int) -> str | None:
    try:
        # the number of entries is announced at the end: checked before the directory is read into objects
        budget.spend(entries=_announced_entries(stream))
        with zipfile.ZipFile(stream) as archive:
            return _archive(archive, budget, depth)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as problem:
        if isinstance(problem, Refused):
            raise
        raise damaged() from problem


def _announced_entries(stream: BinaryIO) -> int:
    """Return a ceiling of the number of entries: signatures of the central directory, or the end record."""
    end = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, end - 66_000))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 12 > len(tail):
        raise zipfile.BadZipFile("no end record")
    count = int.from_bytes(tail[at + 10 : at + 12], "little")
    size = int.from_bytes(tail[at + 12 : at + 16], "little")
    # an entry of the directory takes at least 46 bytes, so its size bounds the number whatever is announced
    return max(count, 0) if size // 46 <= ENTRIES * 40 else ENTRIES + 1


def _archive(archive: zipfile.ZipFile, budget: _Budget, depth: int) -> str | None:
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise _bomb()
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_leaves_the_archive(name) for name in names):
        raise damaged()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise encrypted()
    for entry in entries:
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > RATIO * max(1, entry.compress_size):
            raise _bomb()
    if sum(entry.file_size for entry in entries) > budget.octets:
        raise _bomb()
    kind = _kind(archive, set(names))
    if kind is None:
        return None
    for entry in entries:
        _entry(archive, entry, kind, budget, depth)
    return kind


def _leaves_the_archive(name: str) -> bool:
    return name.startswith("/") or ":" in name.split("/")[0] or ".." in name.replace("\\", "/").split("/")


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str | None:
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            declared = part.read(200).strip()
        if declared == kinds.ODT.encode() and {"content.xml", "META-INF/manifest.xml"} <= names:
            return kinds.ODT
        return None
    if _CONTENT_TYPES not in names:
        return None
    found: list[str] = []

    def part_type(element: str, attributes: dict[str, str]) -> None:
        declared = attributes.get("ContentType", "")
        if "macroEnabled" in declared or "vbaProject" in declared:
            raise _active()
        if declared in _OFFICE_TYPES and element.endswith(" Override"):
            found.append(_OFFICE_TYPES[declared])

    with archive.open(_CONTENT_TYPES) as part:
        _read_xml(part, part_type)
    return found[0] if len(set(found)) == 1 else None


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, kind: str, budget: _Budget, depth: int) -> None:
    """Read one entry to its end (the library checks length and checksum), a piece at a time."""
    name = entry.filename.lower()
    if kind == kinds.ODT and name.split("/")[0] in {"basic", "scripts"} and not entry.is_dir():
        raise _active()
    if name.rsplit("/", 1)[-1] in {"vbaproject.bin", "vbadata.xml"} or "/activex/" in f"/{name}":
        raise _active()
    with archive.open(entry) as part:
        start = part.read(16)
        if start.startswith(_OLE):
            raise _active()
        if start.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
            _embedded(part, start, budget, depth)
            return
    with archive.open(entry) as part:
        counted = _Counted(part, budget)
        if name.endswith((".xml", ".rels", ".vml")):
            _read_xml(counted, _visitor(kind, name))
        while counted.read(_PIECE):
            pass


def _embedded(part: IO[bytes], start: bytes, budget: _Budget, depth: int) -> None:
    if depth == 0 or not start.startswith(b"PK\x03\x04"):
        raise _nested()
    content = start + part.read(EMBEDDED_BYTES)
    if len(content) > EMBEDDED_BYTES:
        raise _bomb()
    budget.spend(octets=len(content))
    if _inspect(io.BytesIO(content), budget, depth - 1) is None:
        raise _nested()


class _Counted:
    """A stream that spends the budget as it is read."""

    def __init__(self, part: IO[bytes], budget: _Budget) -> None:
        self._part = part
        self._budget = budget

    def read(self, size: int = _PIECE) -> bytes:
        piece = self._part.read(min(size, _PIECE))
        self._budget.spend(octets=len(piece))
        return piece


Visitor = Callable[[str, dict[str, str]], None]


def _read_xml(stream: "_Counted | IO[bytes]", visitor: Visitor | None) -> None:
    """Read XML as it streams, without a tree. A document type is refused before it declares anything.

    This is what defusedxml does around the same parser; that library would build the tree of a whole
    spreadsheet in memory.
    """

    def doctype(*_: object) -> None:
        raise _bomb()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    if visitor is not None:
        parser.StartElementHandler = visitor
    try:
        parser.ParseFile(stream)
    except expat.ExpatError as problem:
        raise damaged() from problem


def _visitor(kind: str, name: str) -> Visitor | None:
    if name.endswith(".rels"):
        return _relation
    if kind == kinds.ODT:
        if name == "meta-inf/manifest.xml":
            return _manifest
        return _opendocument
    return None


def _relation(element: str, attributes: dict[str, str]) -> None:
    if attributes.get("TargetMode", "").lower() == "external" and not attributes.get("Type", "").endswith(
        "/hyperlink"
    ):
        raise _external()


def _manifest(element: str, attributes: dict[str, str]) -> None:
    if element.endswith(" encryption-data"):
        raise encrypted()


def _opendocument(element: str, attributes: dict[str, str]) -> None:
    local = element.rpartition(" ")[2]
    if local in {"event-listener", "applet", "plugin"}:
        raise _active()
    link = attributes.get(_XLINK)
    if link and local not in _CLICKED and _SCHEME.match(link):
        raise _external()
