"""What people carry, push or leave behind, as capsules: luggage, prams, wheelchairs, boxes, dogs."""

from typing import Literal, get_args

import numpy as np

from bacasable.services.depth_events.engine.simulator.bodies import Limbs

Thing = Literal["suitcase", "backpack", "box", "pram", "wheelchair", "dog"]
THINGS: tuple[Thing, ...] = get_args(Thing)

#: In the frame of who has it (forward, left, up; metres): ends and radius.
_SHAPES: dict[str, list[tuple[float, ...]]] = {
    "suitcase": [
        (-0.55, -0.12, 0.14, -0.55, 0.12, 0.14, 0.12),
        (-0.55, -0.12, 0.36, -0.55, 0.12, 0.36, 0.12),
        (-0.55, -0.12, 0.56, -0.55, 0.12, 0.56, 0.12),
        (-0.53, 0.0, 0.60, -0.25, -0.18, 0.85, 0.02),
    ],
    "backpack": [
        (-0.20, -0.07, 1.02, -0.18, -0.07, 1.32, 0.12),
        (-0.20, 0.07, 1.02, -0.18, 0.07, 1.32, 0.12),
    ],
    "box": [(0.38, -0.18, 1.02, 0.38, 0.18, 1.02, 0.15), (0.38, -0.18, 1.18, 0.38, 0.18, 1.18, 0.15)],
    "pram": [
        (0.55, 0.0, 0.55, 1.15, 0.0, 0.55, 0.20),
        (0.50, -0.15, 0.85, 0.95, -0.15, 0.75, 0.12),
        (0.50, 0.15, 0.85, 0.95, 0.15, 0.75, 0.12),
        (0.35, -0.22, 1.0, 0.35, 0.22, 1.0, 0.03),
    ],
    "wheelchair": [
        (-0.20, 0.30, 0.30, 0.25, 0.30, 0.30, 0.06),
        (-0.20, -0.30, 0.30, 0.25, -0.30, 0.30, 0.06),
        (-0.25, -0.20, 0.50, -0.25, 0.20, 0.50, 0.08),
        (-0.27, -0.20, 0.85, -0.27, 0.20, 0.85, 0.06),
        (0.10, -0.18, 0.45, 0.10, 0.18, 0.45, 0.08),
    ],
    "dog": [
        (0.55, 0.45, 0.40, 1.10, 0.45, 0.40, 0.11),
        (1.12, 0.45, 0.52, 1.22, 0.45, 0.55, 0.08),
        (0.60, 0.45, 0.05, 0.60, 0.45, 0.30, 0.04),
        (1.05, 0.45, 0.05, 1.05, 0.45, 0.30, 0.04),
    ],
}


def limbs_of(
    thing: Thing, x_m: float, y_m: float, heading: float, floor_m: float = 0.0, size: float = 1.0
) -> Limbs:
    """Return the capsules ``(n, 7)`` of a thing whose owner stands at a place and faces ``heading``.

    ``size`` scales what a short owner carries; things on wheels have their own size.
    """
    made = np.array(_SHAPES[thing], dtype=np.float64)
    if thing in ("backpack", "box"):
        made[:, [2, 5]] *= size
    cos, sin = np.cos(heading), np.sin(heading)
    for ends in (0, 3):
        forward, left = made[:, ends].copy(), made[:, ends + 1].copy()
        made[:, ends] = x_m + cos * forward - sin * left
        made[:, ends + 1] = y_m + sin * forward + cos * left
        made[:, ends + 2] += floor_m
    return made
