"""Rows about homes as columns of numbers: what was not said is nan."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Declared

#: The source that every model has: what it is worth is known (facts: from 46 % to 27 % of median error).
FIRST = "members"
#: Sources that may be crossed, in the order in which they are tried: of the contract, then what is declared.
CANDIDATES = ("dwelling", "surface_m2", "garden", "pool", "dishwasher")
#: Homes without which nothing is learned.
LEAST_HOMES = 30
#: What is learned is the use of a home that is lived in: litres a day, at least.
LEAST_LITRES = 20.0
_ON_LOG = frozenset({FIRST, "surface_m2"})


def row_of(home: Declared, litres: float) -> dict[str, object]:
    """Return a home and its litres a day as a row to learn from, without its meter."""
    names = (FIRST, *CANDIDATES)
    return {"litres": litres} | {name: getattr(home, name) for name in names}


def number_of(name: str, value: object) -> float:
    """Return a value as a number: sizes as logarithms, counts as log(1 + n), yes as 1; nan if not said."""
    if value is None or value == "":
        return math.nan
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        if value in {"flat", "house"}:
            return float(value == "house")
        raise Refused(N_("{name}: '{value}' is no number"), name=name, value=value)
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return math.nan
    if number < 0 or (name in _ON_LOG and number <= 0):
        raise Refused(N_("{name}: {value} is below what a home can have"), name=name, value=value)
    return math.log(number) if name in _ON_LOG else math.log1p(number)


def columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> NDArray[np.float64]:
    """Return (rows, names) as numbers."""
    return np.asarray(
        [[number_of(name, row.get(name)) for name in names] for row in rows], dtype=np.float64
    ).reshape(len(rows), len(names))


def usable(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], NDArray[np.float64]]:
    """Return the rows of homes that are lived in, and the logarithm of their litres a day.

    Raises:
        Refused: too few, or a row without ``litres``.
    """
    kept, logs = [], []
    for row in rows:
        if "litres" not in row:
            raise Refused(N_("a row to learn from has no 'litres' (a day)"))
        if row["litres"] is not None and float(row["litres"]) >= LEAST_LITRES:
            kept.append(row)
            logs.append(math.log(float(row["litres"])))
    if len(kept) < LEAST_HOMES:
        raise Refused(
            N_("{homes} homes are too few to learn what is expected: {least} or more are needed"),
            homes=len(kept),
            least=LEAST_HOMES,
        )
    return kept, np.asarray(logs)
