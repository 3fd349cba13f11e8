"""Totals of declared cells in which nobody counts for more than their bounds: what noise is then drawn on.

A person's rows are added up cell by cell and each sum is cut to the bounds; then at most so many cells of a
person are kept, those that a hash of the person and the cell puts first. What is kept of a person depends on
that person's rows alone, never on who else is there: that is what the proof of privacy asks. Sums are exact:
each is held as two halves that no table overflows.

Rows are first dealt by a hash of the person into portions that the cache of a core holds; one pass over each
portion then adds up its people's cells in a table of the same size.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numba
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.privacy.disclosure.anonymity.columns import encode, read, written
from bacasable.privacy.messages import N_, Refused

#: Of the hash that chooses a person's cells where there are too many; any fixed number would do.
_SEED = np.uint64(20_160_527)
#: Rows of a portion, about: its tables stay in the second-level cache. Dealing to more than 512 portions
#: costs more than the cache saves.
_PORTION = 1 << 14
_MOST_PORTIONS = 512
_NO_CELL = -1
#: Bits of the lower half of a sum.
_HALF = 32
_LOW = (1 << _HALF) - 1
_WHOLE = (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)

_UNKNOWN = N_("the table has no column {column}; its columns: {known}")
_NOT_WHOLE = N_(
    "the column {column} holds {kind}, not whole numbers; turn it into integers of the smallest unit (cents, "
    "litres), for sums of floats break the proof of privacy"
)

Totals = list[int]


def bounded_totals(
    table: Any,
    cells: Mapping[str, Sequence[str]],
    *,
    person: str | None,
    value: str | None,
    most_cells: int,
    lower: int,
    upper: int,
) -> Totals:
    """Return the total of each declared cell, in the order of the product of ``cells``.

    Args:
        table: as :func:`columns.read` takes it.
        cells: for each dimension (a column), the categories as texts; rows of others are left out.
        person: the column that says whose row it is (nobody's rows are left out); ``None``: each row is
            another person.
        value: a column of whole numbers (empty: 0); ``None`` counts rows.
        most_cells, lower, upper: a person's contributions, as :class:`noise.Bounds`.

    Raises:
        Refused: a column that the table lacks, a value that is no whole number.
    """
    frame = read(table)
    for column in [*cells, *([person] if person else []), *([value] if value else [])]:
        if column not in frame.columns:
            raise Refused(_UNKNOWN, column=column, known=", ".join(frame.columns)[:400])
    if value and frame[value].dtype not in _WHOLE:
        raise Refused(_NOT_WHOLE, column=value, kind=str(frame[value].dtype).lower())
    size = math.prod(len(categories) for categories in cells.values())
    if person is None:
        return _by_row(frame, cells, value, lower, upper, size)
    keys, marks, nobody = _people(frame[person])
    where = _places(frame, cells)
    where[nobody] = _NO_CELL
    units = np.ones(frame.height, np.int64) if value is None else _numbers(frame.select(_units(frame, value)))
    portions = 1
    while portions < _MOST_PORTIONS and frame.height > portions * _PORTION:
        portions *= 2
    high, low = _add_up(keys, marks, where, units, size, most_cells, lower, upper, portions)
    return [(int(h) << _HALF) + int(o) for h, o in zip(high, low, strict=True)]


def _by_row(
    frame: pl.DataFrame,
    cells: Mapping[str, Sequence[str]],
    value: str | None,
    lower: int,
    upper: int,
    size: int,
) -> Totals:
    """Add up rows that are each a person's, by the columns as they are: texts are made of few cells only."""
    far = frame.height * max(abs(lower), abs(upper)) >= 1 << 62
    sums = pl.Int128 if far else pl.Int64
    if value is None:
        added = pl.len().cast(sums) * min(max(1, lower), upper)
    else:
        added = _units(frame, value).clip(lower, upper).cast(sums).sum()
    found = frame.lazy().group_by(*cells).agg(added.alias("units of a cell")).collect()
    totals = [0] * size
    for place, one in zip(_places(found, cells).tolist(), found["units of a cell"].to_list(), strict=True):
        if place != _NO_CELL:
            totals[place] += one
    return totals


def _units(frame: pl.DataFrame, value: str) -> pl.Expr:
    """Return a column of whole numbers as signed 64 bits; what is larger is above every bound as well."""
    units = pl.col(value).fill_null(0)
    if frame[value].dtype == pl.UInt64:
        units = units.cast(pl.Int128).clip(0, (1 << 63) - 1)
    return units.cast(pl.Int64)


def _numbers(frame: pl.DataFrame) -> NDArray[np.int64]:
    return frame.to_series().to_numpy()


def _places(frame: pl.DataFrame, cells: Mapping[str, Sequence[str]]) -> NDArray[np.int32]:
    """Return for each row which declared cell it is in, or none."""
    places = np.zeros(frame.height, np.int32)
    for column, categories in cells.items():
        coded = encode(frame[column])
        known = {category: place for place, category in enumerate(categories)}
        texts = written(coded.domain).replace_strict(known, default=_NO_CELL, return_dtype=pl.Int32)
        place_of = np.append(texts.to_numpy(), np.int32(_NO_CELL))  # the last is that of empty values
        _cross(places, coded.codes, place_of, len(categories))
    return places


def _people(column: pl.Series) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.bool_]]:
    """Return a key for each row's person, the hash of each key where it is not the person itself, and which
    rows are nobody's.

    Where keys are ranks, which others move, the hash is taken of what they stand for.
    """
    nobody = column.is_null().to_numpy()
    if column.dtype in _WHOLE:
        whole = column.fill_null(0)
        if column.dtype != pl.UInt64:
            return whole.cast(pl.Int64).to_numpy().view(np.uint64), np.zeros(0, np.uint64), nobody
        return whole.to_numpy(), np.zeros(0, np.uint64), nobody
    texts = column if column.dtype == pl.String else written(column)
    coded = texts.fill_null("").to_arrow(compat_level=pl.CompatLevel.oldest()).dictionary_encode()
    marks = pl.Series(coded.dictionary, dtype=pl.String).hash(int(_SEED)).to_numpy()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.uint64), marks, nobody


