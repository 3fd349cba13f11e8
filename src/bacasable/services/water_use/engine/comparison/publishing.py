"""What is published of similar homes: quantiles of cells that are large, even and that no subtraction opens.

Three rules, each said where it hides a cell. A cell has ``k`` homes at least. No home drinks more than a
share of its cell. And where cells are nested (houses of three people inside homes of three people), the homes
that are in the larger and in no published smaller one are none, or ``k`` at least: else the larger minus the
smaller would be a cell of few that nobody decided to publish.

A published value is a mean of neighbouring homes, rounded: never the volume of one home. A period is
published once; what is corrected later counts in the next one, so that two releases of one period cannot be
subtracted.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.comparison.ladder import Cell, Ladder, shipped
from bacasable.services.water_use.engine.meters import Declared, Quantiles

#: Homes whose volumes are averaged around a level: at least, and as a share of the cell.
_NEIGHBOURS = 3
_SHARE = 0.06
#: Numbers of homes are published rounded down to this many.
_COUNTED_BY = 10


@dataclass(frozen=True)
class Suppressed:
    """A cell that is not published, and the rule: ``small``, ``dominance`` or ``differencing``."""

    variables: Cell
    reason: str


@dataclass(frozen=True)
class Release:
    """What is published for a period: quantiles of each cell that may be, and why the others are not.

    ``ladder`` lists the variables of each step, the most alike first: the order in which a home is placed.
    """

    period: str
    ladder: tuple[tuple[str, ...], ...]
    cells: tuple[Quantiles, ...]
    suppressed: tuple[Suppressed, ...]
    k: int
    rounded_to: int

    def as_json(self) -> str:
        """Return what a browser needs to place a home by itself; nothing of what is suppressed."""
        return json.dumps(
            {
                "period": self.period,
                "k": self.k,
                "rounded_to": self.rounded_to,
                "ladder": self.ladder,
                "cells": [
                    {
                        "when": dict(cell.variables),
                        "homes": cell.n,
                        "levels": cell.levels,
                        "litres": cell.litres,
                    }
                    for cell in self.cells
                ],
            },
            separators=(",", ":"),
            sort_keys=True,
        )


def from_json(text: str) -> Release:
    """Return a release as it was published (what was suppressed is not in it).

    Raises:
        Refused: the text is not a release.
    """
    try:
        content: dict[str, Any] = json.loads(text)
        cells = tuple(
            Quantiles(
                str(content["period"]),
                tuple((str(name), str(value)) for name, value in cell["when"].items()),
                int(cell["homes"]),
                tuple(float(level) for level in cell["levels"]),
                tuple(int(litres) for litres in cell["litres"]),
            )
            for cell in content["cells"]
        )
        ladder = tuple(tuple(map(str, step)) for step in content["ladder"])
        return Release(
            str(content["period"]), ladder, cells, (), int(content["k"]), int(content["rounded_to"])
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(N_("this is not a release of quantiles ({why})"), why=str(error)[:80]) from None


def publish(
    homes: Iterable[Declared],
    litres_a_day: Mapping[str, float],
    *,
    period: str,
    ladder: Ladder | None = None,
) -> Release:
    """Return the quantiles of similar homes that may be published for a period.

    Args:
        homes: what is known of each home; those who objected are not given.
        litres_a_day: mean litres a day of each meter over the period; homes without one are not counted.
        period: the month or year, ``2026-10`` or ``2026``.
        ladder: who is similar to whom; the shipped one by default.

    Raises:
        Refused: a volume is below zero or not a number.
    """
    rules = ladder or shipped()
    counted = [home for home in homes if home.meter in litres_a_day]
    volumes = np.array([litres_a_day[home.meter] for home in counted], dtype=float)
    if not np.isfinite(volumes).all() or (volumes < 0).any():
        raise Refused(
            N_("comparison of {period}: a volume is below zero or not a number; read the quality report"),
            period=period,
        )
    members = _cells(counted, rules)
    suppressed = {
        cell: reason for cell, homes_in in members.items() if (reason := _reason(volumes[homes_in], rules))
    }
    _close(members, suppressed, rules)
    order = sorted(members, key=lambda cell: (-len(cell), cell))
    return Release(
        period,
        tuple(step.variables for step in rules.steps),
        tuple(
            _quantiles(period, cell, volumes[members[cell]], rules)
            for cell in order
            if cell not in suppressed
        ),
        tuple(Suppressed(cell, suppressed[cell]) for cell in order if cell in suppressed),
        rules.k,
        rules.round_litres,
    )


def _cells(homes: Sequence[Declared], rules: Ladder) -> dict[Cell, NDArray[np.int64]]:
    found: dict[Cell, list[int]] = defaultdict(list)
    for place, home in enumerate(homes):
        for step in rules.steps:
            cell = step.cell_of(home)
            if cell is not None:
                found[cell].append(place)
    return {cell: np.array(places, dtype=np.int64) for cell, places in found.items()}


def _reason(volumes: NDArray[np.float64], rules: Ladder) -> str:
    if len(volumes) < rules.k:
        return "small"
    total = volumes.sum()
    return "dominance" if total and volumes.max() > rules.dominance * total else ""


def _close(members: Mapping[Cell, NDArray[np.int64]], suppressed: dict[Cell, str], rules: Ladder) -> None:
    """Hide cells until no published cell minus published cells inside it is a group of few."""
    names = [frozenset(step.variables) for step in rules.steps]
    pairs = [(outer, inner) for outer in names for inner in names if outer < inner]
    by_names: dict[frozenset[str], list[Cell]] = defaultdict(list)
    for cell in members:
        by_names[frozenset(name for name, _value in cell)].append(cell)
    changed = True
    while changed:
        changed = False
        for outer, inner in pairs:
            for cell in by_names[outer]:
                if cell in suppressed:
                    continue
                inside = [
                    each for each in by_names[inner] if set(cell) <= set(each) and each not in suppressed
                ]
                left = len(members[cell]) - sum(len(members[each]) for each in inside)
                if inside and 0 < left < rules.k:
                    smallest = min(inside, key=lambda each: (len(members[each]), each))
                    suppressed[smallest] = "differencing"
                    changed = True


def _quantiles(period: str, cell: Cell, volumes: NDArray[np.float64], rules: Ladder) -> Quantiles:
    ordered = np.sort(volumes)
    homes = len(ordered)
    levels = rules.levels_for(homes)
    half = max(_NEIGHBOURS, int(_SHARE * homes)) // 2
    litres = []
    for level in levels:
        middle = round(level * (homes - 1))
        first, last = max(0, middle - half), min(homes, middle + half + 1)
        litres.append(round(float(ordered[first:last].mean()) / rules.round_litres) * rules.round_litres)
    shown = max(rules.k, homes // _COUNTED_BY * _COUNTED_BY)
    return Quantiles(period, cell, shown, levels, tuple(litres))
