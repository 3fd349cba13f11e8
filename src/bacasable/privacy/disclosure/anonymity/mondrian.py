"""Mondrian: local recoding, each class with ranges, sets or nodes of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity import partition, tuples
from bacasable.privacy.disclosure.anonymity.published import Dimension
from bacasable.privacy.disclosure.anonymity.sensitive import Watched, pack


@dataclass(frozen=True)
class Recoded:
    """The outcome of a method, before it is made a table.

    Attributes:
        class_of: class of each row of the table, -1 where the row is suppressed.
        labels: for each quasi-identifier, its distinct published values; ``label_of``: which each class has.
        penalties: for each quasi-identifier, the penalty (0 to 1) of each class.
        details: what the method adds to the parameters.
    """

    class_of: NDArray[np.int32]
    labels: list[list[str | None] | pl.Series]
    label_of: list[NDArray[np.int32]]
    penalties: list[NDArray[np.float64]]
    details: dict[str, object]


def mondrian(
    dimensions: Sequence[Dimension], watched: Sequence[Watched], k: int, *, relaxed: bool
) -> Recoded:
    """Cut the table into classes of at least k rows that satisfy the conditions of the watched columns.

    Args:
        dimensions: the quasi-identifiers, with as many codes as the table has rows (at least k).
        watched: sensitive columns; the whole table satisfies their conditions.
        relaxed: rows of the value at a cut may go to either side, so that ranges may touch.
    """
    columns = [dimension.codes for dimension in dimensions] + [item.codes for item in watched]
    sizes = [dimension.column.size for dimension in dimensions] + [item.column.size for item in watched]
    if relaxed:
        stacked = np.stack(columns, axis=1)
        gathered = tuples.Tuples(
            stacked, np.ones(len(stacked), np.int64), np.arange(len(stacked), dtype=np.int32)
        )
    else:
        gathered = tuples.gather(columns, sizes)
    dims = len(dimensions)
    rows = np.ascontiguousarray(gathered.codes[:, :dims])
    sensitive = np.ascontiguousarray(gathered.codes[:, dims:])
    weights = gathered.weights.copy()
    order = np.arange(len(rows), dtype=np.int32)
    asked: tuple[Any, ...] = (k, int(relaxed), *_space(dimensions), sensitive, *pack(watched))
    begins = partition.partition(rows, weights, order, *asked)
    sizes_of = np.diff(begins)
    class_of = np.empty(len(rows), np.int32)
    class_of[order] = np.repeat(np.arange(len(sizes_of), dtype=np.int32), sizes_of)
    labels: list[list[str | None] | pl.Series] = []
    label_of, penalties = [], []
    for place, dimension in enumerate(dimensions):
        names, which, penalty = _describe(dimension, rows[:, place], begins)
        labels.append(names)
        label_of.append(which)
        penalties.append(penalty)
    details: dict[str, object] = {"relaxed": relaxed}
    return Recoded(class_of[gathered.of_row], labels, label_of, penalties, details)


def _space(dimensions: Sequence[Dimension]) -> tuple[NDArray[np.generic], ...]:
    """Return the dimensions as the kernel wants them: see ``partition.partition``."""
    sizes = np.array([dimension.column.size for dimension in dimensions], np.int64)
    start = np.concatenate([[0], np.cumsum(sizes)])
    positions, leaf = np.zeros(start[-1]), np.zeros(start[-1], np.int32)
    nodes = [0]
    for place, dimension in enumerate(dimensions):
        a = start[place]
        if dimension.kind == partition.RANGE:
            positions[a : a + len(dimension.column.positions)] = dimension.column.positions
        if dimension.tree is not None:
            tree = dimension.tree
            leaf[a : a + len(tree.leaf_of)] = np.arange(len(tree.leaf_of))
        nodes.append(nodes[-1] + (0 if dimension.tree is None else len(dimension.tree.names)))
    trees = [dimension.tree for dimension in dimensions if dimension.tree is not None]
    none = np.zeros(0, np.int32)
    first = np.concatenate([none, *(tree.first for tree in trees)])
    last = np.concatenate([none, *(tree.last for tree in trees)])
    parent = np.concatenate([none, *(tree.parent for tree in trees)])
    penalty = np.concatenate([np.zeros(0), *(tree.penalty for tree in trees)])
    kinds = np.array([dimension.kind for dimension in dimensions], np.int64)
    nulls = np.array([dimension.column.null for dimension in dimensions], np.int64)
    return (
        kinds,
        sizes,
        start,
        positions,
        nulls,
        np.array(nodes, np.int64),
        first,
        last,
        parent,
        penalty,
        leaf,
    )


def _describe(
    dimension: Dimension, codes: NDArray[np.int32], begins: NDArray[np.int64]
) -> tuple[list[str | None] | pl.Series, NDArray[np.int32], NDArray[np.float64]]:
    """Return the distinct labels of one dimension, which of them each class has, and each class's penalty."""
    column = dimension.column
    if dimension.kind == partition.SET:
        return _describe_sets(dimension, codes, begins)
    low = np.minimum.reduceat(codes, begins[:-1])
    high = np.maximum.reduceat(codes, begins[:-1])
    pairs, which = _distinct(low.astype(np.int64) * column.size + high)
    lows, highs = pairs // column.size, pairs % column.size
    if dimension.kind == partition.NODE:
        named = [dimension.node_text(int(a), int(b)) for a, b in zip(lows, highs, strict=True)]
        return [name for name, _ in named], which, np.array([cost for _, cost in named])[which]
    labels = dimension.range_labels(lows, highs)
    # A range that reaches null is published as any value.
    positions = np.append(column.positions, 1.0)[: column.size]
    cost = np.where((highs == column.null) & (lows < highs), 1.0, positions[highs] - positions[lows])
    return labels, which, cost[which]


