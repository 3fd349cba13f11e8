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
from pathlib import Path
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
_UNKNOWN = N_("the table has no column {column}; its columns: {known}")
_NOT_WHOLE = N_(
    "the column {column} holds {kind}, not whole numbers; turn it into integers of the smallest unit (cents, "
    "litres), for sums of floats break the proof of privacy"
)
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
                raise Refused(_BOUNDS.format(what=f"{name} = {str(value)[:30]}", most=MOST_UNITS))
        if self.cells < 1 or self.lower > self.upper or self.lower == self.upper == 0:
            what = f"cells = {self.cells}, lower = {self.lower}, upper = {self.upper}"
            raise Refused(_BOUNDS.format(what=what, most=MOST_UNITS))

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
        table: a Polars frame, an Arrow table, a DuckDB relation, or the path of a Parquet or CSV file.
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
        raise Refused(N_("measure: {value} is not one of epsilon, rho").format(value=str(measure)[:40]))
    if (ledger is None) != (budget is None):
        raise Refused(N_("ledger and budget go together: give both, or none"))
    if spent <= 0:
        raise Refused(N_("the amount to spend must be above zero"))
    if not cells or not all(cells.values()):
        raise Refused(_NO_CELLS)
    count = math.prod(len(set(map(str, categories))) for categories in cells.values())
    if count > MOST_CELLS:
        raise Refused(_TOO_MANY.format(count=count, most=MOST_CELLS))
    mechanism, scale = _mechanism(bounds, measure, spent)
    totals = _totals(table, cells, person, value, bounds)
    left = None
    if ledger is not None and budget is not None:
        what = f"totals by {', '.join(cells)}; {count} cells"
        left = ledger.charge(data_set, budget, spent, what)
    listed = list(product(*(dict.fromkeys(map(str, categories)) for categories in cells.values())))
    noisy = mechanism([totals.get(cell, 0) for cell in listed])
    import polars

    columns: dict[str, Any] = {name: [cell[place] for cell in listed] for place, name in enumerate(cells)}
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
    raise Refused(N_("no noise fits this amount: ask more than {spent}").format(spent=shown(spent)))


def _error(scale: float, measure: str) -> int:
    """Return what the noise stays within with a probability of 95 %, rounded upwards."""
    return math.ceil(scale * (math.log(20) if measure == "epsilon" else 1.959964))


def _totals(
    table: Any, cells: Mapping[str, Sequence[Any]], person: str | None, value: str | None, bounds: Bounds
) -> dict[tuple[str, ...], int]:
    """Return the bounded total of each declared cell that holds somebody."""
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise Refused(_EXTRA) from error
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        relation = _relation(connection, table)
        kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
        for column in [*cells, *([person] if person else []), *([value] if value else [])]:
            if column not in kinds:
                known = ", ".join(kinds)[:400]
                raise Refused(_UNKNOWN.format(column=column, known=known))
        if value and kinds[value] not in _WHOLE:
            raise Refused(_NOT_WHOLE.format(column=value, kind=kinds[value].lower()))
        return _query(connection, relation, cells, person, value, bounds)


_WHOLE = frozenset(f"{sign}{size}INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG")) | {
    "INTEGER",
    "UINTEGER",
}


def _relation(connection: Any, table: Any) -> Any:
    if isinstance(table, str | Path):
        path = Path(table)
        read = connection.read_parquet if path.suffix == ".parquet" else connection.read_csv
        return read(str(path))
    if hasattr(table, "to_arrow_table"):  # a relation of another connection
        table = table.to_arrow_table()
    if hasattr(table, "to_arrow"):
        table = table.to_arrow()
    return connection.from_arrow(table)


def _query(
    connection: Any,
    relation: Any,
    cells: Mapping[str, Sequence[Any]],
    person: str | None,
    value: str | None,
    bounds: Bounds,
) -> dict[tuple[str, ...], int]:
    # Names of columns are quoted, categories are parameters, bounds are integers: nothing is read as SQL.
    names = [f"CAST({_quoted(column)} AS VARCHAR)" for column in cells]
    keys = ", ".join(f"{name} AS k{place}" for place, name in enumerate(names))
    listed = ", ".join(f"k{place}" for place in range(len(names)))
    where = " AND ".join(
        f"{name} IN ({', '.join('?' * len(set(map(str, categories))))})"
        for name, categories in zip(names, cells.values(), strict=True)
    )
    given = [category for categories in cells.values() for category in sorted(set(map(str, categories)))]
    units = "1"
    if value:  # sums are of 128 bits; only what 64 bits do not hold is widened before
        kind = str(dict(zip(relation.columns, relation.types, strict=True))[value])
        units = f"COALESCE(CAST({_quoted(value)} AS {'HUGEINT' if kind == 'UBIGINT' else 'BIGINT'}), 0)"
    clamp = f"LEAST(GREATEST({{}}, {bounds.lower}), {bounds.upper})"
    if person is None:
        # Added up by the columns as they are, so that texts are made of few cells and not of all rows.
        raw = ", ".join(_quoted(column) for column in cells)
        added = f"SELECT {raw}, SUM({clamp.format(units)}) AS units FROM rows GROUP BY {raw}"  # noqa: S608
        inner = f"SELECT {keys}, units FROM ({added}) WHERE {where}"  # noqa: S608
    else:
        # A person's own cells first, each cut to the bounds; then at most so many, those that a hash gives.
        kept = f"{where} AND {_quoted(person)} IS NOT NULL"
        units = clamp.format(f"SUM({units})")
        asked = f"{_quoted(person)} AS person, {keys}, {units} AS units"
        own = f"SELECT {asked} FROM rows WHERE {kept} GROUP BY ALL"  # noqa: S608
        order = f"hash(person, {listed})"
        inner = (
            f"SELECT * FROM ({own}) QUALIFY row_number() OVER "  # noqa: S608
            f"(PARTITION BY person ORDER BY {order}, {listed}) <= {bounds.cells}"
        )
    # Cutting a total is no leak: it moves by no more than before.
    whole = f"CAST(LEAST(GREATEST(SUM(units), -{MOST_SUM}), {MOST_SUM}) AS BIGINT)"
    total = f"SELECT {listed}, {whole} FROM ({inner}) GROUP BY {listed}"  # noqa: S608
    relation.create_view("rows")
    found = connection.execute(total, given).fetchall()
    return {tuple(row[:-1]): int(row[-1]) for row in found}


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
