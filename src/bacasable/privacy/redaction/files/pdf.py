"""PDF (ISO 32000): its text is given redacted, as text. A box over a page would hide and leave.

The text of pages, then of the fields of forms and of annotations, which are no part of a page's text. A page
without text (a scan) is named; a file without any is refused, for silence would look like a clean file.
"""

import logging
from collections.abc import Iterator
from typing import Any, BinaryIO

from bacasable.privacy.messages import Refused
from bacasable.privacy.redaction.files.packages import DOCUMENT

#: Most pages of one file.
PAGES = 5_000
#: Most characters of one page: a real one has a few thousand.
PAGE = 4 << 20
#: Most pieces of text that one page draws: a page set letter by letter has some ten thousand, and reading
#: takes time in the square of them (1 s of processor at this limit).
PIECES = 50_000
_DRAWS = {b"Tj", b"TJ", b"'", b'"'}


def page_texts(file: BinaryIO, notes: list[str]) -> Iterator[str]:
    """Yield the text of each page, ending with a form feed, then that of forms and annotations.

    Raises:
        Refused: too large, encrypted, damaged, or without any text.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    if file.seek(0, 2) > DOCUMENT:
        raise Refused(f"a PDF of more than {DOCUMENT >> 20} MiB is not read; split it")
    file.seek(0)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may repeat what the file says
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("the PDF is encrypted and needs a password: save it without, then try again")
        count = len(reader.pages)
    except Refused:
        raise
    except pypdf.errors.DependencyError as error:
        raise Refused(
            "the PDF is encrypted in a way that is not read here: save it without, then try again"
        ) from error
    # the library raises many kinds on damaged files (its own, KeyError, RecursionError, zlib's...)
    except Exception as error:
        raise _damaged() from error
    if count > PAGES:
        raise Refused(f"a PDF of more than {PAGES:,} pages is not read; split it")
    silent: list[int] = []
    for number in range(1, count + 1):
        text = _page(reader, number)
        if not text.strip():
            silent.append(number)
        yield text.rstrip("\n") + "\n\f"
    beside = _beside(reader, PyPdfError)
    if beside.strip():
        yield beside
    if len(silent) == count and not beside.strip():
        raise Refused(
            "the PDF has no text (pages are pictures: a scan?): nothing can be found in it; run it "
            "through character recognition (OCR) first"
        )
    if silent:
        named = ", ".join(map(str, silent[:10])) + ("..." if len(silent) > 10 else "")
        notes.append(
            f"{len(silent)} of {count} pages have no text (pictures?) and were not searched: {named}"
        )
    notes.append("pictures and the properties of the PDF are not in the text that was read")


def _page(reader: Any, number: int) -> str:
    drawn = 0

    def count(operator: Any, *_: object) -> None:
        nonlocal drawn
        drawn += operator in _DRAWS
        if drawn > PIECES:
            raise Refused(f"page {number}: more than {PIECES:,} pieces of text, far more than a page holds")

    try:
        text = str(reader.pages[number - 1].extract_text(visitor_operand_before=count))
    except Refused:
        raise
    except Exception as error:
        raise Refused(
            f"page {number}: this page cannot be read; save the PDF again, or export it as text"
        ) from error
    if len(text) > PAGE:
        raise Refused(f"page {number}: more than {PAGE >> 20} million characters, far more than a page holds")
    return text


def _beside(reader: Any, errors: type[Exception]) -> str:
    """Return the values of form fields and the texts of annotations, one a line."""
    said: list[str] = []
    try:
        for name, value in (reader.get_form_text_fields() or {}).items():
            if value:
                said.append(f"{name} : {value}")
        for page in reader.pages:
            for annotation in page.get("/Annots") or ():
                held = annotation.get_object()
                action = held.get("/A")
                link = action.get_object().get("/URI") if action is not None else None
                said += [str(text) for text in (held.get("/Contents"), held.get("/T"), link) if text]
    except (errors, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Refused(
            "the forms or notes of the PDF cannot be read: save it again, or export it as text"
        ) from error
    return "\n".join(said) + "\n" if said else ""


def _damaged() -> Refused:
    return Refused("the PDF is damaged or not one: open and save it again")
