"""Zones and lines drawn on the floor, in metres of the room: their purpose, who is inside, who crosses."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
#: ``forbidden``: nobody may stand there; ``track``: nobody may go down there; ``one_way``: people go one way
#: only; ``density``: how many people a square metre; ``dwell``: nobody stays longer than a limit;
#: ``occupancy``: how many; ``exclusion``: nothing is looked for there (a bed, a bench, a shop window).
Kind = Literal["forbidden", "track", "one_way", "density", "dwell", "occupancy", "exclusion"]


@dataclass(frozen=True)
class Zone:
    """A polygon on the floor. ``heading_degrees`` is where people may go (``one_way``): 0 +x, 90 +y.

    ``limit`` is what the kind is held against: people a square metre, or seconds.

    Raises:
        ValueError: fewer than three corners, no surface, edges that cross, or a missing direction or limit.
    """

    key: str
    kind: Kind
    corners: tuple[Point, ...]
    heading_degrees: float | None = None
    limit: float | None = None

    def __post_init__(self) -> None:
        """Refuse a polygon that has no inside, or a kind without what it needs."""
        if len(self.corners) < 3:
            raise ValueError(f"zone {self.key!r}: {len(self.corners)} corners; draw three or more")
        crossing = _crossing(self.corners)
        if crossing:
            raise ValueError(
                f"zone {self.key!r}: its edges {crossing[0] + 1} and {crossing[1] + 1} cross; draw the "
                "corners in their order around the zone"
            )
        if abs(self.surface_m2) < 1e-4:
            raise ValueError(f"zone {self.key!r}: it has no surface")
        if self.kind == "one_way" and self.heading_degrees is None:
            raise ValueError(f"zone {self.key!r}: say where people may go (heading_degrees)")
        if self.kind in ("density", "dwell") and not (self.limit and self.limit > 0):
            raise ValueError(f"zone {self.key!r}: give its limit")

    @cached_property
    def surface_m2(self) -> float:
        """Return the surface in square metres."""
        x, y = np.array(self.corners).T
        return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)

    @cached_property
    def middle(self) -> Point:
        """Return the mean of the corners, in metres."""
        x, y = np.array(self.corners).mean(axis=0)
        return float(x), float(y)

    def holds(self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return for each point whether it lies inside."""
        inside = np.zeros(np.shape(x_m), dtype=bool)
        for (x1, y1), (x2, y2) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if y1 == y2:
                continue
            above = (np.asarray(y_m) < y1) != (np.asarray(y_m) < y2)
            inside ^= above & (np.asarray(x_m) < x1 + (np.asarray(y_m) - y1) * (x2 - x1) / (y2 - y1))
        return inside


@dataclass(frozen=True)
class Line:
    """A line that people cross: seen from its ``start``, from the right-hand side to the left is "in".

    Raises:
        ValueError: it has no length.
    """

    key: str
    start: Point
    end: Point

    def __post_init__(self) -> None:
        """Refuse a line that is a point."""
        if np.hypot(self.end[0] - self.start[0], self.end[1] - self.start[1]) < 0.05:
            raise ValueError(f"line {self.key!r}: it is shorter than 5 cm")

    def crossed(self, before: Point, after: Point) -> Literal[-1, 0, 1]:
        """Return 1 for a step that crosses inwards, -1 outwards, 0 for one that does not cross."""
        if not _cross(self.start, self.end, before, after):
            return 0
        return 1 if _side(self.start, self.end, after) > 0 else -1


def _side(start: Point, end: Point, point: Point) -> float:
    return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return (_side(a, b, c) > 0) != (_side(a, b, d) > 0) and (_side(c, d, a) > 0) != (_side(c, d, b) > 0)


def _crossing(corners: tuple[Point, ...]) -> tuple[int, int] | None:
    """Return the first two edges, not neighbours, that cross."""
    count = len(corners)
    edges = [(corners[at], corners[(at + 1) % count]) for at in range(count)]
    for first in range(count):
        for second in range(first + 1, count):
            apart = second - first
            if apart not in (1, count - 1) and _cross(*edges[first], *edges[second]):
                return first, second
    return None
