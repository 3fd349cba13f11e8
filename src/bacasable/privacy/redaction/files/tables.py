"""CSV: cells are replaced in place; delimiter, quoting, line ends and all other cells stay byte for byte.

Source: RFC 4180, with what is met in practice: the delimiters ``,`` ``;`` tab and ``|``, lone ``\\r`` or
``\\n``, and a quote inside of an unquoted cell (*5" pipe*), which stands for itself. A quote that never
closes, or text after a closing quote, would hide cells from the search: it is refused.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from bacasable.privacy.messages import N_, Refused, Said
from bacasable.privacy.redaction.files.choices import Choice, Fields
from bacasable.privacy.redaction.files.coverage import Coverage
from bacasable.privacy.redaction.files.editing import BATCH, Edit, Editor, Field, applied
from bacasable.privacy.redaction.files.lines import RECORD, lines, too_long

DELIMITERS = ",;\t|"

#: Lines looked at to guess the delimiter, and the rows whose shape differs that a note names.
_LOOKED_AT = 50
_NAMED = 5
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_VALUE_LIKE = re.compile(r"[\d\s.,/€%+:-]*\d[\d\s.,/€%+:-]*|[^\s@]+@[^\s@]+\.[^\s@]+")


class Cell(NamedTuple):
    """Where a cell is in the raw text, quotes included."""

    start: int
    end: int
    line: int
    row: int = 0


class Row(NamedTuple):
    """A record: its raw text with its end, its cells, the line on which it begins."""

    raw: str
    cells: list[Cell]
    line: int


@dataclass
class Table:
    """Reads one file of comma-separated values.

    ``has_header`` None decides by the first row: it is one of names unless a cell of it is empty, repeated,
    a number, a date or an address of mail, or holds an identifier.
    """

    editor: Editor
    fields: Fields
    delimiter: str = ""
    has_header: bool | None = None
    notes: list[Said] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage, init=False)
    is_headed: bool = field(default=False, init=False)
    _odd: list[int] = field(default_factory=list, init=False)
    _odd_count: int = field(default=0, init=False)

    def pieces(self, chunks: Iterable[str]) -> Iterator[tuple[str, list[Edit]]]:
        """Yield the raw text, piece by piece, with its edits.

        Raises:
            Refused: a broken quote, a row too long, a column that the table does not have.
        """
        physical = lines(chunks, only_newline=False)
        first: list[str] = []
        for line in physical:
            first.append(line)
            if len(first) >= _LOOKED_AT:
                break
        self.delimiter = self.delimiter or guess_delimiter(first)
        rows = read_rows(chain(first, physical), self.delimiter)
        head = next(rows, None)
        if head is None:
            if self.fields.named:
                raise Refused(N_("--fields: the table is empty, so it has no such column"))
            return
        names = self._names(head)
        choices = [self.fields.choice((name,)) for name in names]
        yield from self._body(chain([head], rows), names, choices, len(head.cells))

    def _names(self, head: Row) -> list[str]:
        """Return what the columns are called: by the header, or by their number from 1."""
        cells = [value_of(head.raw[cell.start : cell.end]) for cell in head.cells]
        self.is_headed = self._is_header(cells) if self.has_header is None else self.has_header
        numbers = [str(number) for number in range(1, len(cells) + 1)]
        if not self.is_headed:
            self.notes.append(Said(N_("the first row was read as data: columns are called 1, 2, 3...")))
        names = cells if self.is_headed else numbers
        self.fields.require({(name,) for name in names}, N_("column"))
        return names

    def _is_header(self, cells: list[str]) -> bool:
        said = [cell.strip() for cell in cells]
        if len(set(said)) < len(said) or not all(said) or any(_VALUE_LIKE.fullmatch(cell) for cell in said):
            return False
        found = self.editor.finder.find("\n".join(said))
        return not any(span.confidence >= 0.5 and span.type != "LOCATION" for span in found)

    def _body(
        self, rows: Iterable[Row], names: list[str], choices: list[Choice], width: int
    ) -> Iterator[tuple[str, list[Edit]]]:
        raw: list[str] = []
        cells: list[tuple[Cell, int]] = []
        size = weight = 0
        for index, row in enumerate(rows):
            self._measure(row, width)
            is_header = index == 0 and self.is_headed
            for column, cell in enumerate(row.cells):
                moved = Cell(cell.start + size, cell.end + size, cell.line, index)
                cells.append((moved, -1 if is_header else column))
                weight += cell.end - cell.start + 16
            raw.append(row.raw)
            size += len(row.raw)
            if weight >= BATCH:
                yield self._edited("".join(raw), cells, names, choices)
                raw, cells, size, weight = [], [], 0, 0
        if raw:
            yield self._edited("".join(raw), cells, names, choices)
        self._tell(width)

    def _measure(self, row: Row, width: int) -> None:
        if len(row.cells) == width or not row.raw.strip():
            return
        if row.raw.rstrip("\r\n").count("\n"):
            raise Refused(
                N_(
                    "line {line}: a row that goes on over several lines has {count} cells where the "
                    "first has {width}: a quote is missing near there; mend it, or read the file as "
                    "text with --format text"
                ),
                line=row.line,
                count=len(row.cells),
                width=width,
            )
        self._odd_count += 1
        if len(self._odd) < _NAMED:
            self._odd.append(row.line)

    def _tell(self, width: int) -> None:
        if self.is_headed:
            self.notes += self.coverage.notes()
        if self._odd:
            named = ", ".join(map(str, self._odd)) + ("..." if self._odd_count > _NAMED else "")
            self.notes.append(
                Said(
                    N_("{count} rows do not have {width} cells as the first has: lines {lines}"),
                    count=self._odd_count,
                    width=width,
                    lines=named,
                )
            )

    def _edited(
        self, raw: str, cells: list[tuple[Cell, int]], names: list[str], choices: list[Choice]
    ) -> tuple[str, list[Edit]]:
        edits: list[Edit] = []
        searched: list[Cell] = []
        fields: list[Field] = []
        extra = Choice(not self.fields.read)  # of a cell beyond the last column
        for cell, column in cells:
            written = raw[cell.start : cell.end]
            value = value_of(written)
            if column < 0:
                continue
            choice = choices[column] if column < len(choices) else extra
            if choice.kind:
                new = self.editor.whole(value, choice.kind, cell.line)
                if new != value:
                    edits.append(Edit(cell.start, cell.end, self._written(new, written)))
            elif choice.is_read and value:
                name = names[column] if self.is_headed and column < len(names) else ""
                searched.append(cell)
                fields.append(Field(name, value, cell.line, cell.row))
        for cell, one, found in zip(searched, fields, self.editor.fields(fields), strict=True):
            self.coverage.add(one.label, bool(found))
            if found:
                written = raw[cell.start : cell.end]
                edits.append(Edit(cell.start, cell.end, self._written(applied(one.value, found), written)))
        return raw, sorted(edits)

    def _written(self, value: str, before: str) -> str:
        """Return a cell as it is written: quoted where it was, or where it must be."""
        if before.startswith('"') or any(sign in value for sign in (self.delimiter, '"', "\n", "\r")):
            return '"' + value.replace('"', '""') + '"'
        return value


def value_of(written: str) -> str:
    """Return the value of a cell as it is written."""
    return written[1:-1].replace('""', '"') if written.startswith('"') else written


def guess_delimiter(first: list[str]) -> str:
    """Return the delimiter that gives most lines one number of cells, more than one; else ``,``."""
    bare = [_QUOTED.sub("", line) for line in first if line.strip()]
    best, score = ",", 0.0
    for sign in DELIMITERS:
        counts = [line.count(sign) for line in bare]
        if counts and counts[0]:
            same = sum(count == counts[0] for count in counts) / len(counts)
            if same * (1 + counts[0] / 1000) > score:
                best, score = sign, same * (1 + counts[0] / 1000)
    return best


def read_rows(physical: Iterable[str], delimiter: str) -> Iterator[Row]:
    """Yield the records of a table from its lines.

    Raises:
        Refused: a quote that never closes, text after a closing quote, a record too long.
    """
    number = 0
    source = iter(physical)
    for line in source:
        number += 1
        if '"' not in line:
            yield Row(line, _plain(line, delimiter, number), number)
            continue
        begin = number
        row, number = _quoted_row(line, source, delimiter, number)
        yield row._replace(line=begin)


def _plain(line: str, delimiter: str, number: int) -> list[Cell]:
    body = len(line.rstrip("\r\n"))
    cells: list[Cell] = []
    at = 0
    for part in line[:body].split(delimiter):
        cells.append(Cell(at, at + len(part), number))
        at += len(part) + 1
    return cells


def _quoted_row(line: str, source: Iterator[str], delimiter: str, number: int) -> tuple[Row, int]:
    """Read a record that has quotes, taking lines while a quoted cell goes on."""
    done: list[str] = []  # lines before `line`, which belong to the record
    before = 0
    cells: list[Cell] = []
    at = 0
    while True:
        if line[at : at + 1] == '"':
            start, opened = before + at, number
            end = _closing(line, at + 1)
            while end < 0:
                done.append(line)
                before += len(line)
                following = next(source, None)
                if following is None:
                    raise Refused(
                        N_(
                            "line {line}: the quote of cell {cell} is never closed, so the rest of the "
                            "file would be one cell; mend it, or read the file as text with --format text"
                        ),
                        line=opened,
                        cell=len(cells) + 1,
                    )
                if before > RECORD:
                    raise too_long(opened)
                line, number = following, number + 1
                end = _closing(line, 0)
            at = end + 1
            cells.append(Cell(start, before + at, opened))
            rest = line[at:]
            if rest.strip("\r\n") and not rest.startswith(delimiter):
                raise Refused(
                    N_(
                        "line {line}: text follows the closing quote of cell {cell} (opened on line "
                        "{opened}); double the quotes inside of a cell, or read the file as text with "
                        "--format text"
                    ),
                    line=number,
                    cell=len(cells),
                    opened=opened,
                )
        else:
            found = line.find(delimiter, at)
            end = found if found >= 0 else len(line.rstrip("\r\n"))
            cells.append(Cell(before + at, before + max(at, end), number))
            at = max(at, end)
        if line[at : at + 1] != delimiter:
            return Row("".join([*done, line]), cells, number), number
        at += 1


def _closing(line: str, at: int) -> int:
    """Return where a quoted cell closes in this line; -1 if it goes on."""
    while (found := line.find('"', at)) >= 0:
        if line[found + 1 : found + 2] != '"':
            return found
        at = found + 2
    return -1
