"""What titles mean, at the speed of a table: a vector per gram that adds up to what a sentence embedder says.

``meaning.npz`` holds, for some 60,000 slots of :mod:`.grams`, a vector learnt so that the vectors of a text's
slots, weighed by their rarity, add up to the embedding that multilingual-e5-small gives of the text (see
:mod:`.distilling`, which made it). No label of any evaluation was used, nor the texts that they are about.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import grams

#: Slots of the hash of grams; the coder of titles uses the same.
SLOTS = 1 << 18
_SHIPPED = "meaning.npz"


class Meaning:
    """Vectors of slots: ``table`` says the row of a slot (-1: none) in ``vectors`` ``(rows, dimensions)``."""

    def __init__(
        self, slots: NDArray[np.int32], vectors: NDArray[np.int8], scale: NDArray[np.float32]
    ) -> None:
        self.table = np.full(SLOTS, -1, np.int32)
        self.table[slots] = np.arange(len(slots), dtype=np.int32)
        self.vectors, self.scale = vectors, scale

    @property
    def dimensions(self) -> int:
        """How long a vector is."""
        return int(self.vectors.shape[1])

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :mod:`.distilling` wrote."""
        with np.load(path, allow_pickle=False) as read:
            return cls(read["slots"], read["vectors"], read["scale"].astype(np.float32))

    def of(self, keys: Sequence[str]) -> NDArray[np.float32]:
        """Return a vector of length 1 per key (``neutral.key_of``), of zeros where no gram is known."""
        ptr, slots = grams.slots_of(keys, SLOTS)
        return _added(ptr, slots, self.table, self.vectors, self.scale)


@lru_cache(maxsize=1)
def shipped() -> Meaning:
    """Return the vectors that come with the product."""
    with as_file(files(__package__) / _SHIPPED) as path:
        return Meaning.read(path)


@njit(cache=True, fastmath=True)
def _added(ptr, slots, table, vectors, scale):
    made = np.zeros((len(ptr) - 1, vectors.shape[1]), np.float32)
    for row in range(len(ptr) - 1):
        for at in range(ptr[row], ptr[row + 1]):
            add_slot(made[row], table[slots[at]], vectors, scale)
        to_length_one(made[row])
    return made


@njit(cache=True, fastmath=True)
def add_slot(made, row, vectors, scale):
    """Add the vector of a slot's row to ``made``; nothing where ``row`` is -1."""
    if row >= 0:
        value = scale[row]
        line = vectors[row]
        for d in range(len(made)):
            made[d] += value * np.float32(line[d])


@njit(cache=True, fastmath=True)
def to_length_one(made):
    """Divide ``made`` by its length; zeros stay."""
    length = np.float32(0)
    for d in range(len(made)):
        length += made[d] * made[d]
    if length > 0:
        length = np.float32(1.0) / np.sqrt(length)
        for d in range(len(made)):
            made[d] *= length
