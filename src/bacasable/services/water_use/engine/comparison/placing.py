"""Where a home stands among similar ones: the few lines that the browser runs too, on what is published."""

from dataclasses import dataclass

from bacasable.privacy.messages import N_, Refused
from bacasable.services.water_use.engine.comparison.ladder import Step
from bacasable.services.water_use.engine.comparison.publishing import Release
from bacasable.services.water_use.engine.meters import Declared, Quantiles


@dataclass(frozen=True)
class Similar:
    """The homes that a home is compared with, and why not closer ones.

    ``too_few`` lists the variables of closer steps whose homes are too few to be shown; ``not_said`` what the
    household may say to be compared with closer homes.
    """

    quantiles: Quantiles
    too_few: tuple[tuple[str, ...], ...]
    not_said: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a volume stands: more than a share ``above`` of the homes, and not more than ``below`` of them.

    ``median`` is the litres a day that half of them stay under; ``difference`` the litres a day above it.
    """

    above: float
    below: float
    median: int
    difference: int


def similar(release: Release, home: Declared) -> Similar:
    """Return the closest published cell of a home.

    Raises:
        Refused: the release has no cell for anybody (fewer homes than k).
    """
    published = {cell.variables: cell for cell in release.cells}
    too_few: list[tuple[str, ...]] = []
    not_said: list[str] = []
    for variables in release.ladder:
        cell = Step(variables).cell_of(home)
        if cell is None:
            unsaid = (name for name in variables if Step((name,)).cell_of(home) is None)
            not_said.extend(name for name in unsaid if name not in not_said)
            continue
        # the order of names in a cell is that of its step; a release read back keeps names sorted
        found = published.get(cell) or published.get(tuple(sorted(cell)))
        if found is not None:
            return Similar(found, tuple(too_few), tuple(not_said))
        too_few.append(variables)
    raise Refused(
        N_("{period}: fewer than {k} homes could be counted, so nothing is compared"),
        period=release.period,
        k=release.k,
    )


def place(litres_a_day: float, quantiles: Quantiles) -> Place:
    """Return where a volume stands among the published quantiles; between two of them, no more is known."""
    above = max((level for level, litres in _pairs(quantiles) if litres_a_day > litres), default=0.0)
    below = min((level for level, litres in _pairs(quantiles) if litres_a_day <= litres), default=1.0)
    levels = quantiles.levels
    median = quantiles.litres[min(range(len(levels)), key=lambda at: abs(levels[at] - 0.5))]
    return Place(above, max(above, below), median, round(litres_a_day - median))


def _pairs(quantiles: Quantiles) -> list[tuple[float, int]]:
    return list(zip(quantiles.levels, quantiles.litres, strict=True))
