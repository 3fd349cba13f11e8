"""One call that makes a table k-anonymous, and l-diverse or t-close where asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity import conditions
from bacasable.privacy.disclosure.anonymity.checks import worst
from bacasable.privacy.disclosure.anonymity.columns import chosen, encode, like, read
from bacasable.privacy.disclosure.anonymity.hierarchies import Hierarchy, bands, plant
from bacasable.privacy.disclosure.anonymity.loss import Loss, tally
from bacasable.privacy.disclosure.anonymity.mondrian import mondrian, publish
from bacasable.privacy.disclosure.anonymity.published import Dimension
from bacasable.privacy.disclosure.anonymity.recoding import recode
from bacasable.privacy.disclosure.anonymity.sensitive import DIVERSITIES, Watched
from bacasable.privacy.messages import Refused

METHODS = ("mondrian", "recoding")


@dataclass(frozen=True)
class Anonymised:
    """A table that can be published as far as its quasi-identifiers go.

    Attributes:
        table: the published rows in their first order; an Arrow table if one came in, else a Polars frame.
            Quasi-identifiers became text (see ``published``); other columns are as they were.
        classes: the class (0, 1, 2...) of each published row.
        kept: the row of the original table (from 0) that each published row was.
        loss: what was lost; suppressed rows count as lost whole.
        suppressed: number of rows left out.
        method, parameters: what was asked, and what the method found (the levels of global recoding).
        untouched: columns that are neither quasi-identifier nor sensitive: published as they came. A direct
            identifier among them must be dropped by the caller.
    """

    table: Any
    classes: NDArray[np.int32]
    kept: NDArray[np.int64]
    loss: Loss
    suppressed: int
    method: str
    parameters: dict[str, object]
    untouched: list[str]


def anonymise(
    table: Any,
    quasi_identifiers: Sequence[str],
    k: int,
    *,
    method: str = "mondrian",
    sensitive: Sequence[str] = (),
    l: float | None = None,  # noqa: E741  # the name of the measure
    diversity: str = "distinct",
    c: float = 3.0,
    t: float | None = None,
    hierarchies: Mapping[str, Any] | None = None,
    suppression_limit: float = 0.0,
    relaxed: bool = False,
    nulls: str = "category",
) -> Anonymised:
    """Generalise quasi-identifiers until every combination of their values is shared by at least k rows.

    Args:
        table: a Polars frame, an Arrow table, a DuckDB relation, or the path of a CSV or Parquet file.
        quasi_identifiers: columns that others may know of a person: numbers, dates, text, categories,
            booleans.
        k: least rows of a class, 2 or more.
        method: ``"mondrian"`` (each class its own ranges, sets or nodes; suppresses nothing) or
            ``"recoding"`` (one level of each hierarchy for the whole table, the least lossy one).
        sensitive: columns that ``l`` and ``t`` are about; never a quasi-identifier.
        l: least diversity of each sensitive column in each class; ``diversity`` is ``"distinct"``,
            ``"entropy"`` (exp of the entropy is at least l) or ``"recursive"`` (with the constant ``c``).
        t: greatest earth mover's distance (0 to 1) between a class and the table: by ranks for numbers and
            dates, by the tree where ``hierarchies`` has one for the column, else all values equally far
            apart.
        hierarchies: column to ``Hierarchy``, path of a file (value and its ancestors on each line) or
            mapping of value to ancestors. Recoding makes bands for ordered columns that have none.
        suppression_limit: share of rows (0 to 1) that recoding may leave out.
        relaxed: Mondrian may put equal values of an ordered column in neighbouring classes; ranges then
            touch.
        nulls: ``"category"`` treats null and NaN as one more value; ``"refuse"`` refuses them.

    Raises:
        Refused: what cannot be done: an empty table, k larger than the table, unknown or repeated columns, a
            sensitive quasi-identifier, values that a hierarchy lacks, conditions that even the whole table
            fails.
    """
    frame = read(table)
    names = chosen(frame, quasi_identifiers, "quasi_identifiers")
    protected = chosen(frame, sensitive, "sensitive")
    _check(frame, names, protected, k, method, suppression_limit, nulls, l, diversity, c, t)
    for name in hierarchies or {}:
        if name not in (*names, *protected):
            raise Refused(f"hierarchies: {name!r} is neither a quasi-identifier nor a sensitive column.")
    given = {name: Hierarchy.of(source, name) for name, source in (hierarchies or {}).items()}
    dimensions = []
    for name in names:
        column = encode(frame[name], nulls=nulls)
        if name in given:
            dimensions.append(Dimension(column, plant(given[name], column)))
        else:
            dimensions.append(Dimension(column, bands(column) if method == "recoding" else None))
    watched = []
    for name in protected:
        column = encode(frame[name], nulls=nulls)
        tree = plant(given[name], column) if name in given else None
        kind = conditions.NO_DIVERSITY if l is None else DIVERSITIES[diversity]
        watched.append(Watched(column, tree, kind, l or 0.0, c, 1.0 if t is None else t))
    _check_whole(watched, diversity)
    asked = [item for item in watched if item.diversity != conditions.NO_DIVERSITY or item.t < 1.0]
    if method == "mondrian":
        recoded = mondrian(dimensions, asked, int(k), relaxed=relaxed)
    else:
        recoded = recode(dimensions, asked, int(k), suppression_limit=suppression_limit)
    published, classes = publish(recoded, frame, names)
    sizes = np.bincount(classes, minlength=len(recoded.label_of[0])).astype(np.int64)
    penalties = dict(zip(names, recoded.penalties, strict=True))
    suppressed = frame.height - len(classes)
    parameters: dict[str, object] = {
        "quasi_identifiers": names,
        "k": k,
        "sensitive": protected,
        "nulls": nulls,
    }
    if l is not None:
        parameters |= {"l": l, "diversity": diversity} | ({"c": c} if diversity == "recursive" else {})
    if t is not None:
        parameters["t"] = t
    return Anonymised(
        table=like(published, table),
        classes=classes,
        kept=np.flatnonzero(recoded.class_of >= 0),
        loss=tally(sizes, penalties, k, suppressed),
        suppressed=suppressed,
        method=method,
        parameters=parameters | {"hierarchies": sorted(given)} | recoded.details,
        untouched=[name for name in frame.columns if name not in (*names, *protected)],
    )


def _check(
    frame: pl.DataFrame,
    names: Sequence[str],
    protected: Sequence[str],
    k: int,
    method: str,
    suppression_limit: float,
    nulls: str,
    l: float | None,  # noqa: E741
    diversity: str,
    c: float,
    t: float | None,
) -> None:
    if method not in METHODS:
        raise Refused(f"method is {method!r}: give one of {', '.join(METHODS)}.")
    if nulls not in ("category", "refuse"):
        raise Refused(f'nulls is {nulls!r}: give "category" or "refuse".')
    if not names:
        raise Refused("quasi_identifiers is empty: name at least one column.")
    if both := [name for name in names if name in protected]:
        raise Refused(
            f"{both[0]!r} is both quasi-identifier and sensitive: leave it out of one of the lists."
        )
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 2:
        raise Refused(f"k is {k!r}: give a whole number of 2 or more.")
    if not frame.height:
        raise Refused("The table has no rows: nothing can be published.")
    if k > frame.height:
        raise Refused(f"k is {k} and the table has {frame.height} rows: lower k, or publish nothing.")
    if not 0 <= suppression_limit < 1:
        raise Refused(f"suppression_limit is {suppression_limit!r}: give a share from 0 to below 1.")
    if suppression_limit and method == "mondrian":
        raise Refused('suppression_limit is for method="recoding": Mondrian suppresses no row.')
    if (l is not None or t is not None) and not protected:
        raise Refused("l and t are about sensitive columns: name at least one in sensitive.")
    if diversity not in DIVERSITIES:
        raise Refused(f"diversity is {diversity!r}: give one of {', '.join(DIVERSITIES)}.")
    if l is not None and not (l >= 1 and np.isfinite(l)):
        raise Refused(f"l is {l!r}: give a number of 1 or more.")
    if diversity == "recursive" and not (c > 0 and np.isfinite(c)):
        raise Refused(f"c is {c!r}: give a number above 0.")
    if t is not None and not 0 <= t <= 1:
        raise Refused(f"t is {t!r}: give a distance from 0 to 1.")


def _check_whole(watched: Sequence[Watched], diversity: str) -> None:
    """Refuse a diversity that even one class of all rows lacks: no class inside can have it."""
    for item in watched:
        if item.diversity == conditions.NO_DIVERSITY:
            continue
        everyone = np.zeros(len(item.codes), np.int64)
        found = worst(everyone, item.codes, 1, item.column.size, conditions.EQUAL, None, item.c)
        if found[item.diversity - 1] < item.l - 1e-9:
            raise Refused(
                f"The whole table has {diversity} diversity {found[item.diversity - 1]:g} in "
                f"{item.column.name!r}: no class can have {item.l:g}; lower l."
            )
