"""Redact one file into another, restore it, or only count what it holds."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bacasable.privacy.messages import N_, Refused
from bacasable.privacy.redaction.files.choices import Fields
from bacasable.privacy.redaction.files.editing import Edit, Editor
from bacasable.privacy.redaction.files.encodings import Encoding, decoded, recognise_encoding
from bacasable.privacy.redaction.files.formats import STREAMED, Format, format_of
from bacasable.privacy.redaction.files.json_lines import JsonLines
from bacasable.privacy.redaction.files.reports import Report
from bacasable.privacy.redaction.files.sealing import Seal, unsealed
from bacasable.privacy.redaction.files.tables import Table
from bacasable.privacy.redaction.files.writing import whole_file
from bacasable.privacy.redaction.finding import Finder
from bacasable.privacy.redaction.replacement import Mode, Redactor

if TYPE_CHECKING:
    from bacasable.privacy.pseudonyms import Keys, Pseudonyms
    from bacasable.privacy.redaction.types import Registry

#: Bytes of an original sealed at once.
_SEALED = 1 << 20


def _nothing(_: int) -> None:
    """Follow no progress."""


@dataclass(frozen=True)
class Reading:
    """How files are read and searched.

    ``format`` None decides by content and extension; ``delimiter`` and ``has_header`` are of tables;
    ``advance`` gets the number of bytes read since the last call.
    """

    finder: Finder = field(default_factory=Finder)
    fields: Fields = field(default_factory=Fields)
    format: Format | None = None
    delimiter: str = ""
    has_header: bool | None = None
    advance: Callable[[int], object] = _nothing


@dataclass(frozen=True)
class Writing:
    """What is written in place of what is found, and the keys of pseudonyms and of the seal."""

    mode: Mode = "mask"
    pseudonyms: "Pseudonyms | None" = None
    registry: "Registry | None" = None
    keys: "Keys | None" = None
    scope: str = ""


def redact_file(
    path: Path,
    out: Path,
    reading: Reading | None = None,
    writing: Writing | None = None,
    *,
    seal: Path | None = None,
    overwrite: bool = False,
) -> Report:
    """Write ``path`` to ``out`` with its personal data replaced; ``out`` appears complete or not at all.

    Args:
        seal: also write the sealed way back there (:func:`restore_file`); needs ``writing.keys``.
        overwrite: replace ``out`` if it exists; it may then be ``path`` itself.

    Raises:
        Refused: what is wrong, with the file, the line and the remedy.
    """
    reading, writing = reading or Reading(), writing or Writing()
    if seal is not None and (writing.keys is None or not writing.scope):
        raise Refused(N_("a seal needs keys and a scope"))
    with _naming(path), ExitStack() as stack:
        file = stack.enter_context(_open(path))
        report = _report(path, file, reading, out)
        report.seal = seal
        is_marked = report.format == "markdown"
        redactor = Redactor(
            writing.mode, pseudonyms=writing.pseudonyms, markdown=is_marked, registry=writing.registry
        )
        editor = Editor(reading.finder, redactor)
        report.tally = editor.tally
        rights = path.stat().st_mode & 0o777
        target = stack.enter_context(whole_file(out, overwrite=overwrite, mode=rights))
        sealer = None
        if (
            seal is not None and writing.keys is not None
        ):  # closed first: no redacted file without its way back
            sealer = Seal(stack.enter_context(whole_file(seal)), writing.keys, writing.scope)
        began = time.perf_counter()
        _rewrite(file, target, editor, reading, report, sealer)
        report.seconds = time.perf_counter() - began
    return report


def count_file(path: Path, reading: Reading | None = None) -> Report:
    """Return what personal data ``path`` holds; nothing is written.

    Raises:
        Refused: the file cannot be read; what is wrong and where.
    """
    reading = reading or Reading()
    with _naming(path), _open(path) as file:
        report = _report(path, file, reading, None)
        editor = Editor(reading.finder)
        report.tally = editor.tally
        began = time.perf_counter()
        _rewrite(file, None, editor, reading, report, None)
        report.seconds = time.perf_counter() - began
    return report


def restore_file(redacted: Path, seal: Path, out: Path, keys: "Keys", scope: str) -> None:
    """Write to ``out`` the very bytes of the file that was redacted into ``redacted``.

    Raises:
        Refused: another key or scope, the seal of another file, or one of both was altered: nothing is
        written.
    """
    with _naming(seal):
        opened = _open(seal)
    with opened as sealed, _naming(redacted), _open(redacted) as file:
        rights = redacted.stat().st_mode & 0o777
        with whole_file(out, mode=rights) as target:
            for piece in unsealed(file, sealed, keys, scope):
                target.write(piece)


def _report(path: Path, file: BinaryIO, reading: Reading, out: Path | None) -> Report:
    size = file.seek(0, 2)
    return Report(path, reading.format or format_of(path, file), out, size=size)


def _rewrite(
    file: BinaryIO,
    target: BinaryIO | None,
    editor: Editor,
    reading: Reading,
    report: Report,
    seal: Seal | None,
) -> None:
    """Search ``file`` and write it to ``target`` with its edits (None: only counted)."""
    if report.format in STREAMED:
        encoding = recognise_encoding(file)
        report.encoding = encoding.name + (" with a byte order mark" if encoding.mark else "")
        if encoding.note:
            report.notes.append(encoding.note)
        chunks = decoded(file, encoding, reading.advance)
        _write(_pieces(chunks, editor, reading, report, target is None), encoding, target, seal)
    else:
        _document(file, target, editor, report)
        reading.advance(report.size)
        if seal is not None and target is not None:
            _seal_whole(file, target, seal)
    if seal is not None:
        seal.close()


def _pieces(
    chunks: Iterable[str], editor: Editor, reading: Reading, report: Report, counts_only: bool
) -> Iterator[tuple[str, list[Edit]]]:
    """Yield the raw text of a streamed format, piece by piece, with its edits."""
    if report.format in ("text", "markdown"):
        if reading.fields.named:
            raise Refused(
                N_("--fields chooses columns or keys, which plain text does not have; leave it out")
            )
        yield from editor.stream(chunks, is_markdown=report.format == "markdown")
        return
    reader: JsonLines | Table
    if report.format == "csv":
        reader = Table(editor, reading.fields, reading.delimiter, reading.has_header)
    else:
        reader = JsonLines(editor, reading.fields, report.format == "json", counts_only)
    yield from reader.pieces(chunks)
    report.notes += reader.notes


def _write(
    pieces: Iterable[tuple[str, list[Edit]]], encoding: Encoding, target: BinaryIO | None, seal: Seal | None
) -> None:
    if target is None:
        for _ in pieces:
            pass
        return
    target.write(encoding.mark)
    if seal is not None:
        seal.piece(encoding.mark, encoding.mark, is_kept=True)
    for text, edits in pieces:
        at = 0
        for start, end, new in edits:
            _put(encoding.encode(text[at:start]), target, seal)
            written = encoding.encode(encoding.writable(new))
            target.write(written)
            if seal is not None:
                seal.piece(written, encoding.encode(text[start:end]), is_kept=False)
            at = end
        _put(encoding.encode(text[at:]), target, seal)


def _put(kept: bytes, target: BinaryIO, seal: Seal | None) -> None:
    target.write(kept)
    if seal is not None:
        seal.piece(kept, kept, is_kept=True)


def _document(file: BinaryIO, target: BinaryIO | None, editor: Editor, report: Report) -> None:
    if report.format == "pdf":
        from bacasable.privacy.redaction.files.editing import applied
        from bacasable.privacy.redaction.files.pdf import page_texts

        for number, text in enumerate(page_texts(file, report.notes), start=1):
            edits = editor.edits(text, lambda _, number=number: number)  # type: ignore[misc]
            if target is not None:
                target.write(applied(text, edits).encode("utf-8", "replace"))
        return
    from bacasable.privacy.redaction.files.opendocument import is_opendocument, redact_opendocument
    from bacasable.privacy.redaction.files.packages import Package
    from bacasable.privacy.redaction.files.word import is_word, redact_word

    package = Package(file)
    if report.format == "docx" and is_word(package):
        report.notes += redact_word(package, editor, target)
    elif report.format == "odt" and is_opendocument(package):
        report.notes += redact_opendocument(package, editor, target)
    else:
        raise Refused(N_("this is not a document of the format {format}"), format=report.format)


def _seal_whole(file: BinaryIO, target: BinaryIO, seal: Seal) -> None:
    """Seal a document: all that was written stands for all of the original, a stretch at a time."""
    target.flush()
    target.seek(0)
    written = target.read()
    target.seek(0, 2)
    file.seek(0)
    while original := file.read(_SEALED):
        seal.piece(written, original, is_kept=False)
        written = b""


def _open(path: Path) -> BinaryIO:
    try:
        if not path.is_file():
            if path.is_symlink() and not path.exists():
                raise Refused(N_("this is a link that leads to no file: give the file itself"))
            raise Refused(
                N_("this is not a file")
                if path.exists()
                else N_("there is no such file: check its name and its folder")
            )
        return path.open("rb")
    except OSError as error:
        raise unreadable(error) from error


def unreadable(error: OSError) -> Refused:
    """Return what to say of a file that the system does not give."""
    return Refused(N_("it cannot be read ({error}); check the path and the rights"), error=error.strerror)


class _naming:
    """Puts the name of the file before what is refused."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refused) and error.place != str(self._path):
            raise error.at(self._path) from error
        if isinstance(error, OSError):
            raise unreadable(error).at(self._path) from error
