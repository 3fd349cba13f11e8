"""How a sensor fares, told so slowly and coarsely that it says nothing of who passes."""

from dataclasses import dataclass

#: Seconds that averages go back; percent to which they are rounded.
OVER_S, GRAIN = 4.0, 5


@dataclass(frozen=True, slots=True)
class Condition:
    """Shares of pixels in percent, averages of some seconds rounded to 5, and how often a frame came again.

    ``valid``: something was measured; ``floor``: it lies within 10 cm of the floor, of those that are valid;
    ``near``: it is less than 35 cm from the sensor, of all. ``repeats`` counts frames like the last one.
    """

    valid: int
    floor: int
    near: int
    repeats: int


class Conditions:
    """The averages of one sensor of ``pixels``, ``hz`` frames a second."""

    def __init__(self, pixels: int, hz: int) -> None:
        self._pixels = pixels
        self._weight = 1.0
        self._least = 1 / (OVER_S * hz)
        self._valid = self._floor = self._near = 0.0
        self._repeats = 0
        self._digest = -1
        self._told = Condition(0, 0, 0, 0)

    def take(self, valid: int, floor: int, near: int, digest: int) -> Condition:
        """Return the condition with one more frame: counts of pixels, and a sum of some of them."""
        weight = self._weight
        # The first frames are a plain mean.
        self._weight = max(weight / (1 + weight), self._least)
        self._valid += weight * (valid / self._pixels - self._valid)
        self._floor += weight * (floor / max(valid, 1) - self._floor)
        self._near += weight * (near / self._pixels - self._near)
        self._repeats = self._repeats + 1 if digest == self._digest else 0
        self._digest = digest
        said = (_coarse(self._valid), _coarse(self._floor), _coarse(self._near), self._repeats)
        told = self._told
        if said != (told.valid, told.floor, told.near, told.repeats):
            self._told = Condition(*said)
        return self._told


def _coarse(share: float) -> int:
    return int(100 * share / GRAIN + 0.5) * GRAIN
