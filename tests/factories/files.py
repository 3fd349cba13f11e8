"""Small genuine files, one of each accepted format."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
import pypdf
from odf.opendocument import OpenDocumentText
from odf.text import P


def word(text: str = "Bonjour") -> bytes:
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def sheet() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "eau"
    book.save(stream)
    return stream.getvalue()


def open_document() -> bytes:
    stream = io.BytesIO()
    document = OpenDocumentText()
    document.text.addElement(P(text="Bonjour"))
    document.save(stream)
    return stream.getvalue()


def pdf(change=lambda writer: None) -> bytes:
    stream = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    writer.write(stream)
    return stream.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=1, height=1, padding=0) -> bytes:
    """Return a picture; ``padding`` adds about that many bytes to the file."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0\0"))
        + (_chunk(b"prVt", bytes(range(256)) * (padding // 256 + 1)) if padding else b"")
        + _chunk(b"IEND", b"")
    )


def jpeg(width=8, height=8) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    return (
        b"\xff\xd8"
        + b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + b"\xff\xc0"
        + struct.pack(">H", len(frame) + 2)
        + frame
        + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
        + b"\x12\x34\xff\xd9"
    )


def repacked(content: bytes, *, add=None, replace=None) -> bytes:
    """Return the archive with entries added or replaced."""
    stream = io.BytesIO()
    changed = {**(add or {}), **(replace or {})}
    deflated = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", deflated) as new:
        for entry in old.infolist():
            if entry.filename not in changed:
                new.writestr(entry, old.read(entry))
        for name, body in changed.items():
            new.writestr(name, body)
    return stream.getvalue()


def bomb() -> bytes:
    """Return a Word document one part of which unpacks to a thousand times its size."""
    return repacked(word(), add={"word/media/a.png": bytes(30_000_000)})
