"""Sensitive columns and what is asked of them, as the kernels want it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity import conditions
from bacasable.privacy.disclosure.anonymity.checks import sensitive_tree
from bacasable.privacy.disclosure.anonymity.columns import Column
from bacasable.privacy.disclosure.anonymity.hierarchies import Tree

#: Names of the kinds of diversity, as callers give them.
DIVERSITIES = {
    "distinct": conditions.DISTINCT,
    "entropy": conditions.ENTROPY,
    "recursive": conditions.RECURSIVE,
}


@dataclass(frozen=True)
class Watched:
    """A sensitive column with its conditions.

    Attributes:
        diversity: kind of l-diversity, ``conditions.NO_DIVERSITY`` for none; ``l`` and ``c`` its constants.
        t: greatest earth mover's distance, 1 or more for no condition.
    """

    column: Column
    tree: Tree | None
    diversity: int
    l: float  # noqa: E741  # the name of the measure
    c: float
    t: float

    @property
    def codes(self) -> NDArray[np.int32]:
        """The code of each row: the place among the leaves where a tree is laid."""
        return self.column.codes if self.tree is None else self.tree.leaf_of[self.column.codes]

    @property
    def distance(self) -> int:
        """Kind of distance between values."""
        if self.tree is not None:
            return conditions.TREE
        return conditions.ORDERED if self.column.ordered else conditions.EQUAL

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each value in the whole table."""
        counts = np.bincount(self.codes, minlength=self.column.size)
        return counts / counts.sum()


def pack(watched: Sequence[Watched]) -> tuple[NDArray[np.generic], ...]:
    """Return all conditions, one after the other: see ``conditions.satisfied``."""
    start = np.concatenate([[0], np.cumsum([item.column.size for item in watched])]).astype(np.int64)
    planted = [sensitive_tree(item.tree) for item in watched]
    return (
        start,
        np.array([item.diversity for item in watched], np.int64),
        np.array([item.l for item in watched], np.float64),
        np.array([item.c for item in watched], np.float64),
        np.array([item.t for item in watched], np.float64),
        np.array([item.distance for item in watched], np.int64),
        np.concatenate([np.zeros(0), *(item.shares for item in watched)]),
        np.concatenate([[0], np.cumsum([len(parent) for parent, _ in planted])]).astype(np.int64),
        np.concatenate([np.zeros(0, np.int64), *(parent for parent, _ in planted)]),
        np.concatenate([np.zeros(0), *(height for _, height in planted)]),
    )
