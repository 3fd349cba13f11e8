"""Documents that people hand in: PDF, DOCX, ODT, HTML, Markdown, text. One document is one sheet."""

import hashlib
import io
import re
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from bacasable.privacy.messages import N_, Refused
from bacasable.services.assistant.engine.corpus.composing import Composer, cleaned
from bacasable.services.assistant.engine.corpus.plain import paragraphs
from bacasable.services.assistant.engine.sheets import Sheet

#: Most bytes of a text, a page or a Markdown file.
TEXT = 16 << 20
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|main|article|div|p|h[1-6])[\s>]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[_\s]+")
_TITLE = 160


def read(file: BinaryIO, name: str, collection: str) -> Sheet:
    """Return the document in ``file``; ``name`` is its path in what is imported, and so its identifier.

    Raises:
        Refused: empty, too large, damaged, encrypted, of a format that is not read, or without any text.
    """
    path = PurePosixPath(name)
    if not file.read(1):
        raise Refused(N_("the file is empty: export it again"))
    composer = Composer()
    title = _compose(file, path, composer)
    if composer.is_empty:
        raise Refused(
            N_("the document has no text that can be read; check that it opens and is not a picture")
        )
    stem = _SEPARATORS.sub(" ", path.stem).strip()
    return composer.sheet(_identifier(name), collection, (title or stem or name)[:_TITLE], kind="document")


def _identifier(name: str) -> str:
    """Return the path itself, or what stands for it where it is too long to be a key."""
    name = cleaned(name)
    return name if len(name) <= 150 else f"{name[:100]}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _compose(file: BinaryIO, path: PurePosixPath, composer: Composer) -> str:
    from bacasable.privacy.redaction.files.formats import format_of
    from bacasable.privacy.redaction.files.packages import Package

    kind = format_of(Path(path), file)
    file.seek(0)
    if kind == "pdf":
        return _pdf(file, composer)
    if kind in ("docx", "odt"):
        from bacasable.services.assistant.engine.corpus import office

        package = Package(file)
        return (office.word if kind == "docx" else office.opendocument)(package, composer)
    if file.seek(0, io.SEEK_END) > TEXT:
        raise Refused(N_("a text of more than {size} MiB is not one document; split it"), size=TEXT >> 20)
    file.seek(0)
    if path.suffix.lower() in (".html", ".htm", ".xhtml") or _HTML.search(file.read(4096)):
        from bacasable.services.assistant.engine.corpus.markup import page

        file.seek(0)
        return page(_text(file, declared=True), composer)[0]
    text = _text(file)
    if kind == "markdown":
        from bacasable.services.assistant.engine.corpus.markup import markdown

        return markdown(text, composer)
    if kind in ("csv", "json", "jsonl"):
        raise Refused(
            N_("tables and data are no documents: export them as text, or as JSON lines (id, title, text)")
        )
    paragraphs(text, composer)
    return ""


def _text(file: BinaryIO, *, declared: bool = False) -> str:
    """Return the text, in the encoding that a page of HTML declares or that its bytes show."""
    from bacasable.privacy.redaction.files.encodings import decoded, recognise_encoding

    if declared:
        file.seek(0)
        said = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", file.read(2048), re.IGNORECASE)
        if said:
            file.seek(0)
            try:
                return file.read().decode(said.group(1).decode("ascii"))
            except (LookupError, UnicodeDecodeError):
                pass  # it is not what it says: its bytes decide
    text = "".join(decoded(file, recognise_encoding(file)))
    if "\0" in text:
        raise Refused(N_("this is not text (it holds zero bytes): give the document that it was made from"))
    return text


def _pdf(file: BinaryIO, composer: Composer) -> str:
    from bacasable.privacy.redaction.files.pdf import page_texts

    # a paragraph that runs over the end of a page is two: pages are told apart, for quotations are shown
    for text in page_texts(file, []):
        paragraphs(text, composer)
    return ""
