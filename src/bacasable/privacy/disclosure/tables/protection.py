"""Hide other cells so that no hidden one is worked out, and prove it: linear programs on the margins.

A reader knows every published cell, that margins add up, that nothing is below zero, and that somebody is in
a hidden cell (empty ones are shown). What remains possible for a hidden cell is an interval, found by two
linear programs: :func:`audit`. :func:`protect` makes the interval of each sensitive cell wide enough. For one
that is not, it looks for the cheapest way to move that cell by its protection level with every margin still
adding up; the cells that move with it are hidden too (Kelly, Golden and Assad 1992; Fischetti and
Salazar-González 2001 solve the same to optimality).
Cells of nobody are never hidden: everyone knows that they are empty.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.disclosure.tables.crossing import CrossTable
from bacasable.privacy.disclosure.tables.sensitivity import Sensitive
from bacasable.privacy.messages import N_, Refused

_EXTRA = N_("tables need the extra 'disclosure': pip install 'bacasable[disclosure]'")
_CANNOT = N_(
    "the cell {cell} cannot be hidden: whatever else is hidden, the margins give it away; join categories, "
    "or leave out a dimension"
)
#: Cells looked at to show again what need not be hidden, times those of the table: some ten seconds.
_TRIES = 15_000_000
#: Below this a linear program's answer is rounding.
_TINY = 1e-6

Values = NDArray[np.int64]


@dataclass(frozen=True)
class Protected:
    """A table with what is hidden of it. ``primary`` by a rule, ``secondary`` to protect the others.

    ``intervals`` are what a reader can still work out of each hidden cell, for each measure
    (``"units"``, ``"total"``): the proof. ``above`` is infinite where nothing bounds it.
    """

    table: CrossTable
    primary: dict[int, str]
    secondary: frozenset[int]
    intervals: dict[str, dict[int, tuple[float, float]]] = field(repr=False)

    @property
    def hidden(self) -> frozenset[int]:
        """All hidden cells."""
        return self.secondary | self.primary.keys()


def measures(table: CrossTable) -> dict[str, Values]:
    """Return the columns that a release of this table shows, and that are protected together."""
    shown: dict[str, Values] = {}
    if table.adds_up:
        shown["units"] = table.units
    if table.totals is not None:
        shown["total"] = table.totals
    return shown


def audit(
    table: CrossTable, hidden: Collection[int], cells: Iterable[int] | None = None
) -> dict[str, dict[int, tuple[float, float]]]:
    """Return for each measure what a reader can work out of ``cells`` (all hidden ones by default).

    An interval of one value is a cell given away.
    """
    asked = sorted(hidden if cells is None else cells)
    readers = {name: _Reader(table, values, hidden) for name, values in measures(table).items()}
    return {name: {cell: reader.interval(cell) for cell in asked} for name, reader in readers.items()}


def protect(table: CrossTable, found: list[Sensitive], *, secondary: bool = True) -> Protected:
    """Hide the cells of ``found``, and as little as it takes that none of them is worked out.

    Args:
        secondary: False hides only what the rules say: the sabotage, which :func:`audit` must see through.

    Raises:
        Refused: a cell that nothing can protect, such as the only one that holds anybody.
    """
    hidden = {one.cell for one in found}
    shown = measures(table)
    if secondary and found and not shown:
        raise Refused(
            N_("units are in several cells and nothing is added up: what margins give away cannot be proved")
        )
    if secondary:
        flows = {name: _Flow(table, values) for name, values in shown.items()}
        readers = {name: _Reader(table, values, hidden) for name, values in shown.items()}
        unsure = list(found)
        while unsure:
            left = []
            for one in unsure:
                for name, values in shown.items():
                    if not _is_protected(one, name, int(values[one.cell]), readers[name]):
                        hidden |= flows[name].pattern(one.cell, _levels(one, name), hidden)
                        for reader in readers.values():
                            reader.hide(hidden)
                        left.append(one)
            unsure = left
        _show_again(table, found, hidden, readers)
    primary = {one.cell: one.rule for one in found}
    intervals = audit(table, hidden)
    if secondary:  # what the rest gives away anyway protects nothing: show it again
        known = {
            cell for cell in hidden - primary.keys() if all(_known(each[cell]) for each in intervals.values())
        }
        hidden -= known
        intervals = {
            name: {cell: bounds for cell, bounds in each.items() if cell in hidden}
            for name, each in intervals.items()
        }
    return Protected(table, primary, frozenset(hidden - primary.keys()), intervals)


def _levels(one: Sensitive, name: str) -> tuple[int, int]:
    return one.count if name == "units" else one.total


def _is_protected(one: Sensitive, name: str, true: int, reader: "_Reader") -> bool:
    """Say whether a reader stays as far from the true value of a cell as it asks."""
    levels = _levels(one, name)
    if not any(levels):
        return True
    low, high = reader.interval(one.cell)
    return true - low >= levels[0] - _TINY and high - true >= levels[1] - _TINY


def _show_again(
    table: CrossTable, found: list[Sensitive], hidden: set[int], readers: "dict[str, _Reader]"
) -> None:
    """Take out of ``hidden`` what all sensitive cells stay protected without, dearest first."""
    shown = measures(table)
    order, tries = list(found), _TRIES // len(table)
    for cell in sorted(hidden - {one.cell for one in found}, key=lambda one: (-_price(table, one), one)):
        for reader in readers.values():
            reader.show(cell)
        needed = next(
            (
                one
                for one in order
                if not all(
                    _is_protected(one, name, int(shown[name][one.cell]), readers[name]) for name in shown
                )
            ),
            None,
        )
        if needed is None:
            hidden.discard(cell)
            tries -= len(order)
        else:  # what needed this cell most likely needs the next one
            tries -= order.index(needed) + 1
            order.remove(needed)
            order.insert(0, needed)
            for reader in readers.values():
                reader.hide({cell})
        if tries < 0:
            return


def _price(table: CrossTable, cell: int) -> float:
    """Return what hiding a cell costs: margins and large cells are dearer."""
    value = table.units[cell] if table.totals is None else table.totals[cell]
    return float(8.0 ** sum(not node for node in table.coordinates(cell)) * (1.0 + math.log1p(float(value))))


def _known(bounds: tuple[float, float]) -> bool:
    return bounds[1] - bounds[0] < _TINY


def _highs() -> Any:
    try:
        import highspy
    except ModuleNotFoundError as error:
        raise Refused(_EXTRA) from error
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("simplex_strategy", 4)
    return solver


class _Reader:
    """What a reader of the published cells works out: linear programs on the margins, hidden cells free."""

    def __init__(self, table: CrossTable, values: Values, hidden: Collection[int]) -> None:
        self._values = values
        self._least = float(values is table.units)
        self._hidden: set[int] = set()
        self._solver = _highs()
        for value in values.tolist():
            self._solver.addVar(float(value), float(value))
        for margin, cells in table.equations():
            signs = np.array([1.0] * len(cells) + [-1.0])
            self._solver.addRow(0, 0, len(signs), np.array([*cells, margin], np.int32), signs)
        self.hide(hidden)

    def hide(self, cells: Collection[int]) -> None:
        """Take ``cells`` away from what the reader sees."""
        for cell in set(cells) - self._hidden:
            self._solver.changeColBounds(cell, self._least, math.inf)
        self._hidden.update(cells)

    def show(self, cell: int) -> None:
        """Let the reader see ``cell`` again."""
        value = float(self._values[cell])
        self._solver.changeColBounds(cell, value, value)
        self._hidden.discard(cell)

    def interval(self, cell: int) -> tuple[float, float]:
        """Return the least and the greatest value that ``cell`` may have; infinite where it has no bound."""
        if cell not in self._hidden:
            value = float(self._values[cell])
            return value, value
        return self._bound(cell, 1.0), -self._bound(cell, -1.0)

    def _bound(self, cell: int, sign: float) -> float:
        import highspy

        self._solver.changeColCost(cell, sign)
        self._solver.run()
        status = self._solver.getModelStatus()
        value = self._solver.getObjectiveValue()
        self._solver.changeColCost(cell, 0.0)
        if status == highspy.HighsModelStatus.kOptimal:
            return float(round(value)) if abs(value - round(value)) < _TINY else float(value)
        return -math.inf


class _Flow:
    """The cheapest way to move one cell while all margins add up: which cells move with it."""

    def __init__(self, table: CrossTable, values: Values) -> None:
        self._table, self._values = table, values
        self._room = np.maximum(values - 1, 0) if values is table.units else values
        self._solver = _highs()
        size = len(table)
        self._size = size
        for cell in range(size):  # up by at most `movable`, and down by at most what there is
            movable = math.inf if table.units[cell] else 0.0
            self._solver.addVar(0, movable)
        for cell in range(size):
            self._solver.addVar(0, float(self._room[cell]))
        for margin, cells in table.equations():
            places = [*cells, margin]
            signs = [1.0] * len(cells) + [-1.0]
            both = np.array([*places, *(place + size for place in places)], np.int32)
            self._solver.addRow(0, 0, len(both), both, np.array([*signs, *(-sign for sign in signs)]))
        self._cost = np.array([_price(table, cell) for cell in range(size)])

    def pattern(self, cell: int, levels: tuple[int, int], hidden: Collection[int]) -> set[int]:
        """Return the cells that move with ``cell``, down by ``levels[0]`` and up by ``levels[1]``."""
        costs = self._cost.copy()
        every = np.arange(2 * self._size, dtype=np.int32)
        moved: set[int] = set()
        for place, far in ((cell + self._size, levels[0]), (cell, levels[1])):
            if far:  # what moved one way costs nothing the other way
                costs[[*hidden, *moved]] = 0.0
                self._solver.changeColsCost(len(every), every, np.concatenate([costs, costs]))
                moved |= self._moved(cell, place, float(far))
        return moved

    def _moved(self, cell: int, place: int, far: float) -> set[int]:
        import highspy

        other = cell if place != cell else cell + self._size
        kept = self._limits(place), self._limits(other)
        self._solver.changeColBounds(place, far, far)
        self._solver.changeColBounds(other, 0.0, 0.0)
        self._solver.run()
        solved = self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found = np.array(self._solver.getSolution().col_value) if solved else np.zeros(0)
        self._solver.changeColBounds(place, 0.0, kept[0])
        self._solver.changeColBounds(other, 0.0, kept[1])
        if not solved:
            named = ", ".join(f"{column} = {label}" for column, label in self._table.labels(cell).items())
            raise Refused(_CANNOT, cell=named)
        moving = found[: self._size] + found[self._size :] > _TINY
        return {int(one) for one in np.flatnonzero(moving)}

    def _limits(self, place: int) -> float:
        if place >= self._size:
            return float(self._room[place - self._size])
        return math.inf if self._table.units[place] else 0.0
