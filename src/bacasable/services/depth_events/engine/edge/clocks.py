"""The time of a sensor's frames: in order, without jumps for what follows, and true for what is told.

A sensor's clock may be hours wrong, jump when it is set, or give frames out of order. What follows a frame
(who lies for how long) needs a time that goes on; what is told needs the time of the day.
"""

from dataclasses import dataclass

#: Farther from the edge's clock than this (ms), a sensor's is wrong and the edge's is used.
WRONG_MS = 10_000
#: A step back of more than this (ms), or one forward that the edge's clock did not make, is a jump.
BACK_MS, FORWARD_MS = 1_000, 5_000


@dataclass(frozen=True, slots=True)
class Read:
    """When a frame was: ``steady_ms`` never jumps, ``told_ms`` is the time of the day."""

    steady_ms: int
    told_ms: int
    jumped: bool


class Clocks:
    """The clocks of one sensor, whose frames come every ``period_ms``."""

    def __init__(self, period_ms: int) -> None:
        self._period_ms = period_ms
        self._last: int | None = None
        self._last_here_ms = 0
        self._offset = 0
        self._skew = 0

    @property
    def wrong_by_s(self) -> int:
        """Return by how many seconds the sensor's clock is wrong, where it is not believed; 0 where it is."""
        return round(-self._skew / 1000)

    def read(self, at_ms: int, here_ms: int) -> Read | None:
        """Return the times of a frame of ``at_ms`` that came at ``here_ms``; None: out of order."""
        jumped = False
        if self._last is None:
            self._believe(at_ms, here_ms)
        else:
            step, here = at_ms - self._last, here_ms - self._last_here_ms
            # What went on for the edge too (a sensor that was unplugged) is no jump.
            jumped = step < -BACK_MS or step - max(here, 0) > FORWARD_MS
            if step <= 0 and not jumped:
                return None
            if jumped:
                self._offset += self._last + self._period_ms - at_ms
                self._believe(at_ms, here_ms)
        self._last, self._last_here_ms = at_ms, here_ms
        return Read(at_ms + self._offset, at_ms + self._skew, jumped)

    def _believe(self, at_ms: int, here_ms: int) -> None:
        self._skew = 0 if abs(here_ms - at_ms) <= WRONG_MS else here_ms - at_ms
