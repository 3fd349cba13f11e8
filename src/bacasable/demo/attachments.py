"""Files that fictional candidates attach: a PDF, a drawing, a workbook, made when the demo is loaded."""

import io
import struct
import zlib
from pathlib import Path

import pypdf
from openpyxl import Workbook

from bacasable.exchange import documents
from bacasable.people.models import User
from bacasable.programme.dossiers import files
from bacasable.programme.dossiers.models import Dossier


def attach(dossier: Dossier, name: str, title: str, by: User) -> None:
    """Attach the file named ``name`` (its ending says which kind) about the project ``title``."""
    files.add(dossier=dossier, name=name, content=made(name, title), by=by)


def made(name: str, title: str) -> bytes:
    """Return the content of a file named ``name`` (its ending says which kind) about ``title``."""
    kind = name.rpartition(".")[2]
    return {"pdf": _presentation, "png": _drawing, "xlsx": _workbook}[kind](title)


def revised(pdf: bytes) -> bytes:
    """Return a PDF with a revision appended, as an electronic signature does; this one signs nothing."""
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Keywords": "copie fictive, sans valeur de signature"})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _presentation(title: str) -> bytes:
    paragraph = "Document fictif de la démonstration, à la place d’une présentation de projet."
    return documents.render(
        Path(__file__).with_name("presentation.typ"), {"title": title, "paragraph": paragraph}
    )


def _drawing(title: str) -> bytes:
    """Return a PNG of three boxes in a row, whatever the title: a stand-in for a diagram."""
    width, height = 320, 120
    rows = []
    for y in range(height):
        row = bytearray([0])
        for x in range(width):
            inside = 30 <= y < 90 and any(20 + 100 * box <= x < 100 + 100 * box for box in range(3))
            joined = 57 <= y < 63 and 20 <= x < 300
            row += b"\x2f\x6f\x6a" if inside else b"\xc8\x9b\x5a" if joined else b"\xff\xff\xff"
        rows.append(bytes(row))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )


def _workbook(title: str) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["Budget fictif", title])
    sheet.append(["Développement", 40_000])
    sheet.append(["Évaluation", 15_000])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
