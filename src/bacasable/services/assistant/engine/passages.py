"""Cut blocks of a text into passages and a text into sentences, as offsets: nothing is copied or changed."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

#: After a stop, a space and what begins a sentence: a capital, a digit, an opening quotation or bracket.
_END = re.compile(r"[.!?…]+(?:\s?[»”\")\]])*\s+(?=[«“\"(\[]?\s?[\d\u00c0-\u00d6\u00d8-\u00deA-Z])")
#: What a full stop ends without ending the sentence; a letter alone (L. 311-1, M. Durand).
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[«'’.])(?:[A-Za-zÀ-Ö]|art|al|app|arr|av|bd|cf|chap|ch|coll|dir|dr|env|etc|éd|ex|fig|hab"
    r"|ibid|id|inc|max|mgr|min|mlle|mme|mr|mrs|n|no|nos|obs|p|par|pp|préc|réf|sq|ss|st|ste|suiv|tél|tit|v|vol"
    r"|cass|civ|crim|soc|cons|const|janv|févr|avr|juil|sept|oct|nov|déc)$",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
#: Where a sentence that is too long is cut: after a semicolon or colon if one is near the end, else a space.
_CLAUSE = re.compile(r"[;:,]\s+")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the sentences of ``text[start:end]``, without the spaces between them.

    A line break ends a sentence, as between the blocks of a sheet.
    """
    end = len(text) if end is None else end
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        yield from _sentences_of_line(text, start, stop)
        start = stop + 1


def _sentences_of_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(text, start, end):
        if match.group().startswith(".") and _is_abbreviation(text, start, match.start()):
            continue
        if found := _trimmed(text, start, match.end()):
            yield found
        start = match.end()
    if found := _trimmed(text, start, end):
        yield found


def _is_abbreviation(text: str, start: int, stop: int) -> bool:
    said = text[start:stop].strip()
    return said.isdigit() or _ABBREVIATION.search(text[max(start, stop - 8) : stop]) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


class Spanned(Protocol):
    """A part of a text: ``text[start:end]`` (a block of a sheet is one)."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def cut(text: str, blocks: Sequence[Spanned], longest: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of passages: consecutive ``blocks`` of ``text``, ``longest`` characters at most.

    A paragraph that announces what follows (it ends with a colon) goes with it where there is room for both.
    A block longer than ``longest`` is cut between sentences, a sentence between clauses or words.

    Raises:
        ValueError: ``longest`` is under 40 characters, which no sentence fits in.
    """
    if longest < 40:
        raise ValueError("a passage of fewer than 40 characters holds no sentence")
    start = end = -1
    for place, block in enumerate(blocks):
        room = block.end
        if text[block.start : block.end].endswith(":") and place + 1 < len(blocks):
            room = blocks[place + 1].end
        if start >= 0 and (block.end - start > longest or room - start > longest >= room - block.start):
            yield start, end
            start = -1
        if block.end - block.start > longest:
            pieces = list(_pieces(text, block, longest))
            yield from pieces[:-1]
            start, end = pieces[-1]
            continue
        if start < 0:
            start = block.start
        end = block.end
    if start >= 0:
        yield start, end


def _pieces(text: str, block: Spanned, longest: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of whole sentences of a long block, as many as fit in each piece."""
    start = end = -1
    for begin, stop in _short_sentences(text, block, longest):
        if start >= 0 and stop - start > longest:
            yield start, end
            start = -1
        if start < 0:
            start = begin
        end = stop
    if start >= 0:
        yield start, end


def _short_sentences(text: str, block: Spanned, longest: int) -> Iterator[tuple[int, int]]:
    for begin, stop in sentences(text, block.start, block.end):
        while stop - begin > longest:
            middle = _seam(text, begin, begin + longest)
            if found := _trimmed(text, begin, middle):
                yield found
            begin = middle
        if found := _trimmed(text, begin, stop):
            yield found


def _seam(text: str, begin: int, limit: int) -> int:
    """Return where to cut ``text[begin:limit]``: after a clause in its second half, a word, or anywhere."""
    half = begin + (limit - begin) // 2
    for pattern, first in ((_CLAUSE, half), (_SPACE, begin + 1)):
        if ends := [match.end() for match in pattern.finditer(text, first, limit)]:
            return ends[-1]
    return limit
