"""Which cells say too much of too few: thresholds and dominance, with how far each must stay uncertain.

The rules and their protection levels are those of official statistics (Hundepool et al. 2012, *Statistical
Disclosure Control*, chapter 4); the numbers come from a policy, source by source.
"""

import math
from dataclasses import dataclass

from bacasable.privacy.disclosure.tables.crossing import CrossTable
from bacasable.privacy.messages import N_, Refused

_RULE = N_("the rule {name} is {value}; {wanted}")


@dataclass(frozen=True)
class Rules:
    """The rules of one source. None leaves a rule out.

    min_units: a cell of fewer units is hidden (one of none is shown).
    dominance: ``(n, k)``: hidden where the n largest units are more than ``k`` (0 to 1) of the total.
    p_percent: hidden where the second largest can tell the largest within this share of it.
    protection: what a reader works out of a hidden total stays this share of it away at least, on each side.
    """

    min_units: int | None = None
    dominance: tuple[int, float] | None = None
    p_percent: float | None = None
    protection: float = 0.1

    def __post_init__(self) -> None:
        if self.min_units is not None and not 1 <= self.min_units <= 1_000_000:
            raise Refused(_RULE, name="min_units", value=self.min_units, wanted=N_("give 1 or more"))
        shares = {"p_percent": self.p_percent, "protection": self.protection}
        if self.dominance is not None:
            count, share = self.dominance
            if not 1 <= count <= 3:
                wanted = N_("the n of dominance is 1 to 3")
                raise Refused(_RULE, name="dominance", value=count, wanted=wanted)
            shares["dominance"] = share
        for name, share_given in shares.items():
            if share_given is not None and not 0 < share_given <= 1:
                wanted = N_("give a share above 0, at most 1")
                raise Refused(_RULE, name=name, value=share_given, wanted=wanted)


@dataclass(frozen=True)
class Sensitive:
    """A cell to hide: the rule that says so, and how far a reader must stay from its true values.

    ``below`` and ``above`` are distances in units of the table: first those of the count, then of the total.
    """

    cell: int
    rule: str
    count: tuple[int, int]
    total: tuple[int, int]


def sensitive(table: CrossTable, rules: Rules) -> list[Sensitive]:
    """Return the cells that the rules hide, margins included, in the order of the cells."""
    found = []
    for cell in range(len(table)):
        units = int(table.units[cell])
        if not units:
            continue
        rule, needed = _rule(table, cell, rules)
        if not rule:
            continue
        # Empty cells are shown, so everyone knows that somebody is in a hidden one: it stays at one below.
        count = (min(1, units - 1), max(1, (rules.min_units or 1) - units)) if rule == "min_units" else (0, 0)
        total = int(table.totals[cell]) if table.totals is not None else 0
        far = max(1, math.ceil(rules.protection * total), needed)
        found.append(Sensitive(cell, rule, count, (min(far, total), far)))
    return found


def _rule(table: CrossTable, cell: int, rules: Rules) -> tuple[str, int]:
    """Return the first rule that hides a cell, and the protection that it asks by itself; ``""`` for none."""
    if rules.min_units is not None and table.units[cell] < rules.min_units:
        return "min_units", 0
    if table.totals is None:
        return "", 0
    total = int(table.totals[cell])
    first, second = int(table.largest[cell, 0]), int(table.largest[cell, 1])
    if rules.dominance is not None:
        count, share = rules.dominance
        top = int(table.largest[cell, :count].sum())
        if total and top > share * total:
            return "dominance", math.ceil(top / share) - total
    if rules.p_percent is not None and total:
        rest = total - first - second
        if rest < rules.p_percent * first:
            return "p_percent", math.ceil(rules.p_percent * first) - rest
    return "", 0
