"""What generalisation cost: measures of information loss, the same for every method and every tool.

Normalised certainty penalty: Xu et al., "Utility-based anonymization using local recoding" (2006).
Discernibility: Bayardo and Agrawal, "Data privacy through optimal k-anonymization" (2005). Average class
size: LeFevre, DeWitt and Ramakrishnan, "Mondrian multidimensional k-anonymity" (2006).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity.columns import chosen, encode, read
from bacasable.privacy.disclosure.anonymity.hierarchies import Hierarchy, plant
from bacasable.privacy.disclosure.anonymity.published import Dimension
from bacasable.privacy.messages import Refused


@dataclass(frozen=True)
class Loss:
    """Information lost, suppressed rows counted as lost whole.

    Attributes:
        ncp: global normalised certainty penalty, 0 (nothing changed) to 1 (every value became ``*``).
        by_column: the same for each quasi-identifier.
        discernibility: sum over rows of how many rows each cannot be told from (a suppressed one: all).
        average_class: rows of a class over k, on average; 1 is the least possible.
        classes: number of classes.
    """

    ncp: float
    by_column: dict[str, float]
    discernibility: int
    average_class: float
    classes: int


def tally(
    sizes: NDArray[np.int64], penalties: Mapping[str, NDArray[np.float64]], k: int, suppressed: int = 0
) -> Loss:
    """Sum up the loss of classes.

    Args:
        sizes: rows of each class. penalties: for each quasi-identifier the penalty (0 to 1) of each class.
        suppressed: rows that are published nowhere.
    """
    kept = int(sizes.sum())
    rows = kept + suppressed
    by_column = {
        name: float((penalty @ sizes + suppressed) / rows) if rows else 0.0
        for name, penalty in penalties.items()
    }
    return Loss(
        ncp=sum(by_column.values()) / len(by_column) if by_column else 0.0,
        by_column=by_column,
        discernibility=int((sizes.astype(object) ** 2).sum()) + suppressed * rows
        if len(sizes)
        else suppressed * rows,
        average_class=kept / len(sizes) / k if len(sizes) else 0.0,
        classes=len(sizes),
    )


def certainty_penalty(
    original: Any,
    published: Any,
    quasi_identifiers: Sequence[str],
    *,
    hierarchies: Mapping[str, Any] | None = None,
) -> float:
    """Return the global normalised certainty penalty (0 to 1) of a published table, read from its values
    alone.

    A range costs its width over the width of the column; a set its number of categories over all of them;
    a node of a hierarchy its leaves over all leaves; one value nothing; a row that is no longer there 1
    for each column.

    Args:
        original: the table before, which tells the domains. published: the table after, any order of rows.
        hierarchies: those that were used, column to hierarchy.

    Raises:
        Refused: unknown columns, more rows than before, a value that cannot be read back.
    """
    before, after = read(original), read(published)
    names = chosen(before, quasi_identifiers, "quasi_identifiers")
    chosen(after, names, "quasi_identifiers")
    if not names or not before.height:
        raise Refused("Nothing to measure: give a table with rows and at least one quasi-identifier.")
    if after.height > before.height:
        raise Refused("The published table has more rows than the original: give the two in this order.")
    total = 0.0
    for name in names:
        column = encode(before[name])
        given = (hierarchies or {}).get(name)
        dimension = Dimension(column, None if given is None else plant(Hierarchy.of(given, name), column))
        labels = after[name].cast(pl.String)
        counts = labels.value_counts()
        for label, count in counts.iter_rows():
            total += dimension.read(label)[1] * count
    return (total / len(names) + before.height - after.height) / before.height
