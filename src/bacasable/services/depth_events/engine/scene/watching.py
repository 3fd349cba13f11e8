"""One pass over a protected frame: what is furniture, where people stand, how they move, what lies low.

People are found as lumps of height, followed from a frame to the next for as long as a few seconds tell of a
direction, then forgotten: what comes out are counts, places and flows, and no number of a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition import Area, ProtectedFrame, Setting
from bacasable.services.depth_events.engine.scene import memory, pass_over
from bacasable.services.depth_events.engine.scene.zones import Line, Zone

#: The most people, regions, zones and lines of one sensor.
MOST_PEOPLE, MOST_REGIONS, MOST_ZONES, MOST_LINES = 96, 12, 60, 16
_NOBODY = np.zeros((0, 2), np.int32)


@dataclass(frozen=True, slots=True)
class Region:
    """A connected patch of the floor: metres, square metres, milliseconds that it has been so.

    ``after_tall``: somebody stood there, or beside it, right before. ``height_mm`` is the mean over its
    cells. ``middling_m2`` and ``high_m2`` are what rises from it or beside it, below and above the
    height that tells who stands. ``attended``: somebody has stood by for some seconds.
    """

    x_m: float
    y_m: float
    surface_m2: float
    length_m: float
    width_m: float
    since_ms: int
    height_mm: float
    after_tall: bool
    middling_m2: float
    high_m2: float = 0.0
    attended: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What one frame showed: people in view, and for each zone and line what is asked of it.

    ``zone_people`` (z,) are people in each zone; ``against_s`` the longest, in seconds, that somebody goes
    against the way of a one-way zone; ``running`` how many run; ``crossed`` (l, 2) crossings in and out since
    the frame before; ``low`` and ``left`` the regions that lie low, or stand still without a person.
    """

    at_ms: int
    people: int
    covered_m2: float
    zone_people: NDArray[np.float64]
    zone_lasts_s: NDArray[np.float64]
    against_s: NDArray[np.float64]
    running: int
    fast: int
    crossed: NDArray[np.int64]
    low: tuple[Region, ...]
    left: tuple[Region, ...]


class Watch:
    """What one sensor remembers of its floor: heights of furniture, times of cells, people of this moment.

    Raises:
        ValueError: more zones or lines than one sensor may have.
    """

    def __init__(
        self, setting: Setting, area: Area, zones: Sequence[Zone] = (), lines: Sequence[Line] = ()
    ) -> None:
        if len(zones) > MOST_ZONES or len(lines) > MOST_LINES:
            raise ValueError(f"{len(zones)} zones, {len(lines)} lines: at most {MOST_ZONES} and {MOST_LINES}")
        self.zones, self.lines = tuple(zones), tuple(lines)
        self._cell = np.array([area.width_m / setting.columns, area.depth_m / setting.rows])
        self._corner = np.array([area.x_m, area.y_m])
        rows, columns = setting.rows, setting.columns
        self._maps = memory.Maps(
            static=np.zeros((rows, columns), np.float32),
            likely=np.zeros((rows, columns), np.float32),
            likely_since=np.zeros((rows, columns), np.int64),
            likely_last=np.zeros((rows, columns), np.int64),
            low_since=np.zeros((rows, columns), np.int64),
            low_last=np.zeros((rows, columns), np.int64),
            tall_last=np.zeros((rows, columns), np.int64),
            tall_since=np.zeros((rows, columns), np.int64),
            mass=np.zeros((rows, columns), np.float32),
            blurred=np.zeros((rows, columns), np.float32),
            label=np.zeros((rows, columns), np.int32),
            centres=np.zeros((MOST_PEOPLE, 2), np.float32),
            members=self._members(rows, columns),
        )
        self._people = np.zeros((MOST_PEOPLE, memory.PERSON))
        self._sides = np.zeros((MOST_PEOPLE, MOST_LINES), np.int8)
        self._counted = np.zeros(4, np.int64)
        self._regions = np.zeros((2, MOST_REGIONS, memory.REGION))
        self._zone = np.zeros((max(len(zones), 1), 3))
        self._zone_since = np.zeros((max(len(zones), 1), 2), np.int64)
        self._ways = np.array(
            [
                memory.NO_WAY if zone.heading_degrees is None else np.radians(zone.heading_degrees % 360)
                for zone in zones
            ]
            or [memory.NO_WAY]
        )
        self._lines = np.array([[*line.start, *line.end] for line in lines], np.float64).reshape(-1, 4)
        self._crossed = np.zeros((max(len(lines), 1), 2), np.int64)
        self._limits = memory.limits(tall_mm=float(setting.tall_mm), step_mm=setting.step_mm)
        self._last_ms = -1

    def _members(self, rows: int, columns: int) -> NDArray[np.uint64]:
        """Return for each cell the zones that hold its middle, as bits; the last: look for nothing."""
        y, x = np.mgrid[0:rows, 0:columns] + 0.5
        x_m, y_m = self._corner[0] + x * self._cell[0], self._corner[1] + y * self._cell[1]
        members = np.zeros((rows, columns), np.uint64)
        for at, zone in enumerate(self.zones):
            bit = memory.EXCLUDED_BIT if zone.kind == "exclusion" else at
            members |= np.where(zone.holds(x_m, y_m), np.uint64(1) << np.uint64(bit), np.uint64(0))
        return members

    def look(self, frame: ProtectedFrame) -> Sight:
        """Return what ``frame`` shows, beside what the frames before it left in mind.

        A frame that is not later than the one before is read as if a period had passed.
        """
        now = max(frame.at_ms, self._last_ms + 1)
        elapsed = 0 if self._last_ms < 0 else now - self._last_ms
        fresh = self._last_ms < 0 or elapsed > 5000
        self._last_ms = now
        self._crossed[:] = 0
        covered = pass_over.look(
            frame.heights_mm,
            _NOBODY if frame.standing is None else frame.standing,
            frame.standing is not None,
            now,
            elapsed,
            fresh,
            self._maps,
            self._limits,
            self._cell,
            self._corner,
            self._people,
            self._sides,
            self._counted,
            self._regions,
            self._zone,
            self._zone_since,
            self._ways,
            self._lines,
            self._crossed,
        )
        return Sight(
            now,
            int(self._counted[0]),
            covered,
            self._zone[:, 0],
            self._zone[:, 1],
            self._zone[:, 2],
            int(self._counted[1] & 0xFFFF),
            int(self._counted[1] >> 16),
            self._crossed,
            self._read(0),
            self._read(1),
        )

    def _read(self, which: int) -> tuple[Region, ...]:
        rows = self._regions[which]
        if rows[0, 2] == 0:
            return ()
        return tuple(
            Region(
                float(row[0]),
                float(row[1]),
                float(row[2]),
                float(row[3]),
                float(row[4]),
                int(row[5]),
                float(row[6]),
                bool(row[7]),
                float(row[8]),
                float(row[9]),
                bool(row[10]),
            )
            for row in rows
            if row[2] > 0
        )

    def learn(self, frame: ProtectedFrame) -> None:
        """Take what ``frame`` shows as furniture: at the start, of an empty room."""
        self._maps.static[:] = np.maximum(self._maps.static, frame.heights_mm)