def _distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    values, which = np.unique(keys, return_inverse=True)
    return values, which.astype(np.int32)


def _describe_sets(
    dimension: Dimension, codes: NDArray[np.int32], begins: NDArray[np.int64]
) -> tuple[list[str | None], NDArray[np.int32], NDArray[np.float64]]:
    size = dimension.column.size
    seed = 0
    while True:
        # Sets are told apart by the sum of random marks of their members; a second sum proves that none
        # clashed.
        marks = np.random.default_rng(seed).integers(0, 1 << 62, (2, size), dtype=np.int64)
        sums, counts = _sum_marks(codes, begins, size, marks)
        _, example, which = np.unique(sums[0], return_index=True, return_inverse=True)
        if np.array_equal(sums[1][example][which], sums[1]):
            break
        seed += 1
    labels = [
        dimension.set_text(np.unique(codes[begins[group] : begins[group + 1]])) for group in example.tolist()
    ]
    return labels, which.astype(np.int32), np.where(counts > 1, counts / size, 0.0)


@numba.njit(cache=True, nogil=True)
def _sum_marks(codes, begins, size, marks):
    """For each class, add up the marks of its distinct codes and count them."""
    classes = len(begins) - 1
    sums = np.zeros((2, classes), np.int64)
    counts = np.zeros(classes, np.int64)
    seen = np.full(size, -1, np.int64)
    for group in range(classes):
        for i in range(begins[group], begins[group + 1]):
            code = codes[i]
            if seen[code] != group:
                seen[code] = group
                sums[0, group] += marks[0, code]
                sums[1, group] += marks[1, code]
                counts[group] += 1
    return sums, counts


def publish(
    recoded: Recoded, frame: pl.DataFrame, names: Sequence[str]
) -> tuple[pl.DataFrame, NDArray[np.int32]]:
    """Return the table with published values in place of quasi-identifiers, suppressed rows left out, in
    order.

    Also returns the class of each row that is left.
    """
    classes = recoded.class_of
    kept = classes >= 0
    if not kept.all():
        frame, classes = frame.filter(pl.Series(kept)), classes[kept]
    columns = [
        pl.Series(name, labels, dtype=pl.String).gather(pl.Series(which.astype(np.uint32)[classes]))
        for name, labels, which in zip(names, recoded.labels, recoded.label_of, strict=True)
    ]
    return frame.with_columns(columns), classes
