"""Runs of digits in a text: digits with what people and scanners put between them.

Spaces of all kinds, dots, dashes, a line break, letters taken for digits (O for 0, l for 1; a bar belongs to
a table). A run may hold several values, or one value spaced digit by digit.
"""

import re
from collections.abc import Iterator

from bacasable.privacy.redaction.identifiers.proofs import proves

#: What may stand between two digits of one value.
GAPS = r" .\-/()_\t\r\n\u00a0\u00ad\u2007\u2009\u200a\u200b\u202f\u2010-\u2015\u00b7"

#: Six digits at least. The last letters of a run are no beginning of a word. The bound keeps memory flat.
RUN = re.compile(
    rf"[0-9](?:[{GAPS}]{{0,3}}[0-9OIloABab]){{5}}[0-9OIloABab]*"
    rf"(?:[{GAPS}]{{1,3}}(?:[0-9OIloABab]++(?![^\W\d_])|[0-9]++)){{0,2000}}"
)
GROUP = re.compile(r"[0-9OIloABab]+")
_LOOKALIKES = str.maketrans("OoIlab", "0011AB")
#: Letters that stand alone after the 2 of a department only.
_ALONE = ("A", "B")
_BREAK = re.compile(r"\n[^\S\n]*\n")


class Run:
    """The groups of digits of one run: where each starts and ends, and what it says once letters are read."""

    __slots__ = ("ends", "starts", "words")

    def __init__(self, starts: list[int], ends: list[int], words: list[str]) -> None:
        self.starts = starts
        self.ends = ends
        self.words = words


def evenly(start: int, words: list[str]) -> Run:
    """Return the run of groups with one sign between each and the next."""
    starts, ends = [], []
    for word in words:
        starts.append(start)
        start += len(word)
        ends.append(start)
        start += 1
    return Run(starts, ends, words)


def groups(text: str, start: int, end: int) -> Iterator[Run]:
    """Yield the groups of ``text[start:end]``, cut where more than three signs or an empty line part them."""
    word = text[start:end]
    if word.isdecimal():
        yield Run([start], [end], [word])
        return
    run = Run([], [], [])
    last = start
    for match in GROUP.finditer(text, start, end):
        word = match[0]
        begin, stop = match.span()
        if not word.isdecimal():
            kept = _without_word(word, stop == end and end < len(text) and text[end].isalpha())
            core = kept.strip("OIloABab")
            if kept != core and proves(core) and not proves(kept.translate(_LOOKALIKES)):
                begin += kept.index(core)
                kept = core
            if not kept or (kept in _ALONE and not (run.words and run.words[-1][-1] == "2")):
                continue
            stop = begin + len(kept)
            word = kept.translate(_LOOKALIKES)
        if begin - last > 1 and (begin - last > 3 or _BREAK.search(text, last, begin)) and run.words:
            yield _without_key(run)
            run = Run([], [], [])
        last = stop
        run.starts.append(begin)
        run.ends.append(stop)
        run.words.append(word)
    if run.words:
        yield _without_key(run)


def _without_key(run: Run) -> Run:
    """Return a run without the letter of a key after it: only digits follow the A or B of a department."""
    if run.words[-1] in _ALONE:
        run.words.pop(), run.starts.pop(), run.ends.pop()
    return run


def _without_word(word: str, goes_on: bool) -> str:
    """Return a group without letters at its end that begin a word: several, A or B alone, or it goes on.

    Several letters alone are a word too, unless all are one: "Il", but not "OO".
    """
    digits = word.rstrip("OIloABab")
    letters = len(word) - len(digits)
    if goes_on or (letters > 1 and (digits or len(set(word)) > 1)):
        return digits
    if letters == 1 and word[-1] in "ABab" and word[-2:-1] != "2":
        return digits or ("" if word.islower() else word)
    return word


def with_lookalike(text: str, start: int) -> int:
    """Return where a run starts when a letter taken for a digit stands before it: ``O6 12``, ``l 85 05``."""
    before = text[start - 1]
    if before in "OolI" and not (start > 1 and text[start - 2].isalnum()):
        return start - 1
    alone = start == 2 or (start > 2 and not (text[start - 3].isalnum() or text[start - 3] in "'’."))
    return start - 2 if alone and before in " .-\u00a0" and text[start - 2] in "OlI" else start


def after_letters(text: str, start: int, end: int) -> int:
    """Return where a value may start in a run that hangs on a letter or on "_".

    ``ABC1234567``: nowhere, the letters are part of it; several groups, or ten digits and more
    (``Tel0612345678``), stand for themselves.
    """
    group = GROUP.match(text, start, end)
    return end if group and group.end() == end and len(group[0]) < 10 else start
