"""What really happened, told by the simulator: against this, and nothing else, events are scored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.scene.zones import Line, Zone

#: A presence, a wrong way or a run counts from this many seconds on; a dense crowd from this many.
LASTS_S, DENSE_S = 1.0, 3.0
#: From this share of that time on, it is doubtful rather than nothing.
DOUBTFUL = 0.35
#: Who stops or steps aside for less than this goes on with what they did (ms).
GAP_MS = 800
#: Against the way at this speed (m/s) and more is a wrong way; above this one is a run.
AGAINST, RUNS = 0.4, 2.6
#: A body is about this broad to each side of its middle (m): whose middle stays outside a zone by less is
#: partly inside, and whether that is a presence is doubtful.
PARTLY_M = 0.25


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: kind of event, from when to when (ms), where (zone or line, metres).

    ``sure`` is false for what is too short to be held against anybody: told or not, it counts for nothing.
    """

    kind: str
    start_ms: int
    end_ms: int
    place: str = ""
    x_m: float = 0.0
    y_m: float = 0.0
    sure: bool = True


_PARTLY = "partly_"
_TURNS = np.arange(8) * np.pi / 4
_AROUND_M = PARTLY_M * np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])


def _touching(zone: Zone, place: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return who is in a zone or partly so."""
    if not len(place):
        return np.zeros(0, np.int64)
    around = np.vstack([np.zeros((1, 2)), _AROUND_M])[:, None] + place[None]
    return np.flatnonzero(zone.holds(around[..., 0], around[..., 1]).any(axis=0))


class Witness:
    """Follows true places and tells happenings: ``told`` are over, ``close`` ends the rest."""

    def __init__(self, zones: Sequence[Zone], lines: Sequence[Line]) -> None:
        self.told: list[Happening] = []
        self._zones, self._lines = zones, lines
        self._open: dict[tuple[str, str, int], tuple[int, int, float, float]] = {}
        self._before: dict[int, tuple[float, float]] = {}
        self.counts: list[tuple[int, int]] = []

    def happened(self, one: Happening) -> None:
        """Write down what the simulator made happen itself: a fall, an object left behind."""
        self.told.append(one)

    def look(
        self,
        at_ms: int,
        numbers: NDArray[np.int64],
        place: NDArray[np.float64],
        velocity: NDArray[np.float64],
    ) -> None:
        """See who is where at an instant: ``numbers`` (n,), ``place`` and ``velocity`` (n, 2)."""
        seen: set[tuple[str, str, int]] = set()
        speed = np.hypot(velocity[:, 0], velocity[:, 1]) if len(numbers) else np.zeros(0)
        for zone in self._zones:
            inside = np.flatnonzero(zone.holds(place[:, 0], place[:, 1])) if len(numbers) else ()
            if zone.kind in ("forbidden", "track"):
                partly = _touching(zone, place)
                seen |= self._goes_on("partly_intrusion", zone.key, at_ms, partly, numbers, place)
                seen |= self._goes_on("intrusion", zone.key, at_ms, inside, numbers, place)
            elif zone.kind == "one_way":
                allowed = np.radians(zone.heading_degrees or 0.0)
                along = velocity[:, 0] * np.cos(allowed) + velocity[:, 1] * np.sin(allowed)
                against = [int(one) for one in inside if along[one] < -AGAINST]
                seen |= self._goes_on("wrong_way", zone.key, at_ms, against, numbers, place)
            elif zone.kind == "density" and len(inside) / zone.surface_m2 > (zone.limit or np.inf):
                key = ("density", zone.key, -1)
                start = self._open.get(key, (at_ms,))[0]
                self._open[key] = (start, at_ms, *zone.corners[0])
                seen.add(key)
        running = np.flatnonzero(speed > RUNS)
        seen |= self._goes_on("running", "", at_ms, running, numbers, place)
        for one, number in enumerate(numbers):
            here = (float(place[one, 0]), float(place[one, 1]))
            before = self._before.get(int(number))
            if before:
                for line in self._lines:
                    way = line.crossed(before, here)
                    if way:
                        kind = "crossing_in" if way > 0 else "crossing_out"
                        self.told.append(Happening(kind, at_ms, at_ms, line.key, *here))
            self._before[int(number)] = here
        for gone in set(self._open) - seen:
            if at_ms - self._open[gone][1] > GAP_MS:
                self._end(gone)
        present = {int(number) for number in numbers}
        self._before = {number: at for number, at in self._before.items() if number in present}

    def close(self) -> tuple[Happening, ...]:
        """Return all that happened, in the order of its start."""
        for key in list(self._open):
            self._end(key)
        return tuple(sorted(self.told, key=lambda one: (one.start_ms, one.kind, one.place)))

    def _goes_on(
        self,
        kind: str,
        place_key: str,
        at_ms: int,
        those: Iterable[int],
        numbers: NDArray[np.int64],
        place: NDArray[np.float64],
    ) -> set[tuple[str, str, int]]:
        keys = set()
        for one in those:
            key = (kind, place_key, int(numbers[one]))
            start = self._open.get(key, (at_ms,))[0]
            self._open[key] = (start, at_ms, float(place[one, 0]), float(place[one, 1]))
            keys.add(key)
        return keys

    def _end(self, key: tuple[str, str, int]) -> None:
        start, end, x, y = self._open.pop(key)
        if key[0].startswith(_PARTLY):
            if end - start >= DOUBTFUL * LASTS_S * 1000:
                kind = key[0].removeprefix(_PARTLY)
                self.told.append(Happening(kind, start, end, key[1], x, y, sure=False))
            return
        lasts = DENSE_S if key[0] == "density" else LASTS_S
        if end - start >= DOUBTFUL * lasts * 1000:
            sure = end - start >= lasts * 1000
            self.told.append(Happening(key[0], start, end, key[1], x, y, sure))
