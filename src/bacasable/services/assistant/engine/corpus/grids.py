"""Tables as lines that can be quoted: each row says under which headers its values stand."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

#: Widest table and tallest merged cell that is followed: what claims more is damaged.
_WIDEST, _TALLEST = 200, 1_000


class Cell(NamedTuple):
    """A cell, how many columns and rows it covers, and whether it is a header."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


def rows(table: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield one line a row that is not all headers: ``Âge : 18 ans ; Montant : 25 €``.

    Merged cells count in each row and column that they cover. Several rows of headers are joined. A cell
    over the whole row (a title inside of the table) goes before each row under it. Without headers, two
    columns give ``left : right``, more give values with semicolons.
    """
    headers: list[str] = []
    was_header, part, is_part_told = False, "", True
    for row in _spread(table):
        if all(cell.header for cell in row):
            fresh = [cell.text for cell in row]
            headers = _joined(headers, fresh) if was_header else fresh
            was_header = True
            continue
        was_header = False
        values = [cell.text for cell in row]
        if len(values) > 1 and len(set(values)) == 1 and row[0].columns > 1:
            if not is_part_told:
                yield part
            part, is_part_told = values[0], False
            continue
        if line := _line(headers, values):
            yield f"{part} - {line}" if part else line
            is_part_told = True
    if not is_part_told:
        yield part


def _joined(above: list[str], below: list[str]) -> list[str]:
    pairs = zip(above + [""] * (len(below) - len(above)), below, strict=False)
    return [upper if upper == lower or not lower else f"{upper} {lower}".strip() for upper, lower in pairs]


def _line(headers: list[str], values: list[str]) -> str:
    if not any(headers):
        if len(values) == 2 and all(values):
            return "\u00a0: ".join(values)
        return "\u00a0; ".join(_once(value for value in values if value))
    said = []
    for place, value in enumerate(values):
        header = headers[place] if place < len(headers) else ""
        if value and not (place and (header, value) == _before(headers, values, place)):
            said.append(f"{header}\u00a0: {value}" if header and header != value else value)
    return "\u00a0; ".join(said)


def _before(headers: list[str], values: list[str], place: int) -> tuple[str, str]:
    return (headers[place - 1] if place - 1 < len(headers) else "", values[place - 1])


def _once(values: Iterable[str]) -> Iterator[str]:
    last = ""
    for value in values:
        if value != last:
            yield value
        last = value


def _spread(table: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    """Yield rows with merged cells written in each place that they cover."""
    hanging: dict[int, tuple[Cell, int]] = {}
    for row in table:
        full: list[Cell] = []
        waiting = list(row)[::-1]
        while (waiting or len(full) in hanging) and len(full) < _WIDEST:
            place = len(full)
            if place in hanging:
                cell, left = hanging.pop(place)
                if left > 1:
                    hanging[place] = (cell, left - 1)
                full.append(cell)
                continue
            cell = waiting.pop()
            for _ in range(min(max(cell.columns, 1), _WIDEST)):
                if cell.rows > 1:
                    hanging[len(full)] = (cell, min(cell.rows, _TALLEST) - 1)
                full.append(cell)
        if full:
            yield full
