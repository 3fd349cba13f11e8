"""Models of what departs from the robust week: two sets of trees for all districts, a line for each.

Each row is an hour of a past week as it was seen from the day before that week: nothing of the week itself is
shown. An error counts by its share of the water (as MAPE does), and old weeks count less.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.forecast.features import (
    DISTRICT,
    LEAST_DAYS,
    NAMES,
    Days,
    features,
)
from bacasable.services.water_use.engine.forecast.series import Grid
from bacasable.services.water_use.engine.forecast.shape import WEEK

if TYPE_CHECKING:
    from lightgbm import Booster

#: Departures from the robust week that models learn, at most (of the log).
_MOST = 0.5
#: A week so many days old counts half.
_HALF_LIFE_DAYS = 300
_MOST_ROWS = 120_000
#: Every other day begins a week to learn from.
_STRIDE = 2
#: Trees whose cuts are the best there are, and trees whose cuts are drawn: they err apart.
_SHARED = {
    "objective": "l1",
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
_SETS = (
    ({**_SHARED, "learning_rate": 0.05, "num_leaves": 31}, 400),
    ({**_SHARED, "learning_rate": 0.08, "num_leaves": 47, "extra_trees": True}, 300),
)
#: The share of the line in the whole, and how strongly it is held back, by row.
LINE_SHARE = 0.3
_HELD_BACK = 0.05
#: Features that a line can use as they are; the others are numbers that name something.
_STRAIGHT = tuple(
    NAMES.index(name)
    for name in NAMES
    if name not in {
        "day_ahead", "hour", "weekday", "weekday_or_sunday", "day_of_year", "district", "temperature",
        "warmest", "unsteady", "year_temperature",
    }
)  # fmt: skip
_AT = {name: NAMES.index(name) for name in NAMES}
#: From this temperature on, a degree more waters gardens.
_WARM = 18.0


@dataclass(frozen=True)
class Line:
    """A ridge regression on standardised columns."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    weights: NDArray[np.float64]
    level: float

    def of(self, columns: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what it says of rows; a row far from all that was learned is taken nearer."""
        return np.clip((columns - self.mean) / self.scale, -4, 4) @ self.weights + self.level


@dataclass(frozen=True)
class Model:
    """Sets of trees of all districts and a line for each (None where too little of it is known)."""

    trees: tuple["Booster", ...]
    lines: tuple[Line | None, ...]

    def departures(self, shown: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the expected departures from the robust week, (districts, 7, 24), from its features."""
        rows = shown.reshape(-1, len(NAMES))
        found = np.mean([np.asarray(trees.predict(rows)) for trees in self.trees], axis=0)
        found = found.reshape(shown.shape[:3])
        straight = columns_of(shown)
        for number, line in enumerate(self.lines):
            if line is not None:
                said = np.clip(line.of(straight[number].reshape(-1, straight.shape[-1])), -_MOST, _MOST)
                found[number] = (1 - LINE_SHARE) * found[number] + LINE_SHARE * said.reshape(WEEK, 24)
        return found


def columns_of(shown: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the columns of the line: features, the season, the week day, and how a few act together."""
    base = np.nan_to_num(shown[..., _STRAIGHT]).astype(np.float64)

    def one(name: str) -> NDArray[np.float64]:
        return np.nan_to_num(shown[..., [_AT[name]]]).astype(np.float64)

    warmer, off = one("temperature_to_week"), one("off")
    ahead, season = one("day_ahead"), 2 * np.pi * one("day_of_year") / 365
    part_of_day = (one("hour") // 4 == np.arange(6)).astype(np.float64)
    return np.concatenate(
        [
            base,
            warmer * np.maximum(one("temperature") - _WARM, 0) / 10,
            one("last_day") * np.exp(-ahead / 2),
            one("last_three_days") * (ahead < 3),
            np.sin(season),
            np.cos(season),
            np.sin(2 * season),
            np.cos(2 * season),
            one("weekday") == np.arange(6),
            part_of_day * warmer,
            part_of_day * off,
        ],
        axis=-1,
    )


def learn(grid: Grid, days: Days, before: int, seed: int) -> Model | None:
    """Return a model of the weeks that end before day ``before``; None where there are none to learn from."""
    import lightgbm

    starts = range(LEAST_DAYS, before - WEEK + 1, _STRIDE)
    hours = len(grid.districts) * WEEK * 24
    if not starts:
        return None
    rng = np.random.default_rng(seed)
    share = min(1.0, _MOST_ROWS / (len(starts) * hours))
    shown_parts, departed_parts, weight_parts = [], [], []
    for start in starts:
        week, shown = features(grid, days, start)
        departed = grid.logs[:, start : start + WEEK] - week.expected
        kept = np.isfinite(departed) & (rng.random(departed.shape) < share)
        shown_parts.append(shown[kept])
        cut = np.clip(departed[kept], -_MOST, _MOST)
        departed_parts.append(cut)
        # An error of some litres is a larger share of less water: what MAPE counts.
        weight_parts.append(0.5 ** ((before - start) / _HALF_LIFE_DAYS) * np.exp(-cut))
    shown, departed, weights = (
        np.concatenate(parts) for parts in (shown_parts, departed_parts, weight_parts)
    )
    if not len(departed):
        return None
    trees = tuple(
        lightgbm.train(
            {**settings, "seed": seed + number},
            lightgbm.Dataset(shown, departed, weight=weights, categorical_feature=[DISTRICT]),
            rounds,
        )
        for number, (settings, rounds) in enumerate(_SETS)
    )
    lines = tuple(
        _line(shown[rows], departed[rows], weights[rows])
        for rows in (shown[:, DISTRICT] == number for number in range(len(grid.districts)))
    )
    return Model(trees, lines)


def _line(
    shown: NDArray[np.float32], departed: NDArray[np.float64], weights: NDArray[np.float64]
) -> Line | None:
    columns = columns_of(shown)
    if len(columns) < 10 * columns.shape[1]:
        return None
    mean, scale = columns.mean(axis=0), columns.std(axis=0) + 1e-6
    standard = (columns - mean) / scale
    weighted = standard * weights[:, None]
    level = float(np.average(departed, weights=weights))
    centre = weighted.sum(axis=0) / weights.sum()
    standard -= centre
    square = weighted.T @ standard + _HELD_BACK * len(columns) * np.eye(columns.shape[1])
    found = np.linalg.solve(square, weighted.T @ (departed - level))
    return Line(mean, scale, found, level - float(centre @ found))
