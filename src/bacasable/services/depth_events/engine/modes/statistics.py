"""The mode that counts: aggregates over time and area, of at least so many people, and nothing else.

Nothing here is an event or leads to one. A cell (a zone or a line, during a window of the clock) is told when
at least ``minimum`` people came into it. Nobody is recognised, so who goes out and comes in again counts
again. Windows lie end to end and begin with the day, so that no two can be subtracted from one another.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from bacasable.compliance.processing import Retention
from bacasable.services.depth_events.engine.scene.watching import Sight
from bacasable.services.depth_events.engine.scene.zones import Line, Zone
from bacasable.services.depth_events.processing.purposes import KEPT_STATISTIC

#: Eleven, as the least number of households under which INSEE tells no figure of a square of its grid.
MINIMUM: Final = 11
#: Nobody may set a smaller one.
LEAST_MINIMUM: Final = 5
_SHORTEST_S, _DAY_S = 300, 86_400
#: A window of which less than this was seen tells nothing: it would look like a quiet one.
_SEEN = 0.8
#: Person-seconds from which somebody was there.
_SOMEBODY_S = 0.5
Measure = Literal["occupancy", "count_in", "count_out", "density", "dwell", "running"]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One figure: ``value`` None where fewer than ``minimum`` people came (suppressed).

    Occupancy is a mean of people, density a mean of people a square metre, counts are people, dwell is the
    mean of seconds that people stay, running the share of those who came that ran. ``zone`` is the key of a
    zone or of a line, or "" for all that the sensor sees.
    """

    sensor: str
    zone: str
    from_ms: int
    to_ms: int
    measure: Measure
    value: float | None
    minimum: int


def check_window(every_s: int) -> None:
    """Refuse a window that is too short to hold many people, or that does not fill a day.

    Raises:
        ValueError: under five minutes, over a day, or no whole part of a day.
    """
    if not _SHORTEST_S <= every_s <= _DAY_S or _DAY_S % every_s:
        raise ValueError(
            f"every_s = {every_s}: from {_SHORTEST_S} s to a day, and a whole part of a day (900)"
        )


class _Cell:
    """People in a place, once a second: their mean, and how many came in."""

    def __init__(self) -> None:
        self._last: deque[int] = deque((0,), maxlen=2)
        self._steady = 0
        self.seconds = 0
        self.sum = 0.0
        self.came = 0

    def second(self, people: float) -> None:
        # Two seconds agree: who flickers at an edge does not come in each time.
        self._last.append(round(people))
        least, most = min(self._last), max(self._last)
        if least > self._steady:
            self.came += least - self._steady
            self._steady = least
        elif most < self._steady:
            self._steady = most
        self.seconds += 1
        self.sum += people

    def begin(self) -> None:
        """Begin a window: who is there has come."""
        self.seconds, self.sum, self.came = 0, 0.0, self._steady


class Statistics:
    """Figures of one sensor, window after window.

    Raises:
        ValueError: a minimum under ``LEAST_MINIMUM``, or a window that is none.
    """

    mode: ClassVar[Literal["statistics"]] = "statistics"
    retention: ClassVar[Retention] = KEPT_STATISTIC

    def __init__(
        self,
        sensor: str,
        zones: Sequence[Zone] = (),
        lines: Sequence[Line] = (),
        minimum: int = MINIMUM,
        every_s: int = 900,
    ) -> None:
        if minimum < LEAST_MINIMUM:
            raise ValueError(f"minimum = {minimum}: {LEAST_MINIMUM} people or more, {MINIMUM} is usual")
        check_window(every_s)
        self.minimum = minimum
        self._sensor = sensor
        self._zones, self._lines = tuple(zones), tuple(lines)
        self._every_ms = every_s * 1000
        self._window = -1
        self._begin()
        self._cells = [_Cell() for _ in range(len(zones) + 1)]
        self._running = _Cell()

    def _begin(self) -> None:
        self._crossed = np.zeros((len(self._lines), 2), dtype=np.int64)
        self._second = -1
        self._sums = np.zeros(len(self._zones) + 2)
        self._frames = 0

    def take(self, sight: Sight) -> list[Aggregate]:
        """Return the figures of the window that ended, if one did, and count this frame in the next."""
        window = sight.at_ms // self._every_ms
        told: list[Aggregate] = []
        if window != self._window:
            if window > self._window >= 0:
                self._close_second()
                told = self._tell()
            self._window = window
            self._begin()
            for cell in (*self._cells, self._running):
                cell.begin()
        second = sight.at_ms // 1000
        if second != self._second:
            self._close_second()
            self._second = second
        self._sums[0] += sight.people
        if self._zones:
            self._sums[1:-1] += sight.zone_people[: len(self._zones)]
        self._sums[-1] += sight.running
        self._frames += 1
        if self._lines:
            self._crossed += sight.crossed[: len(self._lines)]
        return told

    def occupancy(self, people: int) -> int | None:
        """Return how many there are now, if they are enough to be told."""
        return people if people >= self.minimum else None

    def _close_second(self) -> None:
        if self._frames:
            means = self._sums / self._frames
            for cell, mean in zip((*self._cells, self._running), means, strict=True):
                cell.second(float(mean))
        self._sums[:] = 0
        self._frames = 0

    def _tell(self) -> list[Aggregate]:
        everything = self._cells[0]
        if everything.seconds * 1000 < _SEEN * self._every_ms:
            return []
        told = [self._made("", "occupancy", everything.sum / everything.seconds, everything.came)]
        ran = self._running.came
        told.append(self._made("", "running", min(ran / max(everything.came, 1), 1.0), ran))
        for zone, cell in zip(self._zones, self._cells[1:], strict=True):
            if zone.kind == "exclusion":
                continue
            # What is left of everything without this zone must not be a few people either.
            beside = everything.came - cell.came
            # Who comes as another leaves is not counted: somebody may be there of whom no count tells.
            outside = everything.sum - cell.sum > _SOMEBODY_S
            came = 0 if outside and beside < self.minimum else cell.came
            mean = cell.sum / cell.seconds
            told.append(self._made(zone.key, "occupancy", mean, came))
            if zone.kind == "density":
                told.append(self._made(zone.key, "density", mean / zone.surface_m2, came))
            if zone.kind == "dwell":
                # Little's law: the mean stay is who is there, over who comes.
                told.append(self._made(zone.key, "dwell", cell.sum / max(cell.came, 1), came))
        for line, (came_in, went_out) in zip(self._lines, self._crossed.tolist(), strict=True):
            told.append(self._made(line.key, "count_in", float(came_in), came_in))
            told.append(self._made(line.key, "count_out", float(went_out), went_out))
        return told

    def _made(self, zone: str, measure: Measure, value: float, people: int) -> Aggregate:
        from_ms = self._window * self._every_ms
        shown = round(value, 3) if people >= self.minimum else None
        return Aggregate(self._sensor, zone, from_ms, from_ms + self._every_ms, measure, shown, self.minimum)
