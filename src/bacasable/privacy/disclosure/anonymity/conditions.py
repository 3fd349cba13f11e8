"""Whether one class shows enough of each sensitive attribute: l-diversity and t-closeness, on histograms.

Distinct, entropy and recursive (c, l)-diversity: Machanavajjhala et al., "l-diversity: privacy beyond
k-anonymity" (2007), definitions 4.1 to 4.3. t-closeness by the earth mover's distance: Li, Li and
Venkatasubramanian, "t-closeness: privacy beyond k-anonymity and l-diversity" (2007), sections 4.1 to 4.3.
"""

import numba
import numpy as np

from bacasable.privacy.disclosure.anonymity.ordering import ascending

#: Kinds of diversity, as the kernels know them.
NO_DIVERSITY, DISTINCT, ENTROPY, RECURSIVE = 0, 1, 2, 3
#: Kinds of ground distance between sensitive values.
ORDERED, EQUAL, TREE = 0, 1, 2

#: What float sums may add to a bound: 1e-9 decides no real table, and keeps equality an equality.
_SLACK = 1e-9


@numba.njit(cache=True, nogil=True)
def diversity(counts, kind, c):
    """Return the diversity of a class: its number of values, exp of its entropy, or the greatest recursive l.

    Args:
        counts: rows of the class with each sensitive value, whole numbers (size of the domain).
        kind: DISTINCT, ENTROPY or RECURSIVE.
        c: the constant of recursive (c, l)-diversity, unused by the others.
    """
    total = 0
    distinct = 0
    for count in counts:
        total += count
        distinct += count > 0
    if kind == DISTINCT or total == 0:
        return float(distinct)
    if kind == ENTROPY:
        entropy = 0.0
        for count in counts:
            if count > 0:
                entropy -= count / total * np.log(count / total)
        return np.exp(entropy)
    ordered = counts.copy()
    ascending(ordered)
    tail = total
    best = 0
    # r1 < c (r_l + ... + r_m): the tail shrinks as l grows, so the last l that holds is the greatest.
    for i in range(distinct):
        if ordered[-1] < c * tail:
            best = i + 1
        tail -= ordered[len(ordered) - 1 - i]
    return float(best)


@numba.njit(cache=True, nogil=True)
def distance(counts, overall, kind, parent, height):
    """Return the earth mover's distance (0 to 1) between a class and the whole table.

    Args:
        counts: rows of the class with each sensitive value.
        overall: the share of each value in the table, summing to 1.
        kind: ORDERED (neighbouring ranks are 1/(m-1) apart), EQUAL (all values 1 apart) or TREE (the
            height of the lowest common ancestor over the height of the tree).
        parent, height: the tree's nodes, leaves first in the order of values, each child before its
            parent, the root last with itself as parent; unused by the other kinds.
    """
    size = len(counts)
    total = 0
    for count in counts:
        total += count
    if total == 0 or size < 2:
        return 0.0
    if kind == ORDERED:
        carried = 0.0
        work = 0.0
        for i in range(size):
            carried += counts[i] / total - overall[i]
            work += abs(carried)
        return work / (size - 1)
    if kind == EQUAL:
        work = 0.0
        for i in range(size):
            work += abs(counts[i] / total - overall[i])
        return work / 2
    nodes = len(parent)
    excess = np.zeros(nodes)
    over = np.zeros(nodes)
    under = np.zeros(nodes)
    work = 0.0
    for node in range(nodes):
        if node < size:
            excess[node] = counts[node] / total - overall[node]
        else:
            work += height[node] * min(over[node], under[node])
        up = parent[node]
        if up != node:
            excess[up] += excess[node]
            if excess[node] > 0:
                over[up] += excess[node]
            else:
                under[up] -= excess[node]
    return work / height[nodes - 1] if height[nodes - 1] > 0 else 0.0


@numba.njit(cache=True, nogil=True)
def satisfied(counts, start, kinds, ells, cs, tees, distances, overall, trees, parent, height):
    """Tell whether a class satisfies the conditions of every sensitive attribute.

    Args:
        counts, overall: the histograms of all attributes, one after the other; attribute s is
            ``start[s]:start[s + 1]``.
        kinds, ells, cs: kind of diversity, l and c of each attribute.
        tees, distances: greatest distance (1 or more: no condition) and its kind.
        trees, parent, height: the trees, one after the other; attribute s has ``trees[s]:trees[s + 1]``.
    """
    for s in range(len(kinds)):
        own = counts[start[s] : start[s + 1]]
        if kinds[s] != NO_DIVERSITY and diversity(own, kinds[s], cs[s]) < ells[s] - _SLACK:
            return False
        if tees[s] < 1.0:
            moved = distance(
                own,
                overall[start[s] : start[s + 1]],
                distances[s],
                parent[trees[s] : trees[s + 1]],
                height[trees[s] : trees[s + 1]],
            )
            if moved > tees[s] + _SLACK:
                return False
    return True
