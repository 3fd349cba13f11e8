"""Global recoding: one level of each hierarchy for the whole table, the least lossy that satisfies the
conditions.

Full-domain generalisation over the lattice of levels (Samarati, 2001; Incognito: LeFevre, DeWitt and
Ramakrishnan, 2005). The search is exact: nodes are tried from the least penalty up, a node that fails
condemns all below it, and the path above it is searched by halves to condemn as much as possible at once
(Flash: Kohlmayer et al., 2012).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity import tuples
from bacasable.privacy.disclosure.anonymity.conditions import satisfied
from bacasable.privacy.disclosure.anonymity.hierarchies import Tree
from bacasable.privacy.disclosure.anonymity.mondrian import Recoded
from bacasable.privacy.disclosure.anonymity.published import Dimension
from bacasable.privacy.disclosure.anonymity.sensitive import Watched, pack
from bacasable.privacy.messages import Refused

#: Largest lattice that is searched: one float a node, 160 MB.
_MOST_NODES = 20_000_000
#: Nodes looked at together when the next one to try is sought.
_RUN = 1 << 16

Node = tuple[int, ...]


@dataclass
class _Outcome:
    """What a node of the lattice gives: loss, class of each combination, classes that hold."""

    loss: float
    class_of: NDArray[np.int32]
    holds: NDArray[np.bool_]
    #: The rows in classes below k alone are too many: so they are in every node below.
    too_small: bool
    suppressed: int


class _Lattice:
    """The combinations of the table, and what each node makes of them."""

    def __init__(
        self,
        trees: Sequence[Tree],
        dimensions: Sequence[Dimension],
        watched: Sequence[Watched],
        k: int,
        most: int,
    ) -> None:
        self.trees, self.k, self.most = trees, k, most
        columns = [dimension.codes for dimension in dimensions]
        sizes = [dimension.column.size for dimension in dimensions]
        gathered = tuples.gather(
            [*columns, *(item.codes for item in watched)], [*sizes, *(item.column.size for item in watched)]
        )
        self.of_row, self.weights = gathered.of_row, gathered.weights
        self.codes = [np.ascontiguousarray(gathered.codes[:, place]) for place in range(len(trees))]
        self.sensitive = np.ascontiguousarray(gathered.codes[:, len(trees) :])
        self.conditions = pack(watched) if watched else None
        self.rows = int(self.weights.sum())
        self.shape = tuple(len(tree.levels) for tree in trees)
        # For each dimension and level: the group (0, 1, 2...) of each leaf, how many, and the penalty of
        # each leaf.
        self.groups = [
            [np.unique(nodes, return_inverse=True)[1].astype(np.int32) for nodes in tree.levels]
            for tree in trees
        ]
        self.penalty = [tree.penalty[tree.levels] for tree in trees]
        self.cost = [
            penalty @ np.bincount(codes, self.weights, penalty.shape[1]) / self.rows
            for penalty, codes in zip(self.penalty, self.codes, strict=True)
        ]

    def try_node(self, node: Node) -> _Outcome:
        """Recode at the levels of a node and see which classes hold."""
        recoded = [
            groups[level][codes] for groups, level, codes in zip(self.groups, node, self.codes, strict=True)
        ]
        sizes = [int(groups[level].max()) + 1 for groups, level in zip(self.groups, node, strict=True)]
        gathered = tuples.gather(recoded, sizes, always=True)
        class_of = gathered.of_row
        rows = np.bincount(class_of, self.weights, len(gathered.weights)).astype(np.int64)
        holds = rows >= self.k
        too_small = int(rows[~holds].sum()) > self.most
        if not too_small and self.conditions is not None:
            order = np.argsort(class_of, kind="stable")
            begins = np.searchsorted(class_of[order], np.arange(len(rows) + 1))
            holds &= _satisfy(self.sensitive[order], self.weights[order], begins, *self.conditions)
        suppressed = int(rows[~holds].sum())
        loss = sum(cost[level] for cost, level in zip(self.cost, node, strict=True))
        if suppressed:
            lost = self.weights * ~holds[class_of]
            for penalty, level, codes in zip(self.penalty, node, self.codes, strict=True):
                loss += float(((1 - penalty[level][codes]) * lost).sum()) / self.rows
        return _Outcome(float(loss) / len(node), class_of, holds, too_small, suppressed)


@numba.njit(cache=True, nogil=True)
def _satisfy(
    sensitive, weights, begins, start, kinds, ells, cs, tees, distances, overall, trees, parent, height
):  # fmt: skip
    """Tell of each class (a run of combinations) whether it satisfies the conditions."""
    holds = np.empty(len(begins) - 1, np.bool_)
    counts = np.zeros(start[-1], np.int64)
    for group in range(len(begins) - 1):
        counts[:] = 0
        for i in range(begins[group], begins[group + 1]):
            for s in range(sensitive.shape[1]):
                counts[start[s] + sensitive[i, s]] += weights[i]
        holds[group] = satisfied(
            counts, start, kinds, ells, cs, tees, distances, overall, trees, parent, height
        )
    return holds


def recode(
    dimensions: Sequence[Dimension], watched: Sequence[Watched], k: int, *, suppression_limit: float
) -> Recoded:
    """Find the node of least penalty whose classes hold but for ``suppression_limit`` (a share) of the rows.

    Args:
        dimensions: quasi-identifiers, each with a tree. watched: the whole table satisfies their conditions.

    Raises:
        Refused: the lattice is too large to be searched.
    """
    trees = [dimension.tree for dimension in dimensions if dimension.tree is not None]
    nodes = int(np.prod([float(len(tree.levels)) for tree in trees]))
    if nodes > _MOST_NODES:
        raise Refused(
            f"Global recoding of these columns has {nodes:,} combinations of levels, "
            f"{_MOST_NODES:,} at most: "
            'give hierarchies of fewer levels, fewer columns, or method="mondrian".'
        )
    rows = len(dimensions[0].codes)
    lattice = _Lattice(trees, dimensions, watched, k, int(suppression_limit * rows))
    node, outcome, tried = _search(lattice)
    return _recoded(lattice, dimensions, node, outcome, tried)


def _search(lattice: _Lattice) -> tuple[Node, _Outcome, int]:
    """Return the least lossy node that holds, and how many nodes were tried."""
    bound = np.zeros(lattice.shape)
    for place, cost in enumerate(lattice.cost):
        bound += cost.reshape([-1 if axis == place else 1 for axis in range(bound.ndim)]) / bound.ndim
    bounds = bound.ravel()
    order = np.argsort(bounds, kind="stable")
    condemned = np.zeros(lattice.shape, np.bool_)
    # The top holds, for one class has all rows and the conditions of the whole table were checked.
    top = tuple(levels - 1 for levels in lattice.shape)
    best: tuple[Node, _Outcome] = top, lattice.try_node(top)
    tried = 1

    def attempt(node: Node) -> bool:
        nonlocal best, tried
        tried += 1
        outcome = lattice.try_node(node)
        holds = outcome.suppressed <= lattice.most
        if holds and outcome.loss < best[1].loss - 1e-12:
            best = node, outcome
        # Classes only merge on the way up. With rows to suppress, the conditions of sensitive columns may
        # fail above a node that satisfies them: then only sizes condemn.
        if outcome.too_small or (not holds and lattice.most == 0):
            condemned[tuple(slice(level + 1) for level in node)] = True
            return False
        return True

    for index in _open(order, condemned):
        if bounds[index] >= best[1].loss - 1e-12:
            break
        node = tuple(int(level) for level in np.unravel_index(index, lattice.shape))
        if attempt(node):
            continue
        path = _path(lattice, node)
        low, high = 0, len(path)
        while low < high:
            middle = (low + high) // 2
            if condemned[path[middle]] or not attempt(path[middle]):
                low = middle + 1
            else:
                high = middle
    return *best, tried


def _open(order: NDArray[np.int64], condemned: NDArray[np.bool_]) -> Iterator[int]:
    """Yield the nodes that are not condemned by the time they come up, in ``order``."""
    flat = condemned.reshape(-1)
    for start in range(0, len(order), _RUN):
        run = order[start : start + _RUN]
        at = 0
        while at < len(run):
            ahead = ~flat[run[at:]]
            step = int(ahead.argmax())
            if not ahead[step]:
                break
            yield int(run[at + step])
            at += step + 1


def _path(lattice: _Lattice, node: Node) -> list[Node]:
    """Return a way from above a node to the top, at each step up the dimension that costs least."""
    path: list[Node] = []
    while True:
        steps = [
            (cost[level + 1] - cost[level], place)
            for place, (cost, level) in enumerate(zip(lattice.cost, node, strict=True))
            if level + 1 < len(cost)
        ]
        if not steps:
            return path
        _, place = min(steps)
        node = (*node[:place], node[place] + 1, *node[place + 1 :])
        path.append(node)


def _recoded(
    lattice: _Lattice, dimensions: Sequence[Dimension], node: Node, outcome: _Outcome, tried: int
) -> Recoded:
    number = np.where(outcome.holds, np.cumsum(outcome.holds) - 1, -1).astype(np.int32)
    class_of = number[outcome.class_of]
    classes = int(outcome.holds.sum())
    labels: list[list[str | None] | pl.Series] = []
    label_of, penalties = [], []
    for dimension, tree, level, codes in zip(dimensions, lattice.trees, node, lattice.codes, strict=True):
        nodes, group = np.unique(tree.levels[level], return_inverse=True)
        which = np.empty(classes + 1, np.int32)
        which[class_of] = group[codes]
        labels.append([_name(dimension, tree, int(here)) for here in nodes])
        label_of.append(which[:classes])
        penalties.append(tree.penalty[nodes][which[:classes]])
    levels = {item.column.name: level for item, level in zip(dimensions, node, strict=True)}
    details: dict[str, object] = {"levels": levels, "nodes_tried": tried}
    return Recoded(class_of[lattice.of_row], labels, label_of, penalties, details)


def _name(dimension: Dimension, tree: Tree, node: int) -> str | None:
    if node < len(tree.leaf_of):
        return dimension.text(node)
    alone = tree.first[node] == tree.last[node]
    if alone and tree.names[node] == "null" and tree.code_of[tree.first[node]] == dimension.column.null:
        return None
    return tree.names[node]
