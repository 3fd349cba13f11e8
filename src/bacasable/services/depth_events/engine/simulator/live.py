"""A simulated station that goes on: one scenario, again and again with other people, seen by its sensors.

In real time, or ``speed`` times as fast. Everything that comes of it is simulated, and said so wherever it is
shown: the edge opens it only for a station whose configuration says ``simulated = true``.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bacasable.services.depth_events.engine.edge.plans import SensorPlan
from bacasable.services.depth_events.engine.frames import Frame
from bacasable.services.depth_events.engine.simulator.raster import Eye
from bacasable.services.depth_events.engine.simulator.scenario import Scenario
from bacasable.services.depth_events.engine.simulator.world import Moment, World

#: Where the time has run on further than this (s), the room does not catch up: it lives on from now.
_LATE_S = 2.0


class LiveRoom:
    """The room of a scenario, lived through ``hz`` times a second; at its end it begins with another seed.

    Moments are stamped with the time of the day (milliseconds since 1970), so that they look as a driver's.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        hz: int = 10,
        speed: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if hz < 1 or speed <= 0:
            raise ValueError("a simulated room needs hz of 1 or more and a speed above zero")
        self.scenario = scenario
        self.number = 0
        self._seed, self._hz, self._speed, self._clock = seed, hz, speed, clock
        self._began_s = clock()
        self._start_ms = round(self._began_s * 1000)
        self._moments: Iterator[Moment] = iter(())
        self._moment: Moment | None = None

    def now(self) -> Moment | None:
        """Return the room as it is now; None before its first moment."""
        due = self._due()
        if due - self.number > _LATE_S * self._hz * max(self._speed, 1.0):
            # The process slept: what nobody saw did not happen.
            late_s = (due - self.number - 1) / self._hz
            self._began_s += late_s / self._speed
            self._start_ms += round(1000 * late_s)
            due = self.number + 1
        while self.number < due:
            self._moment = self._next()
            self.number += 1
        return self._moment

    def at_ms(self) -> int:
        """Return the time of the day of the present moment."""
        return self._start_ms + (self.number - 1) * 1000 // self._hz

    def _due(self) -> int:
        return int((self._clock() - self._began_s) * self._speed * self._hz) + 1

    def _next(self) -> Moment:
        moment = next(self._moments, None)
        while moment is None:
            self._moments = World(self.scenario, self._seed, self._hz).moments()
            self._seed += 1
            moment = next(self._moments, None)
        return moment


class LiveSource:
    """A sensor in a :class:`LiveRoom`: it renders what it sees when asked, with the faults of real ones."""

    def __init__(self, room: LiveRoom, plan: SensorPlan) -> None:
        self.sensor = plan.key
        self._room = room
        self._eye = Eye(plan.intrinsics, plan.pose)
        self._walls = self._eye.room(room.scenario.boxes)
        self._noise = sum(plan.key.encode()) * 100_003
        self._seen = 0

    def read(self, timeout_s: float) -> Frame | None:
        """Return what is seen now, once a moment."""
        until = time.monotonic() + timeout_s
        moment = self._room.now()
        while self._room.number == self._seen:
            left_s = until - time.monotonic()
            if left_s <= 0:
                return None
            time.sleep(min(left_s, 0.005))
            moment = self._room.now()
        if moment is None:
            return None
        self._seen = self._room.number
        seen = self._eye.see(self._walls, moment.limbs)
        return Frame(
            self.sensor, self._room.at_ms(), self._seen, self._eye.measure(seen, self._noise + self._seen)
        )

    def empty(self) -> Frame:
        """Return a frame of the room without anybody, as when a sensor is installed."""
        return Frame(self.sensor, self._room.at_ms(), 0, self._eye.measure(self._walls, self._noise))

    def close(self) -> None:
        """Nothing is held."""


class LiveStation:
    """Opens ``simulated:scenario.toml`` or ``simulated:scenario.toml#seed``, a file of ``folder``.

    Sensors with one source see one room: its metres are those of the station.
    """

    def __init__(self, folder: Path, speed: float = 1.0) -> None:
        self._folder = folder
        self._speed = speed
        self._rooms: dict[str, LiveRoom] = {}

    def open(self, plan: SensorPlan) -> LiveSource:
        """Return the source of a sensor.

        Raises:
            ValueError: another kind of source, no seed after #, or no scenario.
        """
        kind, _, where = plan.source.partition(":")
        path, _, seed = where.partition("#")
        if kind != "simulated" or (seed and not seed.isdecimal()):
            raise ValueError(
                f"source {plan.source!r}: write simulated:scenario.toml or simulated:scenario.toml#7"
            )
        if where not in self._rooms:
            try:
                scenario = Scenario.read(self._folder / path)
            except OSError as wrong:
                raise ValueError(f"source {plan.source!r}: {wrong.strerror}") from None
            self._rooms[where] = LiveRoom(scenario, int(seed or 1), plan.setting.hz, self._speed)
        return LiveSource(self._rooms[where], plan)
