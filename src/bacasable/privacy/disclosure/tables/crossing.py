"""Cross tables with all their margins: who counts in each cell, for how much, and the largest of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused

#: The label of a margin: all the categories of a dimension together.
ALL = "*"

#: Cells, margins included: more is not read, and the linear programs would take minutes.
MOST_CELLS = 20_000

_NO_ROWS = N_("the table has no rows: there is nothing to release")
_UNKNOWN = N_("the table has no column {column}; its columns: {known}")
_NOT_WHOLE = N_(
    "the column {column} holds {kind}, not whole numbers; turn it into integers of the smallest unit (cents, "
    "litres)"
)
_BELOW_ZERO = N_(
    "the column {column}: values below zero, row {row} first; a cell of them cannot be protected here"
)
_EMPTY = N_("the column {column}: empty, row {row} first; fill it or leave the row out before releasing")
_TOO_MANY = N_(
    "the table has {count} cells with its margins, at most {most} are protected; use fewer categories"
)
_CATEGORY = N_("the hierarchy of {column} does not hold the category of row {row}; add it")
_TWICE = N_("the column {column} is named twice")


@dataclass(frozen=True)
class Dimension:
    """One dimension of a table: a column, and for each category the groups that it belongs to.

    ``groups`` gives for a category the labels from the widest group to the narrowest, without the total:
    ``{"75001": ("Île-de-France", "Paris")}``. Without groups, the categories stand directly below the total.
    """

    column: str
    groups: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Nodes:
    """The categories of one dimension as a tree: node 0 is the total; ``parents[i]`` is above node ``i``."""

    column: str
    labels: tuple[str, ...]
    parents: tuple[int, ...]

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """The nodes right below each node that has any."""
        below: dict[int, list[int]] = {}
        for node, parent in enumerate(self.parents):
            if node:
                below.setdefault(parent, []).append(node)
        return below

    def above(self, node: int) -> list[int]:
        """Return ``node`` and all that it belongs to, the total last."""
        path = [node]
        while path[-1]:
            path.append(self.parents[path[-1]])
        return path


@dataclass(frozen=True)
class CrossTable:
    """All cells of a table with its margins, flat: cell ``sum(node[d] * strides[d])``.

    ``units``: how many different units (people, firms, meters) are in each cell. ``totals``: the sum of their
    values, or None where units alone are counted. ``largest[:, i]``: the value of the i-th largest unit.
    ``adds_up``: whether units of a margin are the sum of those of its cells (no unit in two cells).
    """

    dimensions: tuple[Nodes, ...]
    units: NDArray[np.int64]
    totals: NDArray[np.int64] | None
    largest: NDArray[np.int64]
    adds_up: bool

    @property
    def strides(self) -> tuple[int, ...]:
        """What one step along each dimension adds to the number of a cell."""
        sizes = [len(nodes.labels) for nodes in self.dimensions]
        return tuple(math.prod(sizes[place + 1 :]) for place in range(len(sizes)))

    def __len__(self) -> int:
        return len(self.units)

    def coordinates(self, cell: int) -> tuple[int, ...]:
        """Return the node of each dimension."""
        found = []
        for stride in self.strides:
            node, cell = divmod(cell, stride)
            found.append(node)
        return tuple(found)

    def labels(self, cell: int) -> dict[str, str]:
        """Return the category of each dimension, ``*`` for a margin: how a cell is named to people."""
        nodes = zip(self.dimensions, self.coordinates(cell), strict=True)
        return {dimension.column: dimension.labels[node] for dimension, node in nodes}

    def is_margin(self, cell: int) -> bool:
        """Say whether the cell adds up others."""
        nodes = zip(self.dimensions, self.coordinates(cell), strict=True)
        return any(node in dimension.children for dimension, node in nodes)

    def equations(self) -> Iterator[tuple[int, list[int]]]:
        """Yield each margin with the cells that add up to it, along one dimension at a time."""
        strides = self.strides
        sizes = [range(len(nodes.labels)) for nodes in self.dimensions]
        for place, nodes in enumerate(self.dimensions):
            others = [sizes[other] if other != place else range(1) for other in range(len(sizes))]
            for rest in product(*others):
                start = sum(node * stride for node, stride in zip(rest, strides, strict=True))
                for parent, children in nodes.children.items():
                    yield (
                        start + parent * strides[place],
                        [start + node * strides[place] for node in children],
                    )


def tabulate(
    table: pl.DataFrame,
    dimensions: Sequence[Dimension | str],
    *,
    unit: str | None = None,
    value: str | None = None,
    keep: int = 3,
) -> CrossTable:
    """Count ``table`` by ``dimensions`` with all margins.

    Args:
        table: one row for each contribution.
        unit: the column that names the unit to protect; without it, every row is one.
        value: whole numbers at zero or above to add up; without it, only units are counted.
        keep: how many of the largest contributions of a cell are kept, for the rules of dominance.

    Raises:
        Refused: a column is missing, empty, below zero or not whole; too many cells; no rows.
    """
    asked = [Dimension(one) if isinstance(one, str) else one for one in dimensions]
    _check(table, [one.column for one in asked], unit, value)
    trees, leaves = zip(*(_tree(table[one.column], one) for one in asked), strict=True)
    count = math.prod(len(nodes.labels) for nodes in trees)
    if count > MOST_CELLS:
        raise Refused(_TOO_MANY, count=count, most=MOST_CELLS)
    empty = CrossTable(tuple(trees), np.zeros(count, np.int64), None, np.zeros((count, 0), np.int64), True)
    strides = empty.strides
    who = table[unit].rank("dense") if unit else pl.int_range(len(table), eager=True)
    worth = table[value].cast(pl.Int64) if value else pl.repeat(1, len(table), dtype=pl.Int64, eager=True)
    units, totals = empty.units.copy(), empty.units.copy()
    largest = np.zeros((count, keep), np.int64)
    climbs = [_climbs(nodes, leaf) for nodes, leaf in zip(trees, leaves, strict=True)]
    for steps in product(*climbs):
        cells = sum(step * stride for step, stride in zip(steps, strides, strict=True))
        rows = pl.DataFrame({"cell": cells, "unit": who, "value": worth}).filter(pl.col("cell") >= 0)
        each = rows.group_by("cell", "unit").agg(pl.col("value").sum())
        found = (
            each.sort("value", descending=True)
            .group_by("cell")
            .agg(pl.len().alias("units"), pl.col("value").sum().alias("total"), pl.col("value").head(keep))
        )
        where = found["cell"].to_numpy()
        units[where], totals[where] = found["units"].to_numpy(), found["total"].to_numpy()
        for place in range(keep):
            largest[where, place] = found["value"].list.get(place, null_on_oob=True).fill_null(0).to_numpy()
    made = CrossTable(tuple(trees), units, totals if value else None, largest, True)
    adds_up = all(units[margin] == units[cells].sum() for margin, cells in made.equations())
    return CrossTable(made.dimensions, units, made.totals, largest, bool(adds_up))


def _check(table: pl.DataFrame, columns: list[str], unit: str | None, value: str | None) -> None:
    named = [*columns, *([unit] if unit else []), *([value] if value else [])]
    for column in named:
        if column not in table.columns:
            raise Refused(_UNKNOWN, column=column, known=", ".join(table.columns)[:400])
        if named.count(column) > 1:
            raise Refused(_TWICE, column=column)
    if not len(table):
        raise Refused(_NO_ROWS)
    for column in named:
        if table[column].null_count():
            row = table[column].is_null().arg_max() or 0
            raise Refused(_EMPTY, column=column, row=row + 1)
    if value is None:
        return
    kind = table[value].dtype
    if not kind.is_integer():
        raise Refused(_NOT_WHOLE, column=value, kind=str(kind).lower())
    if (table[value].min() or 0) < 0:  # type: ignore[operator]
        row = (table[value] < 0).arg_max() or 0
        raise Refused(_BELOW_ZERO, column=value, row=row + 1)


def _tree(column: pl.Series, dimension: Dimension) -> tuple[Nodes, NDArray[np.int64]]:
    """Return the tree of a dimension, and the node of each row."""
    texts = column.cast(pl.String)
    labels, parents = [ALL], [0]
    known: dict[tuple[str, ...], int] = {(): 0}
    leaves: dict[str, int] = {}
    for category in texts.unique().sort().to_list():
        path: tuple[str, ...] = ()
        if dimension.groups is not None:
            if category not in dimension.groups:
                row = (texts == category).arg_max() or 0
                raise Refused(_CATEGORY, column=dimension.column, row=row + 1)
            path = tuple(dimension.groups[category])
        for depth in range(len(path) + 1):
            here = (*path, category)[: depth + 1]
            if here not in known:
                known[here] = len(labels)
                labels.append(here[-1])
                parents.append(known[here[:-1]])
        leaves[category] = known[(*path, category)]
    nodes = Nodes(dimension.column, tuple(labels), tuple(parents))
    return nodes, texts.replace_strict(leaves, return_dtype=pl.Int64).to_numpy()


def _climbs(nodes: Nodes, leaf: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the node of each row at each height above its own; far below zero above the total."""
    above = {node: nodes.above(node) for node in set(leaf.tolist())}
    height = max(map(len, above.values()))
    outside = -(1 << 40)
    table = np.full((len(nodes.labels), height), outside, np.int64)
    for node, path in above.items():
        table[node, : len(path)] = path
    return [table[leaf, step] for step in range(height)]
