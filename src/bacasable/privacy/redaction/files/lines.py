"""Cut a text that comes in chunks into lines that keep their ends, however they end."""

import re
from collections.abc import Iterable, Iterator

from bacasable.privacy.messages import N_, Refused

#: Most characters of one record (a line of JSON, a row of a table): records are held whole.
RECORD = 64 << 20

_ANY_END = re.compile(r"\r\n|\n|\r")


def lines(chunks: Iterable[str], *, only_newline: bool) -> Iterator[str]:
    """Yield the lines with their ends: after ``\\n`` only, or after ``\\r\\n``, ``\\n`` and ``\\r``.

    Raises:
        Refused: a line is longer than :data:`RECORD`.
    """
    held: list[str] = []
    size = 0
    number = 1
    for chunk in _whole_ends(chunks):
        at = 0
        for end in _ends(chunk, only_newline):
            held.append(chunk[at:end])
            yield "".join(held)
            held, size, at = [], 0, end
            number += 1
        if at < len(chunk):
            held.append(chunk[at:])
            size += len(chunk) - at
            if size > RECORD:
                raise too_long(number)
    if held:
        yield "".join(held)


def too_long(number: int) -> Refused:
    """Return the refusal of a record that begins on line ``number``."""
    return Refused(
        N_(
            "line {line}: a record of more than {characters} million characters; is a line end "
            "or a quote missing? Read the file as text with --format text"
        ),
        line=number,
        characters=RECORD >> 20,
    )


def _ends(chunk: str, only_newline: bool) -> Iterator[int]:
    if only_newline:
        end = chunk.find("\n") + 1
        while end:
            yield end
            end = chunk.find("\n", end) + 1
    else:
        for found in _ANY_END.finditer(chunk):
            yield found.end()


def _whole_ends(chunks: Iterable[str]) -> Iterator[str]:
    """Yield the same text, no ``\\r\\n`` cut in two."""
    waiting = ""
    for chunk in chunks:
        chunk = waiting + chunk
        waiting = ""
        if chunk.endswith("\r"):
            chunk, waiting = chunk[:-1], "\r"
        yield chunk
    if waiting:
        yield waiting
