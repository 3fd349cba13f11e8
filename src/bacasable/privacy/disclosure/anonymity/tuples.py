"""Equal rows as one: a table has often far fewer distinct combinations than rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

#: Rows looked at before deciding whether equal rows are frequent enough to be put together.
_LOOK = 1 << 16
#: Share of distinct combinations among them above which they are not.
_MOSTLY_DISTINCT = 0.7


@dataclass(frozen=True)
class Tuples:
    """Distinct combinations of codes (one a line), how many rows have each, and which each row has."""

    codes: NDArray[np.int32]
    weights: NDArray[np.int64]
    of_row: NDArray[np.int32]


def gather(columns: Sequence[NDArray[np.int32]], sizes: Sequence[int], *, always: bool = False) -> Tuples:
    """Put equal rows together where it pays (or ``always``); else each row is its own combination."""
    rows = len(columns[0])
    keys = _keys(columns, sizes)
    if keys is not None and (always or _repeats(keys)):
        of_row, firsts, weights = _group(keys)
    elif always:
        # Too many possible combinations for one whole number: rank column by column.
        _, firsts, of_row, weights = np.unique(
            np.stack(columns, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        of_row = of_row.reshape(-1).astype(np.int32)
    else:
        firsts, of_row = slice(None), np.arange(rows, dtype=np.int32)
        weights = np.ones(rows, np.int64)
    codes = np.empty((len(weights), len(columns)), np.int32)
    for place, column in enumerate(columns):
        codes[:, place] = column[firsts]
    return Tuples(codes, weights, of_row)


def _keys(columns: Sequence[NDArray[np.int32]], sizes: Sequence[int]) -> NDArray[np.int64] | None:
    """Return one whole number a row, different for different rows; None where 63 bits do not hold it."""
    possible = 1
    for size in sizes:
        possible *= max(size, 1)
    if possible >= 1 << 63:
        return None
    keys = columns[0].astype(np.int64)
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        keys *= size
        keys += column
    return keys


def _repeats(keys: NDArray[np.int64]) -> bool:
    look = keys[:: max(1, len(keys) // _LOOK)]
    return len(np.unique(look)) < _MOSTLY_DISTINCT * len(look)


@numba.njit(cache=True, nogil=True)
def _group(keys):
    """Number distinct keys by first sight; return the number of each row, first rows and counts."""
    bits = 12
    slots = np.full(1 << bits, -1, np.int32)
    firsts = np.empty(1 << bits, np.int64)
    counts = np.zeros(1 << bits, np.int64)
    found = 0
    of_row = np.empty(len(keys), np.int32)
    factor = np.uint64(0x9E3779B97F4A7C15)
    for row in range(len(keys)):
        key = keys[row]
        mask = (1 << bits) - 1
        slot = np.int64((np.uint64(key) * factor) >> np.uint64(64 - bits))
        while slots[slot] >= 0 and keys[firsts[slots[slot]]] != key:
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = found
            firsts[found] = row
            found += 1
            of_row[row] = found - 1
            counts[found - 1] += 1
            if 2 * found >= 1 << bits:
                bits += 1
                mask = (1 << bits) - 1
                slots = np.full(1 << bits, -1, np.int32)
                wider = np.zeros((2, 1 << bits), np.int64)
                wider[0, :found] = firsts[:found]
                wider[1, :found] = counts[:found]
                firsts = wider[0]
                counts = wider[1]
                for i in range(found):
                    again = np.int64((np.uint64(keys[firsts[i]]) * factor) >> np.uint64(64 - bits))
                    while slots[again] >= 0:
                        again = (again + 1) & mask
                    slots[again] = i
            continue
        of_row[row] = slots[slot]
        counts[slots[slot]] += 1
    return of_row, firsts[:found].copy(), counts[:found].copy()
