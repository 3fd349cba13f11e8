"""Litres of each slot to rows of the layout."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bacasable.services.water_use.engine.readings.series import Slots
from bacasable.services.water_use.engine.storage.layout import ALL_HOURS, HOURS


def day_rows(
    meters: Sequence[str],
    districts: Sequence[str],
    slots: Slots,
    litres: NDArray[np.int32],
    estimated: NDArray[np.uint8],
) -> pa.Table:
    """Return a row for each meter and day with a value: ``meter, day, district`` and the layout's columns.

    A day of which every hour is an estimate has its total only: which hours were used is not known.

    Args:
        meters: their pseudonyms; ``districts`` beside them.
        slots: which days the columns of the matrices are of.
        litres: meters x hours (or days), -1 where no value is known.
        estimated: 1 where the value was spread.
    """
    days, width = slots.days, litres.shape[1] // slots.days
    cells = litres.reshape(-1, width)
    known = cells >= 0
    guessed = (estimated.reshape(-1, width) == 1) & known
    kept = np.flatnonzero(known.any(axis=1))
    cells, known, guessed = cells[kept], known[kept], guessed[kept]
    total = np.where(known, cells, 0).sum(axis=1, dtype=np.int64)
    first = (slots.first - date(1970, 1, 1)).days
    owner = kept // days
    columns: dict[str, pa.Array] = {
        "meter": pa.array(meters, pa.string()).take(pa.array(owner)),
        "day": pa.array((first + kept % days).astype(np.int32)).cast(pa.date32()),
        "district": pa.array(districts, pa.string()).take(pa.array(owner)),
        "total": pa.array(total),
    }
    if width == 1:
        columns["estimated"] = pa.array(np.where(guessed[:, 0], ALL_HOURS, 0).astype(np.int32))
        return pa.table(columns)
    bits = (guessed * (1 << np.arange(width, dtype=np.int32))).sum(axis=1, dtype=np.int32)
    # Nothing of the day was read: on the day of spring 23 hours are all there is.
    blind = guessed.sum(axis=1) == known.sum(axis=1)
    blind &= guessed.sum(axis=1) >= width - 1
    bits[blind] = ALL_HOURS
    columns["estimated"] = pa.array(bits)
    for number, hour in enumerate(HOURS):
        columns[hour] = pa.array(cells[:, number], mask=~known[:, number] | blind)
    return pa.table(columns)
