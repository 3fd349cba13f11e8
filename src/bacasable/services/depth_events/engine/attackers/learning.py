"""How attackers learn: on people who are in no gallery, from the very output that is protected.

The adaptive one tries each way of reading and projecting, on people it holds out, and keeps what names most.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
#: People of a gallery.
GALLERY = 50


class Whitened:
    """Distances in units of how much each reading changes between two walks of one person.

    Takes ``(people, walks, readings)``.
    """

    def __init__(self, rows: Numbers) -> None:
        flat = rows.reshape(-1, rows.shape[-1])
        self._mean = flat.mean(axis=0)
        self._scale = np.maximum(flat.std(axis=0), 1e-9)
        readings = (rows - self._mean) / self._scale
        inside = (readings - readings.mean(axis=1, keepdims=True)).reshape(-1, rows.shape[-1])
        within = inside.T @ inside / max(len(inside) - len(rows), 1)
        values, vectors = np.linalg.eigh(within + 0.05 * np.eye(len(within)))
        self._turn = vectors / np.sqrt(values)

    def place(self, rows: Numbers) -> Numbers:
        """Return readings ``(n, r)`` where distances count."""
        return ((rows - self._mean) / self._scale) @ self._turn


class Projected(Whitened):
    """Axes on which people differ and their own walks do not (linear discriminants, after principal ones)."""

    def __init__(self, rows: Numbers, axes: int, kept: int) -> None:
        flat = rows.reshape(-1, rows.shape[-1])
        self._centre = flat.mean(axis=0)
        self._unit = np.maximum(flat.std(axis=0), 1e-6)
        standard = (flat - self._centre) / self._unit
        if len(standard) < standard.shape[1]:
            # Fewer walks than readings: the same axes, from the smaller side.
            values, sides = np.linalg.eigh(standard @ standard.T)
            vectors = standard.T @ (sides / np.sqrt(np.maximum(values, 1e-9)))
        else:
            values, vectors = np.linalg.eigh(standard.T @ standard)
        # Where no reading says anything, one axis on which all are alike.
        order = np.argsort(values)[::-1][: max(min(axes, int((values > 1e-6).sum())), 1)]
        self._axes = vectors[:, order]
        reduced = (standard @ self._axes).reshape(rows.shape[0], rows.shape[1], -1)
        super().__init__(reduced)
        placed = super().place(reduced.reshape(-1, reduced.shape[-1])).reshape(reduced.shape)
        between = np.cov(placed.mean(axis=1).T)
        strength, best = np.linalg.eigh(np.atleast_2d(between))
        order = np.argsort(strength)[::-1][:kept]
        self._best = best[:, order] * np.sqrt(np.maximum(strength[order], 0) / (1 + strength[order]))

    def place(self, rows: Numbers) -> Numbers:
        """Return readings ``(n, r)`` on the axes that tell people apart."""
        return super().place(((rows - self._centre) / self._unit) @ self._axes) @ self._best


@dataclass(frozen=True)
class _Way:
    """Which readings are taken, and how they are projected (no axes: whitened only)."""

    readings: str
    axes: int = 0
    kept: int = 0

    def learnt(self, rows: Numbers) -> Whitened:
        return Projected(rows, self.axes, self.kept) if self.axes else Whitened(rows)


_WAYS = tuple(
    _Way(readings, axes, kept)
    for readings, each in {
        "features": ((0, 0), (30, 8)),
        "pace": ((0, 0), (26, 8)),
        "places": ((40, 8),),
        "pace+features": ((0, 0), (50, 6), (50, 12)),
        "places+features": ((80, 10),),
        "shape+features": ((80, 24),),
        "shape+pace+features": ((80, 24),),
    }.items()
    for axes, kept in each
)


class Adaptive:
    """The best of several ways, by what it names among people it has not learnt from.

    ``rows`` is ``(people, walks, readings)``, ``parts`` the columns of each kind of reading; with ``again``,
    walks of the same people at another sensor, it learns to name those by these.
    """

    def __init__(self, rows: Numbers, parts: dict[str, slice], again: Numbers | None = None) -> None:
        asked = rows if again is None else again
        taught = rows if again is None else np.concatenate([rows, again], axis=1)
        held = max(len(rows) // 3, 2)
        worth = []
        for way in _WAYS:
            columns = _columns(way, parts)
            trial = way.learnt(taught[held:][..., columns])
            known, found = rows[:held, 0][..., columns], asked[:held, 1:][..., columns]
            owners = np.repeat(np.arange(held), found.shape[1])
            far = distances(trial, known, found.reshape(-1, found.shape[-1]))
            worth.append(_named(far, owners))
        self.way = _WAYS[int(np.argmax(worth))]
        self._columns = _columns(self.way, parts)
        self._learnt = self.way.learnt(taught[..., self._columns])

    def place(self, rows: Numbers) -> Numbers:
        """Return readings ``(n, r)`` where distances count."""
        return self._learnt.place(rows[..., self._columns])


def _columns(way: _Way, parts: dict[str, slice]) -> NDArray[np.intp]:
    return np.concatenate([np.arange(parts[one].start, parts[one].stop) for one in way.readings.split("+")])


def distances(attacker: Whitened | Adaptive, known: Numbers, found: Numbers) -> Numbers:
    """Return how far each of ``found`` (n, r) is from each of ``known`` (m, r), squared: ``(n, m)``."""
    at, to = attacker.place(found), attacker.place(known)
    far = (at**2).sum(axis=1)[:, None] + (to**2).sum(axis=1)[None, :] - 2 * at @ to.T
    # What differs by rounding alone is as far.
    return np.round(np.maximum(far, 0), 9)


def _named(far: Numbers, owners: NDArray[np.intp]) -> float:
    """Return how often the owner comes first, among galleries of ``GALLERY`` cut from those held out."""
    people = far.shape[1]
    rights: list[float] = []
    for first in range(0, max(people - GALLERY, 0) + 1, max(GALLERY // 2, 1)):
        among = np.arange(first, min(first + GALLERY, people))
        asked = np.isin(owners, among)
        rights.extend(firsts(far[asked][:, among], owners[asked] - first).tolist())
    return float(np.mean(rights))


def firsts(far: Numbers, owners: NDArray[np.intp]) -> Numbers:
    """Return for each walk whether its owner comes first: 1, 0, or a share where several are as near."""
    own = far[np.arange(len(owners)), owners][:, None]
    alike = (far == own).sum(axis=1)
    made: Numbers = ((far < own).sum(axis=1) == 0) / alike
    return made


def among_five(far: Numbers, owners: NDArray[np.intp]) -> Numbers:
    """Return for each walk whether its owner is among the five nearest."""
    own = far[np.arange(len(owners)), owners][:, None]
    made: Numbers = ((far < own).sum(axis=1) < 5).astype(np.float64)
    return made
