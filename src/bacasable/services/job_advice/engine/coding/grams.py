"""Titles as hashed features: grams of 2 to 5 characters, words and pairs of words, at the speed of C."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

_PRIME = np.uint64(1099511628211)
_SEED = np.uint64(14695981039346656037)
SPACE = 32
#: Characters of the shortest and of the longest gram; the most slots that one title fills.
LEAST, MOST, WIDEST = 2, 5, 2048


def packed(texts: Sequence[str]) -> tuple[Bytes, NDArray[np.int64]]:
    """Return the bytes of ``texts`` (plain words) one after the other, spaces between, and where each starts.

    Shapes: bytes ``(total,)``, starts ``(len(texts) + 1,)``.
    """
    joined = " ".join(texts)
    data = np.frombuffer(f" {joined} ".encode("ascii", "replace"), np.uint8)
    sizes = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(sizes, out=starts[1:])
    return data, starts


@njit(cache=True)
def _slot(hashed, mask):
    hashed ^= hashed >> np.uint64(29)
    hashed *= np.uint64(0x9E3779B97F4A7C15)
    return np.int32((hashed >> np.uint64(32)) & np.uint64(mask))


@njit(cache=True)
def write_grams(data, first, last, least, most, mask, out):
    """Write the slots of the title at ``data[first:last + 1]`` (spaces around) to ``out``; return how many.

    Grams of ``least`` to ``most`` characters run across words; words and pairs of neighbouring words follow.
    """
    count = 0
    room = out.shape[0]
    for at in range(first, last + 1):
        hashed = _SEED
        for size in range(1, most + 1):
            if at + size > last + 1:
                break
            hashed = (hashed ^ np.uint64(data[at + size - 1])) * _PRIME
            if (
                size >= least
                and count < room
                and not (size == 2 and data[at] == SPACE and data[at + 1] == SPACE)
            ):
                out[count] = _slot(hashed, mask)
                count += 1
    before = np.uint64(0)
    hashed = np.uint64(7)
    length = 0
    for at in range(first, last + 1):
        if data[at] == SPACE:
            if length > 0:
                if count < room:
                    out[count] = _slot(hashed, mask)
                    count += 1
                if before != 0 and count < room:
                    out[count] = _slot(before * np.uint64(31) + hashed, mask)
                    count += 1
                before = hashed
            hashed = np.uint64(7)
            length = 0
        else:
            hashed = (hashed ^ np.uint64(data[at])) * _PRIME + np.uint64(13)
            length += 1
    return count


@njit(cache=True)
def _all_slots(data, starts, least, most, mask):
    count = len(starts) - 1
    ptr = np.zeros(count + 1, np.int64)
    room = 0
    for row in range(count):
        room += (most + 2) * (starts[row + 1] - starts[row] + 1)
    out = np.empty(room, np.int32)
    used = 0
    buffer = np.empty(WIDEST, np.int32)
    for row in range(count):
        found = write_grams(data, starts[row], starts[row + 1], least, most, mask, buffer)
        ordered = np.sort(buffer[:found])
        for at in range(found):
            if at == 0 or ordered[at] != ordered[at - 1]:
                out[used] = ordered[at]
                used += 1
        ptr[row + 1] = used
    return ptr, out[:used].copy()


def slots_of(texts: Sequence[str], slots: int) -> tuple[NDArray[np.int64], Ints]:
    """Return the distinct slots (0 to ``slots - 1``, a power of two) of each text; two arrays of a CSR."""
    data, starts = packed(texts)
    ptr, found = _all_slots(data, starts, LEAST, MOST, slots - 1)
    return ptr, found


def weighed(ptr: NDArray[np.int64], slots: Ints, table: Ints, idf: Floats) -> sp.csr_matrix:
    """Return rows of length 1: each known slot (``table[slot] >= 0``) counts its rarity."""
    rows = table[slots]
    known = rows >= 0
    of = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))[known]
    kept = rows[known]
    values = idf[kept]
    length = np.sqrt(np.bincount(of, values * values, len(ptr) - 1)).astype(np.float32)
    values = values / length[of]
    made = np.zeros(len(ptr), np.int64)
    np.cumsum(np.bincount(of, minlength=len(ptr) - 1), out=made[1:])
    return sp.csr_matrix((values.astype(np.float32), kept, made), (len(ptr) - 1, len(idf)))
