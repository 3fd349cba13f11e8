"""What names the type of a value from afar: the heading of its column, a list's introduction, its paragraph.

A column is read in tables of any sign (bars of Markdown, ``;``, tabs, commas, blanks that align): the first
line of the lines that have as many signs is the heading. Elsewhere the words that announce a type are looked
for before the value, up to :data:`FAR` characters, then right after it; the value must have the form of the
type that they name, so this is asked only where nothing near tells.
"""

import re

from bacasable.privacy.redaction.identifiers.announced import Announced, Announces

#: Characters before a value where its type may be named, with one empty line at most.
FAR = 600
#: The same for a form that hardly anything else has.
FARTHEST = 1500
#: Lines of a table between two values, at most; and of columns that blanks align.
_LINES = 200
_ALIGNED = 40
_STEP = 60
_LINE_SIGNS = ("|", "\t", ";", '","', " / ", ",")
_RULE = re.compile(r"[\s|+:=_\-─━│┼]*\Z")
#: Words right after a value that may name its type: "(passeport)", "– INE".
_AFTER = re.compile(
    r"[ \u00a0]?(?:\(|[–—\-,:=][ \u00a0]|;[ \u00a0]?"
    r"|(?:est|c'est|cest|c|étant|pour|auprès|à la|de la|du|chez|comme)[ \u00a0])"
    r"[^\n.;|)\t]{2,40}"
)
#: One word or two that follow a value without a sign between; a plural is counted by it.
_NEXT = re.compile(r"[ \u00a0][^\W\d_]{2,12}(?<!s)(?:[ \u00a0-][^\W\d_]{2,9}+)?(?=[ \u00a0]?(?:[\n,.;)]|\Z))")
#: A value that begins a line or an item, and its name in brackets after it: "1234567 A (allocataire)".
_LABELLED = re.compile(r"[0-9A-Z][0-9A-Za-z .\-/\u00a0]{4,30}[0-9A-Za-z] ?(?:\(|: |– |= )([^\n)\d]{2,40})")
#: The letter of a key, which may stand apart from its number.
_KEY_LETTER = re.compile(r"[ \u00a0]?[A-Z](?![\w'’])")
_BEGINS = re.compile(r"(?:\A|\n)[ \t]*(?:[-•*–·][ \t]*)?\Z")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")


class Headings:
    """The headings of one text; what was read of a table is kept for its next lines."""

    __slots__ = ("_aligned", "_contexts", "_heads", "_text", "tabular")

    def __init__(self, contexts: Announces, text: str) -> None:
        self._contexts = contexts
        self._text = text
        #: By the start of a line: its sign, how many of them, and the start of its heading.
        self._heads: dict[int, tuple[str, int, int]] = {}
        #: The line and the column read last, and what the heading above announces.
        self._aligned: tuple[int, int, list[Announced]] = (-1, 0, [])
        self.tabular = "  " in text or "|" in text or ";" in text or "\t" in text or '","' in text

    def labelled(self, start: int) -> list[Announced]:
        """Return what is announced by the brackets after a value that begins a line."""
        text = self._text
        if not (match := _LABELLED.match(text, start)) or not _BEGINS.search(text, max(0, start - 8), start):
            return []
        return self._named(match[1])

    def column(self, start: int, loose: bool = False) -> list[Announced]:
        """Return what the heading of the column of a value announces; ``loose``: commas and slashes too."""
        text = self._text
        top = text.rfind("\n", 0, start) + 1
        if not top:
            return []
        bottom = text.find("\n", start)
        line = text[top : len(text) if bottom < 0 else bottom]
        for sign in _LINE_SIGNS if loose else _LINE_SIGNS[:4]:
            if sign in line and not (
                line.count(sign) == 1 and line.rstrip().endswith(sign)
            ):  # an item of a list
                return self._signed(top, line, sign, start - top)
        return self._blanks(top, line, start - top) if "  " in line else []

    def _signed(self, top: int, line: str, sign: str, place: int) -> list[Announced]:
        text, count = self._text, line.count(sign)
        head, above = -1, top
        for _ in range(_LINES):
            if not above:
                break
            end, above = above - 1, text.rfind("\n", 0, above - 1) + 1
            known = self._heads.get(above)
            if known and known[:2] == (sign, count):
                head = known[2]
                break
            other = text[above:end]
            if _RULE.match(other) and other.strip():
                continue
            if other.count(sign) != count:
                break
            head = above
        if head < 0:
            return []
        self._heads[top] = (sign, count, head)
        end = text.find("\n", head)
        cells = text[head:end].split(sign)
        return self._named(cells[line.count(sign, 0, place)])

    def _blanks(self, top: int, line: str, place: int) -> list[Announced]:
        text = self._text
        left = line.rfind("  ", 0, place)
        left = left + 2 if left >= 0 else 0
        right = line.find("  ", place)
        right = len(line) if right < 0 else right
        last, column, named = self._aligned
        if 0 <= last < top and abs(column - left) < 3 and text.count("\n", last, top) == 1:
            self._aligned = (top, left, named)
            return named
        named = []
        above = top
        for _ in range(_ALIGNED):
            if not above:
                break
            end, above = above - 1, text.rfind("\n", 0, above - 1) + 1
            other = text[above:end]
            if not other.strip():
                break
            if left and "  " not in other.strip():
                continue  # a title, not a line of headings
            cell = _cell(other, left, right)
            if cell and not any(map(str.isdecimal, cell)) and (named := self._named(cell)):
                break
        self._aligned = (top, left, named)
        return named

    def _named(self, cell: str) -> list[Announced]:
        """Return what a heading announces, as if it stood right before the value."""
        if len(cell) > 60:
            cell = cell[:60]
        return [entry._replace(words=0) for entry in self._contexts.announced(cell, len(cell))]

    def after(self, end: int) -> list[Announced]:
        """Return what the words right after a value announce, the nearest first."""
        if letter := _KEY_LETTER.match(self._text, end):
            end = letter.end()
        if after := _AFTER.match(self._text, end) or _NEXT.match(self._text, end):
            return self._contexts.announced(after[0], len(after[0]))[::-1]
        return []

    def far(self, start: int, end: int, sure: bool) -> list[Announced]:
        """Return what a heading above, the paragraph or the words after a value announce, the nearest first.

        ``sure``: the form of the value is one that hardly anything else has, so farther words count.
        """
        if named := self.column(start, loose=True):
            return named
        text = self._text
        if named := self.after(end):
            return named
        lowest = max(0, start - (FARTHEST if sure else FAR))
        if not sure:
            empty = list(_EMPTY_LINE.finditer(text, lowest, start))
            if len(empty) > 1:
                lowest = empty[-2].end()
        return self._contexts.afar(text, start, lowest, _STEP)


def _cell(line: str, left: int, right: int) -> str:
    """Return the cell of a line, parted from the others by two blanks, that lies over a column."""
    if left >= len(line):
        return ""
    start = line.rfind("  ", 0, left + 1)
    start = start + 2 if start >= 0 else 0
    stop = line.find("  ", max(left, start))
    if line[left : left + 2].isspace():  # a heading shifted to the right
        while start < right and line[start : start + 1] == " ":
            start += 1
        stop = line.find("  ", start)
    return line[start : len(line) if stop < 0 else stop] if start < right else ""
