"""Which format a file has: by its content first, for a name proves nothing, then by its extension."""

import re
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from bacasable.privacy.messages import N_, Refused, Said

Format = Literal["text", "markdown", "jsonl", "json", "csv", "docx", "odt", "pdf"]
FORMATS: tuple[Format, ...] = get_args(Format)


class NotText(Refused):
    """A file that holds no text that could be read here: a picture, a program, an archive."""


#: Formats read piece by piece in flat memory, whatever their size, and written in their own encoding.
STREAMED: tuple[Format, ...] = ("text", "markdown", "jsonl", "json", "csv")

_EXTENSIONS: dict[str, Format] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".geojson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
}
#: How binary files begin, and what to call them.
_SIGNATURES = (
    (b"\x89PNG", N_("a picture (PNG)")),
    (b"\xff\xd8\xff", N_("a picture (JPEG)")),
    (b"GIF8", N_("a picture (GIF)")),
    (b"RIFF", N_("a picture, sound or film (RIFF)")),
    (b"II*\x00", N_("a picture (TIFF)")),
    (b"MM\x00*", N_("a picture (TIFF)")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        N_("a document of an old Office (or a protected one): save it as .docx"),
    ),
    (b"{\\rtf", N_("rich text (RTF): save it as .docx or .odt")),
    (b"\x1f\x8b", N_("compressed (gzip): unpack it")),
    (b"BZh", N_("compressed (bzip2): unpack it")),
    (b"\xfd7zXZ", N_("compressed (xz): unpack it")),
    (b"7z\xbc\xaf", N_("an archive (7z): unpack it")),
    (b"Rar!", N_("an archive (RAR): unpack it")),
    (b"\x28\xb5\x2f\xfd", N_("compressed (zstd): unpack it")),
    (b"SQLite format 3\x00", N_("a database (SQLite): export its tables as CSV")),
    (b"PAR1", N_("a table (Parquet): export it as CSV")),
    (b"\x7fELF", N_("a program")),
    (b"MZ", N_("a program")),
)
_HEAD = 1 << 16
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
#: Share of control characters from which a file without zeros of UTF-16 is no text.
_BINARY = 0.1
_ZIP = b"PK\x03\x04"
_PACKED = {
    ".xlsx": N_("a workbook: export its sheets as CSV"),
    ".ods": N_("a spreadsheet: export its sheets as CSV"),
    ".pptx": N_("slides: export them as PDF"),
    ".odp": N_("slides: export them as PDF"),
}


def format_of(path: Path, file: BinaryIO) -> Format:
    """Return the format of ``file``, which is rewound.

    Raises:
        Refused: a binary file that is not read; the message says what it is and what to do.
    """
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    suffix = path.suffix.lower()
    if head.startswith(_ZIP):
        return _document(suffix, file)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    for signature, name in _SIGNATURES:
        if head.startswith(signature) and not (signature == b"MZ" and b"\x00" not in head):
            raise NotText(N_("this is not text but {kind}"), kind=Said(name))
    if suffix in (".docx", ".odt", ".pdf"):
        raise Refused(
            N_("this is not a {format} document, whatever its name says"), format=suffix[1:].upper()
        )
    if looks_binary(head):
        raise NotText(N_("this is not text (too many control characters): nothing can be read in it"))
    return _EXTENSIONS.get(suffix, "text")


def looks_binary(head: bytes) -> bool:
    """Whether bytes are no text: control characters in number, and no UTF-16."""
    from bacasable.privacy.redaction.files.encodings import is_wide

    if is_wide(head) or head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return False
    return len(_CONTROL.findall(head)) > _BINARY * len(head)


def _document(suffix: str, file: BinaryIO) -> Format:
    from bacasable.privacy.redaction.files.opendocument import is_opendocument
    from bacasable.privacy.redaction.files.packages import Package
    from bacasable.privacy.redaction.files.word import is_word

    if suffix in _PACKED:
        raise NotText(N_("this is not text but {kind}"), kind=Said(_PACKED[suffix]))
    package = Package(file)
    if is_word(package):
        return "docx"
    if is_opendocument(package):
        return "odt"
    raise NotText(N_("this is not text but an archive (ZIP), neither DOCX nor ODT: unpack it"))
