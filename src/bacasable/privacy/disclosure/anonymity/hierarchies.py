"""Hierarchies of values: what a value is called at each level, from itself to the root.

The files of ARX are read: one line a value, its ancestors from the nearest to the root, separated by
commas or semicolons.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity.columns import Column
from bacasable.privacy.messages import Refused

#: Name of the root: any value at all, null included.
ANY = "*"

#: How many groups of equal weight an ordered column without a hierarchy is first put in by global recoding.
_BANDS = 32


@dataclass(frozen=True)
class Hierarchy:
    """For each value, as text, its ancestors from the nearest to the root; all have as many."""

    paths: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(
        cls, source: "Hierarchy | str | Path | Mapping[object, Sequence[str]]", column: str
    ) -> "Hierarchy":
        """Return the hierarchy that a caller gives: itself, a file, or a mapping of value to ancestors.

        Raises:
            Refused: the file is missing or broken, a value comes twice with different ancestors, or the
                values have not all the same number of ancestors.
        """
        if isinstance(source, Hierarchy):
            return source
        if isinstance(source, str | Path):
            rows = _read(Path(source), column)
        else:
            rows = [
                [_text(value), *([above] if isinstance(above, str) else [_text(name) for name in above])]
                for value, above in source.items()
            ]
        paths: dict[str, tuple[str, ...]] = {}
        for number, row in enumerate(rows, start=1):
            path = tuple(row[1:])
            if len(row) != len(rows[0]):
                raise Refused(
                    f"The hierarchy of {column!r} has {len(row)} levels at line {number} and "
                    f"{len(rows[0])} at line 1: give every value as many ancestors."
                )
            if paths.setdefault(row[0], path) != path:
                raise Refused(
                    f"The hierarchy of {column!r} has the value of line {number} twice, with other ancestors."
                )
        if not paths:
            raise Refused(f"The hierarchy of {column!r} is empty.")
        return cls(paths)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _read(path: Path, column: str) -> list[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"The hierarchy of {column!r}, {path.name}, cannot be read ({type(error).__name__})."
        ) from None
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=separator, strict=True))
    except csv.Error:
        raise Refused(f"The hierarchy of {column!r}, {path.name}, is no CSV: check its quotes.") from None
    return [[cell.strip() for cell in row] for row in rows if row]


@dataclass(frozen=True)
class Tree:
    """A hierarchy laid on a column: leaves in an order where every node is a run of them.

    Attributes:
        leaf_of: for each code of the column, its place among the leaves.
        first, last: the run of leaves under each node (places, both included); ``parent``: -1 above the root.
        names: of the nodes, as published; a leaf's name is not used.
        penalty: of publishing the node: its leaves over all leaves, 0 for a leaf.
        levels: (levels, leaves) the node of each leaf at each level, the leaf itself first, the root last.
    """

    leaf_of: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    parent: NDArray[np.int32]
    names: list[str]
    penalty: NDArray[np.float64]
    levels: NDArray[np.int32]

    @cached_property
    def code_of(self) -> NDArray[np.int32]:
        """For each place among the leaves, the code of the column."""
        codes = np.empty(len(self.leaf_of), np.int32)
        codes[self.leaf_of] = np.arange(len(codes), dtype=np.int32)
        return codes

    def above(self, low: int, high: int) -> int:
        """Return the lowest node above two leaves."""
        node = low
        while self.first[node] > low or self.last[node] < high:
            node = int(self.parent[node])
        return node

    @cached_property
    def heights(self) -> NDArray[np.float64]:
        """Height of each node: 0 for the leaves."""
        heights = np.zeros(len(self.names))
        for level, nodes in enumerate(self.levels):
            heights[nodes] = level
        return heights


def plant(hierarchy: Hierarchy, column: Column) -> Tree:
    """Lay a hierarchy on a column; null stands alone under the root unless the file has a line for it.

    Raises:
        Refused: values of the column that the hierarchy lacks, or a name with two parents at the next level.
    """
    keys, above = list(hierarchy.paths), list(hierarchy.paths.values())
    if column.ordered:
        # "17" names 17.0 as well, and "2020-01-01" a date.
        try:
            typed = pl.Series(keys).cast(column.domain.dtype, strict=False).to_list()
        except pl.exceptions.PolarsError:
            typed = [None] * len(keys)
        known = {value: path for value, path in zip(typed, above, strict=True) if value is not None}
        # What no text is cast to (a duration) is named as it is published.
        found = [
            hierarchy.paths.get(text, known.get(value))
            for text, value in zip(column.texts, column.domain.to_list(), strict=True)
        ]
    else:
        found = [hierarchy.paths.get(text) for text in column.texts]
    missing = [code for code, path in enumerate(found) if path is None]
    if missing:
        row = int(np.isin(column.codes, missing).argmax()) + 1
        raise Refused(
            f"The hierarchy of {column.name!r} lacks {len(missing)} of the {len(found)} values of the "
            f"column, one of them at row {row}: add them, or drop these rows."
        )
    paths = [(text, *path) for text, path in zip(column.texts, found, strict=True) if path is not None]
    depth = len(above[0]) + 1
    if column.has_null:
        paths.append(("null", *(hierarchy.paths.get("") or ("null",) * (depth - 1))))
    roots = {path[-1] for path in paths[: len(found)]}
    if depth == 1 or len(roots) > 1:
        paths = [(*path, ANY) for path in paths]
    else:
        root = roots.pop() if roots else ANY
        paths = [(*path[:-1], root) for path in paths]
    return _grow(column, paths)


def _grow(column: Column, paths: list[tuple[str, ...]]) -> Tree:
    depth = len(paths[0])
    # A node is a name at a level; its rank is its least code, so that leaves stay in the order of the domain.
    least: dict[tuple[int, str], int] = {}
    above: dict[tuple[int, str], str] = {}
    for code, path in enumerate(paths):
        for level in range(1, depth):
            least.setdefault((level, path[level]), code)
            if (
                level + 1 < depth
                and above.setdefault((level, path[level]), path[level + 1]) != path[level + 1]
            ):
                raise Refused(
                    f"The hierarchy of {column.name!r} is no tree: a name of level {level} has two "
                    f"parents at level {level + 1}; rename one."
                )
    order = sorted(
        range(len(paths)),
        key=lambda code: (*(least[level, paths[code][level]] for level in range(depth - 1, 0, -1)), code),
    )
    leaf_of = np.empty(len(paths), np.int32)
    leaf_of[order] = np.arange(len(paths), dtype=np.int32)
    nodes: dict[tuple[int, str], int] = {}
    levels = np.empty((depth, len(paths)), np.int32)
    levels[0] = np.arange(len(paths), dtype=np.int32)
    for level in range(1, depth):
        for place, code in enumerate(order):
            levels[level, place] = nodes.setdefault((level, paths[code][level]), len(paths) + len(nodes))
    count = len(paths) + len(nodes)
    first, last = np.full(count, len(paths), np.int32), np.full(count, -1, np.int32)
    parent = np.full(count, -1, np.int32)
    for level in range(depth):
        np.minimum.at(first, levels[level], levels[0])
        np.maximum.at(last, levels[level], levels[0])
        if level:
            parent[levels[level - 1]] = levels[level]
    leaves = last - first + 1
    labels = [*column.labels, "null"]
    names = [labels[code] for code in order] + [name for _, name in nodes]
    _tell_apart(names, first, last, [0] * len(paths) + [level for level, _ in nodes])
    penalty = np.where(leaves > 1, leaves / len(paths), 0.0)
    return Tree(leaf_of, first, last, parent, names, penalty, levels)


def _tell_apart(
    names: list[str], first: NDArray[np.int32], last: NDArray[np.int32], level: list[int]
) -> None:
    """Rename in place the nodes whose name already names other leaves: what is published reads back."""
    runs: dict[str, tuple[int, int]] = {}
    for node, name in enumerate(names):
        run = (int(first[node]), int(last[node]))
        if runs.setdefault(name, run) != run:
            names[node] = f"{name} (level {level[node]})"
            runs.setdefault(names[node], run)


def bands(column: Column) -> Tree:
    """Return the tree for a column without a hierarchy: ordered values in halves of halves; else value and
    root.

    An ordered column gets up to 32 bands of about as many rows each, two of them under each node above; a
    band is named by its least and greatest value, as ranges are published.
    """
    size = len(column.domain)
    null = [("null",)] * column.has_null
    if not column.ordered or size < 3:
        return _grow(column, [(*path, ANY) for path in [*((text,) for text in column.texts), *null]])
    counts = np.bincount(column.codes, minlength=size)[:size]
    share = (np.cumsum(counts) - counts / 2) / counts.sum()
    bins = min(_BANDS, 1 << (size - 1).bit_length() - 1)
    steps: list[list[str]] = []
    while bins > 1:
        group = np.minimum((share * bins).astype(np.int64), bins - 1)
        steps.append(_band_names(column, group))
        bins //= 2
    paths = [(column.texts[code], *(step[code] for step in steps), ANY) for code in range(size)]
    paths += [("null", *(["null"] * len(steps)), ANY)] * column.has_null
    tree = _grow(column, paths)
    # A band costs its width, as any range of the column; what reaches null costs all.
    positions = np.append(column.positions, 2.0)
    width = np.minimum(positions[tree.last] - positions[tree.first], 1.0)
    return replace(tree, penalty=np.where(tree.last > tree.first, width, 0.0))


def _band_names(column: Column, group: NDArray[np.int64]) -> list[str]:
    edges = np.flatnonzero(np.diff(group)) + 1
    starts, ends = [0, *edges.tolist()], [*edges.tolist(), len(group)]
    names: list[str] = []
    for begin, end in zip(starts, ends, strict=True):
        low, high = column.texts[begin], column.texts[end - 1]
        names += [low if end - begin == 1 else f"[{low}, {high}]"] * (end - begin)
    return names
