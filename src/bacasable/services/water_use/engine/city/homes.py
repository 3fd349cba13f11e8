"""Who lives in the city: homes as they are, what they declare, how they live and when they are away."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from bacasable.services.water_use.engine.city.uses import DISHWASHER_BY_MEMBERS
from bacasable.services.water_use.engine.meters import Declared

#: Share of main homes by members, 1 to 6 (INSEE, census of France 2020: 37, 33, 13, 11, 4, 2 in a hundred).
_MEMBERS = (0.37, 0.33, 0.13, 0.11, 0.04, 0.02)
#: Share of houses by members: who lives alone lives in a flat more often.
_HOUSES = (0.0, 0.33, 0.50, 0.58, 0.66, 0.66, 0.60)
#: Days of an absence of winter, spring or a week-end, with its share: the runs of the DAIAD homes.
_ABSENCES = ((1, 0.60), (2, 0.20), (3, 0.08), (5, 0.07), (9, 0.05))


@dataclass(frozen=True)
class Absence:
    """A home without anyone, from the first to the last whole day, both included."""

    meter: int
    first: int
    last: int


@dataclass(frozen=True)
class Homes:
    """Homes as they are; arrays of shape (homes,). Hours are of the clock, ``bed`` may be past 24."""

    meter: tuple[str, ...]
    district: tuple[str, ...]
    members: NDArray[np.int64]
    house: NDArray[np.bool_]
    garden: NDArray[np.bool_]
    pool: NDArray[np.bool_]
    dishwasher: NDArray[np.bool_]
    surface_m2: NDArray[np.int64]
    thrift: NDArray[np.float64]
    wake: NDArray[np.float64]
    wake_weekend: NDArray[np.float64]
    bed: NDArray[np.float64]
    away: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.meter)

    def part(self, rows: slice) -> "Homes":
        """Return some of the homes."""
        return Homes(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def draw(count: int, rng: np.random.Generator) -> Homes:
    """Return ``count`` homes: members, dwelling, garden, habits; about 2,000 to a district."""
    members = rng.choice(np.arange(1, 7), size=count, p=_MEMBERS)
    house = rng.random(count) < np.asarray(_HOUSES)[members]
    garden = house & (rng.random(count) < 0.85)
    districts = max(2, round(count / 2_000))
    spread = np.where(house, 95 + 8 * members, 38 + 13 * members)
    return Homes(
        meter=tuple(f"m{number:06d}" for number in range(count)),
        district=tuple(f"D{number + 1:02d}" for number in rng.integers(0, districts, count)),
        members=members,
        house=house,
        garden=garden,
        pool=garden & (rng.random(count) < 0.08),
        dishwasher=rng.random(count) < np.asarray(DISHWASHER_BY_MEMBERS)[members],
        surface_m2=np.clip(rng.normal(spread, 18), 15, 260).astype(np.int64),
        thrift=np.exp(rng.normal(0, np.where(members == 1, 0.45, 0.33))),
        wake=np.clip(rng.normal(6.9, 0.7, count), 4.5, 10),
        wake_weekend=np.clip(rng.normal(8.8, 0.9, count), 5.5, 12),
        bed=np.clip(rng.normal(23.9, 1.0, count), 21.5, 26.5),
        away=rng.beta(0.8, 2.2, count),
    )


def declare(homes: Homes, rng: np.random.Generator) -> list[Declared]:
    """Return what homes say: three in ten say nothing, one in twenty miscounts its members by one.

    The dwelling is of the building, known of all; its surface of eight in ten.
    """
    count = len(homes)
    silent = rng.random(count) < 0.30
    told = np.clip(homes.members + np.where(rng.random(count) < 0.05, rng.choice((-1, 1), count), 0), 1, None)
    measured = rng.random(count) < 0.80

    def word(values: NDArray[np.bool_], index: int) -> bool | None:
        return None if silent[index] else bool(values[index])

    return [
        Declared(
            meter=homes.meter[index],
            district=homes.district[index],
            dwelling="house" if homes.house[index] else "flat",
            members=None if silent[index] else int(told[index]),
            garden=word(homes.garden, index),
            pool=word(homes.pool, index),
            dishwasher=word(homes.dishwasher, index),
            surface_m2=int(homes.surface_m2[index]) if measured[index] else None,
        )
        for index in range(count)
    ]


def absences(homes: Homes, first: date, days: int, rng: np.random.Generator) -> list[Absence]:
    """Return when homes are empty: some short runs each year, and for six in ten a summer holiday.

    In the DAIAD homes one day in forty is near zero in the middle, one in four for the emptiest of twenty;
    seven runs a year, six in ten of them of one day.
    """
    found: list[Absence] = []
    lengths, shares = zip(*_ABSENCES, strict=True)
    weekend = np.asarray([(first + timedelta(days=day)).weekday() == 5 for day in range(days)])
    summer = [day for day in range(days) if (first + timedelta(days=day)).month in (7, 8)]
    for meter in range(len(homes)):
        runs = rng.poisson(rng.gamma(0.5, 11.0 * days / 365))
        for length in rng.choice(lengths, size=runs, p=shares):
            start = int(rng.integers(0, days))
            if length == 2 and weekend[start : start + 6].any():
                start += int(np.argmax(weekend[start : start + 6]))
            if start < days:
                found.append(Absence(meter, start, min(start + int(length) - 1, days - 1)))
        if summer and rng.random() < 0.6:
            start = int(rng.choice(summer))
            found.append(Absence(meter, start, min(start + int(rng.integers(6, 22)), days - 1)))
    return found
