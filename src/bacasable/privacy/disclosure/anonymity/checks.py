"""How anonymous a table is: k, l and t of any table, as it would be published."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity import conditions
from bacasable.privacy.disclosure.anonymity.columns import Column, chosen, encode, read
from bacasable.privacy.disclosure.anonymity.hierarchies import Tree
from bacasable.privacy.messages import Refused


@dataclass(frozen=True)
class Measured:
    """What a table shows of itself.

    Attributes:
        rows, classes: of the table; a class is the rows that agree on every quasi-identifier.
        k: rows of the smallest class.
        distinct, entropy: least l of distinct and of entropy l-diversity, for each sensitive column.
        recursive: greatest l such that every class is recursive (c, l)-diverse, with the c that was asked.
        closeness: greatest earth mover's distance between a class and the table (0 to 1).
    """

    rows: int
    classes: int
    k: int
    distinct: dict[str, int]
    entropy: dict[str, float]
    recursive: dict[str, int]
    closeness: dict[str, float]


def measure(
    table: Any, quasi_identifiers: Sequence[str], sensitive: Sequence[str] = (), *, c: float = 3.0
) -> Measured:
    """Return k, l-diversity and t-closeness of a table as it stands.

    Args:
        table: a Polars, Arrow or DuckDB table or the path of one; generalised values are compared as they
            are.
        sensitive: columns whose diversity and closeness are measured; ordered ones (numbers, dates) by ranks,
            others with all values equally far apart.
        c: the constant of recursive (c, l)-diversity.

    Raises:
        Refused: an empty table, no quasi-identifier, unknown columns, a column of an unknown kind.
    """
    frame = read(table)
    names = chosen(frame, quasi_identifiers, "quasi_identifiers")
    watched = chosen(frame, sensitive, "sensitive")
    if not names:
        raise Refused("quasi_identifiers is empty: name at least one column.")
    if not frame.height:
        raise Refused("The table has no rows: nothing can be measured.")
    classes, count = classes_of([encode(frame[name]) for name in names])
    sizes = np.bincount(classes, minlength=count)
    distinct, entropy, recursive, closeness = {}, {}, {}, {}
    for name in watched:
        column = encode(frame[name])
        kind = conditions.ORDERED if column.ordered else conditions.EQUAL
        found = worst(classes, column.codes, count, column.size, kind, None, c)
        distinct[name], entropy[name] = int(found[0]), float(found[1])
        recursive[name], closeness[name] = int(found[2]), float(found[3])
    return Measured(frame.height, count, int(sizes.min()), distinct, entropy, recursive, closeness)


def classes_of(columns: Sequence[Column]) -> tuple[NDArray[np.int64], int]:
    """Return the class of each row (0, 1, 2...) and how many there are."""
    classes = np.zeros(len(columns[0].codes), np.int64)
    count = 1
    for column in columns:
        if column.size == 1:
            continue
        keys = classes * column.size + column.codes
        ranks = pl.Series(keys).rank("dense").to_numpy()
        classes = ranks.astype(np.int64) - 1
        count = int(classes.max()) + 1
    return classes, count


def worst(
    classes: NDArray[np.int64],
    codes: NDArray[np.int32],
    count: int,
    size: int,
    kind: int,
    tree: Tree | None,
    c: float,
    weights: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Return the least distinct, entropy and recursive l, and the greatest distance, over all classes."""
    return np.array([f(column) for f, column in zip((min, min, min, max), _each(
        classes, codes, count, size, kind, tree, c, weights).T, strict=True)])  # fmt: skip


def _each(
    classes: NDArray[np.int64],
    codes: NDArray[np.int32],
    count: int,
    size: int,
    kind: int,
    tree: Tree | None,
    c: float,
    weights: NDArray[np.int64] | None,
) -> NDArray[np.float64]:
    order = np.argsort(classes, kind="stable")
    begins = np.searchsorted(classes[order], np.arange(count + 1))
    weights = np.ones(len(codes), np.int64) if weights is None else weights
    parent, height = sensitive_tree(tree)
    return _scan(codes[order], weights[order], begins, size, kind, parent, height, c)


def sensitive_tree(tree: Tree | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return parents (the root its own) and heights of a tree, as the distance wants them."""
    if tree is None:
        return np.zeros(1, np.int64), np.zeros(1)
    parent = tree.parent.astype(np.int64)
    parent[parent < 0] = np.flatnonzero(parent < 0)
    return parent, tree.heights


@numba.njit(cache=True, nogil=True)
def _scan(codes, weights, begins, size, kind, parent, height, c):
    """Measure every class: rows are put class by class, ``begins`` says where each starts."""
    overall = np.zeros(size)
    for i in range(len(codes)):
        overall[codes[i]] += weights[i]
    overall /= overall.sum()
    out = np.empty((len(begins) - 1, 4))
    counts = np.zeros(size, np.int64)
    for group in range(len(begins) - 1):
        counts[:] = 0
        for i in range(begins[group], begins[group + 1]):
            counts[codes[i]] += weights[i]
        out[group, 0] = conditions.diversity(counts, conditions.DISTINCT, c)
        out[group, 1] = conditions.diversity(counts, conditions.ENTROPY, c)
        out[group, 2] = conditions.diversity(counts, conditions.RECURSIVE, c)
        out[group, 3] = conditions.distance(counts, overall, kind, parent, height)
    return out
