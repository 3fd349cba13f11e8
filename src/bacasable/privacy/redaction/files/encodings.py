"""Which encoding a text is in, decided on its whole content, so that no byte is ever lost.

Order: a byte order mark; UTF-16 by its zero bytes; UTF-8; else the bytes that are not UTF-8 decide. Where
most of what lies above ASCII is good UTF-8, the text is UTF-8 with a few broken bytes; else it is
Windows-1252, what French software wrote before. Bytes that the encoding does not know go through as they are
(PEP 383).
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple

from bacasable.privacy.messages import N_, NOTHING, Refused, Said

#: Bytes read at once.
CHUNK = 1 << 18

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ABOVE_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPED = re.compile(r"[\udc80-\udcff]")
#: Share of zero bytes at odd (or even) places from which a text without a mark is UTF-16.
_ZEROS = 0.4
#: What must be kept for the decision: characters good and bad.
_PASSES = "surrogatepass"

Advance = Callable[[int], object]


class Encoding(NamedTuple):
    """How a file is read and written: codec, its byte order mark, and bytes that the codec does not know."""

    name: str
    mark: bytes = b""
    unknown_bytes: int = 0

    @property
    def errors(self) -> str:
        """How what the codec does not know goes through: single bytes in ASCII's kin, surrogates in
        UTF-16."""
        return _PASSES if self.name.startswith(("utf-16", "utf-32")) else "surrogateescape"

    @property
    def note(self) -> Said:
        """What a person must know about the encoding; empty when it is plain UTF-8."""
        unknown = self.unknown_bytes
        if self.name == "utf-8" and not unknown:
            return NOTHING
        if self.name == "utf-8":
            return Said(
                N_("{count} bytes are not UTF-8: they were kept as they are, and not searched"), count=unknown
            )
        if self.name == "cp1252" and unknown:
            return Said(
                N_("not UTF-8: read and written as Windows-1252; {count} bytes unknown to it were kept"),
                count=unknown,
            )
        if self.name == "cp1252":
            return Said(N_("not UTF-8: read and written as Windows-1252"))
        return Said(N_("read and written as {encoding}"), encoding=self.name.upper())

    def encode(self, text: str) -> bytes:
        """Return the bytes of what was read (surrogates give back the very bytes)."""
        return text.encode(self.name, self.errors)

    def writable(self, replacement: str) -> str:
        """Return a replacement that this encoding can hold: without accents, then ``*``, where it cannot."""
        if self.name != "cp1252":
            return replacement
        try:
            replacement.encode(self.name)
        except UnicodeEncodeError:
            return "".join(map(_in_1252, replacement))
        return replacement


def _in_1252(sign: str) -> str:
    for form in (sign, unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()):
        try:
            form.encode("cp1252")
        except UnicodeEncodeError:
            continue
        if form:
            return form
    return "*"


def recognise_encoding(file: BinaryIO) -> Encoding:
    """Return the encoding of ``file``, read to its end in flat memory; the file is then rewound."""
    file.seek(0)
    head = file.read(CHUNK)
    file.seek(0)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, mark, _unknown(file, name, len(mark))[1] if name == "utf-8" else 0)
    if wide := _wide(head):
        return Encoding(wide)
    if _is_utf8(file):
        return Encoding("utf-8")
    good, bad = _unknown(file, "utf-8", 0)
    if good > bad:
        return Encoding("utf-8", b"", bad)
    return Encoding("cp1252", b"", _unknown(file, "cp1252", 0)[1])


def decoded(file: BinaryIO, encoding: Encoding, advance: Advance | None = None) -> Iterator[str]:
    """Yield the text of ``file`` after its mark, as it is: line ends and all. ``advance`` gets bytes read.

    Raises:
        Refused: UTF-16 or UTF-32 that ends within a character or holds none.
    """
    file.seek(len(encoding.mark))
    decoder = codecs.getincrementaldecoder(encoding.name)(encoding.errors)
    try:
        while chunk := file.read(CHUNK):
            if text := decoder.decode(chunk):
                yield text
            if advance:
                advance(len(chunk))
        if text := decoder.decode(b"", final=True):
            yield text
    except UnicodeDecodeError as error:
        name = encoding.name.upper()
        raise Refused(
            N_("a character cannot be read as {name}, which the file begins as; save it again as UTF-8"),
            name=name,
        ) from error


def is_wide(head: bytes) -> bool:
    """Whether bytes look like UTF-16 without a mark: every other one is zero."""
    return bool(_wide(head))


def _wide(head: bytes) -> str:
    even, odd = head[0::2], head[1::2]
    if len(odd) < 8:
        return ""
    if odd.count(0) > _ZEROS * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > _ZEROS * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _unknown(file: BinaryIO, name: str, start: int) -> tuple[int, int]:
    """Return how many characters above ASCII this codec reads in the file, and how many bytes it does not."""
    decoder = codecs.getincrementaldecoder(name)("surrogateescape")
    file.seek(start)
    good = bad = 0
    while True:
        chunk = file.read(CHUNK)
        text = decoder.decode(chunk, final=not chunk)
        escaped = len(_ESCAPED.findall(text))
        good += len(_ABOVE_ASCII.findall(text)) - escaped
        bad += escaped
        if not chunk:
            break
    file.seek(0)
    return good, bad
