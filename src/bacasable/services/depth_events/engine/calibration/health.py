"""Whether a sensor is blocked, moved, dirty or frozen, told from what the acquisition filter leaves.

What it should see is learned from what it saw: the share of pixels that measure something and the share that
lies at the floor, when the room was emptiest. People hide the floor too, but not all of it, and they move; a
sensor that was turned sees no floor where it was, and what it sees instead stands still.
"""

from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.privacy.messages import N_
from bacasable.services.depth_events.engine.acquisition import ProtectedFrame

State = Literal["ok", "blocked", "moved", "dirty", "frozen"]
#: Seconds before each is said: what passes by does not last so long.
FROZEN_S, BLOCKED_S, MOVED_S, DIRTY_S = 5.0, 4.0, 20.0, 300.0
#: Percent of pixels: right before the sensor, or measured at all, for it to be blocked.
_NEAR, _MEASURED = 60, 15
#: The floor is lost where less than this share of what there was is left, and less where less than the
#: second; percent of pixels that one needs.
_LEFT, _LESS, _ENOUGH_FLOOR = 0.2, 0.65, 25
#: How long of late, as a share, a cell stands still; it is no crowd where this share of the cells does, or
#: where nearly nothing stands anywhere.
_STANDS, _STILL, _BARE = 0.8, 0.4, 0.15
#: A floor that leans is lower than people: share of the cells in which something low stands still, and the
#: most that is as high as people, for a crowd has luggage too.
_LEANING, _FEW = 0.08, 0.06
#: Percent of pixels that measure less than they did: dirt, fog or steam.
_LOST = 15
#: Heights above this (mm) are not the floor's noise. Weight of a second in what stands still.
_ABOVE_MM, _SECOND = 110, 0.1
#: Seconds in which what is expected follows upwards, and downwards (furniture, dust of months).
_UP_S, _DOWN_S = 30.0, 6 * 3600.0


class Health:
    """The health of one sensor: ``look`` at each protected frame; costs a few microseconds."""

    def __init__(self) -> None:
        self._expected_valid = self._expected_floor = 0.0
        self._standing: NDArray[np.float32] | None = None
        self._next_ms = 0
        self._since: dict[State, int] = {}
        self._told: tuple[State, str] = ("ok", "")

    def look(self, frame: ProtectedFrame) -> tuple[State, str]:
        """Return how the sensor is at this frame, and why (an English message, for translation)."""
        now = frame.condition
        if now.repeats >= FROZEN_S * frame.setting.hz:
            return "frozen", N_("the sensor shows the same frame again and again")
        if frame.at_ms >= self._next_ms or frame.at_ms < self._next_ms - 2000:
            self._next_ms = frame.at_ms + 1000
            self._told = self._judged(frame)
        return self._told

    def _judged(self, frame: ProtectedFrame) -> tuple[State, str]:
        now, at = frame.condition, frame.at_ms
        if self._standing is None:
            self._standing = np.zeros(frame.heights_mm.shape, np.float32)
        still, above, high, still_low = _stands(frame.heights_mm, self._standing, frame.setting.tall_mm)
        left = now.floor / self._expected_floor if self._expected_floor >= _ENOUGH_FLOOR else 1.0
        leans = still_low > _LEANING and high < _FEW
        is_no_crowd = still > _STILL or above < _BARE
        signs: tuple[tuple[State, bool, float, str], ...] = (
            (
                "blocked",
                now.near >= _NEAR or now.valid <= _MEASURED,
                BLOCKED_S,
                N_("something stands right before the sensor, or nothing is measured"),
            ),
            (
                "moved",
                (left < _LEFT and is_no_crowd) or (left < _LESS and leans),
                MOVED_S,
                N_("the floor is not where it was: was the sensor turned? Calibrate it again"),
            ),
            (
                "dirty",
                now.valid <= self._expected_valid - _LOST,
                DIRTY_S,
                N_("fewer points are measured than before: clean the sensor"),
            ),
        )
        wrong = False
        for state, shown, seconds, reason in signs:
            if not shown:
                self._since.pop(state, None)
                continue
            wrong = True
            if at - self._since.setdefault(state, at) >= 1000 * seconds:
                return state, reason
        if not wrong:
            self._expect(now.valid, now.floor)
        return "ok", ""

    def _expect(self, valid: int, floor: int) -> None:
        for name, value in (("_expected_valid", valid), ("_expected_floor", floor)):
            known = getattr(self, name)
            setattr(self, name, known + (value - known) / (_UP_S if value > known else _DOWN_S))


@njit(cache=True)
def _stands(
    heights: NDArray[np.uint16], standing: NDArray[np.float32], tall_mm: int
) -> tuple[float, float, float, float]:
    """Let ``standing`` follow what is above the floor, in place.

    Return the shares of cells that stand still, are above the floor, are as high as somebody, and stand still
    without being so high.
    """
    still = above = high = still_low = 0
    for row in range(heights.shape[0]):
        for column in range(heights.shape[1]):
            height = heights[row, column]
            is_above = 1 if height > _ABOVE_MM else 0
            now = standing[row, column] + np.float32(_SECOND) * (is_above - standing[row, column])
            standing[row, column] = now
            above += is_above
            is_still = now > _STANDS
            still += 1 if is_still else 0
            high += 1 if height >= tall_mm else 0
            still_low += 1 if is_still and height < tall_mm else 0
    cells = heights.size
    return still / cells, above / cells, high / cells, still_low / cells
