"""A year of published quantiles, read by somebody who subtracts: how few homes does any difference hold?

Independent of the rules that publish: it looks at who is counted in each published cell, and at each
published cell less those inside it, one step of the ladder at a time.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bacasable.services.water_use.engine.comparison import Ladder, Release, Step, publish
from bacasable.services.water_use.engine.meters import Declared


@dataclass(frozen=True)
class Read:
    """What subtraction gives: groups looked at, those of fewer homes than k, and the smallest of all.

    ``dominated`` are the published cells of which one home drinks more than the share that is allowed.
    """

    groups: int
    small: int
    smallest: int
    dominated: int


class Unguarded(Ladder):
    """A ladder without rules: what would be published if nobody checked. For sabotage only."""

    def __post_init__(self) -> None:
        """Accept anything."""


def unguarded(ladder: Ladder) -> Ladder:
    """Return the same steps with cells of one home and no bound on what one home drinks."""
    return Unguarded(ladder.steps, 1, 1, 1.0, ladder.levels, ladder.round_litres)


def read(
    release: Release, homes: Sequence[Declared], litres: Mapping[str, float], k: int, most: float
) -> Read:
    """Subtract published cells from those that hold them, and count the homes that stay.

    Args:
        litres: a day, by meter.
        most: share of a cell that one home may drink.
    """
    members: dict[tuple[tuple[str, str], ...], frozenset[str]] = {}
    for cell in release.cells:
        step = Step(tuple(name for name, _value in cell.variables))
        members[cell.variables] = frozenset(
            home.meter for home in homes if step.cell_of(home) == cell.variables
        )
    sizes = [len(inside) for inside in members.values()]
    for outer, held in members.items():
        within: dict[frozenset[str], set[str]] = defaultdict(set)
        for inner, inside in members.items():
            if set(outer) < set(inner):
                within[frozenset(name for name, _value in inner)] |= inside
        sizes.extend(len(held - inside) for inside in within.values() if held - inside)
    dominated = 0
    for held in members.values():
        volumes = [litres[meter] for meter in held if meter in litres]
        dominated += bool(volumes) and max(volumes) > most * sum(volumes) > 0
    return Read(len(sizes), sum(size < k for size in sizes), min(sizes, default=0), dominated)


def year(
    months: Sequence[tuple[str, Sequence[Declared], dict[str, float]]], ladder: Ladder, k: int, most: float
) -> Read:
    """Publish month after month and subtract within each: a period, its homes, their litres a day."""
    found = [
        read(publish(homes, litres, period=period, ladder=ladder), homes, litres, k, most)
        for period, homes, litres in months
    ]
    return Read(
        sum(each.groups for each in found),
        sum(each.small for each in found),
        min((each.smallest for each in found if each.groups), default=0),
        sum(each.dominated for each in found),
    )
