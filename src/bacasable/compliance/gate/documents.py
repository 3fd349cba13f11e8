"""The text of a document, whatever its format, for the gate to redact."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bacasable.privacy.messages import Refused, Said

if TYPE_CHECKING:
    from bacasable.privacy.redaction.files.editing import Edit, Place

#: Formats that are records, not text: their columns are declared, and only some may leave.
_RECORDS = ("csv", "jsonl", "json")


def text_of(path: Path, root: Path | None) -> str:
    """Return the text of a document (text, Markdown, DOCX, ODT, PDF).

    Args:
        root: the folder of its data set, outside of which nothing is read; None where none is known.

    Raises:
        Refused: it cannot be read, lies outside of ``root``, or is a table.
    """
    from bacasable.privacy.redaction.files.formats import format_of

    if root is not None and not path.resolve().is_relative_to(root.resolve()):
        raise Refused("the file lies outside of the data set's folder; give one that is in it")
    try:
        with path.open("rb") as file:
            kind = format_of(path, file)
            if kind in _RECORDS:
                raise Refused(f"a {kind} file holds records, not one text; read it by rows()")
            return _text(file, kind)
    except OSError as error:
        raise Refused(f"the file cannot be read ({error.strerror}); check its name and rights") from None


def _text(file: BinaryIO, kind: str) -> str:
    from bacasable.privacy.redaction.files.encodings import decoded, recognise_encoding
    from bacasable.privacy.redaction.files.opendocument import redact_opendocument
    from bacasable.privacy.redaction.files.packages import Package
    from bacasable.privacy.redaction.files.pdf import page_texts
    from bacasable.privacy.redaction.files.word import redact_word

    if kind == "pdf":
        notes: list[Said] = []
        return "\n".join(page_texts(file, notes))
    if kind in ("docx", "odt"):
        reader = _reader()
        (redact_word if kind == "docx" else redact_opendocument)(Package(file), reader, None)
        return "\n".join(reader.texts)
    return "".join(decoded(file, recognise_encoding(file)))


def _reader() -> Any:
    """Return an Editor (whose module is loaded where it is used) that keeps the texts and changes none."""
    from bacasable.privacy.redaction.files.editing import Editor
    from bacasable.privacy.redaction.finding import Finder

    class Reader(Editor):
        def __init__(self) -> None:
            super().__init__(Finder())
            self.texts: list[str] = []

        def edits(self, text: str, place: "Place") -> "list[Edit]":
            self.texts.append(text)
            return []

        def whole(self, value: str, kind: str, place: int) -> str:
            return value

    return Reader()
