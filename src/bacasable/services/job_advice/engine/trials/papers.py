"""CVs as files, made in memory: plain text, Word, OpenDocument and PDF, with the same lines."""

import io
from typing import Literal, get_args

Kind = Literal["txt", "docx", "odt", "pdf"]
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Lines of a page of the PDF.
_PAGE = 60


def paper(text: str, kind: Kind) -> bytes:
    """Return a file of ``kind`` with the lines of ``text``."""
    lines = text.splitlines()
    if kind == "txt":
        return text.encode()
    return {"docx": _word, "odt": _opendocument, "pdf": _pdf}[kind](lines)


def _word(lines: list[str]) -> bytes:
    from docx import Document

    made, stream = Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line)
    made.save(stream)
    return stream.getvalue()


def _opendocument(lines: list[str]) -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import P

    made, stream = OpenDocumentText(), io.BytesIO()
    for line in lines:
        made.text.addElement(P(text=line))
    made.save(stream)
    return stream.getvalue()


def _pdf(lines: list[str]) -> bytes:
    """Return a PDF of Helvetica; signs that Windows' encoding does not have become question marks."""
    pages = [lines[at : at + _PAGE] for at in range(0, len(lines), _PAGE)] or [[]]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * at) for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, page in enumerate(pages):
        shown = b"".join(b"(" + _written(line) + b") Tj T*\n" for line in page)
        content = b"BT /F1 9 Tf 50 800 Td 12 TL\n" + shown + b"ET"
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * at),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(made))
    )


def _written(line: str) -> bytes:
    plain = line.replace("\u202f", "\u00a0").encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
