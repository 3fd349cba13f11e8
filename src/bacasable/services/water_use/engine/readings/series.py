"""From what a dial showed, or the volumes a meter sent, to the litres of each hour: loops compiled by numba.

A batch is some meters over some days. Its readings come in any order, as arrays: the meter's number, when
(seconds of the civil clock since 1970, as if no clock ever changed), how much (thousandths of a litre). Each
reading gets a verdict. ``kinds`` says of each hour whether the clock shows it once, never or twice.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bacasable.services.water_use.engine.calendar import PARIS, change

ONCE, NEVER, TWICE = 0, 1, 2
#: Millilitres by which a dial may go back because water did.
_BACKFLOW = 20_000


class Verdict(IntEnum):
    """What became of a reading. From ``SAME`` on, it is listed with its line."""

    USED = 0
    #: Another reading is nearer to the hour: the dial loses nothing by leaving this one out.
    MERGED = 1
    #: The same meter, time and value again.
    SAME = 2
    #: The same meter and time with another value, which was received later and is used.
    REPLACED = 3
    #: The dial went far back, or leapt beyond what a pipe lets through, and was right again afterwards.
    GLITCH = 4
    #: The dial went back or leapt and stayed there: replaced or reset; the volume before is not known.
    RESET = 5
    #: The dial passed its last number and began anew: the volume is known.
    ROLLOVER = 6
    #: Read after hours without a reading: the volume was spread over them, as an estimate.
    AFTER_GAP = 7
    #: From here on two dials show each other's numbers: held back until somebody says which is which.
    SWAPPED = 8
    #: More litres than a pipe lets through.
    TOO_MUCH = 9
    #: A volume or an index below zero.
    BELOW_ZERO = 10
    #: An hour that the clock skipped that day: is the time zone of the mapping right?
    NO_SUCH_HOUR = 11
    #: Some of an hour's volumes are missing: their sum counts as an estimate.
    PART_OF_HOUR = 12
    #: The dial went back by a few litres: water returned to the network. The hour counts as zero.
    BACKFLOW = 13
    #: A volume that comes after hours without one: nothing is known of them.
    AFTER_HOLE = 14
    #: The meter is not to be read for this purpose: its household objected, or nobody knows it.
    NOT_ADMITTED = 15
    #: The line cannot be read: a column is missing, or is not a time or a number.
    UNREADABLE = 16
    #: Of meters read once or twice a year: an estimate of a day of which a reading is known.
    OUTDONE = 17
    #: Of meters read once or twice a year: it shows that an index stored before was far off.
    MENDS = 18


#: Verdicts of readings whose value counts; those of all others were left out.
COUNTED = frozenset(
    {
        Verdict.USED, Verdict.RESET, Verdict.ROLLOVER, Verdict.AFTER_GAP, Verdict.PART_OF_HOUR,
        Verdict.BACKFLOW, Verdict.AFTER_HOLE, Verdict.MENDS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Slots:
    """The hours (or days) of a batch: ``per_day`` of them from ``first`` on, ``kinds`` one byte each."""

    first: date
    days: int
    per_day: int
    kinds: NDArray[np.int8]

    @property
    def base(self) -> int:
        """Seconds of the civil clock at the first slot."""
        return (self.first - date(1970, 1, 1)).days * 86400

    @property
    def step(self) -> int:
        """Seconds of a slot."""
        return 86400 // self.per_day


def slots_of(first: date, last: date, place: str = PARIS, per_day: int = 24) -> Slots:
    """Return the slots of all days from the first to the last: 24 a day, a multiple of it, or 1."""
    days = (last - first).days + 1
    kinds = np.zeros((days, per_day), np.int8)
    if per_day >= 24:
        hour = per_day // 24
        for number in range(days):
            skipped, doubled = change(first + timedelta(days=number), place)
            if skipped >= 0:
                kinds[number, skipped * hour : (skipped + 1) * hour] = NEVER
            if doubled >= 0:
                kinds[number, doubled * hour : (doubled + 1) * hour] = TWICE
    return Slots(first, days, per_day, kinds.reshape(-1))


@njit(cache=True)
def place_indexes(meter, at, millilitres, base, step, kinds, table, verdict):
    """Put into ``table`` (meters x slots + 1, -1: none) the reading nearest to each slot's start."""
    ends = table.shape[1]
    for number in range(at.size):
        if millilitres[number] < 0:
            verdict[number] = 10
            continue
        since = at[number] - base
        inside = since // step
        if 0 <= inside < kinds.size and kinds[inside] == NEVER and since != inside * step:
            verdict[number] = 11
            continue
        edge = (since + step // 2) // step
        away = abs(since - edge * step)
        if edge < kinds.size and kinds[edge] == NEVER:
            edge += 1
        if edge < 0 or edge >= ends:
            verdict[number] = 1
            continue
        other = table[meter[number], edge]
        if other < 0:
            table[meter[number], edge] = number
            continue
        nearest = abs(at[other] - base - edge * step)
        if away < nearest:
            verdict[other] = 1
            table[meter[number], edge] = number
        elif away > nearest or at[number] != at[other]:
            verdict[number] = 1
        elif edge < kinds.size and kinds[edge] == TWICE:
            lower = millilitres[number] < millilitres[other]
            verdict[other if lower else number] = 1
            if lower:
                table[meter[number], edge] = number
        elif edge > 0 and kinds[edge - 1] == TWICE:
            higher = millilitres[number] > millilitres[other]
            verdict[other if higher else number] = 1
            if higher:
                table[meter[number], edge] = number
        elif millilitres[number] == millilitres[other]:
            verdict[number] = 2
        else:
            verdict[other] = 3
            table[meter[number], edge] = number


@njit(cache=True)
def _real(kinds, start, end):
    count = 0
    for slot in range(start, end):
        count += 0 if kinds[slot] == NEVER else (2 if kinds[slot] == TWICE else 1)
    return count


@njit(cache=True)
def volumes_of_indexes(table, millilitres, guess, kinds, most, turn, litres, estimated, verdict, detail):
    """Fill ``litres`` (meters x slots, -1: none) and ``estimated`` (0 or 1) from the readings placed.

    ``most`` is the millilitres that one slot may have, ``turn`` the index at which the dial begins anew (0:
    not known). Whole litres: each edge is rounded down, so that nothing is lost over time. Water that went
    back through the meter makes no volume, and what flows next counts from the highest index seen.
    ``guess`` is 1 for readings that the utility itself estimated; ``detail`` gets the hours of a gap, or the
    thousandths of a litre by which the dial leapt. Returns the volume of all intervals used, in litres.
    """
    conserved = 0
    for meter in range(table.shape[0]):
        before, last, edge, doubtful = -1, -1, 0, False
        while edge < table.shape[1]:
            number = table[meter, edge]
            if number < 0:
                edge += 1
                continue
            now = millilitres[number]
            if before < 0:
                before, last, doubtful = edge, now, guess[number] == 1
                edge += 1
                continue
            real = _real(kinds, before, edge)
            end = now
            if last - _BACKFLOW <= now < last:
                verdict[number] = 13
                end = last
            elif now < last or now - last > most * real:
                following = edge + 1
                while following < table.shape[1] and table[meter, following] < 0:
                    following += 1
                if following < table.shape[1]:
                    later = millilitres[table[meter, following]]
                    if 0 <= later - last <= most * (real + _real(kinds, edge, following)):
                        verdict[number] = 4
                        detail[number] = now - last
                        edge += 1
                        continue
                if turn > 0 and now < last <= turn and now + turn - last <= most * real:
                    verdict[number] = 6
                    end = now + turn
                else:
                    verdict[number] = 5
                    detail[number] = now - last
                    before, last, doubtful = edge, now, guess[number] == 1
                    edge += 1
                    continue
            volume = end // 1000 - last // 1000
            conserved += volume
            # Where nothing flowed over a gap, nothing is guessed; the hour that lasts two is no gap.
            gap = edge - before > 1 and real > 1
            spread = volume > 0 and (gap or doubtful or guess[number] == 1)
            passed = 0
            for slot in range(before, edge):
                if kinds[slot] == NEVER:
                    continue
                share = 2 if kinds[slot] == TWICE else 1
                litres[meter, slot] = volume * (passed + share) // real - volume * passed // real
                passed += share
                if spread:
                    estimated[meter, slot] = 1
            if gap and verdict[number] == 0:
                verdict[number] = 7
                detail[number] = real - 1
            # The highest index seen stays the mark while water that went back flows in again.
            before, last = edge, max(now, last) if verdict[number] == 13 else now
            doubtful = guess[number] == 1
            edge += 1
    return conserved


@njit(cache=True)
def runs_of(table, verdict, starts, ends):
    """Count, and write as pairs (meter, edge), the first and last edges of readings without a gap between.

    With ``starts`` of no rows it only counts.
    """
    count = 0
    for meter in range(table.shape[0]):
        last = -2
        for edge in range(table.shape[1]):
            number = table[meter, edge]
            if number < 0 or verdict[number] == 4:
                continue
            if edge > last + 1:
                if starts.shape[0]:
                    starts[count, 0], starts[count, 1] = meter, edge
                count += 1
            if starts.shape[0]:
                ends[count - 1, 0], ends[count - 1, 1] = meter, edge
            last = edge
    return count


@njit(cache=True)
def place_volumes(meter, at, millilitres, base, step, kinds, most, table, again, turn_of, verdict, detail):
    """Put into ``table`` (meters x slots, -1: none) the reading of each slot.

    ``again`` (meters x doubled slots) takes the second one of a slot that the clock shows twice; ``turn_of``
    gives for such a slot its column there. ``most`` is in millilitres a slot.
    """
    for number in range(at.size):
        volume = millilitres[number]
        if volume < 0:
            verdict[number] = 10
            continue
        if volume > most:
            verdict[number] = 9
            detail[number] = volume
            continue
        slot = (at[number] - base) // step
        if kinds[slot] == NEVER:
            verdict[number] = 11
            continue
        owner = meter[number]
        other = table[owner, slot]
        if other < 0:
            table[owner, slot] = number
        elif kinds[slot] == TWICE and again[owner, turn_of[slot]] < 0:
            again[owner, turn_of[slot]] = number
        elif millilitres[other] == volume:
            verdict[number] = 2
        else:
            verdict[other] = 3
            table[owner, slot] = number


@njit(cache=True)
def hours_of_volumes(
    table, again, turn_of, millilitres, guess, kinds, parts, litres, estimated, verdict, detail
):
    """Fill ``litres`` (meters x hours, -1: none) and ``estimated`` from volumes placed, ``parts`` an hour.

    Whole litres: what is left of one hour counts in the next. Returns the volume of all readings, in litres.
    """
    conserved = 0
    for meter in range(table.shape[0]):
        left, last, missing = 0, -1, 0
        for hour in range(litres.shape[1]):
            total, found, expected, guessed, latest = 0, 0, 0, False, -1
            for slot in range(hour * parts, (hour + 1) * parts):
                if kinds[slot] == NEVER:
                    continue
                expected += 1
                number = table[meter, slot]
                if number < 0:
                    continue
                total += millilitres[number]
                found += 1
                latest = max(latest, number)
                guessed |= guess[number] == 1
                if kinds[slot] == TWICE and again[meter, turn_of[slot]] >= 0:
                    number = again[meter, turn_of[slot]]
                    total += millilitres[number]
                    latest = max(latest, number)
                    guessed |= guess[number] == 1
            if found == 0:
                missing += expected > 0
                continue
            left += total
            litres[meter, hour] = left // 1000
            conserved += left // 1000
            left %= 1000
            if found < expected:
                verdict[latest] = 12
                detail[latest] = expected - found
            if guessed or found < expected:
                estimated[meter, hour] = 1
            if last >= 0 and missing > 0 and verdict[latest] == 0:
                verdict[latest] = 14
                detail[latest] = missing
            last, missing = hour, 0
    return conserved
