"""Plain text: paragraphs with blank lines between, lines that begin with a dash or a number as items."""

import re

from bacasable.services.assistant.engine.corpus.composing import Composer

_BLANK = re.compile(r"\n[ \t\u00a0]*(?:\n[ \t\u00a0]*)+")
_ITEM = re.compile(r"^[ \t]*(?:[-–—•*▪◦·‣]|(\d{1,2})[.)]|[a-z]\))[ \t\u00a0]+")
_DIGIT_LAST = re.compile(r"\d[ \t\u00a0]*$")
#: A line ends its paragraph where it ends its sentence or is much shorter than a full line.
_ENDS = re.compile(r"[.!?:;…»\")]\s*$")


def paragraphs(text: str, composer: Composer) -> None:
    """Add the paragraphs and items of ``text``; lines wrapped inside of a paragraph are joined.

    A word broken at the end of a line ("docu-" and "ment") is made whole. The end of a number that a line
    breaks ("07 69 87 44" and "17. Il...") is no item: it would lose its last digits.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    for part in _BLANK.split(text):
        lines = [line for line in part.split("\n") if line.strip()]
        width = max(map(len, lines), default=0)
        said, kind, number = "", "paragraph", 0
        for line in lines:
            if (item := _ITEM.match(line)) and not _goes_on(said, item.group(1), number):
                number = int(item.group(1) or 0)
                composer.add(said, "item" if kind == "item" else "paragraph")
                said, kind = line[item.end() :], "item"
                continue
            if said and _ENDS.search(said) and len(said.rsplit("\n", 1)[-1]) < width * 0.75:
                composer.add(said, "item" if kind == "item" else "paragraph")
                said, kind = "", "paragraph"
            said = _continued(said, line)
        composer.add(said, "item" if kind == "item" else "paragraph")


def _goes_on(said: str, numbered: str | None, before: int) -> bool:
    """Say whether what begins like a numbered item is the end of the number that the line before begins."""
    if numbered is None or not _DIGIT_LAST.search(said):
        return False
    return int(numbered) not in (1, before + 1)


def _continued(said: str, line: str) -> str:
    if not said:
        return line
    line = line.lstrip()
    if re.search(r"[a-zà-ÿ]-\s*$", said) and re.match(r"[a-zà-ÿ]", line):
        return said.rstrip()[:-1] + line
    return f"{said}\n{line}"
