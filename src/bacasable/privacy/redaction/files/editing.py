"""Between the formats and the search: texts in, edits out, and a tally of what was found.

Formats differ in what is text and how it is written back; what is looked for and what replaces it are the
same for all. A format gives its texts to one :class:`Editor` a file and applies the edits that it returns.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bacasable.privacy.redaction.files.tallies import Tally
from bacasable.privacy.redaction.finding import Finder
from bacasable.privacy.redaction.replacement import Redactor
from bacasable.privacy.redaction.spans import Span

#: Characters of fields searched at once.
BATCH = 1 << 16

#: From an offset of a text to the line (paragraph, page) that it is on.
Place = Callable[[int], int]

#: Halves of characters: bytes that no encoding explains, and JSON's lone escapes. Engines get a plain sign
#: instead.
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
#: Signs of Markdown that stand inside of values (marie\\_dupont@...) or between them (cells), beside those.
_MARKDOWN = re.compile(r"[\ud800-\udfff]|\||(?<=\w)\\(?=[_.+-]\w)")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|[_\W]+")
#: Signs before and after that the replacements may look at (tags that the text has of its own, links).
_AROUND = 64
_TELLING = re.compile(r"\w")


class Edit(NamedTuple):
    """Write ``text`` in place of ``[start:end]``."""

    start: int
    end: int
    text: str


class Field(NamedTuple):
    """A value, what its column or key is called, the place where it is, and the record that it belongs to."""

    label: str
    value: str
    place: int
    record: int


class Editor:
    """Finds and counts personal data in the texts of one file; without a ``redactor`` it counts only."""

    def __init__(self, finder: Finder, redactor: Redactor | None = None) -> None:
        self.finder = finder
        self.tally = Tally()
        self._redactor = redactor

    def edits(self, text: str, place: Place) -> list[Edit]:
        """Return what to change in a text held whole."""
        readable = _SURROGATE.sub(_UNREADABLE, text)
        return self.changes(text, self.finder.find(readable), place)

    def stream(self, chunks: Iterable[str], *, is_markdown: bool = False) -> Iterator[tuple[str, list[Edit]]]:
        """Yield a text that comes in chunks, piece by piece, with its edits (offsets in the piece)."""
        hidden: deque[tuple[int, str]] = deque()
        signs = _MARKDOWN if is_markdown else _SURROGATE
        line = 1
        for offset, spans, text in self.finder.find_stream(_readable(chunks, signs, hidden)):
            piece = _given_back(text, offset, hidden)
            own = [span._replace(start=span.start - offset, end=span.end - offset) for span in spans]
            yield piece, self.changes(piece, own, _Lines(piece, line))
            line += piece.count("\n")

    def fields(self, fields: Sequence[Field]) -> list[list[Edit]]:
        """Return the edits of each field, searched together as a form, ``label : value`` on each line.

        So the name of a column speaks for its values (*num_secu : 1 85 05...*), and an address over three
        columns is one. What is found in a label is left; what spans two values is cut at their borders.
        """
        parts: list[str] = []
        starts: list[int] = []
        at = 0
        for field in fields:
            lead = f"{_spoken(field.label)} : " if field.label else ""
            starts.append(at + len(lead))
            parts += [lead, field.value, "\n"]
            at += len(lead) + len(field.value) + 1
        form = "".join(parts)
        spans = self.finder.find(_SURROGATE.sub(_UNREADABLE, form))
        own = _within(form, spans, starts, fields)
        edits: list[list[Edit]] = [[] for _ in fields]
        for record in _records(own, starts, fields):
            self.next_record()
            for edit in self.changes(form, record, lambda offset: fields[_owner(starts, offset)].place):
                owner = _owner(starts, edit.start)
                edits[owner].append(Edit(edit.start - starts[owner], edit.end - starts[owner], edit.text))
        return edits

    def next_record(self) -> None:
        """Begin another record or document: its people are others."""
        if self._redactor is not None:
            self._redactor.document()

    def whole(self, value: str, kind: str, place: int) -> str:
        """Return what to write in place of a value that is known to be a ``kind``, whole."""
        if not _TELLING.search(value):
            return value
        begin = len(value) - len(value.lstrip())
        span = Span(begin, begin + len(value.strip()), kind, 1.0)
        edits = self.changes(value, [span], lambda _: place)
        return applied(value, edits)

    def changes(self, text: str, spans: Sequence[Span], place: Place) -> list[Edit]:
        """Count the spans of ``text`` and return the edits that replace them (none where only counting)."""
        for span in spans:
            is_left = self._redactor is not None and self._redactor.leaves(span.type)
            self.tally.add(span, text[span.start : span.end], place, is_left)
        if self._redactor is None or not spans:
            return []
        # Only the stretch around the spans: a record of a large batch costs what it is long.
        begin, end = max(0, spans[0].start - _AROUND), min(len(text), spans[-1].end + _AROUND)
        near = [span._replace(start=span.start - begin, end=span.end - begin) for span in spans]
        made = self._redactor.redact(text[begin:end], near)
        return [Edit(one.start + begin, one.end + begin, one.written) for one in made.replacements]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with its edits, which are sorted and apart."""
    parts: list[str] = []
    at = 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    parts.append(text[at:])
    return "".join(parts)


