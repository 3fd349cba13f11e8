"""The ladder of cohorts: from the most alike to all homes, as data, and the value of a home on each step."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.meters import Declared

#: What "similar" may mean. Anything else (income, origin, hours at home) has no word here.
VARIABLES = ("dwelling", "members", "garden", "pool")
#: Homes of this many members or more are counted together: larger ones are too few.
MOST_MEMBERS = 5
#: Fewer homes than this are never published, whatever the file says (facts: k of 11 at least).
LEAST_K = 11

Cell = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """A step of the ladder: the variables that homes of one cell share."""

    variables: tuple[str, ...]

    def cell_of(self, home: Declared) -> Cell | None:
        """Return the cell of a home on this step, None where it has not said what the step asks."""
        values = tuple((name, _value(home, name)) for name in self.variables)
        return None if any(not value for _name, value in values) else values


@dataclass(frozen=True)
class Ladder:
    """Steps from the most alike homes to all, with the rules of what is published of them.

    ``k`` homes at least; ``few``: fewer give three levels only; ``dominance``: share of the whole that one
    home may drink at most; ``levels``: shares published; ``round_litres``: what litres are rounded to.
    """

    steps: tuple[Step, ...]
    k: int
    few: int
    dominance: float
    levels: tuple[float, ...]
    round_litres: int

    def __post_init__(self) -> None:
        """Refuse a ladder that would tell of a home.

        Raises:
            Refused: fewer homes than the law of this service allows, an unknown variable, no last step.
        """
        if self.k < LEAST_K:
            raise Refused(
                N_("the ladder of cohorts: k is {k}; at least {least} homes are counted"),
                k=self.k,
                least=LEAST_K,
            )
        unknown = {name for step in self.steps for name in step.variables} - set(VARIABLES)
        if unknown:
            raise Refused(
                N_("the ladder of cohorts: {name} is not a variable that homes are compared by; use {known}"),
                name=sorted(unknown)[0],
                known=", ".join(VARIABLES),
            )
        if not self.steps or self.steps[-1].variables:
            raise Refused(
                N_("the ladder of cohorts: its last step is all homes; add a step without variables")
            )
        levels = self.levels
        if not all(0 < level < 1 for level in levels) or list(levels) != sorted(set(levels)):
            raise Refused(N_("the ladder of cohorts: levels are growing shares between 0 and 1"))
        if self.round_litres < 1 or not 0 < self.dominance <= 1 or self.few < self.k:
            raise Refused(
                N_("the ladder of cohorts: round_litres is 1 or more, dominance a share, few at least k")
            )

    def levels_for(self, homes: int) -> tuple[float, ...]:
        """Return the levels published of so many homes: the ends of a small cell would be a home each."""
        if homes >= self.few:
            return self.levels
        return tuple(level for level in self.levels if 0.25 <= level <= 0.75)


def read(path: Path) -> Ladder:
    """Read a ladder from a TOML file.

    Raises:
        Refused: it is not one, or its rules say too much.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return Ladder(
            tuple(Step(tuple(map(str, step["variables"]))) for step in content["step"]),
            int(content["k"]),
            int(content["few"]),
            float(content["dominance"]),
            tuple(float(level) for level in content["levels"]),
            int(content["round_litres"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            N_("{name}: this is not a ladder of cohorts ({why}); start from the one that is shipped"),
            name=path.name,
            why=str(error)[:80],
        ) from None


@cache
def shipped() -> Ladder:
    """Return the ladder that this package ships."""
    return read(Path(__file__).with_name("ladder.toml"))


def _value(home: Declared, name: str) -> str:
    if name == "members":
        return "" if home.members is None else members_band(home.members)
    if name == "dwelling":
        return home.dwelling or ""
    said = home.garden if name == "garden" else home.pool
    return "" if said is None else ("yes" if said else "no")


def members_band(members: int) -> str:
    """Return the band that a number of members is counted in: ``"1"`` to ``"4"``, ``"5+"``."""
    return f"{MOST_MEMBERS}+" if members >= MOST_MEMBERS else str(members)
