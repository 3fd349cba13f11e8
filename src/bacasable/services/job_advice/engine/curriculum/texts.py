"""The text of a CV: PDF with text, Word, OpenDocument, plain text; within limits, and only in memory."""

from pathlib import PurePath
from typing import BinaryIO

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.files import encodings, pdf

#: Most bytes, pages and characters of a CV. A longer file is no CV, and is not read to its end.
LARGEST, PAGES, LONGEST = 10 << 20, 30, 60_000
#: Bytes of a text that are looked at to see whether it is one.
_LOOKED_AT = 4096


def text_of(file: BinaryIO, name: str) -> str:
    """Return the text of a CV; ``name`` gives its kind by its ending.

    Raises:
        Refused: too large or too long, a scan without text, encrypted, damaged, or of another kind: with what
            to do.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > LARGEST:
        raise Refused(
            N_("the CV has {size} MiB; {most} at most are read: save it smaller, or type the jobs"),
            size=size >> 20,
            most=LARGEST >> 20,
        )
    ending = PurePath(name).suffix.lower()
    readers = {".pdf": _pdf, ".docx": _word, ".odt": _opendocument, ".txt": _plain, ".md": _plain}
    if ending not in readers:
        raise Refused(
            N_("a CV is read from PDF, DOCX, ODT or TXT; this one ends in '{ending}': save it as PDF"),
            ending=ending or "?",
        )
    text = readers[ending](file)
    if not text.strip():
        raise Refused(N_("the CV holds no text: is it an image? Type the jobs and diplomas instead"))
    if len(text) > LONGEST:
        raise Refused(
            N_("the CV has {length} characters; {most} at most are read: give the CV alone"),
            length=len(text),
            most=LONGEST,
        )
    return text


def _pdf(file: BinaryIO) -> str:
    notes: list[Said] = []
    pages: list[str] = []
    for page in pdf.page_texts(file, notes):
        pages.append(page)
        if len(pages) > PAGES:
            raise Refused(
                N_("the CV has more than {most} pages, which are not read: give the CV alone"), most=PAGES
            )
    return "\n".join(pages)


def _word(file: BinaryIO) -> str:
    from docx import Document
    from docx.table import Table

    _package(file)
    try:
        document = Document(file)
        lines = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                for row in block.rows:
                    lines.append(" | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)))
            else:
                lines.append(block.text)
    except Exception as error:  # the library raises many kinds on damaged files
        raise _damaged() from error
    return "\n".join(lines)


def _opendocument(file: BinaryIO) -> str:
    from odf import teletype
    from odf.opendocument import load
    from odf.text import H, P

    _package(file)
    try:
        document = load(file)
        found = [*document.getElementsByType(H), *document.getElementsByType(P)]
        order = {id(element): at for at, element in enumerate(_walk(document.text))}
        found.sort(key=lambda element: order.get(id(element), 0))
        return "\n".join(str(teletype.extractText(element)) for element in found)
    except Exception as error:  # as above
        raise _damaged() from error


def _walk(element: object) -> list[object]:
    children = getattr(element, "childNodes", [])
    return [element, *(one for child in children for one in _walk(child))]


def _plain(file: BinaryIO) -> str:
    start = file.read(_LOOKED_AT)
    file.seek(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return file.read().decode("utf-16")
        except UnicodeDecodeError as error:
            raise _damaged() from error
    if b"\0" in start:
        raise Refused(N_("the file is no text: save the CV as PDF and try again"))
    encoding = encodings.recognise_encoding(file)
    return "".join(encodings.decoded(file, encoding))


def _package(file: BinaryIO) -> None:
    """Refuse what unpacks to far more than it weighs.

    Raises:
        Refused: it does, or is no package.
    """
    from bacasable.privacy.redaction.files.packages import Package

    Package(file)
    file.seek(0)


def _damaged() -> Refused:
    return Refused(N_("the CV cannot be read, it is damaged or protected: save it as PDF and try again"))
