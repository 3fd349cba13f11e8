"""Compiled loops of the attacks, one thread; compiled at the first call, then kept on disk by numba."""

from typing import Any

import numba
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Comparisons of a predicate.
EQUAL, OTHER, MORE, LESS, AT_LEAST, AT_MOST, MISSING, PRESENT = range(8)

#: Candidates whose distances are summed together: they stay in the first-level cache.
_TILE = 1024


@numba.njit(cache=True, nogil=True, error_model="numpy")
def count_matches(table: Array, places: Array, comparisons: Array, values: Array, stop_at: int) -> Array:
    """Count the rows of ``table`` (columns, rows) that match each predicate, a conjunction of comparisons.

    ``places``, ``comparisons`` and ``values`` have shape (predicates, conditions). Counting ends at
    ``stop_at``. A missing value (NaN) matches MISSING only."""
    counts = np.zeros(places.shape[0], dtype=np.int64)
    for query in range(places.shape[0]):
        for row in range(table.shape[1]):
            holds = True
            for condition in range(places.shape[1]):
                x = table[places[query, condition], row]
                how = comparisons[query, condition]
                value = values[query, condition]
                if how == EQUAL:
                    holds = x == value
                elif how == AT_LEAST:
                    holds = x >= value
                elif how == AT_MOST:
                    holds = x <= value
                elif how == MORE:
                    holds = x > value
                elif how == LESS:
                    holds = x < value
                elif how == OTHER:
                    holds = x != value and x == x
                elif how == MISSING:
                    holds = x != x
                else:
                    holds = x == x
                if not holds:
                    break
            if holds:
                counts[query] += 1
                if counts[query] >= stop_at:
                    break
    return counts


@numba.njit(cache=True, nogil=True, error_model="numpy")
def nearest(queries: Array, candidates: Array, k: int) -> tuple[Array, Array]:
    """Return indexes and distances, shape (queries, k), of the nearest candidates, nearest first.

    ``queries`` and ``candidates`` have shape (columns, rows), scaled so that the distance is the sum over
    columns of min(|a - b|, 1). Equally near candidates: those that stand first."""
    n = candidates.shape[1]
    found = np.zeros((queries.shape[1], k), dtype=np.int64)
    distances = np.full((queries.shape[1], k), np.inf)
    sums = np.empty(_TILE, dtype=np.float64)
    for query in range(queries.shape[1]):
        worst = np.inf
        for start in range(0, n, _TILE):
            size = min(_TILE, n - start)
            for j in range(size):
                sums[j] = 0.0
            for column in range(candidates.shape[0]):
                x = queries[column, query]
                part = candidates[column, start : start + size]
                for j in range(size):
                    gap = abs(part[j] - x)
                    sums[j] += gap if gap < 1.0 else 1.0
            for j in range(size):
                if sums[j] < worst:
                    at = k - 1
                    while at > 0 and distances[query, at - 1] > sums[j]:
                        distances[query, at] = distances[query, at - 1]
                        found[query, at] = found[query, at - 1]
                        at -= 1
                    distances[query, at] = sums[j]
                    found[query, at] = start + j
                    worst = distances[query, k - 1]
    return found, distances


@numba.njit(cache=True, nogil=True, error_model="numpy")
def alone(people: Array, first_person: Array, cells: Array, chosen: Array) -> Array:
    """Return for each choice of cells whether one person only was in all of them.

    ``people`` lists persons by cell, sorted inside each; ``first_person`` (cells + 1) says where a cell's
    list begins; ``cells`` (choices, points) the cells of each choice, ``chosen`` the person of each choice.
    """
    result = np.ones(cells.shape[0], dtype=np.bool_)
    for choice in range(cells.shape[0]):
        rarest = cells[choice, 0]
        for cell in cells[choice]:
            size = first_person[cell + 1] - first_person[cell]
            if size < first_person[rarest + 1] - first_person[rarest]:
                rarest = cell
        for at in range(first_person[rarest], first_person[rarest + 1]):
            person = people[at]
            if person == chosen[choice]:
                continue
            everywhere = True
            for cell in cells[choice]:
                low, high = first_person[cell], first_person[cell + 1]
                while low < high:
                    middle = (low + high) // 2
                    if people[middle] < person:
                        low = middle + 1
                    else:
                        high = middle
                if low == first_person[cell + 1] or people[low] != person:
                    everywhere = False
                    break
            if everywhere:
                result[choice] = False
                break
    return result
