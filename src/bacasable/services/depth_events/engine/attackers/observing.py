"""What an attacker reads of a walk: how tall, how broad, how it moves; the mean shape, turned to its way."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.depth_events.engine.attackers.walks import Walk

Numbers = NDArray[np.float64]

#: Cells and side (metres) of the window, turned to the way, in which shapes are laid on one another.
WINDOW, SIDE_M = 20, 1.2
#: Readings of a walk by hand, and of its shape.
FEATURES, SHAPE = 30, 2 * WINDOW * WINDOW
#: A cell belongs to the body from this height on.
_BODY_MM = 250


def features(walk: Walk) -> Numbers:
    """Return ``FEATURES`` numbers of stature, build and gait of a walk; zeros where nothing was seen."""
    series = _series(walk)
    if series is None:
        return np.zeros(FEATURES)
    tall, surface, long, broad, mass, _, _ = series
    speed = _speed(series, walk)
    made = [
        *np.quantile(tall, [0.1, 0.5, 0.9, 1.0]),
        tall.std(),
        *np.quantile(surface, [0.1, 0.5, 0.9]),
        surface.std(),
        *np.quantile(long, [0.1, 0.5, 0.9]),
        long.std(),
        *np.quantile(broad, [0.1, 0.5, 0.9]),
        broad.std(),
        *np.quantile(mass, [0.1, 0.5, 0.9]),
        mass.std(),
        speed,
        *_rhythm(long, walk.hz),
        *_rhythm(surface, walk.hz),
        *_rhythm(tall, walk.hz),
        _middle(broad / np.maximum(long, 0.05)),
        _middle(mass / np.maximum(surface, 0.01)),
    ]
    return np.array(made[:FEATURES])


def shape(walk: Walk) -> Numbers:
    """Return the mean and the spread of the body's heights in a window turned to its way, flat."""
    series = _series(walk)
    if series is None:
        return np.zeros(SHAPE)
    x, y = series[5], series[6]
    vx, vy = np.gradient(x), np.gradient(y)
    heading = float(np.arctan2(vy.sum(), vx.sum()))
    inside = (walk.heights_mm >= _BODY_MM).any(axis=(1, 2))
    turned = _turned(walk.heights_mm[inside].astype(np.float32), x, y, heading, *walk.cell_m)
    return np.concatenate([turned.mean(axis=0).ravel(), turned.std(axis=0).ravel()])


def _middle(values: Numbers) -> float:
    return float(np.median(values))


def _series(walk: Walk) -> tuple[Numbers, ...] | None:
    """Return for each frame: height, surface, length and breadth, volume, place."""
    rows = []
    for heights in walk.heights_mm:
        body = heights >= _BODY_MM
        count = int(body.sum())
        if count < 2:
            continue
        at_y, at_x = np.nonzero(body)
        x, y = (at_x + 0.5) * walk.cell_m[0], (at_y + 0.5) * walk.cell_m[1]
        values = heights[body].astype(np.float64)
        cell = walk.cell_m[0] * walk.cell_m[1]
        mean_x, mean_y = x.sum() / count, y.sum() / count
        of_x = x @ x / count - mean_x * mean_x + walk.cell_m[0] ** 2 / 12
        of_y = y @ y / count - mean_y * mean_y + walk.cell_m[1] ** 2 / 12
        both = x @ y / count - mean_x * mean_y
        # Axes of the ellipse that is spread alike.
        middle, half = (of_x + of_y) / 2, np.hypot((of_x - of_y) / 2, both)
        long, wide = np.sqrt(middle + half), np.sqrt(max(middle - half, 0.0))
        highest = max(1, count // 40)
        top = float(np.partition(values, count - highest)[count - highest :].sum() / highest)
        rows.append((top, count * cell, long, wide, values.sum() * cell / 1000, mean_x, mean_y))
    if len(rows) < 4:
        return None
    return tuple(np.array(rows).T)


def _speed(series: tuple[Numbers, ...], walk: Walk) -> float:
    x, y = series[5], series[6]
    return float(np.hypot(x[-1] - x[0], y[-1] - y[0]) / max(len(x) - 1, 1) * walk.hz)


def _rhythm(values: Numbers, hz: int) -> tuple[float, float]:
    """Return the strongest frequency between 0.6 and 3 Hz, and its amplitude."""
    centred = values - np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    frequencies = np.linspace(0.6, 3.0, 25)
    clock = np.arange(len(values)) / hz
    waves = np.exp(-2j * np.pi * frequencies[:, None] * clock[None, :])
    strength = np.abs(waves @ centred) / len(values)
    best = int(np.argmax(strength))
    return float(frequencies[best]), float(strength[best])


@njit(cache=True)
def _turned(
    heights: NDArray[np.float32], x: Numbers, y: Numbers, heading: float, cell_x: float, cell_y: float
) -> NDArray[np.float32]:
    count, rows, columns = heights.shape
    out = np.zeros((count, 20, 20), np.float32)
    cos, sin = np.cos(heading), np.sin(heading)
    for frame in range(min(count, x.shape[0])):
        for row in range(20):
            for column in range(20):
                forward = (column - 9.5) * (1.2 / 20)
                left = (row - 9.5) * (1.2 / 20)
                at_column = int((x[frame] + cos * forward - sin * left) / cell_x)
                at_row = int((y[frame] + sin * forward + cos * left) / cell_y)
                if 0 <= at_row < rows and 0 <= at_column < columns:
                    out[frame, row, column] = heights[frame, at_row, at_column]
    return out
