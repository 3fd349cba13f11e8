"""Indexes of meters that are read once or twice a year: each is judged beside those before and after it.

Over months a pipe lets through more than any index leaps by mistake, so what homes use tells more than what
pipes do: a leap beyond it is believed, unless the next index, or another meter, contradicts it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bacasable.services.water_use.engine.readings.series import Verdict

#: Millilitres a day beyond what homes use over months: some 730 cubic metres a year.
_MANY = 2_000_000


@dataclass
class Index:
    """What a dial showed on a day (since 1970), in millilitres; ``line`` is 0 for what is stored already.

    ``whole`` counts the turns of the dial too, and is what is stored. ``kept`` says whether it is.
    """

    meter: int
    day: int
    shown: int
    guess: bool
    line: int = 0
    verdict: Verdict = Verdict.USED
    detail: int = 0
    kept: bool = True
    whole: int = field(init=False)

    def __post_init__(self) -> None:
        """Count no turn yet."""
        self.whole = self.shown

    def leave_out(self, verdict: Verdict, detail: int = 0) -> None:
        """Keep it no more, and say why."""
        self.verdict, self.detail, self.kept = verdict, detail, False


@dataclass(frozen=True)
class _Step:
    """From one index of a meter to the next one."""

    before: Index
    after: Index

    @property
    def rise(self) -> int:
        return self.after.whole - self.before.whole

    @property
    def days(self) -> int:
        return self.after.day - self.before.day


def judge(indexes: Sequence[Index], most_litres_per_hour: int, turn: int = 0) -> int:
    """Say of each index what becomes of it, in place; return the litres between those of the file.

    Args:
        indexes: of the file in its order, and those stored of the same meters, in any order.
        most_litres_per_hour: what a pipe lets through.
        turn: the millilitres at which dials begin anew; 0 if not known.
    """
    meters: dict[int, list[Index]] = {}
    for one in indexes:
        if one.shown < 0:
            one.leave_out(Verdict.BELOW_ZERO)
        else:
            meters.setdefault(one.meter, []).append(one)
    steps: list[_Step] = []
    for found in meters.values():
        steps += _walk(_one_a_day(found, turn), most_litres_per_hour * 24_000, turn)
    swapped = _swapped(steps)
    for one in indexes:
        if one.line and one.shown >= 0 and one.day >= swapped.get(one.meter, one.day + 1):
            one.leave_out(Verdict.SWAPPED)
    return sum(
        step.rise // 1000
        for step in steps
        if step.after.line and step.after.kept and step.before.kept and step.rise > 0
    )


def _one_a_day(found: Iterable[Index], turn: int) -> list[Index]:
    """Return one index a day: the last received, an estimate never over what was read."""
    days: dict[int, Index] = {}
    for one in sorted(found, key=lambda each: each.line):
        other = days.get(one.day)
        if other is None:
            days[one.day] = one
            continue
        if turn and not other.line:
            one.whole = one.shown + other.whole // turn * turn
        loser, winner = (one, other) if one.guess and not other.guess else (other, one)
        days[one.day] = winner
        if loser.whole == winner.whole:
            loser.leave_out(Verdict.SAME)
        else:
            loser.leave_out(Verdict.OUTDONE if loser is one else Verdict.REPLACED)
    return [days[day] for day in sorted(days)]


def _walk(found: list[Index], most: int, turn: int) -> list[_Step]:
    """Judge the indexes of a meter by day; return the steps between those that stay."""
    kept: list[Index] = []
    for place, one in enumerate(found):
        if not kept:
            kept.append(one)
            continue
        step = _Step(kept[-1], one)
        if one.line and turn:
            one.whole = max(one.whole, one.shown + step.before.whole // turn * turn)
        if turn and 0 <= step.rise + turn <= _MANY * step.days and step.rise < 0:
            one.whole += turn
            one.verdict = Verdict.ROLLOVER
        elif step.rise < 0 or step.rise > most * step.days:
            following = found[place + 1] if place + 1 < len(found) else None
            if following is not None and _contradicts(following, one, step.before, turn):
                continue
            if step.rise > 0 and one.line:
                one.leave_out(Verdict.TOO_MUCH, step.rise)
                continue
            if step.rise < 0 and len(kept) > 1 and _was_a_peak(kept[-2], kept[-1], one):
                kept.pop()
            elif step.rise < 0:
                one.verdict, one.detail = Verdict.RESET, step.rise
        kept.append(one)
    return [_Step(before, after) for before, after in pairwise(kept)]


def _contradicts(following: Index, one: Index, before: Index, turn: int) -> bool:
    """Leave an index out where the one after it goes on from the one before it; return whether it was."""
    base = before.whole // turn * turn if turn and following.line else 0
    rise = max(following.whole, following.shown + base) - before.whole
    right = 0 <= rise <= _MANY * (following.day - before.day)
    return right and _taken_out(one, following, before)


def _was_a_peak(before: Index, peak: Index, one: Index) -> bool:
    """Leave out an index that leapt and is contradicted by the next one; return whether it was."""
    leapt = peak.whole - before.whole > _MANY * (peak.day - before.day)
    right = 0 <= one.whole - before.whole <= _MANY * (one.day - before.day)
    return leapt and right and _taken_out(peak, one, before)


def _taken_out(wrong: Index, witness: Index, before: Index) -> bool:
    """Leave an index out. One that is stored goes only by what a file brings, whose line then says so."""
    if not wrong.line and not witness.line:
        return False
    wrong.leave_out(Verdict.GLITCH, wrong.whole - before.whole)
    if not wrong.line:
        witness.verdict, witness.detail = Verdict.MENDS, wrong.whole - before.whole
    return True


def _swapped(steps: list[_Step]) -> dict[int, int]:
    """Return for each meter that shows another's numbers the day from which it does.

    One went back to where the other was, which leapt to where the first was, at about the same time.
    """
    leaps = sorted(
        (step for step in steps if step.rise > _MANY * step.days), key=lambda step: step.before.whole
    )
    was = [step.before.whole for step in leaps]
    held: dict[int, int] = {}
    for back in (step for step in steps if step.rise < 0):
        low = bisect_left(was, back.after.whole - _MANY * back.days)
        for leap in leaps[low : bisect_right(was, back.after.whole)]:
            together = leap.before.day < back.after.day and back.before.day < leap.after.day
            if together and 0 <= leap.after.whole - back.before.whole <= _MANY * leap.days:
                for one in (leap, back):
                    day = min(leap.after.day, back.after.day)
                    held[one.after.meter] = min(day, held.get(one.after.meter, day))
    return held
