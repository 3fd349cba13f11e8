"""A pile of readings to litres: some meters at a time, each in one pass."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bacasable.services.water_use.engine.readings.mapping import UNITS, Mapping
from bacasable.services.water_use.engine.readings.series import (
    TWICE,
    Slots,
    Verdict,
    hours_of_volumes,
    place_indexes,
    place_volumes,
    runs_of,
    slots_of,
    volumes_of_indexes,
)
from bacasable.services.water_use.engine.readings.staging import Pile

#: Cells (meters x slots) worked on at a time: some 160 MB.
_CELLS = 12_000_000
_NONE = np.int32(-1)


@dataclass(frozen=True)
class Worked:
    """Litres of some meters: ``first_meter`` counts within the pile; rows of the pile were ``numbers``.

    ``resets`` has, for each dial that leapt: meter, seconds and index of the reading before, and of the one
    after. ``runs`` has meter, start, its index, end, its index.
    """

    first_meter: int
    slots: Slots
    litres: NDArray[np.int32]
    estimated: NDArray[np.uint8]
    verdict: NDArray[np.uint8]
    detail: NDArray[np.int64]
    volume: int
    resets: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 5), np.int64))
    runs: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 5), np.int64))


def work(
    mapping: Mapping, rows: Pile, meters: int, held: pl.DataFrame | None = None
) -> list[tuple[NDArray[np.int64], Worked]]:
    """Return the litres of a pile: for each group of meters the numbers of its rows, and what they made.

    Args:
        meters: how many meters the pile has.
        held: ``meter, since, until`` (seconds): readings not to be used because dials are swapped.
    """
    if not len(rows):
        return []
    edges = rows.seconds.min(), rows.seconds.max()
    first, last = (datetime.fromtimestamp(int(edge), UTC).date() for edge in edges)
    slots = slots_of(first, last, mapping.place, mapping.per_day)
    at_once = max(1, _CELLS // slots.kinds.size)
    if at_once >= meters:
        groups = [np.arange(len(rows))]
    else:
        order = np.argsort(rows.meter // at_once, kind="stable")
        cuts = np.cumsum(np.bincount(rows.meter // at_once, minlength=-(-meters // at_once)))[:-1]
        groups = np.split(order, cuts)
    done = []
    for group, numbers in enumerate(groups):
        if numbers.size:
            start = group * at_once
            chosen = rows if at_once >= meters else rows.some(numbers)
            done.append((numbers, _work(mapping, chosen, start, min(at_once, meters - start), slots, held)))
    return done


def _work(
    mapping: Mapping, rows: Pile, start: int, meters: int, slots: Slots, held: pl.DataFrame | None
) -> Worked:
    meter = rows.meter - np.int32(start) if start else rows.meter
    seconds, millilitres, guess = rows.seconds, rows.millilitres, rows.guess
    verdict, detail = np.zeros(len(rows), np.uint8), np.zeros(len(rows), np.int64)
    hours = slots.days * (24 if slots.per_day >= 24 else 1)
    litres = np.full((meters, hours), _NONE, np.int32)
    estimated = np.zeros((meters, hours), np.uint8)
    most = mapping.most_litres_per_hour * 1000 * slots.step // 3600
    if mapping.volume:
        table = np.full((meters, slots.kinds.size), _NONE, np.int32)
        turn_of = np.cumsum(slots.kinds == TWICE) - 1
        again = np.full((meters, max(1, int(turn_of[-1]) + 1)), _NONE, np.int32)
        place_volumes(
            meter, seconds, millilitres, slots.base, slots.step, slots.kinds, most, table, again, turn_of,
            verdict, detail,
        )  # fmt: skip
        parts = max(1, slots.per_day // 24)
        volume = hours_of_volumes(
            table, again, turn_of, millilitres, guess, slots.kinds, parts, litres, estimated, verdict, detail
        )
        return Worked(start, slots, litres, estimated, verdict, detail, volume)
    table = np.full((meters, slots.kinds.size + 1), _NONE, np.int32)
    used = np.arange(len(rows))
    if held is not None:
        out = np.zeros(len(rows), bool)
        for who, since, until in held.select("meter", "since", "until").iter_rows():
            out |= (meter == who - start) & (seconds >= since) & (seconds < until)
        verdict[out] = Verdict.SWAPPED
        millilitres = np.where(out, -1, millilitres)
        used = np.flatnonzero(~out)
    _place(meter, seconds, millilitres, slots, table, verdict, used)
    turn = round(10**mapping.dial_digits * UNITS[mapping.unit]) if mapping.dial_digits else 0
    volume = volumes_of_indexes(
        table, millilitres, guess, slots.kinds, most, turn, litres, estimated, verdict, detail
    )
    return Worked(
        start, slots, litres, estimated, verdict, detail, volume,
        _resets(meter, seconds, millilitres, table, verdict), _runs(table, millilitres, slots, verdict),
    )  # fmt: skip


def _place(
    meter: NDArray[np.int32],
    seconds: NDArray[np.int64],
    millilitres: NDArray[np.int64],
    slots: Slots,
    table: NDArray[np.int32],
    verdict: NDArray[np.uint8],
    used: NDArray[np.int64],
) -> None:
    held = verdict.copy()
    place_indexes(meter, seconds, millilitres, slots.base, slots.step, slots.kinds, table, verdict)
    if used.size < verdict.size:
        # Readings held back went in as being below zero: they keep the verdict that says why.
        verdict[held > 0] = held[held > 0]


def _resets(
    meter: NDArray[np.int32],
    seconds: NDArray[np.int64],
    millilitres: NDArray[np.int64],
    table: NDArray[np.int32],
    verdict: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """Return a row a reset: meter, when and what the reading before showed, when and what this one."""
    found = []
    for number in np.flatnonzero(verdict == Verdict.RESET):
        placed = table[meter[number]]
        placed = placed[placed >= 0]
        placed = placed[(verdict[placed] != Verdict.GLITCH) & (seconds[placed] < seconds[number])]
        if placed.size:
            before = placed[-1]
            found.append(
                (meter[number], seconds[before], millilitres[before], seconds[number], millilitres[number])
            )
    return np.array(found, np.int64).reshape(-1, 5)


def _runs(
    table: NDArray[np.int32], millilitres: NDArray[np.int64], slots: Slots, verdict: NDArray[np.uint8]
) -> NDArray[np.int64]:
    nothing = np.zeros((0, 2), np.int32)
    count = runs_of(table, verdict, nothing, nothing)
    starts, ends = np.zeros((count, 2), np.int32), np.zeros((count, 2), np.int32)
    runs_of(table, verdict, starts, ends)
    columns = [starts[:, 0].astype(np.int64)]
    for edges in (starts, ends):
        columns += [slots.base + edges[:, 1].astype(np.int64) * slots.step,
                    millilitres[table[edges[:, 0], edges[:, 1]]]]  # fmt: skip
    return np.stack(columns, axis=1)