class _Lines:
    """Line numbers of the offsets of a piece whose first line has a number, asked for in order mostly."""

    def __init__(self, text: str, first: int) -> None:
        self._text = text
        self._first = first
        self._at, self._line = 0, first

    def __call__(self, offset: int) -> int:
        if offset < self._at:
            self._at, self._line = 0, self._first
        self._line += self._text.count("\n", self._at, offset)
        self._at = offset
        return self._line


def _readable(chunks: Iterable[str], signs: re.Pattern[str], hidden: deque[tuple[int, str]]) -> Iterator[str]:
    """Yield the chunks as engines read them, one sign for one, noting the ``signs`` that were hidden."""
    offset = 0
    for chunk in chunks:
        clean = chunk
        if signs.search(chunk):
            hidden.extend((offset + sign.start(), sign[0]) for sign in signs.finditer(chunk))
            clean = signs.sub(_stand_in, chunk)
        yield clean
        offset += len(chunk)


def _stand_in(sign: re.Match[str]) -> str:
    """Return what engines read instead: cells apart, an escaped sign as part of its value."""
    if sign[0] == "|":
        return "\t"
    if sign[0] != "\\":
        return _UNREADABLE
    around = sign.string[sign.start() - 1] + sign.string[sign.end() + 1]
    return " " if around.isdigit() else "_"


def _given_back(text: str, offset: int, hidden: deque[tuple[int, str]]) -> str:
    """Put back the hidden signs of a piece at their places."""
    if not hidden or hidden[0][0] >= offset + len(text):
        return text
    signs = list(text)
    while hidden and hidden[0][0] < offset + len(text):
        at, sign = hidden.popleft()
        signs[at - offset] = sign
    return "".join(signs)


def _within(form: str, spans: Sequence[Span], starts: Sequence[int], fields: Sequence[Field]) -> list[Span]:
    """Cut spans at the borders of the values, and keep the parts that tell something."""
    own: list[Span] = []
    for span in spans:
        index = max(0, _owner(starts, span.start))
        while index < len(fields) and starts[index] < span.end:
            start, end = starts[index], starts[index] + len(fields[index].value)
            part = span._replace(start=max(span.start, start), end=min(span.end, end))
            if part.start < part.end and _TELLING.search(form, part.start, part.end):
                own.append(part)
            index += 1
    return own


def _records(spans: Sequence[Span], starts: Sequence[int], fields: Sequence[Field]) -> Iterator[list[Span]]:
    """Yield the spans of each record that has some."""
    for _, group in groupby(spans, key=lambda span: fields[_owner(starts, span.start)].record):
        yield list(group)


def _owner(starts: Sequence[int], offset: int) -> int:
    """Return the last value that begins at or before ``offset`` (-1: none)."""
    return bisect_right(starts, offset) - 1


@lru_cache(maxsize=4096)
def _spoken(label: str) -> str:
    """Return the name of a column as words: ``numSecu`` and ``num_secu`` are *num secu*."""
    return " ".join(_CAMEL.sub(" ", _SURROGATE.sub("", label)[:80]).split())
