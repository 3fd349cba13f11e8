"""A frame as a sensor gives it, and where the sensor stands.

A :class:`Frame` is raw: it may show a person's build. It goes to the acquisition filter and nowhere else: it
cannot be pickled, copied, printed or read as an array by accident, and no later stage accepts it.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

Millimetres = NDArray[np.uint16]
Matrix = NDArray[np.float64]
#: The value of a pixel at which nothing was measured.
INVALID = 0
#: The largest frame that is read: a quarter of a megapixel.
LARGEST_PIXELS = 640 * 480


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """The pinhole of a sensor, in pixels: focal lengths and the pixel of the optical axis."""

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float

    def __post_init__(self) -> None:
        """Refuse what no sensor has.

        Raises:
            ValueError: no pixel, too many, or no focal length.
        """
        if self.width < 1 or self.height < 1 or self.width * self.height > LARGEST_PIXELS:
            raise ValueError(f"{self.width}x{self.height} pixels: 1 to {LARGEST_PIXELS} in all")
        if not (self.fx > 0 and self.fy > 0):
            raise ValueError("fx, fy: a focal length in pixels is above zero")

    @classmethod
    def of_view(cls, width: int, height: int, horizontal_degrees: float) -> "Intrinsics":
        """Return the pinhole of a sensor with square pixels that sees ``horizontal_degrees`` across."""
        focal = width / 2 / float(np.tan(np.radians(horizontal_degrees) / 2))
        return cls(width, height, focal, focal, (width - 1) / 2, (height - 1) / 2)


@dataclass(frozen=True)
class Pose:
    """Where a sensor stands and looks, in its room: metres, z up, the floor at z = 0.

    ``rotation`` (3, 3) turns directions of the sensor (x right, y down, z forward) into those of the room;
    ``position`` (3,) is the sensor's. A pixel's distance is measured along the optical axis.

    Raises:
        ValueError: the matrix is no rotation, or the sensor is not above the floor.
    """

    rotation: Matrix
    position: Matrix

    def __post_init__(self) -> None:
        """Refuse a pose that no sensor can have."""
        turned = np.asarray(self.rotation, dtype=np.float64)
        if turned.shape != (3, 3) or not np.allclose(turned @ turned.T, np.eye(3), atol=1e-6):
            raise ValueError("rotation: three rows of three numbers that turn and do not stretch")
        if np.linalg.det(turned) < 0:
            raise ValueError("rotation: it mirrors; a sensor turns")
        if np.shape(self.position) != (3,) or not self.position[2] > 0:
            raise ValueError("position: x, y and a height above the floor, in metres")

    @classmethod
    def overhead(cls, height_m: float, x_m: float = 0.0, y_m: float = 0.0) -> "Pose":
        """Return the pose of a sensor under a ceiling that looks straight down, rows towards +y."""
        down = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])
        return cls(down, np.array([x_m, y_m, height_m]))

    @classmethod
    def oblique(
        cls,
        height_m: float,
        tilt_degrees: float,
        heading_degrees: float = 0.0,
        x_m: float = 0.0,
        y_m: float = 0.0,
    ) -> "Pose":
        """Return a sensor tilted from straight down (0) towards the horizon (90), facing ``heading``.

        A heading of 0 looks towards +y, of 90 towards +x.
        """
        tilt, heading = np.radians(tilt_degrees), np.radians(heading_degrees)
        forward_on_floor = np.array([np.sin(heading), np.cos(heading), 0.0])
        forward = np.sin(tilt) * forward_on_floor + np.array([0.0, 0.0, -np.cos(tilt)])
        right = np.array([np.cos(heading), -np.sin(heading), 0.0])
        return cls(
            np.column_stack([right, np.cross(forward, right), forward]), np.array([x_m, y_m, height_m])
        )


class Frame:
    """One raw frame: distances along the optical axis, ``(height, width)`` uint16 millimetres, 0 invalid.

    ``at_ms`` is the instant of the sensor's clock in milliseconds since 1970 (UTC), ``number`` counts frames.

    Raises:
        ValueError: not two dimensions of unsigned 16-bit integers.
    """

    __slots__ = ("_millimetres", "at_ms", "number", "sensor")

    def __init__(self, sensor: str, at_ms: int, number: int, millimetres: Millimetres) -> None:
        if millimetres.ndim != 2 or millimetres.dtype != np.uint16:
            raise ValueError(
                f"frame of {sensor}: {millimetres.dtype} of shape {millimetres.shape}; "
                "give (height, width) uint16"
            )
        self.sensor = sensor
        self.at_ms = at_ms
        self.number = number
        self._millimetres = millimetres

    @property
    def shape(self) -> tuple[int, int]:
        """Return (height, width) in pixels."""
        return self._millimetres.shape[0], self._millimetres.shape[1]

    def __repr__(self) -> str:
        return f"Frame({self.sensor!r}, at_ms={self.at_ms}, number={self.number}, shape={self.shape})"

    def _stays_here(self, *_: Any) -> NoReturn:
        raise TypeError("a raw frame does not leave the process that measured it")

    __reduce__ = _stays_here
    __reduce_ex__ = _stays_here
    __copy__ = _stays_here
    __deepcopy__ = _stays_here
    __array__ = _stays_here
