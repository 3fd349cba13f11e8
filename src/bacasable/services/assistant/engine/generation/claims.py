"""What a model wrote, claim by claim, as it comes: JSON objects, whatever stands around them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: An object longer than this is no sentence with its extract.
_LONGEST = 4_000


@dataclass(frozen=True)
class Claim:
    """One sentence, the number of the source that carries it (from 1) and the words it gives as its."""

    sentence: str
    source: int
    extract: str


def claims(pieces: Iterable[str]) -> Iterator[Claim | None]:
    """Yield each claim once it is whole, and ``None`` for each object that is none.

    Models wrap objects in fences, arrays and prose: only ``{...}`` counts. An object cut by the end of the
    answer is dropped with a ``None``.
    """
    for written in _objects(pieces):
        yield _claim(written)


def _objects(pieces: Iterable[str]) -> Iterator[str]:
    """Yield what stands between a brace and its pair, braces inside of strings apart."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for piece in pieces:
        for sign in piece:
            if not depth:
                if sign == "{":
                    kept, depth, quoted = [sign], 1, False
                continue
            kept.append(sign)
            if escaped:
                escaped = False
            elif quoted:
                escaped, quoted = sign == "\\", sign != '"'
            elif sign == '"':
                quoted = True
            elif sign in "{}":
                depth += 1 if sign == "{" else -1
            if not depth or len(kept) > _LONGEST:
                yield "".join(kept)
                depth = 0
    if depth:
        yield "".join(kept)


def _claim(written: str) -> Claim | None:
    try:
        said = json.loads(written, strict=False)
        sentence, source, extract = said["phrase"], said["source"], said["extrait"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if isinstance(source, str) and source.strip().isdecimal():
        source = int(source)
    if not isinstance(sentence, str) or not isinstance(extract, str) or type(source) is not int:
        return None
    return Claim(" ".join(sentence.split()), source, extract.strip())
