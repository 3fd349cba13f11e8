"""Differential privacy on tables of totals: bounded contributions, cells added up, noise on the cells.

A person may count in at most ``cells`` cells, and for at most ``upper`` units in each: what is above is cut
before the sums. Totals are whole numbers (sums of floats break the proof: Mironov 2012), noise is discrete,
drawn by OpenDP on the few cells and never on the rows. The cells are declared, so that which ones appear
says nothing.

Neighbours differ by all the rows of one person. With ``u = max(|lower|, |upper|)``, a person changes the
vector of cells by at most ``cells * u`` (L1) and ``sqrt(cells) * u`` (L2).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from bacasable.privacy.disclosure.ledger import MEASURES, Budget, Ledger, shown
from bacasable.privacy.messages import N_, Refused

if TYPE_CHECKING:
    import polars

#: More cells than people read; the noise on each makes such a table useless well before.
MOST_CELLS = 1_000_000
#: What one person may contribute at most.
MOST_UNITS = 1 << 40
#: What a total is cut to: noise on it stays within 64 bits.
MOST_SUM = 1 << 62

_EXTRA = N_("noise needs the extra 'disclosure': pip install 'bacasable[disclosure]'")
_NO_CELLS = N_("no cells are declared: give for each dimension the categories that the table shows")
_TOO_MANY = N_("{count} cells are declared, at most {most} are shown; declare fewer categories")
_BOUNDS = N_(
    "bounds: {what}; give whole numbers, cells at least 1, lower not above upper, within {most} units"
)


@dataclass(frozen=True)
class Bounds:
    """What one person may contribute: to at most ``cells`` cells, ``lower`` to ``upper`` units in each."""

    cells: int = 1
    lower: int = 0
    upper: int = 1

    def __post_init__(self) -> None:
        for name in ("cells", "lower", "upper"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MOST_UNITS:
                raise Refused(_BOUNDS, what=f"{name} = {str(value)[:30]}", most=MOST_UNITS)
        if self.cells < 1 or self.lower > self.upper or self.lower == self.upper == 0:
            what = f"cells = {self.cells}, lower = {self.lower}, upper = {self.upper}"
            raise Refused(_BOUNDS, what=what, most=MOST_UNITS)

    @property
    def unit(self) -> int:
        """The most that one person changes one cell by."""
        return max(abs(self.lower), abs(self.upper))


@dataclass(frozen=True)
class Noisy:
    """A table that may be released: the declared cells and their noisy ``total``, and what was spent on it.

    ``error`` is what the noise of a cell stays within with a probability of 95 %, in units of ``total``.
    """

    table: "polars.DataFrame"
    measure: str
    spent: Fraction
    left: Fraction | None
    scale: float
    error: int
    bounds: Bounds

    def statement(self) -> str:
        """Say in one sentence what protects the table, for its readers."""
        return (
            f"Each total carries random noise, within ±{self.error} in 95 % of the cells; one person counts "
            f"in at most {self.bounds.cells} of them, for {self.bounds.lower} to {self.bounds.upper} in "
            f"each; {self.measure} = {shown(self.spent)}."
        )


def noisy_totals(
    table: Any,
    cells: Mapping[str, Sequence[Any]],
    *,
    spent: Fraction,
    person: str | None = None,
    value: str | None = None,
    bounds: Bounds | None = None,
    measure: str = "epsilon",
    ledger: Ledger | None = None,
    data_set: str = "",
    budget: Budget | None = None,
) -> Noisy:
    """Return noisy totals of ``value`` (or counts of people) in each declared cell.

    Args:
        table: a Polars frame, an Arrow table, a DuckDB relation, or the path of a CSV, Parquet or Arrow file.
        cells: for each dimension (a column), the categories to show; rows of other categories are left out.
        spent: what is spent of the budget, from :func:`ledger.amount`.
        person: the column that says whose row it is; without it, every row is another person.
        value: a column of whole numbers to add up; without it, rows are counted (people, with ``upper`` 1).
        bounds: what one person may contribute.
        measure: ``"epsilon"`` (discrete Laplace) or ``"rho"`` (discrete Gaussian, zero-concentrated).
        ledger, data_set, budget: charged before the noise is drawn; without a ledger nothing is recorded.

    Empty categories and values count for nothing: no answer depends on one person but through the noise.

    Raises:
        Refused: what was declared does not fit the table, or the budget does not cover it.
    """
    bounds = bounds or Bounds()
    if measure not in MEASURES:
        raise Refused(N_("measure: {value} is not one of epsilon, rho"), value=str(measure)[:40])
    if (ledger is None) != (budget is None):
        raise Refused(N_("ledger and budget go together: give both, or none"))
    if spent <= 0:
        raise Refused(N_("the amount to spend must be above zero"))
    if not cells or not all(cells.values()):
        raise Refused(_NO_CELLS)
    declared = {name: list(dict.fromkeys(map(str, categories))) for name, categories in cells.items()}
    count = math.prod(len(categories) for categories in declared.values())
    if count > MOST_CELLS:
        raise Refused(_TOO_MANY, count=count, most=MOST_CELLS)
    mechanism, scale = _mechanism(bounds, measure, spent)
    totals = _totals(table, declared, person, value, bounds)
    left = None
    if ledger is not None and budget is not None:
        what = f"totals by {', '.join(cells)}; {count} cells"
        left = ledger.charge(data_set, budget, spent, what)
    noisy = mechanism(totals)
    import polars

    listed = zip(*product(*declared.values()), strict=True)
    columns: dict[str, Any] = {name: list(each) for name, each in zip(declared, listed, strict=True)}
    return Noisy(
        polars.DataFrame(columns | {"total": polars.Series(noisy, dtype=polars.Int64)}),
        measure,
        spent,
        left,
        scale,
        _error(scale, measure),
        bounds,
    )


def _mechanism(bounds: Bounds, measure: str, spent: Fraction) -> tuple[Any, float]:
    """Return OpenDP's measurement on a vector of integers, and its scale; it spends ``spent`` at most."""
    try:
        import opendp.prelude as dp
    except ModuleNotFoundError as error:
        raise Refused(_EXTRA) from error
    dp.enable_features("contrib")
    far: float
    domain = dp.vector_domain(dp.atom_domain(T="i64"))  # int would be 32 bits
    if measure == "epsilon":
        metric, far = dp.l1_distance(T="i64"), bounds.cells * bounds.unit
        scale = float(far / spent)
        make = dp.m.make_laplace
    else:
        metric, far = dp.l2_distance(T=float), math.nextafter(math.sqrt(bounds.cells), math.inf) * bounds.unit
        scale = far / math.sqrt(2 * float(spent))
        make = dp.m.make_gaussian
    for _ in range(64):  # the scale is rounded upwards until what OpenDP proves is covered by what is charged
        mechanism = make(domain, metric, scale=scale)
        if Fraction(mechanism.map(far)) <= spent:
            return mechanism, scale
        scale *= 1 + 1e-12
    raise Refused(N_("no noise fits this amount: ask more than {spent}"), spent=shown(spent))


def _error(scale: float, measure: str) -> int:
    """Return what the noise stays within with a probability of 95 %, rounded upwards."""
    return math.ceil(scale * (math.log(20) if measure == "epsilon" else 1.959964))


def _totals(
    table: Any, cells: Mapping[str, list[str]], person: str | None, value: str | None, bounds: Bounds
) -> list[int]:
    """Return the bounded total of each declared cell; to cut one is no leak: it moves by no more then."""
    try:
        from bacasable.privacy.disclosure.contributions import bounded_totals
    except ModuleNotFoundError as error:
        raise Refused(_EXTRA) from error
    totals = bounded_totals(
        table,
        cells,
        person=person,
        value=value,
        most_cells=bounds.cells,
        lower=bounds.lower,
        upper=bounds.upper,
    )
    return [max(-MOST_SUM, min(MOST_SUM, total)) for total in totals]
