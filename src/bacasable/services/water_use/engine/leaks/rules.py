"""When a flow that does not stop is called a leak, and how sure one may be of it.

A leak draws the same water in every quiet hour: the lowest hours of some days lie in a narrow band, with
none below; and its nights are even, none lower than the one before. A softener, an ice maker, a valve that
closes late draw more in one quiet hour and less in the next, now and then nothing. The weaker the flow, the
longer it is watched before it is told.

The rules were chosen on the cities of seeds 1 to 5; figures are given on seeds 101 to 105 (see
``benchmarks/water_use_leaks.py``), at which nothing was chosen.
"""

from dataclasses import dataclass

#: Seeds of the cities on which rules and confidence were chosen; and those on which figures are given.
CHOSEN_ON, REPORTED_ON = (1, 2, 3, 4, 5), (101, 102, 103, 104, 105)


@dataclass(frozen=True)
class Rule:
    """Hours watched; least floor of the flow (litres an hour); shares of the known hours.

    ``in_band`` at least lie in the narrow band over the floor; ``below`` at most under it (those at zero have
    a limit of their own); ``above`` at most, for each hour of the band, in the band over that one; ``quiet``
    at least of the hours of the night (0 to 6) or of the late morning (9 to 15: who works at night) lie in
    the band; ``nights`` that must be even, the last ones, none lower than the one before.
    """

    hours: int
    floor: int
    in_band: float
    below: float
    above: float
    quiet: float = 0.0
    nights: int = 0


#: Any of them is enough.
RULES = (
    Rule(72, 16, 0.12, 0.04, 1.0),
    Rule(60, 6, 0.00, 0.00, 9.0, nights=3),
    Rule(60, 16, 0.06, 0.02, 9.0, nights=3),
    Rule(84, 4, 0.00, 0.00, 9.0, nights=4),
    Rule(72, 6, 0.08, 0.015, 0.3, quiet=0.7),
    Rule(120, 6, 0.20, 0.015, 2.0),
    Rule(120, 2, 0.32, 0.00, 0.3, quiet=0.45),
    Rule(120, 2, 0.00, 0.00, 9.0, nights=5),
    Rule(168, 4, 0.32, 0.05, 0.6),
    Rule(168, 2, 0.26, 0.00, 0.5, quiet=0.45),
)
#: Lengths that rules watch, in hours.
LENGTHS = tuple(sorted({rule.hours for rule in RULES}))
#: Hours that must be known (read, not estimated) for each length: six of ten, for long ones less, but never
#: fewer than a hose left open for a day and a half would fill.
KNOWN = tuple(max(round(0.4 * hours), min(round(0.6 * hours), 44)) for hours in LENGTHS)
#: Share of known hours at zero that a leak may have: a flapper that falls right for an hour.
ZEROS = 0.05
#: The band reaches from the floor to one litre and this share more: what whole litres and pressure move.
BAND = 0.10
#: A leak is over with this many known hours, of 24 in a row, below a share of its floor.
LOW_HOURS, LOW_SHARE = 3, 0.25
