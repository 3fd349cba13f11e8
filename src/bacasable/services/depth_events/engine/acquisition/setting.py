"""What is kept of a frame, in one line: ``40x30@0.9/25cm,10Hz+outline``."""

import re
from dataclasses import dataclass

_WRITTEN = re.compile(
    r"(?P<columns>\d{1,4})x(?P<rows>\d{1,4})"
    r"(?:@(?P<cap>\d{1,2}(?:\.\d{1,3})?))?(?:/(?P<step>\d{1,3})cm)?(?:,(?P<hz>\d{1,2})Hz)?(?P<outline>\+outline)?"
)
HIGHEST_MM = 4000


@dataclass(frozen=True, slots=True)
class Area:
    """The part of the floor that a sensor answers for: corner with the least x and y, extent; metres."""

    x_m: float
    y_m: float
    width_m: float
    depth_m: float

    def __post_init__(self) -> None:
        """Refuse an area without extent.

        Raises:
            ValueError: it has none, or more than a hall's.
        """
        if not (0 < self.width_m <= 100 and 0 < self.depth_m <= 100):
            raise ValueError(f"area of {self.width_m} x {self.depth_m} m: each side above 0, at most 100")


@dataclass(frozen=True, slots=True)
class Setting:
    """How much a frame still says: cells over the area, heights cut at a cap and rounded down to steps.

    ``cap_mm`` is the height above the floor from which all heights read alike (None: never), ``step_mm`` the
    grain of heights (1: a millimetre), ``hz`` the frames a second that are kept. Under a cap, who stands is
    a disc, the same for everybody; ``outline`` keeps the outline of bodies.

    Raises:
        ValueError: a setting that nothing can be seen with, or that no sensor gives.
    """

    columns: int
    rows: int
    cap_mm: int | None = 900
    step_mm: int = 1
    hz: int = 10
    outline: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not (1 <= self.columns <= 640 and 1 <= self.rows <= 480):
            raise ValueError(f"{self.columns}x{self.rows} cells: 1x1 to 640x480")
        if self.cap_mm is not None and not 100 <= self.cap_mm <= HIGHEST_MM:
            raise ValueError(f"cap of {self.cap_mm} mm: between 100 and {HIGHEST_MM}, or none")
        if not 1 <= self.step_mm <= 1000:
            raise ValueError(f"steps of {self.step_mm} mm: between 1 and 1000")
        if not 1 <= self.hz <= 60:
            raise ValueError(f"{self.hz} frames a second: between 1 and 60")

    @classmethod
    def parse(cls, written: str) -> "Setting":
        """Return the setting that ``str`` writes: ``40x30`` uncapped, ``40x30@0.9`` capped at 0.9 m.

        Raises:
            ValueError: it cannot be read, or cannot be.
        """
        found = _WRITTEN.fullmatch(written)
        if not found:
            raise ValueError(
                f"setting {written!r}: write columns x rows, then a cap in metres, steps and frames a second "
                "if wanted: 40x30@0.9/25cm,10Hz"
            )
        cap, step, hz = found["cap"], found["step"], found["hz"]
        return cls(
            int(found["columns"]),
            int(found["rows"]),
            cap_mm=round(float(cap) * 1000) if cap else None,
            step_mm=int(step) * 10 if step else 1,
            hz=int(hz) if hz else 10,
            outline=bool(found["outline"]),
        )

    def __str__(self) -> str:
        written = f"{self.columns}x{self.rows}"
        if self.cap_mm is not None:
            written += f"@{self.cap_mm / 1000:g}"
        if self.step_mm > 1:
            written += f"/{self.step_mm // 10}cm"
        written += "" if self.hz == 10 else f",{self.hz}Hz"
        return f"{written}+outline" if self.outline else written

    @property
    def tall_mm(self) -> int:
        """Return the height that tells somebody who stands or sits: 80 cm or just below the cap, in steps."""
        tall = 800 if self.cap_mm is None else max(250, min(800, self.cap_mm - 100))
        # Heights are rounded down: whoever is that tall reads as the step below.
        return max(tall - tall % self.step_mm, self.step_mm)

    @property
    def levels(self) -> bool:
        """Return whether bodies are made alike: under a cap, unless the outline is kept."""
        return self.cap_mm is not None and not self.outline
