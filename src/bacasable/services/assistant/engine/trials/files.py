"""Documents as a counter receives them, made in memory: a text in a DOCX or in a PDF, and read back.

They are read by the very function that reads uploads. The DOCX cuts its text into runs, as word processors
do; the PDF breaks its lines where they are full, values too: 63 of 2,000 values with lines of 88 signs.
"""

import io
import textwrap
import zipfile
from xml.sax.saxutils import escape

from bacasable.services.assistant.engine.corpus import documents

#: Signs of a line of the PDF, and of a run of the DOCX: values are cut by both.
_LINE, _RUN = 88, 23
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_LINKS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read_back(text: str, kind: str) -> str:
    """Return what an upload of ``text`` as ``kind`` ("docx" or "pdf") is read as."""
    made = docx(text) if kind == "docx" else pdf(text)
    return documents.read(io.BytesIO(made), f"courrier.{kind}", "note").text


def docx(text: str) -> bytes:
    """Return a Word document with the lines of ``text`` as paragraphs, each of several runs."""
    paragraphs = []
    for line in text.splitlines():
        runs = "".join(
            f'<w:r><w:t xml:space="preserve">{escape(line[at : at + _RUN])}</w:t></w:r>'
            for at in range(0, len(line), _RUN)
        )
        paragraphs.append(f"<w:p>{runs}</w:p>")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:document xmlns:w="{_MAIN}"><w:body>{"".join(paragraphs)}</w:body></w:document>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _LINKS)
        package.writestr("word/document.xml", body)
    return stream.getvalue()


def pdf(text: str) -> bytes:
    """Return a PDF of one page with the lines of ``text``, those that are too long broken between words."""
    lines = [
        part
        for line in text.splitlines()
        for part in textwrap.wrap(line, _LINE, break_long_words=False, break_on_hyphens=False) or [""]
    ]
    shown = b"".join(b"(" + _written(line) + b") Tj T*\n" for line in lines)
    content = b"BT /F1 10 Tf 50 800 Td 13 TL\n" + shown + b"ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start, size = len(made), len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, start)
    )


def _written(line: str) -> bytes:
    """Return a line as a string of the PDF, in Windows' encoding; other signs become question marks."""
    plain = line.replace("\u202f", "\u00a0").encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