@numba.njit(cache=True, nogil=True)
def _cross(places, codes, place_of, size):
    """Turn the places of rows among the cells of some columns into those with one more column, in place."""
    for row in range(places.size):
        place = place_of[codes[row]]
        if place < 0 or places[row] < 0:
            places[row] = -1
        else:
            places[row] = places[row] * size + place


@numba.njit(cache=True, nogil=True)
def _mixed(bits):
    """Return 64 bits that depend on all of ``bits`` (SplitMix64; Steele, Lea and Flood 2014)."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _dealt(keys, marks, where, units, portions):
    """Return the rows of declared cells portion by portion: where each begins, and their columns."""
    first = np.zeros(portions + 1, np.int64)
    low = np.uint64(portions - 1)
    for row in range(keys.size):
        if where[row] >= 0:
            mark = marks[keys[row]] if marks.size else keys[row]
            first[np.int64(_mixed(mark + _SEED) & low) + 1] += 1
    for portion in range(portions):
        first[portion + 1] += first[portion]
    at = first[:-1].copy()
    of_key = np.empty(first[-1], np.uint64)
    of_hash = np.empty(first[-1], np.uint64)
    of_cell = np.empty(first[-1], np.int32)
    of_units = np.empty(first[-1], np.int64)
    for row in range(keys.size):
        if where[row] >= 0:
            mark = _mixed((marks[keys[row]] if marks.size else keys[row]) + _SEED)
            into = np.int64(mark & low)
            to = at[into]
            at[into] = to + 1
            of_key[to], of_hash[to], of_cell[to], of_units[to] = keys[row], mark, where[row], units[row]
    return first, of_key, of_hash, of_cell, of_units


@numba.njit(cache=True, nogil=True)
def _add_up(keys, marks, where, units, size, most_cells, lower, upper, portions):
    """Return the halves of the total of each cell: the sum of the higher bits, and that of the lower."""
    first, keys, hashes, places, units = _dealt(keys, marks, where, units, portions)
    total_high, total_low = np.zeros(size, np.int64), np.zeros(size, np.int64)
    most = max(1, int(np.diff(first).max()))
    room = 16
    while room < 2 * most:
        room *= 2
    # Two tables with open addressing: of (person, cell), and of persons; they hold entries, made in order.
    slots, owners = np.empty(room, np.int32), np.empty(room, np.int32)
    row_of, high, low, after = (
        np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int32)
    )  # fmt: skip
    head, count, who = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int64)
    order = np.empty(most, np.uint64)
    for portion in range(portions):
        begin, end = first[portion], first[portion + 1]
        room = 16
        while room < 2 * (end - begin):
            room *= 2
        slots[:room] = -1
        owners[:room] = -1
        mask = np.uint64(room - 1)
        entries = people = 0
        for row in range(begin, end):
            key, cell = keys[row], places[row]
            rank = _mixed(hashes[row] ^ np.uint64(cell))
            slot = rank & mask
            while slots[slot] >= 0 and (
                keys[row_of[slots[slot]]] != key or places[row_of[slots[slot]]] != cell
            ):
                slot = (slot + np.uint64(1)) & mask
            entry = slots[slot]
            if entry < 0:
                entry = entries
                entries += 1
                slots[slot] = entry
                row_of[entry], high[entry], low[entry] = row, 0, 0
                own = (hashes[row] >> np.uint64(20)) & mask
                while owners[own] >= 0 and keys[who[owners[own]]] != key:
                    own = (own + np.uint64(1)) & mask
                if owners[own] < 0:
                    owners[own] = people
                    who[people], head[people], count[people] = row, -1, 0
                    people += 1
                person = owners[own]
                after[entry] = head[person]
                head[person] = entry
                count[person] += 1
            high[entry] += units[row] >> _HALF
            low[entry] += units[row] & _LOW
        for person in range(people):
            last = np.uint64(0xFFFFFFFFFFFFFFFF)
            if count[person] > most_cells:
                listed, entry = 0, head[person]
                while entry >= 0:
                    order[listed] = _mixed(hashes[row_of[entry]] ^ np.uint64(places[row_of[entry]]))
                    listed += 1
                    entry = after[entry]
                last = _nth(order[:listed], most_cells)
            kept, entry = 0, head[person]
            while entry >= 0 and kept < most_cells:
                cell = places[row_of[entry]]
                if count[person] <= most_cells or _mixed(hashes[row_of[entry]] ^ np.uint64(cell)) <= last:
                    kept += 1
                    units_of = _cut(high[entry], low[entry], lower, upper)
                    total_high[cell] += units_of >> _HALF
                    total_low[cell] += units_of & _LOW
                entry = after[entry]
    return total_high, total_low


@numba.njit(cache=True, nogil=True)
def _cut(high, low, lower, upper):
    """Return the sum of two halves, cut to the bounds (which 41 bits hold)."""
    high += low >> _HALF
    if high >= 1 << 20:
        return upper
    if high < -(1 << 20):
        return lower
    return min(max((high << _HALF) + (low & _LOW), lower), upper)


@numba.njit(cache=True, nogil=True)
def _nth(values, n):
    """Return the n-th smallest value, from 1; ``values`` are put in order."""
    if values.size > 32:
        return np.sort(values)[n - 1]
    for place in range(1, values.size):
        value, to = values[place], place
        while to > 0 and values[to - 1] > value:
            values[to] = values[to - 1]
            to -= 1
        values[to] = value
    return values[n - 1]
