"""The gate: one call takes a table and the policy of its source, and returns what may be released or refuses.

    >>> release("firms.csv", load("policy.toml"), registry=Registry("releases")).table

What a policy does not declare is refused. A release is recorded (registry) or charged (ledger) on the disk
before it is returned: a process that is killed may have recorded what it never gave, not the other way round.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from bacasable.privacy.disclosure.anonymity import anonymise
from bacasable.privacy.disclosure.anonymity.columns import like, read
from bacasable.privacy.disclosure.anonymity.hierarchies import Hierarchy
from bacasable.privacy.disclosure.differencing import HIDDEN, Opened, Registry, to_hide
from bacasable.privacy.disclosure.ledger import Ledger, shown
from bacasable.privacy.disclosure.noise import Bounds, noisy_totals
from bacasable.privacy.disclosure.policy import Policy
from bacasable.privacy.disclosure.tables import CrossTable, Dimension, Protected, Rules, protect, tabulate
from bacasable.privacy.disclosure.tables.sensitivity import Sensitive, sensitive
from bacasable.privacy.messages import N_, Refused

#: Sums are exact in the linear programs up to here.
MOST_TOTAL = 1 << 53

#: What is said of each rule that hides a cell.
RULES = {
    "min_units": N_("fewer units than the threshold"),
    "dominance": N_("few units make most of the total"),
    "p_percent": N_("the second largest unit could tell the largest too closely"),
    "differencing": N_("the difference with an earlier release would isolate fewer units than the threshold"),
    "hidden_earlier": N_("hidden in an earlier release of this source"),
    "protects": N_("published, it would let others be worked out"),
}

_NO_ROWS = N_("the table has no rows: there is nothing to release")
_NOT_DECLARED = N_(
    "the table has columns that the policy does not declare: {columns}. Declare what each is for; to leave "
    "them out of what is released, write: dropped = [{line}]"
)
_BLANKS = N_(
    "the table writes blanks around the name of the column {column}, and likely around its values; write it "
    "without blanks after the separators"
)
_ABSENT = N_(
    "the policy declares the column {column} ({role}), which the table does not have; it has: {known}"
)
_CATEGORY = N_(
    "the column {column}: the category of row {row} is not declared; add it to [dimensions.{column}]"
)
_FLOAT = N_("the column {column} holds {kind}: a dimension is text or whole numbers; group it into classes")
_TOO_LARGE = N_("the column {column} adds up to more than {most}; use a larger unit, such as thousands")
_SAME_LABEL = N_(
    "the dimension {column} has the label {label} twice, or for a category and for a group; rename one"
)
_NO_PROOF = N_(
    "a unit ({unit}) is in several cells and nothing is added up: what the counts give away together cannot "
    "be proved. Keep one row for each unit, or release with noise"
)
_NO_LEDGER = N_("a release with noise is charged on a ledger: name its file (--ledger FILE)")


@dataclass(frozen=True)
class Reason:
    """Why a cell is not shown. ``where``: its category of each dimension, ``*`` for all together.

    ``kind`` is ``"primary"`` (a rule hides it) or ``"secondary"`` (it protects others). Not for publication:
    it says which rule a hidden cell breaks.
    """

    where: Mapping[str, str]
    rule: str
    kind: str

    @property
    def text(self) -> str:
        """What the rule says, for people."""
        return RULES[self.rule]


@dataclass(frozen=True)
class Release:
    """What may be released.

    Attributes:
        table: an Arrow table where one came in, else a Polars frame. Of the kind ``table``: a column for each
            dimension (``*`` for a margin), ``units`` unless units are in several cells, the value, ``status``
            (``shown`` or ``hidden``, then without figures). Of the kind ``noise``: the cells and ``total``.
        reasons: of each hidden cell; for the office, not for readers.
        losses: what protection cost, by name.
        statement: what protects the table, for its readers, with the sources of the rules.
    """

    policy: Policy
    table: Any
    reasons: list[Reason]
    losses: Mapping[str, float]
    statement: str
    protected: Protected | None = field(default=None, repr=False)


def release(
    table: Any, policy: Policy, *, registry: Registry | None = None, ledger: Ledger | None = None
) -> Release:
    """Return what ``policy`` lets be released of ``table``.

    Args:
        table: a Polars frame, an Arrow table, a DuckDB relation, or the path of a CSV or Parquet file.
            Columns of codes in a CSV file keep their leading zeros.
        registry: what was released before, and where this release is recorded; without it, differences with
            earlier releases are not looked at, and the statement says so.
        ledger: the privacy budgets; needed by the kind ``noise``.

    Raises:
        Refused: the table does not fit the policy, cannot be protected, or would give away with what was
            released before; or the budget is spent.
    """
    frame = _fitting(table, policy)
    if policy.kind == "noise":
        made = _noise(frame, policy, ledger)
    elif policy.kind == "microdata":
        made = _microdata(frame, policy, registry)
    else:
        made = _table(frame, policy, registry)
    return Release(policy, like(made.table, table), made.reasons, made.losses, made.statement, made.protected)


def _fitting(table: Any, policy: Policy) -> pl.DataFrame:
    """Return the table without its dropped columns, once every column is as the policy declares."""
    frame = read(table)
    roles = policy.columns()
    unknown = [column for column in frame.columns if column not in roles]
    blank = [column for column in unknown if column.strip() in roles]
    if blank:
        raise Refused(_BLANKS, column=blank[0].strip())
    if unknown:
        line = ", ".join(f'"{column}"' for column in [*policy.dropped, *unknown])
        raise Refused(_NOT_DECLARED, columns=", ".join(unknown)[:400], line=line[:800])
    for column, role in roles.items():
        if column not in frame.columns and role != "dropped":
            known = ", ".join(frame.columns)[:400]
            raise Refused(_ABSENT, column=column, role=role, known=known)
    frame = frame.drop([column for column in policy.dropped if column in frame.columns])
    if not frame.height:
        raise Refused(_NO_ROWS)
    if isinstance(table, str | Path) and Path(table).suffix.lower() == ".csv":
        frame = _with_codes(frame, Path(table), policy)
    for column in policy.dimensions:
        if frame[column].dtype.is_float() or frame[column].dtype.is_nested():
            raise Refused(_FLOAT, column=column, kind=str(frame[column].dtype).lower())
    if policy.unit and frame[policy.unit].dtype.is_float():
        raise Refused(
            N_("the column {column} names units by numbers with a point; use whole numbers or texts"),
            column=policy.unit,
        )
    return frame


def _with_codes(frame: pl.DataFrame, path: Path, policy: Policy) -> pl.DataFrame:
    """Return the frame with codes as they are written in the file: 01 is a department, 1 is none.

    Names of units and categories are texts; another column only where a number in it starts with a zero.
    """
    names = [
        column for column in frame.columns if frame[column].dtype.is_numeric() and column != policy.value
    ]
    if not names:
        return frame
    with path.open(encoding="utf-8-sig") as lines:
        separator = max(",;\t|", key=lines.readline().count)
    texts = pl.read_csv(path, separator=separator, columns=names, infer_schema=False)
    codes = {policy.unit, *policy.dimensions}
    return frame.with_columns(
        texts[name]
        for name in names
        if (name in codes and not frame[name].dtype.is_float()) or texts[name].str.contains("^0[0-9]").any()
    )


def _table(frame: pl.DataFrame, policy: Policy, registry: Registry | None) -> Release:
    if policy.value and frame[policy.value].dtype.is_integer():
        exact = frame[policy.value].cast(pl.Float64).abs().sum()
        if exact > MOST_TOTAL:
            raise Refused(_TOO_LARGE, column=policy.value, most=MOST_TOTAL)
    for column, categories in policy.dimensions.items():
        outside = ~frame[column].cast(pl.String).is_in(categories) if categories else pl.Series([False])
        if outside.any():
            raise Refused(_CATEGORY, column=column, row=(outside.arg_max() or 0) + 1)
    dimensions = [Dimension(column, _groups(policy, column)) for column in policy.dimensions]
    counted = tabulate(frame, dimensions, unit=policy.unit or None, value=policy.value or None)
    for nodes in counted.dimensions:
        twice = [label for label in nodes.labels if nodes.labels.count(label) > 1]
        if twice:
            raise Refused(_SAME_LABEL, column=nodes.column, label=twice[0][:60])
    if not counted.adds_up and not policy.value:
        raise Refused(_NO_PROOF, unit=policy.unit)
    rules = Rules(**{name: rule.value for name, rule in policy.rules.items()})
    with _opened(registry, policy) as opened:
        protected = _protected(counted, policy, rules, opened)
        shown_table = _shown(protected, policy)
        if opened is not None:
            opened.add_table(policy.unit, policy.value, counted.dimensions, *_figures(protected))
    reasons = [
        Reason(
            counted.labels(cell),
            protected.primary.get(cell, "protects"),
            "primary" if cell in protected.primary else "secondary",
        )
        for cell in sorted(protected.hidden)
    ]
    return Release(
        policy, shown_table, reasons, _losses(protected), _table_statement(policy, registry), protected
    )


def _groups(policy: Policy, column: str) -> dict[str, list[str]] | None:
    """Return the groups of each category from the widest, without a root that all share."""
    if column not in policy.hierarchies:
        return None
    paths = _hierarchy(policy, column).paths
    roots = {above[-1] for above in paths.values() if above}
    shared = len(roots) == 1
    return {value: list(reversed(above[:-1] if shared else above)) for value, above in paths.items()}


def _hierarchy(policy: Policy, column: str) -> Hierarchy:
    given: Any = policy.hierarchies[column]
    return Hierarchy.of(given, column)


def _protected(table: CrossTable, policy: Policy, rules: Rules, opened: Opened | None) -> Protected:
    """Hide what the rules and earlier releases ask, and what protects it."""
    found = {one.cell: one for one in sensitive(table, rules)}
    if opened is not None:
        threshold = int(policy.rule("min_units"))
        earlier = opened.tables(policy.unit)
        for one in to_hide(table, policy.value, earlier, threshold, rules.protection):
            known = found.get(one.cell)
            found[one.cell] = _both(known, one) if known else one
    protected = protect(table, [found[cell] for cell in sorted(found)])
    if len(protected.hidden) == sum(1 for cell in range(len(table)) if table.units[cell]):
        raise Refused(N_("every cell would be hidden: nothing can be released; join categories"))
    return protected


def _both(known: Sensitive, other: Sensitive) -> Sensitive:
    """Return one sensitive cell as far from its true values as each of two asks."""
    return Sensitive(
        known.cell,
        known.rule,
        (max(known.count[0], other.count[0]), max(known.count[1], other.count[1])),
        (max(known.total[0], other.total[0]), max(known.total[1], other.total[1])),
    )


@contextmanager
def _opened(registry: Registry | None, policy: Policy) -> Iterator[Opened | None]:
    if registry is None:
        yield None
        return
    with registry.opened(policy.source, policy.period) as opened:
        yield opened


def _figures(protected: Protected) -> tuple[Any, Any]:
    """Return the counts and totals as they are shown, ``HIDDEN`` where they are not."""
    table = protected.table
    hidden = sorted(protected.hidden)
    units = table.units.copy() if table.adds_up else table.units * 0 + HIDDEN
    units[hidden] = HIDDEN
    if table.totals is None:
        return units, None
    totals = table.totals.copy()
    totals[hidden] = HIDDEN
    return units, totals


def _shown(protected: Protected, policy: Policy) -> pl.DataFrame:
    table = protected.table
    units, totals = _figures(protected)
    labels = [table.labels(cell) for cell in range(len(table))]
    columns: dict[str, Any] = {name: [one[name] for one in labels] for name in policy.dimensions}
    figures = {"units": units} if table.adds_up else {}
    if totals is not None:
        figures[policy.value] = totals
    for name in (*figures, "status"):
        if name in columns:
            raise Refused(N_("a dimension is named {name}, as a column of the release; rename it"), name=name)
    columns |= {name: pl.Series([None if one == HIDDEN else one for one in figure.tolist()], dtype=pl.Int64)
                for name, figure in figures.items()}  # fmt: skip
    status = ["hidden" if cell in protected.hidden else "shown" for cell in range(len(table))]
    return pl.DataFrame(columns | {"status": status})


def _losses(protected: Protected) -> dict[str, float]:
    table = protected.table
    leaves = [cell for cell in range(len(table)) if not table.is_margin(cell)]
    lost = [cell for cell in leaves if cell in protected.hidden]
    losses: dict[str, float] = {
        "cells": sum(1 for cell in range(len(table)) if table.units[cell]),
        "hidden_primary": len(protected.primary),
        "hidden_secondary": len(protected.secondary),
        "share_of_units_hidden": float(table.units[lost].sum() / max(1, table.units[leaves].sum())),
    }
    if table.totals is not None:
        losses["share_of_total_hidden"] = float(table.totals[lost].sum() / max(1, table.totals[leaves].sum()))
    return losses


def _told(policy: Policy) -> list[str]:
    told = []
    for name, rule in policy.rules.items():
        value = f"{rule.value[0]} above {rule.value[1]:g}" if name == "dominance" else f"{rule.value:g}"
        told.append(f"{name} = {value} ({rule.told()})")
    return told


def _table_statement(policy: Policy, registry: Registry | None) -> str:
    before = (
        "Differences with earlier releases of this source were looked at, cell by cell (not sums of several)."
        if registry
        else "Differences with earlier releases were NOT looked at: no registry was given."
    )
    return (
        f"Cells are hidden by these rules: {'; '.join(_told(policy))}. Others are hidden so that linear "
        f"programs on the margins work out none of them. {before}"
    )


def _microdata(frame: pl.DataFrame, policy: Policy, registry: Registry | None) -> Release:
    with _opened(registry, policy) as opened:
        made = anonymise(
            frame,
            list(policy.quasi_identifiers),
            int(policy.rule("k")),
            method=policy.method,
            sensitive=list(policy.sensitive),
            l=policy.rule("l"),
            t=policy.rule("t"),
            hierarchies={column: _hierarchy(policy, column) for column in policy.hierarchies},
            suppression_limit=policy.suppression_limit,
        )
        if opened is not None:
            digest = _digest(made.table)
            opened.check_microdata(digest)
            opened.add_microdata(digest)
    losses = {"ncp": float(made.loss.ncp), "rows": frame.height, "rows_left_out": made.suppressed}
    kept = f" Published as they are: {', '.join(policy.kept)}." if policy.kept else ""
    statement = (
        f"Every combination of {', '.join(policy.quasi_identifiers)} is shared by {policy.rule('k')} rows at "
        f"least: {'; '.join(_told(policy))}.{kept}"
    )
    if registry is None:
        statement += " Other releases of this source were NOT looked at: no registry was given."
    return Release(policy, made.table, [], losses, statement)


def _digest(table: pl.DataFrame) -> str:
    """Return the digest of the published rows, whatever their order."""
    import hashlib

    rows = sorted(table.select(pl.concat_str(pl.all().cast(pl.String), separator="\x1f", ignore_nulls=False)))
    return hashlib.sha256("\x1e".join(map(str, rows)).encode()).hexdigest()


def _noise(frame: pl.DataFrame, policy: Policy, ledger: Ledger | None) -> Release:
    if ledger is None:
        raise Refused(_NO_LEDGER)
    asked = policy.noise
    if asked is None:  # a policy made in Python: one that was read has it
        raise Refused(N_("the policy has no section [noise]"))
    made = noisy_totals(
        frame,
        policy.dimensions,
        spent=asked.spent,
        person=policy.unit or None,
        value=policy.value or None,
        bounds=Bounds(asked.cells, asked.lower, asked.upper),
        measure=asked.budget.measure,
        ledger=ledger,
        data_set=f"{policy.source} {policy.period}".strip(),
        budget=asked.budget,
    )
    losses = {"cells": made.table.height, "error_95": made.error, "scale": made.scale}
    left = f" {shown(made.left)} of {asked.budget} is left." if made.left is not None else ""
    return Release(policy, made.table, [], losses, made.statement() + left)
