"""What no table tells of people: shares that are invented, by sex and age, read from ``invented.toml``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.services.job_advice.engine.population.bands import AGES, FIRST_YEARS


@dataclass(frozen=True)
class Shares:
    """A chance by sex (women, men) and band of age, shape (2, bands)."""

    table: NDArray[np.float64]

    def of(self, sex: NDArray[np.int64], age: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the chance of each person."""
        return self.table[sex, age]


@dataclass(frozen=True)
class Invented:
    """The values of ``invented.toml``."""

    beginners: float
    wants: tuple[float, ...]
    months_searching: float
    interests: float
    applications: float
    interview_chance: float
    levels: tuple[float, ...]
    training: tuple[float, ...]
    kilometres: tuple[int, ...]
    kilometre_shares: tuple[float, ...]
    part_time: Shares
    moves_house: Shares
    licence_b: Shares
    hours: Mapping[str, Shares]
    limits: Mapping[str, Shares]
    difficulties: Mapping[str, Shares]

    def years(self, age: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
        """Return an age in years within each person's band."""
        first = np.array(FIRST_YEARS)
        last = np.append(first[1:], 65)
        return first[age] + rng.random(len(age)) * (last[age] - first[age])


@lru_cache(maxsize=1)
def shipped() -> Invented:
    """Return the values that ship."""
    read = tomllib.loads(files(__package__).joinpath("invented.toml").read_text("utf-8"))
    made: dict[str, Any] = {}
    for name, value in read.items():
        if isinstance(value, dict) and "share" in value:
            made[name] = _shares(value)
        elif isinstance(value, dict):
            made[name] = {one: _shares(inner) for one, inner in value.items()}
        else:
            made[name] = tuple(value) if isinstance(value, list) else value
    return Invented(**made)


def _shares(read: Mapping[str, float]) -> Shares:
    table = np.full((2, len(AGES)), float(read["share"]))
    table[0] *= read.get("women", 1.0)
    table[1] *= read.get("men", 1.0)
    first = np.array(FIRST_YEARS)
    if "times" in read:
        table[:, (first >= read.get("from", 0)) & (first < read.get("to", 100))] *= read["times"]
    return Shares(table.clip(0, 1))
