"""PDF (ISO 32000): its text is given redacted, as text. A box over a page would hide and leave.

The text of pages, then of the fields of forms and of annotations, which are no part of a page's text. A page
without text (a scan) is named; a file without any is refused, for silence would look like a clean file.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any, BinaryIO

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.files.packages import DOCUMENT

#: Most pages of one file.
PAGES = 5_000
#: Most characters of one page (a real one has a few thousand) and of one file.
PAGE, TEXT = 4 << 20, 32 << 20
#: Most pieces of text that one page draws: a page set letter by letter has some ten thousand, and reading
#: takes time in the square of them (1 s of processor at this limit).
PIECES = 50_000
#: Most bytes that the drawing of one page, with the forms that it uses, unpacks to: reading takes some twenty
#: times as much memory.
DRAWING = 16 << 20
#: Most seconds of processor to read one file, its search not counted: a real page takes some hundredths.
SECONDS = 300
_DRAWS = {b"Tj", b"TJ", b"'", b'"'}
_NESTED = 32


def page_texts(file: BinaryIO, notes: list[Said]) -> Iterator[str]:
    """Yield the text of each page, ending with a form feed, then that of forms and annotations.

    Raises:
        Refused: too large, encrypted, damaged, or without any text.
    """
    import pypdf
    from pypdf.errors import PyPdfError

    if file.seek(0, 2) > DOCUMENT:
        raise Refused(N_("a PDF of more than {size} MiB is not read; split it"), size=DOCUMENT >> 20)
    file.seek(0)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings may repeat what the file says
    try:
        reader = pypdf.PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused(N_("the PDF is encrypted and needs a password: save it without, then try again"))
        count = len(reader.pages)
    except Refused:
        raise
    except pypdf.errors.DependencyError as error:
        raise Refused(
            N_("the PDF is encrypted in a way that is not read here: save it without, then try again")
        ) from error
    # the library raises many kinds on damaged files (its own, KeyError, RecursionError, zlib's...)
    except Exception as error:
        raise _damaged() from error
    if count > PAGES:
        raise Refused(N_("a PDF of more than {pages:,} pages is not read; split it"), pages=PAGES)
    budget = _Budget()
    silent: list[int] = []
    for number in range(1, count + 1):
        with budget:
            text = _page(reader, number, budget)
        budget.add(text)
        if not text.strip():
            silent.append(number)
        yield text.rstrip("\n") + "\n\f"
    with budget:
        beside = _beside(reader, PyPdfError, budget)
    budget.add(beside)
    if beside.strip():
        yield beside
    if len(silent) == count and not beside.strip():
        raise Refused(
            N_(
                "the PDF has no text (pages are pictures: a scan?): nothing can be found in it; "
                "run it through character recognition (OCR) first"
            )
        )
    if silent:
        named = ", ".join(map(str, silent[:10])) + ("..." if len(silent) > 10 else "")
        notes.append(
            Said(
                N_("{silent} of {count} pages have no text (pictures?) and were not searched: {pages}"),
                silent=len(silent),
                count=count,
                pages=named,
            )
        )
    notes.append(Said(N_("pictures and the properties of the PDF are not in the text that was read")))


class _Budget:
    """What reading one file has cost: its text, and the time spent inside of ``with``."""

    def __init__(self) -> None:
        self._characters = 0
        self._seconds = 0.0
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self._seconds += time.process_time() - self._began

    def check_time(self) -> None:
        """Refuse to go on inside of ``with`` when the time is spent."""
        if self._seconds + time.process_time() - self._began > SECONDS:
            raise Refused(
                N_(
                    "reading the PDF takes more than {seconds:,} s of processor, far more than a "
                    "real one; split it, or print it to a new PDF"
                ),
                seconds=SECONDS,
            )

    def add(self, text: str) -> None:
        """Count what was read."""
        self._characters += len(text)
        if self._characters > TEXT:
            raise Refused(
                N_("a PDF of more than {characters} million characters is not read; split it"),
                characters=TEXT >> 20,
            )


def _page(reader: Any, number: int, budget: _Budget) -> str:
    drawn = 0
    refusal: Refused | None = None

    def count(operator: Any, *_: object) -> None:
        nonlocal drawn, refusal
        drawn += operator in _DRAWS
        try:
            if drawn > PIECES:
                raise Refused(
                    N_("page {page}: more than {pieces:,} pieces of text, far more than a page holds"),
                    page=number,
                    pieces=PIECES,
                )
            budget.check_time()
        except Refused as refused:  # kept: the library passes over what is raised inside of a form
            refusal = refused
            raise

    budget.check_time()
    try:
        page = reader.pages[number - 1]
        unpacked = _unpacked(page, page.get_contents(), budget)
        text = str(page.extract_text(visitor_operand_before=count)) if unpacked <= DRAWING else ""
    except Refused:
        raise
    except Exception as error:
        raise Refused(
            N_("page {page}: this page cannot be read; save the PDF again, or export it as text"), page=number
        ) from error
    if refusal is not None:
        raise refusal
    if unpacked > DRAWING:
        raise Refused(
            N_(
                "page {page}: its drawing is larger than {size} MiB, far more than a page holds; "
                "export it as text"
            ),
            page=number,
            size=DRAWING >> 20,
        )
    if len(text) > PAGE:
        raise Refused(
            N_("page {page}: more than {characters} million characters, far more than a page holds"),
            page=number,
            characters=PAGE >> 20,
        )
    return text


def _unpacked(page: Any, content: Any, budget: _Budget) -> int:
    """Return the bytes of the drawing of a page with all forms that it may use, each counted once.

    Raises:
        Exception: of the library, where one does not unpack: its text would be missing.
    """
    size = len(content.get_data()) if content is not None else 0
    waiting = [(page, 0)]
    known: set[int] = set()
    while waiting and size <= DRAWING:
        holder, depth = waiting.pop()
        resources = holder.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources is not None else None
        for reference in (objects.get_object() if objects is not None else {}).values():
            budget.check_time()
            form = reference.get_object()
            if id(form) in known or form.get("/Subtype") != "/Form" or depth >= _NESTED:
                continue
            known.add(id(form))
            size += len(form.get_data())
            waiting.append((form, depth + 1))
    return size


def _beside(reader: Any, errors: type[Exception], budget: _Budget) -> str:
    """Return the values of form fields and the texts of annotations, one a line."""
    said: list[str] = []
    try:
        for name, value in (reader.get_form_text_fields() or {}).items():
            if value:
                said.append(f"{name} : {value}")
        for page in reader.pages:
            for annotation in page.get("/Annots") or ():
                budget.check_time()
                held = annotation.get_object()
                action = held.get("/A")
                link = action.get_object().get("/URI") if action is not None else None
                said += [str(text) for text in (held.get("/Contents"), held.get("/T"), link) if text]
    except (errors, AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Refused(
            N_("the forms or notes of the PDF cannot be read: save it again, or export it as text")
        ) from error
    return "\n".join(said) + "\n" if said else ""


def _damaged() -> Refused:
    return Refused(N_("the PDF is damaged or not one: open and save it again"))
