"""Documents that are archives (DOCX, ODT): read within limits, written again with some parts changed.

Sources: ECMA-376 part 2 (packages), OASIS OpenDocument 1.3 part 2 (packages). XML is parsed without a
document type, without entities, without the network: what needs them is refused, never fetched.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, BinaryIO

from lxml import etree

from bacasable.privacy.messages import N_, Refused

#: Most bytes of a document, of all that it unpacks to, and of one part of XML.
DOCUMENT = 64 << 20
UNPACKED = 512 << 20
PART = 64 << 20
#: Most parts, and most unpacked bytes for one packed byte, counted above a mebibyte (real XML stays under
#: 40).
PARTS = 4_000
RATIO = 150
_RATIO_FROM = 1 << 20
#: How both standards let a part be packed; other ways have readers with memory and errors of their own.
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: What reading a part raises where the archive contradicts itself.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, KeyError)
_PIECE = 1 << 18
#: The directory at the end of an archive: at least 46 bytes a part.
_DIRECTORY_ENTRY = 46

_PARSER = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "recover": False,
}


class Package:
    """An archive that was checked: its parts can be read one by one."""

    def __init__(self, file: BinaryIO) -> None:
        """Open and check.

        Raises:
            Refused: too large once unpacked, encrypted, damaged, or parts with odd names.
        """
        size = file.seek(0, io.SEEK_END)
        if size > DOCUMENT:
            raise Refused(N_("a document of more than {size} MiB is not read; split it"), size=DOCUMENT >> 20)
        _few_parts(file, size)
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise _damaged() from error
        self.parts = [part for part in self._archive.infolist() if not part.is_dir()]
        self.names = [part.filename for part in self.parts]
        self._check()
        self._left = UNPACKED

    def _check(self) -> None:
        if len(self.parts) > PARTS or sum(part.file_size for part in self.parts) > UNPACKED:
            raise _bomb()
        if len(set(self.names)) != len(self.names) or any(_leaves(name) for name in self.names):
            raise _damaged()
        for part in self.parts:
            if part.flag_bits & 0x1:
                raise Refused(N_("the document is protected by a password: save it without, then try again"))
            if part.compress_type not in _WAYS:
                raise _damaged()
            if part.file_size > _RATIO_FROM and part.file_size > RATIO * max(1, part.compress_size):
                raise _bomb()

    def read(self, name: str, limit: int = UNPACKED) -> bytes:
        """Return the bytes of a part, never more than ``limit`` nor than what is left to unpack."""
        limit = min(limit, self._left)
        try:
            with self._archive.open(name) as part:
                content = part.read(limit + 1)
        except _BROKEN as error:
            raise _damaged() from error
        if len(content) > limit:
            raise _bomb()
        self._left -= len(content)
        return content

    def tree(self, name: str) -> "etree._Element":
        """Return the root of a part of XML.

        Raises:
            Refused: not XML, too large, or with a document type (entities, parts from elsewhere).
        """
        content = self.read(name, PART)
        try:
            root = etree.fromstring(content, etree.XMLParser(**_PARSER))
        except etree.XMLSyntaxError as error:
            raise Refused(
                N_("{name}: this part of the document is not well-formed XML; save it again"), name=name
            ) from error
        if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
            raise Refused(
                N_("{name}: this part declares a document type, which real documents do not: not opened"),
                name=name,
            )
        return root

    def write(self, out: BinaryIO, changed: Mapping[str, bytes | None]) -> None:
        """Write the archive again: ``changed`` parts with their new bytes, those that are None left out."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in self.parts:
                name = part.filename
                if name in changed and changed[name] is None:
                    continue
                entry = zipfile.ZipInfo(name)  # no date: when the document was written is its own business
                entry.compress_type = part.compress_type
                entry.external_attr = part.external_attr
                content = changed.get(name)
                with archive.open(entry, "w") as target:
                    if content is not None:
                        target.write(content)
                    else:
                        for piece in self._pieces(part):
                            target.write(piece)

    def _pieces(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            source = self._archive.open(part)
        except _BROKEN as error:
            raise _damaged() from error
        with source:
            while piece := self._piece(source):
                yield piece

    @staticmethod
    def _piece(source: IO[bytes]) -> bytes:
        try:
            return source.read(_PIECE)
        except _BROKEN as error:
            raise _damaged() from error


def as_bytes(root: "etree._Element") -> bytes:
    """Return a part of XML as bytes, with its declaration."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _few_parts(file: BinaryIO, size: int) -> None:
    """Refuse a directory of far too many parts before it is read into objects."""
    file.seek(max(0, size - 66_000))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 16 > len(tail):
        raise _damaged()
    if int.from_bytes(tail[at + 12 : at + 16], "little") // _DIRECTORY_ENTRY > PARTS * 40:
        raise _bomb()


def _leaves(name: str) -> bool:
    return name.startswith("/") or ":" in name.split("/")[0] or ".." in name.replace("\\", "/").split("/")


def _bomb() -> Refused:
    return Refused(N_("unpacked, the document would take far more room than a real one: it was not opened"))


def _damaged() -> Refused:
    return Refused(N_("the document is damaged or not what its name says: open and save it again"))
