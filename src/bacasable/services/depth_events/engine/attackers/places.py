"""What is read of a walk's places, frame after frame: pace, straightness, the rhythm of steps, what lies low.

Under a cap everybody is the same disc; where the disc stands, and when, is all that is left of them.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.attackers.walks import Walk

Numbers = NDArray[np.float64]

#: Cells are of somebody who stands from this height on (mm), of what is left lower from this one.
_TALL_MM, _LOW_MM = 800, 90
#: Rhythms that steps and strides have, Hz.
_RHYTHMS_HZ = np.linspace(0.6, 2.6, 6)
_LEAST_CELLS, _LEAST_FRAMES = 3, 6
#: Random kernels that go over the series of a walk (as ROCKET's, Dempster et al. 2020), always the same.
_KERNELS = 40
#: Readings of pace and straightness, and those with what random kernels answer.
PACE = 14 + 2 * len(_RHYTHMS_HZ)
PLACES = PACE + 2 * _KERNELS


def places(walk: Walk) -> Numbers:
    """Return ``PLACES`` numbers of where the body was and when; zeros where hardly anything was seen."""
    heights = walk.heights_mm
    # Where even the tallest cells are low, whatever is highest stands for the body.
    tall_mm = min(_TALL_MM, max(int(heights.max(initial=0)) - 100, _LOW_MM + 1))
    tall = heights >= tall_mm
    cells = tall.sum(axis=(1, 2))
    seen = np.nonzero(cells >= min(_LEAST_CELLS, max(int(cells.max(initial=0)), 1)))[0]
    if len(seen) < _LEAST_FRAMES:
        return np.zeros(PLACES)
    x = tall[seen].sum(axis=1) @ (np.arange(heights.shape[2]) + 0.5) / cells[seen] * walk.cell_m[0]
    y = tall[seen].sum(axis=2) @ (np.arange(heights.shape[1]) + 0.5) / cells[seen] * walk.cell_m[1]
    clock = seen / walk.hz
    line = np.stack([np.ones(len(clock)), clock - clock.mean()], axis=1)
    along_x, along_y = np.linalg.lstsq(line, x, rcond=None)[0], np.linalg.lstsq(line, y, rcond=None)[0]
    speed = float(np.hypot(along_x[1], along_y[1]))
    ahead = np.array([along_x[1], along_y[1]]) / max(speed, 1e-6)
    off_x, off_y = x - line @ along_x, y - line @ along_y
    along = off_x * ahead[0] + off_y * ahead[1]
    across = off_y * ahead[0] - off_x * ahead[1]
    low = ((heights >= _LOW_MM) & ~tall).sum(axis=(1, 2))
    waves = np.exp(-2j * np.pi * _RHYTHMS_HZ[:, None] * clock[None, :])
    of_tall = cells[seen]
    series = np.array([along, across, of_tall / max(of_tall.mean(), 1), low[seen] / max(low.mean(), 1)])
    return np.concatenate(
        [
            [speed, np.log(speed + 0.01), len(seen), seen[0], len(heights) - seen[-1]],
            [along.std(), across.std(), of_tall.mean(), of_tall.std(), (of_tall > of_tall.max() / 2).mean()],
            [low.mean(), low.std(), np.log1p(low.sum()), low.max()],
            np.log(np.abs(waves @ along) / len(clock) + 1e-4),
            np.log(np.abs(waves @ across) / len(clock) + 1e-4),
            _by_kernels(series),
        ]
    )


def _by_kernels(series: Numbers) -> Numbers:
    """Return for each random kernel its greatest answer, and the share of answers above its bias."""
    made = np.zeros(2 * _KERNELS)
    centred = series - series.sum(axis=1, keepdims=True) / series.shape[1]
    for one, (kernel, channel, bias) in enumerate(_kernels()):
        if series.shape[1] >= len(kernel):
            answers = np.convolve(centred[channel], kernel, mode="valid")
            made[2 * one : 2 * one + 2] = answers.max(), np.count_nonzero(answers > bias) / len(answers)
    return made


@cache
def _kernels() -> tuple[tuple[Numbers, int, float], ...]:
    """Return the kernels: weights that add up to nothing, the series that each is for, its bias."""
    rng = np.random.default_rng(2020)
    made = []
    for _ in range(_KERNELS):
        weights, channel = rng.normal(size=int(rng.choice([3, 5, 7]))), int(rng.integers(4))
        made.append((weights - weights.mean(), channel, 0.05 * float(rng.normal())))
    return tuple(made)
