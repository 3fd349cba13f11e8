"""How far the middle of a body lies behind that of what a sensor sees of it, by the place alone."""

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.acquisition.setting import Area, Setting

Plane = NDArray[np.float32]
#: The near side is seen: a share of how far off the body is, at most so (metres).
_SHARE, _MOST_M = 0.06, 0.15
#: Where the sensor sees less high than a head, a body is seen in part: metres for each metre that is missing.
_HEAD_M, _FOR_EACH_M = 1.75, 0.11
#: Heights at which it is asked what is seen (metres).
_LEVELS_M = np.arange(0.8, 2.01, 0.1)


def behind(
    step: Plane, fall: Plane, start: Plane, height_mm: np.float32, setting: Setting, area: Area
) -> Plane:
    """Return for each cell how many columns and rows farther out a body stands, ``(2, rows, columns)``.

    ``step``, ``fall``, ``start`` and ``height_mm`` tell on which cell and at which height each pixel falls.
    """
    cell = np.array([area.width_m / setting.columns, area.depth_m / setting.rows])
    rows, columns = np.mgrid[0 : setting.rows, 0 : setting.columns] + 0.5
    off = np.stack([(columns - start[0]) * cell[0], (rows - start[1]) * cell[1]])
    far = np.hypot(off[0], off[1]) + 1e-6
    missing = np.maximum(_HEAD_M - _seen_to(step, fall, start, height_mm, setting), 0.0)
    out_m = np.minimum(_SHARE * far, _MOST_M) + _FOR_EACH_M * missing
    return (off / far * out_m / cell[:, None, None]).astype(np.float32)


def _seen_to(step: Plane, fall: Plane, start: Plane, height_mm: np.float32, setting: Setting) -> Plane:
    """Return up to which height (metres) each cell is seen; the least of those asked where nothing is."""
    seen = np.full((setting.rows, setting.columns), _LEVELS_M[0], np.float32)
    down = fall < -1e-3
    for level in _LEVELS_M:
        if 1000 * level >= height_mm:
            break
        far = (height_mm - np.float32(1000 * level)) / -fall[down]
        x, y = (np.floor(start[at] + far * step[at][down]).astype(np.int64) for at in (0, 1))
        inside = (x >= 0) & (x < setting.columns) & (y >= 0) & (y < setting.rows)
        seen[y[inside], x[inside]] = level
    return seen
