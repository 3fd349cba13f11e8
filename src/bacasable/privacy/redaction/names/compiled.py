"""The reading of names by the kernel in C, where it was built: its tables are made of those of Python."""

from importlib.resources import files
from typing import Any

from bacasable.privacy.redaction import kernel, lexicon
from bacasable.privacy.redaction.names import features, scanning
from bacasable.privacy.redaction.names.model import unpacked
from bacasable.privacy.redaction.spans import Span

#: Marks of words, as in kernel.h.
_NEVER, _LOWER_NAME, _OPENER, _INNER = 1, 2, 4, 8


def reader(confidences: tuple[float, ...], types: tuple[str, ...]) -> Any:
    """Return the reader of names in C, or ``None`` where the kernel was not built."""
    if kernel.built is None:
        return None
    keys, weights = unpacked(files(__package__).joinpath("model.bin").read_bytes())
    marks: dict[str, int] = {}
    for mark, words in (
        (_NEVER, scanning.never()),
        (_LOWER_NAME, scanning.lower_names()),
        (_OPENER, scanning.OPENERS),
        (_INNER, scanning.INNER),
    ):
        for word in words:
            marks[word] = marks.get(word, 0) | mark
    lexical = features.lexical()
    return kernel.built.Names(
        forms=lexicon.compiled(),
        keys="\n".join(keys).encode(),
        weights=weights,
        special="\n".join(marks).encode(),
        marks=bytes(marks.values()),
        lexical="\n".join(lexical).encode(),
        groups=bytes(lexical.values()),
        classes=features.classes(),
        fold=lexicon.fold,
        separators=scanning.CLASS_OF_SEPARATOR,
        span=Span,
        confidences=confidences,
        types=types,
    )
